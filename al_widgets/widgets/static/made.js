// How an item that was made looks beside what it was made from, and what is said of it.

import { element } from "./cards.js";

/** @typedef {import("./state.js").Card} Card */
/** @typedef {import("./state.js").State} State */
/** @typedef {{item: string, label: string | null, card: Card}} Parent */

/**
 * Where an item comes from.
 * @typedef {object} Made
 * @property {string} recipe
 * @property {string} target       what for
 * @property {string} held         why it was held back; empty if it was not
 * @property {string | null} label   the class that it takes from its parents; null if they differ
 * @property {Parent[]} parents    the first of them, that which it is most like in front
 * @property {number} n_more       how many are not among these
 * @property {boolean} has_face    whether it can be shown itself, not only what it was made from
 */

/** @type {Record<string, string>} */
const PURPOSES = {
  balance: "made to bring the classes into balance",
  gaps: "made where labels are missing",
  boundary: "made at the border of two classes",
};

/**
 * Why a made item is asked about: as its query says, or why it was held back and what it is for.
 * @param {Made} made
 * @param {string} reason
 * @param {string} separator
 */
export function whyMade({ held, target }, reason, separator) {
  if (!held || reason !== held) return reason;
  const purpose = PURPOSES[target] ?? (target ? `made for ${target}` : "");
  return [`held back: ${held}`, purpose].filter((part) => part !== "").join(separator);
}

/** What a person is to say of it. @param {Made} made @param {string} skip   the key that rejects */
export function questionAbout({ label }, skip) {
  return label === null
    ? `What it was made from has no one class: choose one, or reject it (${skip}).`
    : `Does the label still hold? If not, choose another class, or reject it (${skip}).`;
}

/**
 * What is said when a made item was answered.
 * @param {Made} made
 * @param {State} view   after it
 * @param {string} item
 * @param {string | null} after
 */
export function madeInWords(made, view, item, after) {
  if (after === null) return "rejected";
  const did = after === made.label ? "accepted" : made.label === null ? "labeled" : "relabeled";
  const cost = view.free.includes(item) ? "free" : `${view.spent} of ${view.total}`;
  return `${did}: ${after} · ${cost}`;
}

/** @param {Parent} parent */
export function parentInWords({ item, label }) {
  return label === null ? `from ${item}, which has no label now` : `from ${item}, labeled ${label}`;
}

/**
 * The item large, and beside it what it was made from: table cells side by side; else an arrow
 * from picture to picture, or text to text; only the parents where it has nothing to show itself.
 * @type {import("./cards.js").Compose}
 */
export function composeMade(card, draw) {
  const { made } = card;
  if (!made) return draw(card);
  const cards = [card, ...made.parents.map((parent) => parent.card)];
  if (cards.every((each) => each.kind === "row")) return compared(card, made);
  const node = element("div", made.has_face ? "al-made" : "al-made al-between");
  const lay = element("div", "al-made-lay");
  const own = ownNode(card, made, draw); // first: a thumbnail is the first picture that is drawn
  const parents = element("div", "al-parents");
  made.parents.forEach((parent, index) => {
    if (index && !made.has_face) parents.append(sign("+"));
    parents.append(parentNode(parent, draw));
  });
  if (made.n_more) parents.append(element("span", "al-muted", `and ${made.n_more} more`));
  parents.dataset.n = String(made.parents.length);
  parents.style.setProperty("--al-others", String(Math.max(1, made.parents.length - 1)));
  lay.append(own, sign(made.has_face ? "→" : ""), parents);
  node.append(lay);
  return node;
}

/** @param {Card} card @param {Made} made @param {(card: Card) => HTMLElement} draw */
function ownNode(card, made, draw) {
  const figure = element("figure", "al-made-item");
  if (made.has_face) figure.append(draw({ ...card, alt: `new: ${card.alt}` }));
  const caption = element("figcaption", "al-made-recipe");
  caption.append(element("b", "", "made: "), made.recipe);
  if (!made.has_face) {
    const what = made.parents.length > 1 ? "between these" : "near this one";
    caption.append(element("span", "al-muted", ` · it lies ${what}, and has no look of its own`));
  }
  figure.append(caption);
  return figure;
}

/** @param {Parent} parent @param {(card: Card) => HTMLElement} draw */
function parentNode(parent, draw) {
  const figure = element("figure", "al-parent");
  figure.dataset.item = parent.item;
  const words = parentInWords(parent);
  const caption = element("figcaption", "al-made-from", words);
  caption.title = words;
  figure.append(draw({ ...parent.card, alt: `parent: ${parent.card.alt}` }), caption);
  return figure;
}

/** @param {string} text */
function sign(text) {
  const node = element("span", "al-made-sign", text);
  node.setAttribute("aria-hidden", "true");
  return node;
}

/** One table: the cells of the item, and those of its parents beside them. @param {Card} card @param {Made} made */
function compared(card, made) {
  const node = element("div", "al-compared");
  const table = element("table", "al-row");
  const head = table.createTHead().insertRow();
  const recipe = element("th", "al-made-recipe");
  recipe.append(element("b", "", "made: "), made.recipe);
  head.append(element("th", ""), recipe);
  for (const parent of made.parents) {
    const cell = element("th", "al-parent", parentInWords(parent));
    cell.dataset.item = parent.item;
    head.append(cell);
  }
  const body = table.createTBody();
  (card.cells ?? []).forEach(([name, value], index) => {
    const theirs = made.parents.map((parent) => parent.card.cells?.[index]?.[1] ?? "");
    const line = body.insertRow();
    const own = element("td", theirs.includes(value) ? "al-made-cell" : "al-made-cell al-made-new", value);
    const column = element("th", "", name);
    column.scope = "row";
    line.append(column, own, ...theirs.map((text) => element("td", "", text)));
  });
  for (const cell of head.cells) cell.scope = "col";
  node.append(table);
  if (made.n_more) node.append(element("p", "al-muted", `It has ${made.n_more} more parents.`));
  return node;
}
