// The labeling surface.
//
// A key press changes what is on the screen at once: the items of this batch and the next are here
// already. The answer goes to the kernel with an id of its own and stays in the outbox until the
// kernel says that it is durable. What is shown is always the kernel's last word with the outbox
// applied on top, so nothing flickers when the two meet.

import { CardShelf, element } from "./cards.js";
import { buildFrame, saveOffer } from "./frame.js";
import { character, matches, meaning } from "./keys.js";
import { Outbox, browserStorage, newId } from "./outbox.js";
import { inOrder, neighbour, nextItem, project } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {import("./frame.js").Info} Info */
/** @typedef {{_info: Info, _state: State, _page_0: Page, _page_1: Page,
 *   _suggestions: Record<string, [string, number][]>}} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const BEAT = 5000; // ms between two questions to the kernel whether it is there
const DIRECT_KEYS = 10; // with more classes than this, letters search

class Labeler {
  /** @param {Model} model @param {AbortSignal} signal */
  constructor(model, signal) {
    this.model = model;
    this.info = model.get("_info");
    this.labels = this.info.classes.map((item) => item.label);
    this.classKeys = Object.fromEntries(
      this.info.classes.filter((item) => item.key).map((item) => [item.key, item.label]),
    );
    this.typeAhead = this.labels.length > DIRECT_KEYS;
    this.frame = buildFrame(this.info, this.typeAhead);
    this.shelf = new CardShelf();
    this.outbox = new Outbox(this.info.store, (op) => model.send(op), browserStorage());
    /** @type {NonNullable<Page>[]} */
    this.pages = [];
    /** @type {State} */
    this.view = model.get("_state");
    /** @type {string | null} */
    this.current = null;
    this.painted = "";
    this.stripOf = "";
    this.shownAt = performance.now();
    this.hiddenAt = 0;
    this.showSuggestion = false;
    this.heard = performance.now();
    this.cut = false;
    this.listen(signal);
    this.takePages();
    this.outbox.resend(true);
  }

  // -- what arrives ------------------------------------------------------------------------------

  takePages() {
    this.pages = inOrder([this.model.get("_page_0"), this.model.get("_page_1")]);
    const cards = this.pages.flatMap((page) => page.cards);
    const held = this.current ? this.shelf.shelf.get(this.current) : undefined;
    if (held && !cards.includes(held.card)) cards.push(held.card); // never pulled from under the hand
    this.shelf.hold(cards);
    this.paint();
  }

  /** @param {{type: string, id?: string, text?: string}} message */
  hear(message) {
    this.heard = performance.now();
    this.cut = false;
    if (message.id && (message.type === "ack" || message.type === "refused")) {
      this.outbox.drop(message.id);
    }
    this.say("error", message.text ?? "", message.type !== "ack" && message.type !== "pong");
    this.paint();
  }

  beat() {
    if (document.hidden) return;
    this.model.send({ type: "ping" });
    this.outbox.resend();
    this.paintConnection();
  }

  // -- what the person does ----------------------------------------------------------------------

  /** @param {"label" | "skip"} type @param {string} [label] */
  answer(type, label) {
    const item = this.current;
    if (item === null || this.frame.sheet.hidden === false) return;
    const before = this.view.answers[item];
    const isNew = typeof before !== "string";
    if (type === "label" && isNew && this.view.spent >= this.view.total) {
      this.say("error", `The budget of ${this.view.total} answers is spent.`, true);
      return;
    }
    if (before !== (type === "label" ? label : null)) {
      const seconds = Math.round(performance.now() - this.shownAt) / 1000;
      this.outbox.add({ id: newId(), type, item, label, seconds });
    }
    this.refresh();
    const { spent, total } = this.view;
    this.say("said", type === "label" ? `labeled ${spent} of ${total}: ${label}` : "skipped");
    this.current = nextItem(this.pages, this.view, item);
    this.paint();
  }

  /** @param {"undo" | "redo"} type */
  retract(type) {
    const [action] = this.view[type];
    if (!action) {
      this.say("said", `nothing to ${type}`);
      return;
    }
    this.outbox.add({ id: newId(), type, target: action.id });
    this.refresh();
    this.say("said", type === "undo" ? "undone: answer it again" : "done again");
    this.current = type === "undo" ? action.item : nextItem(this.pages, this.view, action.item);
    this.paint();
  }

  /** @param {import("./keys.js").Command} command @param {KeyboardEvent} event */
  command(command, event) {
    const { sheet, root, input } = this.frame;
    switch (command) {
      case "undo": case "redo": this.retract(command); break;
      case "skip": if (!event.repeat) this.answer("skip"); break;
      case "suggest": this.toggleSuggestion(); break;
      case "accept": this.acceptSuggestion(); break;
      case "help": sheet.hidden = !sheet.hidden; break;
      case "previous": this.move(-1); break;
      case "next": this.move(1); break;
      case "search": input.focus({ preventScroll: true }); break;
      case "leave":
        if (!sheet.hidden) sheet.hidden = true;
        else leave(root);
    }
  }

  /** @param {number} step */
  move(step) {
    const page = this.pages.find((one) => one.cards.some((card) => card.id === this.current));
    this.current = neighbour(page ? [page] : [], this.current, step);
    this.paint();
  }

  toggleSuggestion() {
    this.showSuggestion = !this.showSuggestion;
    this.frame.suggest.setAttribute("aria-pressed", String(this.showSuggestion));
    this.paint();
  }

  acceptSuggestion() {
    const guess = this.model.get("_suggestions")[this.current ?? ""];
    if (this.showSuggestion && guess) this.answer("label", guess[0][0]);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target instanceof HTMLInputElement) return this.pressInInput(event, target);
    const pressed = event.key === "Enter" || event.key === " ";
    if (pressed && target.closest("button")) return event.stopPropagation(); // it clicks the button
    const means = meaning(event, this.classKeys, this.typeAhead);
    if (means === null) {
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) event.stopPropagation();
      return undefined;
    }
    event.stopPropagation();
    if ("command" in means && means.command === "search") {
      if (event.key === "/") event.preventDefault();
    } else event.preventDefault();
    if ("command" in means) this.command(means.command, event);
    else if (!event.repeat) this.answer("label", means.label);
    return undefined;
  }

  /** @param {KeyboardEvent} event @param {HTMLInputElement} input */
  pressInInput(event, input) {
    const combined = event.ctrlKey || event.metaKey;
    if (!combined || character(event) === "z") event.stopPropagation();
    if (input !== this.frame.input || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const [first] = matches(this.labels, input.value);
      if (first === undefined) return;
      this.clearSearch();
      this.answer("label", first);
    } else if (event.key === "Escape") this.clearSearch();
  }

  clearSearch() {
    this.frame.input.value = "";
    this.paintSearch();
    this.frame.root.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  click(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = target.closest("button");
    const { frame } = this;
    if (button?.dataset.label) {
      this.clearSearch();
      this.answer("label", button.dataset.label);
    } else if (button?.dataset.item) {
      this.current = button.dataset.item;
      this.paint();
    } else if (button === frame.skip) this.answer("skip");
    else if (button === frame.undo) this.retract("undo");
    else if (button === frame.redo) this.retract("redo");
    else if (button === frame.suggest) this.toggleSuggestion();
    else if (button === frame.help) frame.sheet.hidden = !frame.sheet.hidden;
    else if (button?.classList.contains("al-close")) frame.sheet.hidden = true;
    if (!target.closest("input, form")) frame.root.focus({ preventScroll: true });
  }

  // -- what is shown -----------------------------------------------------------------------------

  refresh() {
    this.view = project(this.model.get("_state"), this.outbox.pending);
  }

  paint() {
    this.refresh();
    this.choose();
    this.paintCard();
    this.paintStrip();
    this.paintClasses();
    this.paintLine();
    this.paintConnection();
  }

  /** See to it that there is a current item, if there is any to ask about. */
  choose() {
    if (this.current !== null) {
      const { round } = this.model.get("_state");
      const arrived = round === null || this.pages.some((page) => page.round === round);
      if (this.shelf.shelf.has(this.current)) return;
      if (this.outbox.entries.length || !arrived) return; // undo went back to it: it is on its way
    }
    this.current = nextItem(this.pages, this.view, null);
  }

  paintCard() {
    const { card, badge } = this.frame;
    const here = this.current !== null && this.shelf.shelf.has(this.current);
    const key = here ? this.current ?? "" : `${this.current} ${this.waitingFor()}`;
    if (key !== this.painted) {
      this.painted = key;
      this.shownAt = performance.now();
      if (this.current === null) {
        delete card.dataset.item;
        card.replaceChildren(element("p", "al-wait", this.waitingFor()));
      } else {
        card.dataset.item = this.current;
        card.replaceChildren(this.shelf.node(this.current));
        card.scrollTop = 0;
      }
    }
    const given = this.view.answers[this.current ?? ""];
    badge.hidden = given === undefined;
    badge.textContent = given === null ? "skipped" : given ?? "";
    const { suggestion } = this.frame;
    const guess = this.model.get("_suggestions")[this.current ?? ""];
    suggestion.hidden = !this.showSuggestion;
    if (this.showSuggestion) suggestion.replaceChildren(...suggestionNodes(guess));
  }

  waitingFor() {
    return this.view.ended || "Choosing the next items…";
  }

  paintStrip() {
    const page = this.pages.find((one) => one.cards.some((card) => card.id === this.current))
      ?? this.pages.at(-1);
    const { strip, place } = this.frame;
    const cards = page?.cards ?? [];
    const key = cards.map((card) => card.id).join("\n");
    if (key !== this.stripOf) {
      this.stripOf = key;
      strip.replaceChildren(...cards.map((card) => thumbnail(card.id, this.shelf.thumbnail(card.id))));
    }
    cards.forEach((card, index) => {
      const button = /** @type {HTMLElement} */ (strip.children[index].firstElementChild);
      const given = this.view.answers[card.id];
      const word = given === undefined ? "" : given ?? "skipped";
      const label = button.lastElementChild;
      if (label && label.textContent !== word) label.textContent = word;
      button.classList.toggle("al-done", given !== undefined);
      button.setAttribute("aria-label", `Item ${index + 1} of ${cards.length}${word && `: ${word}`}`);
      if (card.id === this.current) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    const index = cards.findIndex((card) => card.id === this.current);
    place.textContent = page && index >= 0
      ? `batch ${page.round + 1} · item ${index + 1} of ${cards.length}` : "";
  }

  paintClasses() {
    const most = Math.max(1, ...this.labels.map((label) => this.view.counts[label] ?? 0));
    const given = this.view.answers[this.current ?? ""];
    for (const [label, button] of this.frame.buttons) {
      const count = this.view.counts[label] ?? 0;
      const [, , number, bar] = button.children;
      if (number.textContent !== String(count)) number.textContent = String(count);
      /** @type {HTMLElement} */ (bar).style.setProperty("--al-share", String(count / most));
      button.setAttribute("aria-pressed", String(given === label));
    }
    this.frame.undo.disabled = this.view.undo.length === 0;
    this.frame.redo.disabled = this.view.redo.length === 0;
  }

  paintSearch() {
    const typed = this.frame.input.value;
    const found = matches(this.labels, typed);
    for (const [label, button] of this.frame.buttons) {
      button.hidden = typed.trim() !== "" && !found.includes(label);
      button.classList.toggle("al-first", label === found[0]);
      button.style.order = found.length ? String(found.indexOf(label)) : "";
    }
  }

  paintLine() {
    const { learning, saved, suggest } = this.frame;
    const { training, failure, fits } = this.view;
    const { spent: durable } = this.model.get("_state");
    const waiting = this.outbox.entries.length;
    saved.textContent = `saved ${durable}${waiting ? ` · saving ${waiting}` : ""}`;
    learning.textContent = failure ? "training failed" : training ? "learning…" : "";
    learning.title = failure;
    learning.classList.toggle("al-failed", failure !== "");
    suggest.disabled = fits === 0;
    if (failure) this.say("error", `The last training failed: ${failure}. No answer is lost.`, true);
  }

  paintConnection() {
    const { notice } = this.frame;
    const silent = performance.now() - this.heard > 2.4 * BEAT || this.outbox.waiting() > 1.4 * BEAT;
    const kept = this.outbox.entries.length;
    const what = kept === 1 ? "1 answer is" : `${kept} answers are`;
    const rest = kept ? ` ${what} kept in this browser until then.` : "";
    let message = "";
    if (this.cut) message = `The kernel was restarted or is gone. Run the cell again to go on.${rest}`;
    else if (silent) message = `The kernel does not answer: it is busy, or gone.${rest}`;
    notice.classList.toggle("al-alarm", message !== "");
    this.frame.root.dataset.kernel = message ? "silent" : "alive";
    if (message) notice.textContent = message;
    else if (!this.info.durable) {
      if (!notice.querySelector("form")) notice.replaceChildren(this.offer);
    } else notice.textContent = "";
    notice.hidden = notice.childNodes.length === 0;
  }

  /** @param {"said" | "error"} where @param {string} text @param {boolean} [shown] */
  say(where, text, shown = true) {
    if (!shown) return;
    this.frame[where].textContent = text;
    if (where === "error") this.frame.error.hidden = text === "";
    else this.frame.error.hidden = true;
  }

  // -- how it hears ------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { model, frame } = this;
    this.offer = saveOffer((where) => model.send({ type: "save", where }), signal);
    const on = (/** @type {string} */ name, /** @type {(...given: any[]) => void} */ call) => {
      model.on(/** @type {any} */ (name), call);
      signal.addEventListener("abort", () => model.off(/** @type {any} */ (name), call));
    };
    on("change:_page_0", () => this.takePages());
    on("change:_page_1", () => this.takePages());
    on("change:_state", () => this.paint());
    on("change:_suggestions", () => this.paint());
    on("change:_info", () => { this.info = model.get("_info"); this.paintConnection(); });
    on("msg:custom", (message) => this.hear(message));
    on("comm_live_update", () => { this.cut = true; this.paintConnection(); });
    frame.root.addEventListener("keydown", (event) => this.press(event), { signal });
    frame.root.addEventListener("click", (event) => this.click(event), { signal });
    frame.input.addEventListener("input", () => this.paintSearch(), { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.hiddenAt = performance.now();
      else {
        this.shownAt += performance.now() - this.hiddenAt; // nobody looked at it meanwhile
        this.heard = performance.now();
        this.beat();
      }
    }, { signal });
    const timer = setInterval(() => this.beat(), BEAT);
    signal.addEventListener("abort", () => { clearInterval(timer); this.shelf.clear(); });
  }
}

/** @param {[string, number][] | undefined} guess */
function suggestionNodes(guess) {
  if (!guess) return [element("span", "al-muted", "The model has no guess about this one yet.")];
  return guess.map(([label, probability], index) => {
    const node = element("span", index ? "al-guess al-muted" : "al-guess");
    node.append(element("b", "", label), ` ${Math.round(100 * probability)} %`);
    return node;
  });
}

/** @param {string} id @param {HTMLElement} node */
function thumbnail(id, node) {
  const item = document.createElement("li");
  const button = element("button", "al-thumb");
  button.type = "button";
  button.tabIndex = -1; // the arrow keys move here
  button.dataset.item = id;
  button.append(node, element("span", "al-thumb-label"));
  item.append(button);
  return item;
}

/** Give the focus back to the cell. @param {HTMLElement} root */
function leave(root) {
  root.blur();
  const cell = /** @type {HTMLElement | null} */ (root.closest(".jp-Notebook"));
  cell?.focus({ preventScroll: true });
}

export default {
  /** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
  render({ model, el, signal }) {
    const labeler = new Labeler(model, signal);
    el.append(labeler.frame.root);
    labeler.frame.root.dataset.ready = "true";
  },
};
