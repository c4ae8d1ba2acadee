// How an item looks. Text goes in as text, pixels as pixels; nothing is ever executed.

/** @typedef {import("./state.js").Card} Card */

const CELLS_A_TABLE = 10;

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** The nodes of the items that are in the browser, made once and let go with their page. */
export class CardShelf {
  constructor() {
    /** @type {Map<string, {card: Card, node: HTMLElement, url: string | null}>} */
    this.shelf = new Map();
  }

  /** @param {string} id */
  has(id) {
    return this.shelf.has(id);
  }

  /**
   * Hold these cards, and the one that is in the hand; let go of the others.
   * @param {Card[]} cards
   * @param {string | null} inHand
   */
  hold(cards, inHand) {
    const wanted = new Set([inHand, ...cards.map((card) => card.id)]);
    for (const [id, { url }] of this.shelf) {
      if (wanted.has(id)) continue;
      if (url) URL.revokeObjectURL(url);
      this.shelf.delete(id);
    }
    for (const card of cards) {
      const held = this.shelf.get(card.id);
      if (held) held.card = card; // it looks as before, but may be asked about for another reason
      else this.shelf.set(card.id, this.make(card));
    }
  }

  /** @param {Card} card */
  make(card) {
    if (card.kind === "image" && card.bytes) {
      const { buffer, byteOffset, byteLength } = card.bytes;
      const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
      const url = URL.createObjectURL(new Blob([bytes], { type: card.mime }));
      return { card, node: picture(card, url), url };
    }
    return { card, node: card.kind === "row" ? row(card) : text(card), url: null };
  }

  /** Why the item is asked about; empty if that is not known. @param {string | null} id */
  reason(id) {
    return this.shelf.get(id ?? "")?.card.reason ?? "";
  }

  /** The node of an item, large. @param {string} id */
  node(id) {
    return this.shelf.get(id)?.node ?? element("p", "al-wait", "This item is on its way…");
  }

  /** A new node of an item, small. @param {string} id */
  thumbnail(id) {
    const held = this.shelf.get(id);
    if (!held) return element("span", "al-thumb-text", "…");
    if (held.url) return picture(held.card, held.url);
    return element("span", "al-thumb-text", held.card.alt);
  }

  clear() {
    this.hold([], null);
  }
}

/** @param {Card} card @param {string} url */
function picture(card, url) {
  const image = element("img", "al-picture");
  image.src = url;
  image.alt = card.alt;
  image.draggable = false;
  image.decode().catch(() => image.classList.add("al-broken")); // decoded before it is needed
  return image;
}

/** @param {Card} card */
function text(card) {
  const node = element("p", "al-text", card.text);
  node.dir = "auto";
  if ((card.text ?? "").length > 280) node.classList.add("al-long");
  return node;
}

/** The cells, in as many tables side by side as there is room for. @param {Card} card */
function row(card) {
  const cells = card.cells ?? [];
  const rows = element("div", "al-rows");
  for (let start = 0; start < cells.length; start += CELLS_A_TABLE) {
    const table = element("table", "al-row");
    for (const [name, value] of cells.slice(start, start + CELLS_A_TABLE)) {
      const line = table.insertRow();
      const head = element("th", "", name);
      head.scope = "row";
      line.append(head, element("td", "", value));
    }
    rows.append(table);
  }
  return rows;
}
