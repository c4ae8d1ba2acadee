// The newest items that were made, small; and one of them large beside what it was made of.

import { CardShelf, element } from "./cards.js";
import { quiet } from "./pane.js";
import { inOnePiece } from "./rest_counts.js";
import { nextPlace } from "./synthesis_words.js";

/**
 * @typedef {{item: string, label: string}} Parent
 * @typedef {{item: string, label: string, recipe: string, kind: string, status: string, why: string,
 *   parents: Parent[], more: number}} Shown
 */

const SIGNS = { "held-back": "?", asked: "?", accepted: "✓", relabeled: "✓", rejected: "×" };

export class Strip {
  /** @param {import("./synthesis_frame.js").Frame["newest"]} frame @param {AbortSignal} signal */
  constructor(frame, signal) {
    this.frame = frame;
    this.shelf = new CardShelf();
    /** @type {Shown[]} */
    this.items = [];
    this.chosen = "";
    const choose = (/** @type {Event} */ event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      if (button?.dataset.item) this.choose(button.dataset.item);
    };
    for (const kind of ["pointerover", "focusin", "click"]) frame.strip.addEventListener(kind, choose, { signal });
    frame.strip.addEventListener("keydown", (event) => {
      const at = this.items.findIndex(({ item }) => item === this.chosen);
      const next = nextPlace(event.key, at, this.items.length);
      if (next === at) return;
      event.preventDefault();
      this.button(this.items[next].item)?.focus();
    }, { signal });
    signal.addEventListener("abort", () => this.shelf.clear());
  }

  /** @param {Shown[]} items @param {Record<string, import("./state.js").Card>} cards */
  show(items, cards) {
    this.shelf.hold(Object.values(cards), null);
    const had = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.item : "";
    this.items = items;
    this.frame.strip.replaceChildren(...items.map((item) => this.thumb(item, cards[item.item]?.kind ?? "text")));
    this.choose(items.some(({ item }) => item === this.chosen) ? this.chosen : items[0]?.item ?? "", true);
    if (had) this.button(had)?.focus({ preventScroll: true });
  }

  /** @param {string} item @returns {HTMLElement | undefined} */
  button(item) {
    return /** @type {HTMLElement[]} */ ([...this.frame.strip.querySelectorAll("button")]).find((one) => one.dataset.item === item);
  }

  /** @param {Shown} shown @param {string} kind   of its card */
  thumb({ item, label, recipe, kind: became, status }, kind) {
    const line = element("li", "");
    const button = quiet(element("button", `al-syn-thumb al-syn-is-${became}`));
    button.type = "button";
    button.dataset.item = item;
    button.setAttribute("aria-label", [label || "no label yet", recipe, status].join(", "));
    button.title = `${recipe} · ${status}`;
    const look = element("span", `al-syn-look al-syn-as-${kind}`);
    look.append(this.shelf.thumbnail(item));
    const sign = SIGNS[/** @type {keyof typeof SIGNS} */ (became)];
    if (sign) look.append(element("span", "al-syn-sign", sign));
    button.append(look, element("span", "al-syn-recipe", inOnePiece(recipe)));
    line.append(button);
    return line;
  }

  /** Show an item beside its parents. @param {string} item @param {boolean} [anew] */
  choose(item, anew = false) {
    if (item === this.chosen && !anew) return;
    this.chosen = item;
    for (const one of this.frame.strip.querySelectorAll("button")) {
      one.setAttribute("aria-pressed", String(one.dataset.item === item));
      one.tabIndex = one.dataset.item === item ? 0 : -1; // the arrow keys move here
    }
    const shown = this.items.find((one) => one.item === item);
    this.frame.pair.hidden = !shown;
    if (shown) this.frame.pair.replaceChildren(...this.pair(shown));
  }

  /** @param {Shown} shown */
  pair({ item, label, recipe, kind, status, why, parents, more }) {
    const sides = element("div", "al-syn-sides");
    parents.forEach((parent, index) => {
      if (index) sides.append(element("span", "al-syn-arrow", "+"));
      sides.append(this.side(parent.item, parent.label || "label changed"));
    });
    if (more) sides.append(element("span", "al-syn-arrow", `+ ${more}`));
    const arrow = element("span", "al-syn-arrow", "→");
    arrow.setAttribute("aria-label", "became");
    const made = this.side(item, label || "no label yet");
    made.classList.add("al-syn-new");
    sides.append(arrow, made);
    const words = element("p", "al-syn-words");
    words.append(element("strong", "", inOnePiece(recipe)), element("span", `al-syn-status al-syn-is-${kind}`, why ? `${status}: ${why}` : status));
    return [sides, words];
  }

  /** @param {string} item @param {string} label */
  side(item, label) {
    const side = element("figure", "al-syn-side");
    const look = this.shelf.thumbnail(item);
    const large = look instanceof HTMLImageElement ? look : this.shelf.node(item);
    const frame = element("div", "al-syn-large");
    frame.append(large);
    side.append(frame, element("figcaption", "", label));
    return side;
  }
}
