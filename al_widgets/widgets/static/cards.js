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

/**
 * How a card with parents looks: itself, and each parent, drawn by `draw`.
 * @typedef {(card: Card, draw: (card: Card) => HTMLElement) => HTMLElement} Compose
 */

/** The nodes of the items that are in the browser, made once and let go with their page. */
export class CardShelf {
  /** @param {Compose | null} compose   for items that were made; null shows them as any other */
  constructor(compose = null) {
    this.compose = compose;
    /** @type {Map<string, {card: Card, node: HTMLElement, urls: string[]}>} */
    this.shelf = new Map();
  }

  /** @param {string | null} id */
  has(id) {
    return this.shelf.has(id ?? "");
  }

  /**
   * Hold these cards, and the one that is in the hand; let go of the others.
   * @param {Card[]} cards
   * @param {string | null} inHand
   */
  hold(cards, inHand) {
    const wanted = new Set([inHand, ...cards.map((card) => card.id)]);
    for (const id of [...this.shelf.keys()].filter((held) => !wanted.has(held))) this.drop(id);
    for (const card of cards) {
      const held = this.shelf.get(card.id);
      if (held && origin(held.card) === origin(card)) {
        held.card = card; // it looks as before, but may be asked about for another reason
        continue;
      }
      this.drop(card.id);
      this.shelf.set(card.id, this.make(card));
    }
  }

  /** @param {string} id */
  drop(id) {
    this.shelf.get(id)?.urls.forEach((url) => URL.revokeObjectURL(url));
    this.shelf.delete(id);
  }

  /** @param {Card} card */
  make(card) {
    /** @type {string[]} */
    const urls = [];
    const draw = (/** @type {Card} */ each) => {
      const url = each.bytes ? urlOf(each.bytes, each.mime) : null;
      if (url) urls.push(url);
      return look(each, url);
    };
    const node = card.made && this.compose ? this.compose(card, draw) : draw(card);
    return { card, node, urls };
  }

  /** Why the item is asked about; empty if that is not known. @param {string | null} id */
  reason(id) {
    return this.shelf.get(id ?? "")?.card.reason ?? "";
  }

  /** The node of an item, large. @param {string} id */
  node(id) {
    return this.shelf.get(id)?.node ?? element("p", "al-wait", "This item is on its way…");
  }

  /** What an item was made from; null if it was not made. @param {string | null} id */
  made(id) {
    return this.shelf.get(id ?? "")?.card.made ?? null;
  }

  /** A new node of an item, small. @param {string} id */
  thumbnail(id) {
    const held = this.shelf.get(id);
    if (!held) return element("span", "al-thumb-text", "…");
    const [url] = held.urls; // its own, or that of a parent where it has no picture
    if (url) return picture(held.card, url);
    return element("span", "al-thumb-text", held.card.alt);
  }

  clear() {
    this.hold([], null);
  }
}

/** What is told of where an item comes from. @param {Card} card */
function origin({ made }) {
  return JSON.stringify(made ?? null, (key, value) => (key === "card" ? null : value));
}

/** @param {DataView} bytes @param {string} [type] */
function urlOf({ buffer, byteOffset, byteLength }, type) {
  const bytes = new Uint8Array(/** @type {ArrayBuffer} */ (buffer), byteOffset, byteLength);
  return URL.createObjectURL(new Blob([bytes], { type }));
}

/** @param {Card} card @param {string | null} url   of its picture */
function look(card, url) {
  if (url) return picture(card, url);
  return card.kind === "row" ? row(card) : text(card);
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
