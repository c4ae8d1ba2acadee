// Items that were made from others: their marks on the map, and what the marks mean.

import { element } from "./cards.js";
import { MOST_CODES } from "./map_answers.js";
import { swatch } from "./map_frame.js";
import { STAR } from "./map_marks.js";
import { colorsOf } from "./map_side.js";
import { bytes, numbers32 } from "./wire.js";

/**
 * @typedef {{positions: DataView, codes: DataView, kinds: DataView, since: DataView, words: string[]}} Sent
 *   as it comes from the kernel; of a pool in which nothing was made it has no fields
 * @typedef {{positions: Uint32Array, codes: Uint8Array, kinds: Uint8Array, since: Uint32Array,
 *   words: string[]}} Made   in the order of making: the item, its class (255: nobody said), what became of it,
 *   a place in `words`, of which the first means that models learn from it; and how many labels there were before
 * @typedef {import("./map_side.js").Coloring} Coloring
 * @typedef {import("./map_stage.js").Label} Label
 */

const UNSAID = 255;

/** @param {Partial<Sent> | undefined} sent @returns {Made} */
export function madeOf(sent) {
  const none = new DataView(new ArrayBuffer(0));
  const { positions = none, codes = none, kinds = none, since = none, words = [] } = sent ?? {};
  return {
    positions: numbers32(positions), codes: bytes(codes), kinds: bytes(kinds), since: numbers32(since), words,
  };
}

/**
 * What was made, as it is drawn: filled if models learn from it.
 * @param {Made} made
 * @param {number | null} moment   how many labels are shown; null: all
 * @param {Coloring | null} coloring
 * @param {Uint8Array} codes   of all items
 * @param {Set<number>} only   codes that are not dimmed; empty: all
 * @param {{theme: "light" | "dark", ink: string}} look
 * @returns {Label[]}
 */
export function starsOf({ positions, codes: classes, kinds, since }, moment, coloring, codes, only, { theme, ink }) {
  const colors = coloring ? colorsOf(coloring, theme) : [];
  // its class is known before the items are colored anew; of very many classes only some have a code
  const byClass = coloring?.by === "class" && coloring.entries.length <= MOST_CODES;
  const named = coloring?.kind === "categories" && coloring.by !== "coverage";
  /** @type {Label[]} */
  const stars = [];
  for (let k = 0; k < positions.length; k += 1) {
    if (moment !== null && since[k] > moment) continue;
    const code = byClass && classes[k] !== UNSAID ? classes[k] : codes[positions[k]];
    if (only.size > 0 && !only.has(code)) continue;
    const color = (named ? colors[code] : undefined) ?? ink;
    stars.push({ position: positions[k], color, shape: STAR, hollow: kinds[k] !== 0 });
  }
  return stars;
}

/** How many there are of each kind, those in use first. @param {Made} made @returns {[string, number][]} */
export function kindsOf({ kinds, words }) {
  const n = words.map(() => 0);
  for (const kind of kinds) n[kind] += 1;
  return words.map((word, k) => /** @type {[string, number]} */ ([word, n[k]])).filter(([, k]) => k > 0);
}

/** @param {import("./map_frame.js").Frame} frame @param {Made} made */
export function showKinds({ made: list }, made) {
  const found = kindsOf(made);
  list.hidden = found.length === 0;
  list.replaceChildren(...found.map(([word, n]) => {
    const line = element("li", "al-map-kind");
    line.dataset.kind = word;
    const star = swatch(STAR, "currentColor");
    star.classList.toggle("al-map-hollow", word !== made.words[0]);
    const count = element("span", "al-map-count", n.toLocaleString("en-US"));
    line.append(star, element("span", "", `made, ${word}`), count);
    return line;
  }));
}
