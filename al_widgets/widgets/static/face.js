// What is on the screen: the parts of the frame, filled from one scene at a time.

import { CardShelf, element } from "./cards.js";
import { buildFrame } from "./frame.js";
import { matches } from "./keys.js";
import { composeMade, madeInWords, questionAbout, whyMade } from "./made.js";
import { write } from "./pane.js";
import { SEPARATOR, answerInWords, isOpen, pageOf, reasonOf, reviewInWords } from "./state.js";

const PLACES = {
  picked: "you asked for these", audit: "audit", review: "review", synthesis: "synthesis",
};

/** @typedef {import("./frame.js").Info} Info */
/** @typedef {import("./state.js").Page} Page */

/**
 * All that decides what is shown.
 * @typedef {object} Scene
 * @property {NonNullable<Page>[]} pages
 * @property {import("./state.js").State} view
 * @property {string | null} current        the item that is asked about
 * @property {[string, number][] | undefined} guess
 * @property {boolean} guessShown
 */

export class Face {
  /** @param {Info} info @param {boolean} typeAhead */
  constructor(info, typeAhead) {
    this.labels = info.classes.map((item) => item.label);
    this.frame = buildFrame(info, typeAhead);
    this.shelf = new CardShelf(composeMade);
    this.painted = "";
    this.reason = "";
    this.stripOf = "";
    this.scrolled = false; // asking the card itself would cost a layout on each key
    this.frame.card.addEventListener("scroll", () => { this.scrolled = true; }, { passive: true });
  }

  /** @param {Scene} scene @returns {boolean} whether another item is shown than before */
  show(scene) {
    const changed = this.showCard(scene);
    this.showReason(scene);
    this.showOffer(scene);
    this.showStrip(scene);
    this.showClasses(scene);
    return changed;
  }

  /** @param {Scene} scene */
  showCard({ current, view, guess, guessShown }) {
    const { card, badge, suggestion } = this.frame;
    const here = this.shelf.has(current);
    const wait = view.ended || "Choosing the next items…";
    const key = here ? `item ${current}` : `${current} ${wait}`;
    const changed = key !== this.painted;
    const node = here ? this.shelf.node(current ?? "") : null;
    if (changed || (node && node !== card.firstChild)) {
      this.painted = key;
      if (current === null) delete card.dataset.item;
      else card.dataset.item = current;
      card.replaceChildren(current === null ? element("p", "al-wait", wait) : this.shelf.node(current));
      this.frame.stage.classList.toggle("al-has-made", this.shelf.made(current) !== null);
      if (this.scrolled) card.scrollTop = 0;
      this.scrolled = false;
    }
    const given = view.answers[current ?? ""];
    badge.hidden = given === undefined;
    write(badge, this.word(current, given));
    suggestion.hidden = !guessShown || current === null;
    if (guessShown) suggestion.replaceChildren(...guessNodes(guess));
    return changed;
  }

  /** @param {Scene} scene */
  showReason({ pages, current, view }) {
    const { review, reviewed } = this.frame;
    review.hidden = !view.reviewing.includes(current ?? "");
    const why = reasonOf(pages, current) || this.shelf.reason(current);
    const made = this.shelf.made(current);
    const said = made ? whyMade(made, why, SEPARATOR) : why;
    if (!review.hidden) write(reviewed, reviewInWords(said));
    if (said === this.reason) return;
    this.reason = said;
    this.frame.reason.replaceChildren(...(said ? reasonNodes(said) : []));
  }

  /** Offer to accept or to reject what was made. @param {Scene} scene */
  showOffer({ current, view }) {
    const { offer, question, accept, accepted, skip, cost } = this.frame;
    const made = this.shelf.made(current);
    offer.hidden = made === null || view.reviewing.includes(current ?? "");
    const [caption, key] = skip.children;
    write(caption, made ? "Reject" : "Skip");
    mark(skip, "data-reject", made ? "" : null);
    write(cost, made && view.free.includes(current ?? "") ? "free: costs no answer" : "");
    if (!made) return;
    write(question, questionAbout(made, key.textContent ?? ""));
    accept.hidden = made.label === null;
    write(accepted, `Accept: ${made.label}`);
    mark(accept, "data-accept", made.label ?? "");
    mark(accept, "aria-pressed", String(view.answers[current ?? ""] === made.label));
  }

  /** What a card bears when it is answered. @param {string | null} item @param {string | null} [given] */
  word(item, given) {
    if (given === null) return this.shelf.made(item) ? "rejected" : "skipped";
    return given ?? "";
  }

  /** @param {Scene} scene */
  showStrip({ pages, view, current }) {
    const page = pageOf(pages, current) ?? pages.at(-1);
    const { strip, place } = this.frame;
    const cards = page?.cards ?? [];
    const key = cards.map((card) => card.id).join("\n");
    if (key !== this.stripOf) {
      this.stripOf = key;
      strip.replaceChildren(...cards.map(({ id }) => thumbnail(id, this.shelf.thumbnail(id))));
    }
    cards.forEach((card, index) => {
      const button = /** @type {HTMLElement} */ (strip.children[index].firstElementChild);
      const word = this.word(card.id, view.answers[card.id]);
      const label = button.lastElementChild;
      if (label) write(label, word);
      button.classList.toggle("al-done", !isOpen(view, card.id));
      mark(button, "aria-label", `Item ${index + 1} of ${cards.length}${word && `: ${word}`}`);
      mark(button, "aria-current", card.id === current ? "true" : null);
    });
    const index = cards.findIndex((card) => card.id === current);
    const kind = page?.kind ?? "batch";
    const what = kind === "batch" ? `batch ${(page?.round ?? 0) + 1}` : PLACES[kind];
    write(place, index >= 0 ? `${what} · item ${index + 1} of ${cards.length}` : "");
    place.classList.toggle("al-picked", index >= 0 && kind !== "batch");
  }

  /** @param {Scene} scene */
  showClasses({ view, current, guess, guessShown }) {
    const most = Math.max(1, ...this.labels.map((label) => view.counts[label] ?? 0));
    const given = view.answers[current ?? ""];
    for (const [label, button] of this.frame.buttons) {
      const count = view.counts[label] ?? 0;
      const [, , number, bar] = button.children;
      write(number, String(count));
      mark(bar, "style", `--al-share: ${count / most}`);
      mark(button, "aria-pressed", String(given === label));
    }
    this.frame.undo.disabled = view.undo.length === 0;
    this.frame.redo.disabled = view.redo.length === 0;
    this.frame.suggest.disabled = !guess && !guessShown; // a model may be newer than its guesses
  }

  /** Leave only the classes that may be meant, the likeliest first. */
  showMatches() {
    const typed = this.frame.input.value;
    const found = matches(this.labels, typed);
    for (const [label, button] of this.frame.buttons) {
      button.hidden = typed.trim() !== "" && !found.includes(label);
      button.classList.toggle("al-first", label === found[0]);
      button.style.order = found.length ? String(found.indexOf(label)) : "";
    }
    return found;
  }

  /**
   * Tell how an item was answered.
   * @param {import("./state.js").State} before
   * @param {import("./state.js").State} view   after it
   * @param {string} item
   * @param {string | null} after
   */
  tell(before, view, item, after) {
    const made = before.reviewing.includes(item) ? null : this.shelf.made(item);
    this.say(made ? madeInWords(made, view, item, after) : answerInWords(before, view, item, after));
  }

  /** Say what was done. @param {string} text */
  say(text) {
    this.frame.said.textContent = text;
    this.complain("");
  }

  /** Say what went wrong; nothing takes it away. @param {string} text */
  complain(text) {
    this.frame.error.textContent = text;
    this.frame.error.hidden = text === "";
  }
}

/** Change an attribute only if it differs. @param {Element} node @param {string} name @param {string | null} value */
function mark(node, name, value) {
  if (node.getAttribute(name) === value) return;
  if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}

/** @param {[string, number][] | undefined} guess */
function guessNodes(guess) {
  if (!guess) return [element("span", "al-muted", "The model has no guess about this one yet.")];
  return guess.map(([label, probability], index) => {
    const node = element("span", index ? "al-guess al-muted" : "al-guess");
    node.append(element("b", "", label), ` ${Math.round(100 * probability)} %`);
    return node;
  });
}

/** The parts of a reason, each kept together where there is room. @param {string} reason */
function reasonNodes(reason) {
  const parts = reason.split(SEPARATOR);
  const nodes = parts.flatMap((part, index) => {
    const more = index < parts.length - 1 ? SEPARATOR.trimEnd() : ""; // no line begins with it
    return [" ", element("span", "al-reason-part", part + more)];
  });
  return [element("span", "al-reason-ask", "Why this one?"), ...nodes];
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
