// What no label represents, as lines of a list: examples, words, and a button that asks for some.

import { element } from "./cards.js";

/**
 * @typedef {{key: string, words: string, asked: boolean, free: boolean,
 *   cards: import("./state.js").Card[]}} Gap
 */

const SUPPRESS = "lmSuppressShortcuts"; // JupyterLab leaves the keys of such an element alone

/** @param {string} className @param {string} text */
export function button(className, text) {
  const node = element("button", className, text);
  node.type = "button";
  node.dataset[SUPPRESS] = "true";
  return node;
}

/**
 * @param {Gap} gap @param {import("./cards.js").CardShelf} shelf @param {number} n   items that "Ask" asks about
 * @param {string} show   what a click on the words does; empty: nothing
 */
export function gapNode({ key, words, asked, free, cards }, shelf, n, show = "") {
  const line = element("li", "al-cov-gap");
  line.dataset.hole = key;
  const thumbs = element("div", "al-cov-thumbs");
  thumbs.setAttribute("aria-hidden", "true"); // the words say what they are
  thumbs.append(...cards.map((card) => shelf.thumbnail(card.id)));
  thumbs.classList.toggle("al-cov-lines", cards.some((card) => card.kind !== "image"));
  const said = show ? button("al-cov-said al-cov-show", "") : element("div", "al-cov-said");
  if (show) said.title = show;
  const [much, what = ""] = words.split(/, (.*)/s);
  said.append(element("span", "al-cov-what", what), element("span", "al-cov-much", much));
  const ask = button("al-cov-ask", asked || !free ? "Asked" : "Ask");
  ask.dataset.gaps = JSON.stringify([key]);
  ask.classList.toggle("al-cov-asked", asked);
  ask.disabled = !free;
  ask.title = `Put ${n} of them at the front of the queue`;
  ask.setAttribute("aria-label", `${ask.textContent} about ${n} of ${words}`);
  line.append(thumbs, said, ask);
  return line;
}

/** Put the nodes in place of those there were, and the focus where it was. @param {HTMLElement} list @param {HTMLElement[]} nodes */
export function replace(list, nodes) {
  const buttons = () => [...list.querySelectorAll("button")];
  const at = buttons().findIndex((one) => one === document.activeElement);
  const nameOf = (/** @type {HTMLElement | undefined} */ one) =>
    one?.dataset.gaps ?? one?.closest("li")?.dataset.hole;
  const held = nameOf(buttons()[at]);
  list.replaceChildren(...nodes);
  if (at < 0) return;
  const now = buttons();
  const again = now.find((one) => nameOf(one) === held) ?? now[Math.min(at, now.length - 1)];
  again?.focus({ preventScroll: true });
}
