// The last items of a stream: a card each, what became of it, and why. While somebody looks at one
// they stand still, or it would be gone before it is read.

import { CardShelf, element } from "./cards.js";
import { inNumber } from "./rest_counts.js";
import { shape } from "./stream_frame.js";

/** @typedef {{number: number, became: string, said: string, note: string, why: string}} Seen */
/** @typedef {import("./cards.js").Card} Card */

const HINT = "Point at an item to see why.";

/** An item in a sentence. @param {Seen} seen */
export function seenInWords({ number, why }) {
  return `Item ${inNumber(number)}. ${why}`;
}

/**
 * How many of the newest items came since those that are shown.
 * @param {Seen[]} shown @param {Seen[]} newest
 */
export function newerThan(shown, newest) {
  if (!shown.length || !newest.length) return 0;
  return Math.max(0, newest[newest.length - 1].number - shown[shown.length - 1].number);
}

/** Whether nobody is asked about it yet. @param {{became?: string, note?: string}} item */
export function canBeAsked({ became, note }) {
  return (became === "accepted" || became === "passed") && !["agreed", "differed", "open"].includes(note ?? "");
}

/** A node for an item. @param {Seen} seen */
function make({ number }) {
  const item = element("li", "al-str-item");
  item.dataset.number = String(number);
  const node = element("button", "al-str-card");
  node.type = "button";
  node.tabIndex = -1;
  node.dataset.lmSuppressShortcuts = "true";
  node.append(element("span", "al-str-face"), element("span", "al-str-became"), element("span", "al-str-note"));
  item.append(node);
  return item;
}

export class Strip {
  /**
   * @param {import("./stream_frame.js").Frame["strip"]} part
   * @param {(number: number) => void} ask is told of an item that somebody wants to be asked about
   * @param {AbortSignal} signal
   */
  constructor({ node, list, why }, ask, signal) {
    this.list = list;
    this.why = why;
    this.shelf = new CardShelf();
    /** @type {Map<string, Card>} */
    this.cards = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.nodes = new Map();
    /** @type {Seen[]} */
    this.newest = [];
    /** @type {Seen[]} */
    this.shown = [];
    this.looked = -1; // the number of the item that somebody looks at
    const on = (/** @type {string} */ kind, /** @type {(event: any) => void} */ call) =>
      node.addEventListener(kind, call, { signal });
    on("pointerover", (event) => this.look(event.target));
    on("pointerleave", () => this.look(document.activeElement));
    on("focusin", (event) => this.look(event.target));
    on("focusout", (event) => this.look(event.relatedTarget));
    on("keydown", (event) => this.move(event));
    on("click", ({ target }) => {
      const item = target.closest(".al-str-item");
      if (item && canBeAsked(item.dataset)) ask(Number(item.dataset.number));
    });
    const sizes = new ResizeObserver(() => { if (this.looked < 0) this.toEnd(); });
    sizes.observe(list);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      this.shelf.clear();
    });
  }

  /** Cards that came; of those before, as many are kept as are shown. @param {Card[]} cards */
  take(cards) {
    for (const card of cards) this.cards.set(card.id, card);
    const wanted = new Set([...this.newest, ...this.shown].map(({ number }) => String(number)));
    const newest = Math.max(-1, ...cards.map(({ id }) => Number(id)));
    for (const id of this.cards.keys()) {
      if (!wanted.has(id) && Number(id) < newest - 100) this.cards.delete(id);
    }
    this.shelf.hold([...this.cards.values()], null);
    for (const [number, node] of this.nodes) this.face(node, String(number));
    if (this.looked < 0) this.toEnd();
  }

  /** @param {Seen[]} newest */
  show(newest) {
    this.newest = newest;
    if (this.looked >= 0 && this.shown.some(({ number }) => number === this.looked)) this.refresh();
    else this.paint(newest);
  }

  /** What became of the items that are shown may change while they stand still. */
  refresh() {
    const now = new Map(this.newest.map((seen) => [seen.number, seen]));
    this.shown = this.shown.map((seen) => now.get(seen.number) ?? seen);
    this.paint(this.shown);
  }

  /** @param {Seen[]} items */
  paint(items) {
    this.shown = items;
    const kept = new Set(items.map(({ number }) => number));
    for (const [number, node] of this.nodes) {
      if (kept.has(number)) continue;
      node.remove();
      this.nodes.delete(number);
    }
    for (const seen of items) this.fill(seen);
    items.forEach(({ number }, k) => {
      const node = /** @type {HTMLElement} */ (this.nodes.get(number));
      if (this.list.children[k] !== node) this.list.insertBefore(node, this.list.children[k] ?? null);
    });
    const last = this.list.lastElementChild?.firstElementChild;
    if (this.looked < 0) {
      for (const node of this.nodes.values()) /** @type {HTMLElement} */ (node.firstElementChild).tabIndex = -1;
      if (last) /** @type {HTMLElement} */ (last).tabIndex = 0;
      this.toEnd();
    }
    this.tell();
  }

  /** The newest are in sight; the others fade out. */
  toEnd() {
    const { list } = this;
    list.scrollLeft = list.scrollWidth;
    list.classList.toggle("al-str-cut", list.scrollWidth > list.clientWidth + 1);
  }

  /** @param {Seen} seen */
  fill(seen) {
    const { number, became, said, note } = seen;
    const node = this.nodes.get(number) ?? make(seen);
    const key = [became, said, note].join("\n");
    if (node.dataset.key === key) return;
    node.dataset.key = key;
    node.dataset.became = became;
    node.dataset.note = note;
    const [, mark, more] = /** @type {HTMLElement[]} */ ([...(/** @type {HTMLElement} */ (node.firstElementChild)).children]);
    mark.replaceChildren(shape(became), element("span", "al-str-label", said));
    more.textContent = note;
    node.firstElementChild?.setAttribute("aria-label", seenInWords(seen));
    if (!this.nodes.has(number)) this.face(node, String(number));
    this.nodes.set(number, node);
  }

  /** @param {HTMLElement} node @param {string} id */
  face(node, id) {
    if (node.dataset.faced || !this.shelf.has(id)) return;
    node.dataset.faced = "true";
    node.dataset.kind = this.cards.get(id)?.kind ?? "";
    node.querySelector(".al-str-face")?.replaceChildren(this.shelf.node(id));
  }

  /** Somebody looks at an item, or at none. @param {EventTarget | null} target */
  look(target) {
    const item = target instanceof Element ? target.closest(".al-str-item") : null;
    const inside = item && this.list.contains(item);
    const before = this.looked;
    this.looked = inside ? Number(/** @type {HTMLElement} */ (item).dataset.number) : -1;
    if (before >= 0 && this.looked < 0) this.paint(this.newest);
    else this.tell();
  }

  /** Say why, of the item that is looked at. */
  tell() {
    const seen = this.shown.find(({ number }) => number === this.looked);
    const newer = newerThan(this.shown, this.newest);
    const held = newer ? ` Held while you look; ${inNumber(newer)} newer.` : "";
    const words = seen ? seenInWords(seen) + held : this.shown.length ? HINT : "The items that pass appear here.";
    if (this.why.textContent !== words) this.why.textContent = words;
    for (const [number, node] of this.nodes) node.classList.toggle("al-str-looked", number === this.looked);
  }

  /** Arrows go from item to item. @param {KeyboardEvent} event */
  move(event) {
    const at = [...this.list.children].findIndex((item) => item.contains(document.activeElement));
    const last = this.list.children.length - 1;
    /** @type {Record<string, number>} */
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last };
    if (at < 0 || !(event.key in to)) return;
    event.preventDefault();
    const next = this.list.children[Math.min(last, Math.max(0, to[event.key]))]?.firstElementChild;
    /** @type {HTMLElement} */ (next).focus();
  }
}
