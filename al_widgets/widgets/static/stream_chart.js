// The course of a stream as a picture: how sure the model was, the threshold, what is left of the
// budget below, and at the right how sure it was of the newest items.

import { drawn } from "./stream_frame.js";
import { inNumber } from "./rest_counts.js";
import { barsOf, inPercent, linePath, short, stairPath, ticks } from "./stream_words.js";

/** @typedef {import("./stream_words.js").Course} Course */
/** @typedef {import("./stream_words.js").Line} Line */

const BINS = 25;
const TOP = 8;
const GAP = 26; // between both plots
const FOOT = 18; // for the numbers of items

/**
 * Where things stand, in pixels.
 * @param {number} width @param {number} height
 */
export function layout(width, height) {
  const [left, bars, knob] = [38, Math.min(64, 0.14 * width), 46];
  const right = Math.max(left + 60, width - bars - knob - 8);
  const bottom = height - FOOT;
  const sure = { top: TOP, bottom: TOP + 0.72 * (bottom - TOP - GAP) };
  return { width, height, left, right, sure, left_: { top: sure.bottom + GAP, bottom }, bars: { from: right + 8, to: right + 8 + bars } };
}

/** @typedef {ReturnType<typeof layout>} Layout */

/** The height of a confidence. @param {Layout} at @param {number} share */
export function heightOf({ sure }, share) {
  return sure.bottom - share * (sure.bottom - sure.top);
}

/** The confidence at a height. @param {Layout} at @param {number} y */
export function shareAt({ sure }, y) {
  return Math.min(1, Math.max(0, (sure.bottom - y) / (sure.bottom - sure.top)));
}

/** @param {string} className @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
function label(className, x, y, text, anchor = "end") {
  const node = drawn("text", { class: className, x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

/** @param {Layout} at */
function grid(at) {
  return [0, 0.5, 1].flatMap((share) => {
    const y = heightOf(at, share);
    return [drawn("path", { class: share ? "al-str-grid" : "al-str-axis", d: `M${at.left} ${y}H${at.bars.to}` }),
      label("al-str-tick", at.left - 6, y + 4, share ? `${100 * share} %` : "0")];
  });
}

/** The histogram of the newest items: those below the threshold are filled. @param {Layout} at @param {Line} line @param {number} threshold */
export function drawBars(at, line, threshold) {
  const { from, to } = at.bars;
  return barsOf(line, BINS).flatMap((length, k) => {
    if (!length) return [];
    const [top, bottom] = [heightOf(at, (k + 1) / BINS), heightOf(at, k / BINS)];
    const cut = Math.min(bottom, Math.max(top, heightOf(at, threshold)));
    const bar = (/** @type {string} */ name, /** @type {number} */ y, /** @type {number} */ end) => drawn("rect", {
      class: `al-str-bar-${name}`, x: from, y: y + 0.5, width: Math.max(2, length * (to - from)), height: Math.max(0, end - y - 1),
    });
    return [...(cut > top ? [bar("sure", top, cut)] : []), ...(cut < bottom ? [bar("unsure", cut, bottom)] : [])];
  });
}

/** @param {Layout} at @param {Course} course @param {number} position */
function drawLeft(at, course, position) {
  const { top, bottom } = at.left_;
  const most = Math.max(1, ...course.left);
  const x = (/** @type {number} */ n) => at.left + ((at.right - at.left) * n) / Math.max(1, position);
  const y = (/** @type {number} */ n) => bottom - ((bottom - top) * n) / most;
  const xs = course.end.map(x);
  const line = linePath([at.left, ...xs], [y(most), ...course.left.map(y)]);
  const nodes = [drawn("path", { class: "al-str-axis", d: `M${at.left} ${bottom}H${at.right}` }),
    label("al-str-tick", at.left - 6, top + 8, short(most)), label("al-str-tick", at.left - 6, bottom, "0")];
  if (xs.length) {
    nodes.push(drawn("path", { class: "al-str-burn", d: `${line}V${bottom}H${at.left}Z` }),
      drawn("path", { class: "al-str-burn-line", d: line }));
  }
  const each = Math.max(3, Math.floor((at.right - at.left) / 80));
  for (const n of ticks(position, each)) {
    if (n) nodes.push(drawn("path", { class: "al-str-axis", d: `M${x(n)} ${bottom}v3` }));
    nodes.push(label("al-str-tick", x(n), bottom + 15, short(n), n ? "middle" : "start"));
  }
  return nodes;
}

/** @param {Layout} at @param {Course} course @param {number} position @param {{since: number}[]} drift */
function drawSure(at, course, position, drift) {
  const x = (/** @type {number} */ n) => at.left + ((at.right - at.left) * n) / Math.max(1, position);
  const y = (/** @type {number} */ share) => heightOf(at, share);
  const xs = course.end.map(x);
  return [
    ...drift.map(({ since }) => drawn("path", { class: "al-str-since", d: `M${x(since)} ${at.sure.top}V${at.left_.bottom}` })),
    drawn("path", { class: "al-str-course", d: stairPath(at.left, xs, course.threshold.map(y)) }),
    drawn("path", { class: "al-str-sure", d: linePath(xs, course.sure.map(y)) }),
  ];
}

/**
 * Draw it all anew.
 * @param {SVGSVGElement} picture @param {Layout} at
 * @param {{course: Course, line: Line, position: number, drift: {since: number}[], threshold: number}} what
 */
export function drawChart(picture, at, { course, line, position, drift, threshold }) {
  picture.setAttribute("viewBox", `0 0 ${at.width} ${at.height}`);
  const y = heightOf(at, threshold);
  const shade = drawn("rect", { class: "al-str-shade", x: at.left, y, width: at.bars.to - at.left, height: Math.max(0, at.sure.bottom - y) });
  const bars = drawn("g", { class: "al-str-bars" });
  bars.append(...drawBars(at, line, threshold));
  picture.replaceChildren(
    shade, ...grid(at), bars, ...drawSure(at, course, position, drift), ...drawLeft(at, course, position),
    label("al-str-caption", at.left, at.left_.top - 6, "answers left", "start"),
    label("al-str-caption", at.bars.from, at.sure.bottom + 14, line.n ? `newest ${short(line.n)}` : "", "start"),
  );
  picture.setAttribute("aria-label", inWords(course, line, position, threshold));
}

/** What moves while the line is dragged. @param {SVGSVGElement} picture @param {Layout} at @param {Line} line @param {number} threshold */
export function moveThreshold(picture, at, line, threshold) {
  const y = heightOf(at, threshold);
  const shade = picture.querySelector(".al-str-shade");
  shade?.setAttribute("y", String(y));
  shade?.setAttribute("height", String(Math.max(0, at.sure.bottom - y)));
  picture.querySelector(".al-str-bars")?.replaceChildren(...drawBars(at, line, threshold));
}

/** @param {Course} course @param {Line} line @param {number} position @param {number} threshold */
function inWords(course, line, position, threshold) {
  const sure = course.sure.filter(Number.isFinite);
  const parts = [`${inNumber(position)} items passed`];
  if (sure.length) parts.push(`on average the model was ${inPercent(sure[0])} sure at first and is ${inPercent(sure[sure.length - 1])} sure now`);
  if (line.value !== null) parts.push(`it asks below ${inPercent(threshold)}`);
  if (course.left.length) parts.push(`${inNumber(course.left[course.left.length - 1])} answers are not asked for yet`);
  return `${parts.join("; ")}.`;
}
