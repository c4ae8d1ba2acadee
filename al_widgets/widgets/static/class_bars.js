// Classes as bars: the name, what it has in pieces side by side, and how much that is.

import { element } from "./cards.js";

/** A line of the list, still without lengths. @param {string} name @param {string[]} kinds   classes of the pieces */
export function barNode(name, kinds) {
  const line = element("li", "al-bars-class");
  const strip = element("span", "al-bars-strip");
  strip.append(...kinds.map((kind) => element("span", `al-bars-piece ${kind}`)));
  const called = element("span", "al-bars-called", name);
  called.title = name;
  line.append(called, strip, element("span", "al-bars-count"), element("span", "al-bars-long"));
  return line;
}

/**
 * Give the pieces their lengths, and say how much it is.
 * @param {Element} line   as `barNode` makes it
 * @param {number[]} shares   of the longest bar
 * @param {string} count   in a narrow cell
 * @param {string} words   where there is room, and where the pointer is
 */
export function fillBar(line, shares, count, words) {
  const [called, strip, short, long] = /** @type {HTMLElement[]} */ ([...line.children]);
  shares.forEach((share, k) => {
    const piece = /** @type {HTMLElement} */ (strip.children[k]);
    piece.style.width = `${100 * share}%`;
    piece.hidden = share === 0;
  });
  strip.title = `${called.textContent}: ${words}`;
  if (short.textContent !== count) short.textContent = count;
  if (long.textContent !== words) long.textContent = words;
}

/** What the pieces mean. @param {[string, string][]} kinds   the class of each, and its words */
export function keyNode(kinds) {
  const key = element("p", "al-bars-key");
  for (const [kind, words] of kinds) {
    const means = element("span", "al-bars-means", words);
    means.prepend(element("span", `al-bars-piece al-bars-sample ${kind}`));
    key.append(means);
  }
  return key;
}
