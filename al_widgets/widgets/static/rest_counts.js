// What a threshold of confidence keeps, from counts by confidence: nothing is asked of the kernel.

/**
 * @typedef {{name: string, answers: number, n: number[]}} ClassCounts
 * @typedef {{items: number, answered: number, propagated: number, estimate: string, n: number[],
 *   wrong: number[], classes: ClassCounts[], hidden: number}} Labels
 *   `n`: propagated labels in equal bins of confidence; `wrong`: how many of these are expected to be
 */

const BARS = 50; // of the histogram
const USUAL = 50; // labels in a check
const NO_BREAK = "\u00a0";

/** @param {number[]} counts @param {number} [from] @param {number} [to] */
function total(counts, from = 0, to = counts.length) {
  let sum = 0;
  for (let k = from; k < to; k += 1) sum += counts[k];
  return sum;
}

/** The first bin that a threshold keeps. @param {number[]} bins @param {number} threshold */
function firstKept(bins, threshold) {
  return Math.round(threshold * bins.length);
}

/**
 * What is kept, how many of it are expected to be wrong, and what is withheld.
 * @param {Labels} labels
 * @param {number} threshold   0 to 1, the edge of a bin
 */
export function keptAt({ n, wrong }, threshold) {
  const first = firstKept(n, threshold);
  return { kept: total(n, first), wrong: total(wrong, first), withheld: total(n, 0, first) };
}

/** A number with its thousands apart. @param {number} n */
export function inNumber(n) {
  return n.toLocaleString("en-US");
}

/** With no line that begins with a sign of percent. @param {string} words */
export function inOnePiece(words) {
  return words.replaceAll(" %", `${NO_BREAK}%`);
}

/**
 * How many are expected to be wrong, no finer than it is known.
 * @param {number} wrong
 */
export function aboutWrong(wrong) {
  if (wrong < 0.05) return "hardly any of them wrong";
  if (wrong < 1) return "less than 1 of them wrong";
  return `about ${inNumber(Math.round(wrong))} of them wrong`;
}

/**
 * What a threshold keeps; a line breaks only between the parts.
 * @param {Labels} labels
 * @param {number} threshold
 */
export function keptInWords(labels, threshold) {
  const { kept, wrong, withheld } = keptAt(labels, threshold);
  const parts = kept ? [`kept ${inNumber(kept)}`, aboutWrong(wrong)] : ["none kept"];
  if (withheld) parts.push(`${inNumber(withheld)} withheld`);
  return parts.map((part) => part.replaceAll(" ", NO_BREAK)).join(`${NO_BREAK}· `);
}

/**
 * Heights of the histogram's bars, as shares of the highest: their square roots, or all but one of
 * them would be flat.
 * @param {number[]} n
 */
export function barHeights(n) {
  const width = n.length / BARS;
  const bars = Array.from({ length: BARS }, (_, bar) => total(n, bar * width, (bar + 1) * width));
  const most = Math.sqrt(Math.max(1, ...bars));
  return bars.map((count) => Math.sqrt(count) / most);
}

/**
 * The parts of each class's bar, as shares of the longest one.
 * @param {ClassCounts[]} classes
 * @param {number} threshold
 */
export function classBars(classes, threshold) {
  const longest = Math.max(1, ...classes.map(({ answers, n }) => answers + total(n)));
  return classes.map(({ name, answers, n }) => {
    const first = firstKept(n, threshold);
    const [kept, withheld] = [total(n, first), total(n, 0, first)];
    return {
      name, answers, kept, withheld,
      shares: [answers, kept, withheld].map((count) => count / longest),
      words: `${inNumber(kept)} labels · ${inNumber(answers)} answer${answers === 1 ? "" : "s"}`,
    };
  });
}

/**
 * Where the axis of an interval of errors ends: at a round share that leaves some room.
 * @param {number} high
 */
export function axisEnd(high) {
  return [0.05, 0.1, 0.2, 0.5].find((end) => high <= 0.95 * end) ?? 1;
}

/**
 * How many can be checked: what was asked for, or else the usual, if the budget allows it.
 * @param {string} typed
 * @param {number} left
 */
export function askable(typed, left) {
  const n = Math.round(Number(typed));
  return Math.max(1, Math.min(n >= 1 ? n : USUAL, left));
}

/** What is said of the answers that are left for a check. @param {number} left */
export function leftInWords(left) {
  const more = "A larger budget= on the same store gives more.";
  if (!left) return `No answer is left of the budget. ${more}`;
  if (left < 20) return `Only ${left} left of the budget: the result will be rough. ${more}`;
  return `Each takes one of the ${inNumber(left)} answers left. You are not told what was propagated.`;
}
