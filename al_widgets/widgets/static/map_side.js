// What stands beside the picture: what the colors mean, the holes, what is selected, the moment.

import { element } from "./cards.js";
import { button, gapNode, replace } from "./gap_list.js";
import { swatch } from "./map_frame.js";
import { SHAPES, shapeOf } from "./map_marks.js";

/** @typedef {import("./map_frame.js").Frame} Frame */
/** @typedef {import("./gap_list.js").Gap} Gap */
/**
 * @typedef {{name: string, code: number, n_items: number, n_labeled: number, colors: [string, string]}} Entry
 * @typedef {{by: string, kind: "categories" | "scale", codes: DataView, entries: Entry[],
 *   stops: {light: string[], dark: string[]}, low: string, high: string, note: string, pale: boolean,
 *   names: {name: string, x: number, y: number}[]}} Coloring
 * @typedef {{method: string, note: string, words: string, share: number}} Layout
 * @typedef {{serial: string, n: number, free: number, guess: [string, number][],
 *   given: [string, number][], made?: number, cards: import("./state.js").Card[]}} Preview
 */

const MOST = 60; // entries of a legend
const KINDS = new Set(["class", "annotator"]); // what labels are told apart by, by shape too

/** @param {number} n @param {string} one */
export function counted(n, one, several = `${one}s`) {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : several}`;
}

/** What a selection is, in words. @param {Preview} preview */
export function selectionSays({ n, free, guess, given, made = 0 }) {
  const words = [`${counted(n, "item")} selected`];
  if (guess.length) {
    const parts = guess.map(([name, k]) => `${name} (${Math.round((100 * k) / Math.max(1, free))} %)`);
    words.push(`the model thinks: ${parts.join(", ")}`);
  }
  const labeled = given.reduce((sum, [, k]) => sum + k, 0);
  if (labeled) words.push(`labeled already: ${given.map(([name, k]) => `${name} (${k})`).join(", ")}`);
  if (made) words.push(`${made} made, passed over`);
  const rest = n - free - labeled - made;
  if (rest > 0) words.push(`${rest} kept to measure accuracy, or skipped`);
  return `${words.join(" · ")}.`;
}

/** What is said of a moment. @param {number} at @param {number} n */
export function momentSays(at, n) {
  return at >= n ? counted(n, "label") : `after ${at} of ${counted(n, "label")}`;
}

/** The colors of a coloring as hex, by code. @param {Coloring} coloring @param {"light" | "dark"} theme */
export function colorsOf(coloring, theme) {
  /** @type {(string | undefined)[]} */
  const colors = [];
  for (const entry of coloring.entries) colors[entry.code] = entry.colors[theme === "dark" ? 1 : 0];
  return colors;
}

/**
 * @param {Frame} frame @param {Coloring | null} coloring @param {"light" | "dark"} theme
 * @param {Set<number>} only   codes that are not dimmed; empty: all
 */
export function showLegend({ legend }, coloring, theme, only) {
  if (!coloring) return;
  const nodes = [];
  if (coloring.kind === "scale") {
    const strip = element("div", "al-map-scale");
    strip.style.background = `linear-gradient(90deg, ${coloring.stops[theme].join(", ")})`;
    const ends = element("div", "al-map-ends");
    ends.append(element("span", "", coloring.low), element("span", "", coloring.high));
    nodes.push(strip, ends);
  }
  const colors = colorsOf(coloring, theme);
  const list = element("ul", "al-map-entries");
  for (const entry of coloring.entries.slice(0, MOST)) {
    const item = element("li", "");
    const node = button("al-map-entry", "");
    node.dataset.code = String(entry.code);
    node.setAttribute("aria-pressed", String(only.has(entry.code)));
    node.classList.toggle("al-map-dimmed", only.size > 0 && !only.has(entry.code));
    const shape = KINDS.has(coloring.by) ? shapeOf(entry.code) : SHAPES[0];
    const n = element("span", "al-map-count", entry.n_items.toLocaleString("en-US"));
    node.append(swatch(shape, colors[entry.code] ?? "#888888"), element("span", "al-map-name", entry.name), n);
    node.title = `${entry.name}: ${counted(entry.n_items, "item")}, ${entry.n_labeled} labeled. Click to show only these.`;
    item.append(node);
    list.append(item);
  }
  if (coloring.entries.length) nodes.push(list);
  if (coloring.note) nodes.push(element("p", "al-map-note", coloring.note));
  const held = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.code;
  const inside = legend.contains(document.activeElement);
  legend.replaceChildren(...nodes);
  if (inside && held !== undefined) {
    /** @type {HTMLElement | null} */ (legend.querySelector(`[data-code="${held}"]`))?.focus({ preventScroll: true });
  }
}

/** @param {Frame} frame @param {Gap[]} gaps @param {number} holes @param {import("./cards.js").CardShelf} shelf @param {number} n */
export function showHoles({ list, title, each, holes: place }, gaps, holes, shelf, n) {
  place.hidden = gaps.length === 0 && holes === 0;
  replace(list, gaps.map((gap) => gapNode(gap, shelf, n, "Show it on the map, and select its items")));
  const rest = holes - gaps.length;
  title.textContent = rest > 0 ? `${holes} holes, the ${gaps.length} largest` : counted(holes, "hole");
  each.hidden = gaps.length < 2;
  each.dataset.gaps = JSON.stringify(gaps.slice(0, n).map((gap) => gap.key));
  each.title = `Put ${n} items at the front of the queue, one of each of the largest holes`;
}

/**
 * @param {Frame} frame @param {number} n   selected; 0: nothing is
 * @param {Preview | null} preview   of this selection; null: on its way
 * @param {import("./cards.js").CardShelf} shelf @param {number} most @param {string} waiting   what is being done
 */
export function showSelection(frame, n, preview, shelf, most, waiting) {
  const { panel, words, sample, ask, choice, label } = frame;
  panel.hidden = n === 0;
  if (n === 0) return;
  words.textContent = waiting || (preview ? selectionSays(preview) : `${counted(n, "item")} selected…`);
  const free = preview?.free ?? 0;
  if (preview) {
    shelf.hold(preview.cards, null);
    sample.replaceChildren(...preview.cards.map((card) => shelf.thumbnail(card.id)));
    sample.classList.toggle("al-cov-lines", preview.cards.some((card) => card.kind !== "image"));
    if (panel.dataset.serial !== preview.serial && preview.guess.length) choice.value = preview.guess[0][0];
    panel.dataset.serial = preview.serial;
  } else sample.replaceChildren();
  ask.textContent = free > most ? `Ask me about ${most} of these` : "Ask me about these";
  ask.disabled = free === 0 || waiting !== "";
  label.textContent = free ? `Label ${counted(free, "item")}` : "Label";
  label.disabled = ask.disabled;
  choice.disabled = ask.disabled;
}

/** How far the map is, or why it is no UMAP. @param {Frame} frame @param {Layout} layout */
export function showProgress({ wait, step, bar }, { method, note, words, share }) {
  const coming = method !== "umap" && method !== "given" && !note;
  wait.hidden = !coming && !note;
  bar.hidden = !coming;
  bar.value = share ?? 0;
  step.textContent = note || (method ? `The plane of largest variance, until UMAP is ready: ${words}…` : `${words}…`);
}
