// The answers of the log as marks on the map: where, in which color and shape.

import { SHAPES, shapeOf } from "./map_marks.js";
import { colorsOf } from "./map_side.js";
import { bytes, numbers32 } from "./wire.js";

/**
 * @typedef {{positions: DataView, codes: DataView, spent: DataView, held: DataView,
 *   batch: [string, number][], here: [string, number][], made?: Partial<import("./map_made.js").Sent>}} Marks
 *   as they come from the kernel
 * @typedef {{positions: Uint32Array, codes: Uint8Array, spent: Uint32Array<ArrayBuffer>,
 *   held: Uint8Array}} Answers   in the order of answering: the item, its class, what had been spent
 *   by then, and whether it is held out to measure accuracy
 * @typedef {import("./map_side.js").Coloring} Coloring
 * @typedef {import("./map_stage.js").Label} Label
 */

export const MOST_CODES = 250; // classes that are their own codes
const BY_SHAPE = new Set(["class", "annotator"]);

/** @param {Marks | null} marks @returns {Answers} */
export function answersOf(marks) {
  const none = new DataView(new ArrayBuffer(0));
  const { positions = none, codes = none, spent = none, held = none } = marks ?? {};
  return {
    positions: numbers32(positions), codes: bytes(codes), spent: numbers32(spent), held: bytes(held),
  };
}

/**
 * The first answers as they are drawn.
 * @param {Answers} answers
 * @param {number} at   how many of them
 * @param {Coloring | null} coloring
 * @param {Uint8Array} codes   of all items
 * @param {Set<number>} only   codes that are not dimmed; empty: all
 * @param {{theme: "light" | "dark", ink: string, scale: string[]}} look   `scale`: the colors along it
 * @returns {Label[]}
 */
export function labelsOf({ positions, codes: classes, held }, at, coloring, codes, only, { theme, ink, scale }) {
  const colors = coloring ? colorsOf(coloring, theme) : [];
  // a label's own class is known before the items are colored anew; of very many, only some have a code
  const byClass = coloring?.by === "class" && coloring.entries.length <= MOST_CODES;
  const named = coloring?.kind === "categories" && coloring.by !== "coverage";
  const last = Math.max(1, positions.length - 1);
  /** @type {Label[]} */
  const labels = [];
  for (let k = 0; k < at; k += 1) {
    const position = positions[k];
    const code = byClass ? classes[k] : codes[position];
    if (only.size > 0 && !only.has(code)) continue;
    let color = ink;
    if (named) color = colors[code] ?? ink;
    else if (coloring?.by === "order") color = scale[Math.floor(((scale.length - 1) * k) / last)];
    const shape = coloring && BY_SHAPE.has(coloring.by) ? shapeOf(code) : SHAPES[0];
    labels.push({ position, color, shape, hollow: held[k] === 1 });
  }
  return labels;
}
