// What the synthesis panel says, and how long its bars are: pure functions of what the kernel sent.

import { inNumber } from "./rest_counts.js";

/**
 * @typedef {{name: string, answers: number, made: number, off: number}} ClassRow
 * @typedef {{name: string, n: number, without: number, right: number, difference: number}} Measured
 * @typedef {{words: string, helped: boolean | null, n: number, on: string, validation: number,
 *   without: number, right: number, rows: Measured[], hidden: number, old: boolean}} Report
 * @typedef {{on: boolean, done: number, total: number, stops: boolean, stopping: boolean}} Making
 * @typedef {{n: number, there: number}} Held   held back, and of these in the labeler already
 */

const MOST = 10_000; // items that are made at a time
const FIRST = 20;

/**
 * The pieces of each class's bar, as shares of the longest one.
 * @param {ClassRow[]} rows
 */
export function balance(rows) {
  const longest = Math.max(1, ...rows.map(({ answers, made, off }) => answers + made + off));
  return rows.map(({ answers, made, off }) => ({
    shares: [answers, made, off].map((count) => count / longest),
    count: inNumber(answers + made),
    words: [inNumber(answers), made && `${inNumber(made)} made`, off && `${inNumber(off)} off`].filter(Boolean).join(" + "),
  }));
}

/** How many are to be made: what was typed, if that is a number. @param {string} typed */
export function wantedOf(typed) {
  const n = Math.round(Number(typed));
  return n >= 1 ? Math.min(n, MOST) : FIRST;
}

/** How far the making is. @param {Making} making */
export function farInWords({ on, done, total, stopping }) {
  if (!on) return "";
  if (stopping) return "Stopping: what was learned so far is used…";
  return total ? `Learning to make them: ${inNumber(done)} of ${inNumber(total)}` : "Making them…";
}

/** What a review brings, or brought. @param {Held | {}} held */
export function heldInWords(held) {
  const { n = 0, there = 0 } = /** @type {Held} */ (held);
  const are = there === 1 ? "is" : "are";
  const back = there ? `${inNumber(there)} ${are} in the labeler, to accept, relabel or reject.` : "";
  if (!n) return back;
  return back || "None of them trains the model until you have looked at it.";
}

/**
 * The place that a key leads to from another one; the same where it leads nowhere.
 * @param {string} key @param {number} at @param {number} n
 */
export function nextPlace(key, at, n) {
  /** @type {Record<string, number>} */
  const places = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: n - 1 };
  return Math.max(0, Math.min(n - 1, places[key] ?? at));
}

/** A difference with its sign. @param {number} n */
export function signed(n) {
  if (!n) return "0";
  return n > 0 ? `+${inNumber(n)}` : `−${inNumber(-n)}`;
}

/** The lines of the table: the classes, and all of them. @param {Report} report @returns {string[][]} */
export function tableOf({ rows, n, without, right }) {
  const lines = rows.map((row) => [row.name, row.n, row.without, row.right, row.difference]);
  if (rows.length > 1) lines.push(["all", n, without, right, right - without]);
  return lines.map(([name, ...counts]) => [
    String(name), ...counts.map((count, k) => (k < 3 ? inNumber(Number(count)) : signed(Number(count)))),
  ]);
}

/** What was measured on. @param {Report} report */
export function measuredOn({ n, on, validation, old }) {
  const others = n - validation;
  const own = others > 0 ? `: ${inNumber(validation)} validate, each other one by models that did not know it` : "";
  const words = n ? `Measured on ${inNumber(n)} ${on}${own}.` : "No answer to measure it on yet.";
  return old ? `${words} More was answered or made since.` : words;
}
