// The labeling surface.
//
// A key press changes what is on the screen at once: the items of this batch and the next are here
// already. The answer goes to the kernel with an id of its own and stays in the outbox until the
// kernel says that it is durable. What is shown is always the kernel's last word with the outbox
// applied on top, so nothing flickers when the two meet.

import { alarmInWords } from "./alarm.js";
import { Face } from "./face.js";
import { saveOffer } from "./frame.js";
import { character, meaning } from "./keys.js";
import { hearPointing, point } from "./link.js";
import { Outbox, browserStorage, newId } from "./outbox.js";
import { leave, passOn } from "./notebook.js";
import {
  afterStep, askedFor, inOrder, inWords, isDoneElsewhere, isNews, isOpen, isTaken, isUnspent,
  neighbour, nextItem, pageOf, project,
} from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Page} Page */
/** @typedef {import("./frame.js").Info} Info */
/** @typedef {{_info: Info, _state: State, _page_0: Page, _page_1: Page,
 *   _suggestions: Record<string, [string, number][]>, _link: string}} Traits */
/** @typedef {import("@anywidget/types").AnyModel<Traits>} Model */

const BEAT = 5000; // ms between two questions to the kernel whether it is there
const DIRECT_KEYS = 10; // with more classes than this, letters search

class Labeler {
  /** @param {Model} model @param {AbortSignal} signal */
  constructor(model, signal) {
    this.model = model;
    const { classes, store } = model.get("_info");
    this.classKeys = Object.fromEntries(
      classes.filter((item) => item.key).map((item) => [item.key, item.label]),
    );
    this.typeAhead = classes.length > DIRECT_KEYS;
    this.face = new Face(model.get("_info"), this.typeAhead);
    const send = (/** @type {import("./state.js").Operation[]} */ operations) =>
      model.send({ type: "answers", operations });
    this.outbox = new Outbox(store, send, browserStorage());
    this.offer = saveOffer((where) => model.send({ type: "save", where }), signal);
    /** @type {NonNullable<Page>[]} */
    this.pages = [];
    /** @type {State} */
    this.view = model.get("_state");
    /** @type {string | null} */
    this.current = null;
    this.first = ""; // name of the page that came first when it was looked at last
    this.shownAt = performance.now();
    this.hiddenAt = 0;
    this.guessShown = false;
    this.heard = performance.now();
    this.cut = false;
    this.listen(signal);
    this.takePages();
    this.outbox.flush();
  }

  // -- what arrives ------------------------------------------------------------------------------

  takePages() {
    const pages = [this.model.get("_page_0"), this.model.get("_page_1")];
    this.face.shelf.hold(pages.flatMap((page) => page?.cards ?? []), this.current);
    this.paint();
  }

  /** @param {{type: string, done?: string[], text?: string}} message */
  hear({ done, text }) {
    this.heard = performance.now();
    this.cut = false;
    if (done?.length) this.outbox.drop(done);
    if (text || done?.length) this.face.complain(text ?? "");
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
    if (item === null || !this.face.shelf.has(item) || !this.face.frame.sheet.hidden) return;
    if (type === "label" && isUnspent(this.view, item) && this.view.spent >= this.view.total) {
      this.face.complain(`The budget of ${this.view.total} answers is spent.`);
      return;
    }
    const before = this.view;
    if (isNews(before, item, label ?? null)) {
      const seconds = Math.round(performance.now() - this.shownAt) / 1000;
      this.outbox.add({ id: newId(), type, item, label, seconds });
    }
    this.refresh();
    this.face.tell(before, this.view, item, label ?? null);
    this.current = nextItem(this.pages, this.view, item);
    this.paint();
  }

  /** @param {"undo" | "redo"} type */
  retract(type) {
    const [action] = this.view[type];
    if (!action) {
      this.face.say(`nothing to ${type}`);
      return;
    }
    this.outbox.add({ id: newId(), type, target: action.id });
    this.refresh();
    this.face.say(inWords(type, action));
    this.current = afterStep(this.pages, this.view, this.current, type, action);
    this.paint();
  }

  /** @param {import("./keys.js").Command} command @param {KeyboardEvent} event */
  command(command, event) {
    const { sheet, root, input } = this.face.frame;
    switch (command) {
      case "undo": case "redo": this.retract(command); break;
      case "skip": if (!event.repeat) this.answer("skip"); break;
      case "suggest": this.toggleGuess(); break;
      case "accept": if (!event.repeat) this.accept(); break;
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
    const page = pageOf(this.pages, this.current);
    this.current = neighbour(page ? [page] : [], this.current, step);
    this.paint();
  }

  /** Somebody pointed at an item elsewhere. @param {string} item */
  goTo(item) {
    if (!pageOf(this.pages, item)) return;
    this.current = item;
    this.paint();
  }

  toggleGuess() {
    this.guessShown = !this.guessShown;
    this.face.frame.suggest.setAttribute("aria-pressed", String(this.guessShown));
    this.paint();
  }

  /** Keep the answer under review, accept what was made as what it comes from, or take the guess. */
  accept() {
    const made = this.face.shelf.made(this.current);
    if (this.view.reviewing.includes(this.current ?? "")) this.keep();
    else if (made && made.label !== null) this.answer("label", made.label);
    else this.acceptGuess();
  }

  keep() {
    const given = this.view.answers[this.current ?? ""];
    if (typeof given === "string") this.answer("label", given);
    else if (given === null) this.answer("skip");
  }

  acceptGuess() {
    const guess = this.model.get("_suggestions")[this.current ?? ""];
    if (this.guessShown && guess) this.answer("label", guess[0][0]);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target instanceof HTMLInputElement) return this.pressInInput(event, target);
    const pressed = event.key === "Enter" || event.key === " ";
    if (pressed && target.closest("button")) return event.stopPropagation(); // it clicks the button
    const means = meaning(event, this.classKeys, this.typeAhead);
    if (means === null) {
      if (event.ctrlKey || event.metaKey) passOn(event);
      else if (event.key.length === 1) event.stopPropagation();
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
    if (input !== this.face.frame.input || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      const [first] = this.face.showMatches();
      if (first === undefined) return;
      this.clearSearch();
      this.answer("label", first);
    } else if (event.key === "Escape") this.clearSearch();
  }

  clearSearch() {
    this.face.frame.input.value = "";
    this.face.showMatches();
    this.face.frame.root.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  click(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = target.closest("button");
    const { frame } = this.face;
    if (button?.dataset.label) {
      this.clearSearch();
      this.answer("label", button.dataset.label);
    } else if (button?.dataset.item) {
      this.current = button.dataset.item;
      this.paint();
    } else if (button === frame.skip) this.answer("skip");
    else if (button === frame.keep) this.keep();
    else if (button === frame.accept) this.accept();
    else if (button === frame.undo) this.retract("undo");
    else if (button === frame.redo) this.retract("redo");
    else if (button === frame.suggest) this.toggleGuess();
    else if (button === frame.help) frame.sheet.hidden = !frame.sheet.hidden;
    else if (button?.classList.contains("al-close")) frame.sheet.hidden = true;
    if (!target.closest("input, form")) frame.root.focus({ preventScroll: true });
  }

  // -- what is shown -----------------------------------------------------------------------------

  refresh() {
    this.view = project(this.model.get("_state"), this.outbox.pending);
    this.pages = inOrder([this.model.get("_page_0"), this.model.get("_page_1")], this.view.order);
  }

  paint() {
    const before = this.view;
    this.refresh();
    this.choose(before);
    const { pages, view, current, guessShown } = this;
    const guess = this.model.get("_suggestions")[current ?? ""];
    if (this.face.show({ pages, view, current, guess, guessShown })) {
      this.shownAt = performance.now();
      point(this.model.get("_link"), { item: current ?? "" }, this);
    }
    this.paintLine();
    this.paintConnection();
  }

  /** See to it that there is a current item, if there is any to ask about. @param {State} before */
  choose(before) {
    const { current, first, view } = this;
    if (this.goToAsked()) return;
    if (current !== null) {
      const turned = first !== this.first && !isOpen(view, current); // another query
      const done = turned || isTaken(before, view, current) || isDoneElsewhere(this.pages, view, current);
      if (this.face.shelf.has(current) && !done) return;
      const [open] = view.order;
      const arrived = open === undefined || this.pages.some((page) => page.name === open);
      if (this.outbox.entries.length || !arrived) return; // undo went back to it: it is on its way
    }
    this.current = nextItem(this.pages, view, null);
  }

  /** Go to what somebody asked for, once, when it arrives. */
  goToAsked() {
    const first = this.pages.at(0)?.name ?? "";
    if (first === this.first) return false;
    this.first = first;
    const asked = askedFor(this.pages, this.view, this.current);
    this.current = asked ?? this.current;
    return asked !== null;
  }

  paintLine() {
    const { learning, saved } = this.face.frame;
    const { training, failure } = this.view;
    const waiting = this.outbox.entries.length;
    const durable = this.model.get("_state").spent;
    saved.textContent = `saved ${durable}${waiting ? ` · saving ${waiting}` : ""}`;
    learning.textContent = failure ? "training failed" : training ? "learning…" : "";
    learning.title = failure;
    learning.classList.toggle("al-failed", failure !== "");
    if (failure) this.face.complain(`The last training failed: ${failure}. No answer is lost.`);
  }

  paintConnection() {
    const { notice, root } = this.face.frame;
    const silent = performance.now() - this.heard > 2.4 * BEAT || this.outbox.waiting() > 1.4 * BEAT;
    const { durable } = this.model.get("_info");
    const alarm = alarmInWords({ cut: this.cut, silent, durable, kept: this.outbox.entries.length });
    const offered = alarm === "" && !durable;
    if (notice.dataset.says === `${alarm}${offered}`) return;
    notice.dataset.says = `${alarm}${offered}`;
    notice.classList.toggle("al-alarm", alarm !== "");
    root.dataset.kernel = alarm ? "silent" : "alive";
    if (offered) notice.replaceChildren(this.offer);
    else notice.textContent = alarm;
    notice.hidden = alarm === "" && !offered;
  }

  // -- how it hears ------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  listen(signal) {
    const { model, face: { frame, shelf } } = this;
    const on = (/** @type {string} */ name, /** @type {(...given: any[]) => void} */ call) => {
      model.on(/** @type {any} */ (name), call);
      signal.addEventListener("abort", () => model.off(/** @type {any} */ (name), call));
    };
    on("change:_page_0", () => this.takePages());
    on("change:_page_1", () => this.takePages());
    on("change:_state", () => this.paint());
    on("change:_suggestions", () => this.paint());
    on("change:_info", () => this.paintConnection());
    on("msg:custom", (message) => this.hear(message));
    on("comm_live_update", () => { this.cut = true; this.paintConnection(); });
    hearPointing(model.get("_link"), ({ go }) => { if (go !== undefined) this.goTo(go); }, this, signal);
    frame.root.addEventListener("keydown", (event) => this.press(event), { signal });
    frame.root.addEventListener("click", (event) => this.click(event), { signal });
    frame.input.addEventListener("input", () => this.face.showMatches(), { signal });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.hiddenAt = performance.now();
      else {
        this.shownAt += performance.now() - this.hiddenAt; // nobody looked at it meanwhile
        this.heard = performance.now();
        this.beat();
      }
    }, { signal });
    const timer = setInterval(() => this.beat(), BEAT);
    signal.addEventListener("abort", () => { clearInterval(timer); shelf.clear(); });
  }
}

export default {
  /** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
  render({ model, el, signal }) {
    const labeler = new Labeler(model, signal);
    el.append(labeler.face.frame.root);
    labeler.face.frame.root.dataset.ready = "true";
  },
};
