// What the stream panel says and where its lines stand: pure functions of what the kernel sent.

import { inNumber } from "./rest_counts.js";

/**
 * @typedef {{value: number | null, words: string, back: string, n: number, now: number,
 *   below: number[]}} Line
 *   `below`: how many of the newest `n` items are less sure than each step from 0 to 1; `now`: than
 *   the threshold
 * @typedef {{value: number, low: number, high: number, n: number, range: string}} Known
 * @typedef {{error: Known | null, accuracy: Known | null, drift: {since: number, words: string}[],
 *   missing: string}} Quality
 * @typedef {{total: number, spent: number, open: number, left: number, lasts: number | null}} Budget
 * @typedef {{seen: number, accepted: number, asked: number, drawn: number, passed: number,
 *   rate: number | null}} Counts
 * @typedef {{end: number[], sure: number[], threshold: number[], left: number[]}} Course
 */

/** @param {number} share */
export function inPercent(share) {
  const tenths = Math.round(1000 * share);
  return tenths % 10 ? `${(tenths / 10).toFixed(1)} %` : `${tenths / 10} %`;
}

/** A share, no finer than it is known. @param {Known} known */
export function about({ value, low, high }) {
  return high - low < 0.02 ? inPercent(value) : `${Math.round(100 * value)} %`;
}

/** How many of the newest items a threshold asks about. @param {Line} line @param {number} at   0 to 1 */
export function askedBelow({ below }, at) {
  return below[Math.round(at * (below.length - 1))] ?? 0;
}

/** What a threshold would have asked, beside what the one in force asks. @param {Line} line @param {number} at */
export function previewInWords(line, at) {
  if (!line.n) return "Once items have passed, it is told here what another threshold would ask.";
  const asked = askedBelow(line, at);
  const of = line.n === 1 ? "Of the last item" : `Of the last ${inNumber(line.n)} items`;
  return `${of} it would have asked about ${inNumber(asked)}, ${inPercent(asked / line.n)}; now ${inNumber(line.now)}.`;
}

/** What the threshold in force asks of the newest items. @param {Line} line */
export function lineInWords(line) {
  if (!line.n) return "Drag the line to change it.";
  const of = line.n === 1 ? "of the last item" : `of the last ${inNumber(line.n)} items`;
  return `${inNumber(line.now)} ${of} are below it, ${inPercent(line.now / line.n)}. Drag the line to change it.`;
}

/** How long the budget lasts. @param {Budget} budget */
export function budgetInWords({ left, open, lasts }) {
  if (!left) return "No answer is left.";
  if (left <= open) return "All that is left is asked for already.";
  if (lasts === null) return "";
  return `At this rate it lasts for about ${inNumber(lasts)} more items.`;
}

/** How many items passed, and how many do a second. @param {Counts} counts */
export function passingInWords({ seen, rate }) {
  const items = `${inNumber(seen)} ${seen === 1 ? "item" : "items"}`;
  return rate === null ? items : `${items}, ${inNumber(rate)} a second`;
}

/** @param {string} range   "1-5 %" */
function between(range) {
  return range.replace("-", " and ");
}

/** How far a share is known, and from what. @param {Known} known */
export function knownInWords({ range, n }) {
  return `Between ${between(range)}, by ${inNumber(n)} ${n === 1 ? "item" : "items"} drawn at random.`;
}

// -- the chart -------------------------------------------------------------------------------------

/** The course of a stream: four numbers a point. @param {DataView | null} view @returns {Course} */
export function courseFrom(view) {
  const n = view ? Math.floor(view.byteLength / 16) : 0;
  const column = (/** @type {number} */ k) =>
    Array.from({ length: n }, (_, i) => /** @type {DataView} */ (view).getFloat32(16 * i + 4 * k, true));
  return { end: column(0), sure: column(1), threshold: column(2), left: column(3) };
}

/**
 * A line through points, as a path; it is broken where a number is missing, and a point between two
 * breaks is a dash.
 * @param {number[]} xs @param {number[]} ys
 */
export function linePath(xs, ys) {
  let path = "";
  let open = false;
  xs.forEach((x, i) => {
    if (!Number.isFinite(ys[i])) {
      open = false;
      return;
    }
    path += `${open ? "L" : "M"}${round(x)} ${round(ys[i])}`;
    if (!open && !Number.isFinite(ys[i + 1] ?? NaN)) path += "h2";
    open = true;
  });
  return path;
}

/**
 * A staircase: each value holds from the point before it on, the first one from `start`.
 * @param {number} start @param {number[]} xs @param {number[]} ys
 */
export function stairPath(start, xs, ys) {
  let path = "";
  let from = start;
  xs.forEach((x, i) => {
    if (Number.isFinite(ys[i])) path += `${path ? `L${round(from)} ` : `M${round(from)} `}${round(ys[i])}H${round(x)}`;
    from = x;
  });
  return path;
}

/** @param {number} x */
function round(x) {
  return Math.round(10 * x) / 10;
}

/** Round numbers from 0 up to `most`, some `n` of them. @param {number} most @param {number} n */
export function ticks(most, n) {
  if (!(most > 0)) return [0];
  const rough = most / n;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, power * (/** @type {number} */ ([1, 2, 5, 10].find((k) => k * power >= rough))));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, k) => k * step);
}

/** A large number, short. @param {number} n */
export function short(n) {
  if (n < 10_000) return inNumber(n);
  return n < 1e6 ? `${Number((n / 1e3).toFixed(1))}k` : `${Number((n / 1e6).toFixed(2))}M`;
}

/**
 * Lengths of the bars of a histogram of the newest confidences, as shares of the longest: square
 * roots, or all but one of them would be flat. Those that are entirely sure belong to the last.
 * @param {Line} line @param {number} bins
 */
export function barsOf({ below, n }, bins) {
  const step = (below.length - 1) / bins;
  const edge = (/** @type {number} */ k) => (k === bins ? n : below[k * step]);
  const counts = Array.from({ length: bins }, (_, k) => Math.max(0, edge(k + 1) - edge(k)));
  const most = Math.sqrt(Math.max(1, ...counts));
  return counts.map((count) => Math.sqrt(count) / most);
}

/** What a key does to the threshold; null: nothing. @param {string} key @param {number} at */
export function slid(key, at) {
  /** @type {Record<string, number>} */
  const steps = { ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1 };
  if (key === "Home") return 0;
  if (key === "End") return 1;
  return key in steps ? onGrid(at + steps[key]) : null;
}

/** The nearest step of the slider. @param {number} at */
export function onGrid(at) {
  return Math.min(1, Math.max(0, Math.round(100 * at) / 100));
}
