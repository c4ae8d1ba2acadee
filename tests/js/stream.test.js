import assert from "node:assert/strict";
import test from "node:test";

import { heightOf, layout, shareAt } from "../../al_widgets/widgets/static/stream_chart.js";
import { ThresholdLine } from "../../al_widgets/widgets/static/stream_line.js";
import { canBeAsked, newerThan, seenInWords } from "../../al_widgets/widgets/static/stream_strip.js";
import {
  about, askedBelow, barsOf, budgetInWords, courseFrom, inPercent, knownInWords, lineInWords, linePath, onGrid,
  passingInWords, previewInWords, short, slid, stairPath, ticks,
} from "../../al_widgets/widgets/static/stream_words.js";

const steps = (below) => Array.from({ length: 101 }, (_, k) => below(k));
const line = {
  value: 0.8, words: "fixed", back: "", n: 10_000, now: 1240, below: steps((k) => (k <= 70 ? 830 : k < 100 ? 1240 : 9000)),
};

test("a threshold that is dragged says what it would have asked, and what is asked now", () => {
  assert.equal(askedBelow(line, 0.7), 830);
  assert.equal(previewInWords(line, 0.7),
    "Of the last 10,000 items it would have asked about 830, 8.3 %; now 1,240.");
  assert.equal(lineInWords(line), "1,240 of the last 10,000 items are below it, 12.4 %. Drag the line to change it.");
});

test("before any item passed nothing is made up", () => {
  const none = { ...line, n: 0, now: 0, below: steps(() => 0) };
  assert.match(previewInWords(none, 0.5), /^Once items have passed/);
  assert.deepEqual(barsOf(none, 25), Array(25).fill(0));
});

test("bars hold every one of the newest items, those that are entirely sure too", () => {
  const sure = { ...line, n: 4, below: steps((k) => (k > 50 ? 1 : 0)) };
  const bars = barsOf(sure, 25);
  assert.equal(bars[24], 1);
  assert.equal(bars[12].toFixed(3), (1 / Math.sqrt(3)).toFixed(3));
  assert.equal(bars.filter((bar) => bar > 0).length, 2);
});

test("arrows move the threshold by one step, pages by ten, and the ends are reached", () => {
  assert.equal(slid("ArrowUp", 0.8), 0.81);
  assert.equal(slid("ArrowLeft", 0.8), 0.79);
  assert.equal(slid("PageUp", 0.95), 1);
  assert.equal(slid("Home", 0.8), 0);
  assert.equal(slid("End", 0.8), 1);
  assert.equal(slid("a", 0.8), null);
  assert.equal(onGrid(0.8049), 0.8);
});

test("a height of the picture is a confidence, and back", () => {
  const at = layout(500, 204);
  for (const share of [0, 0.35, 1]) assert.ok(Math.abs(shareAt(at, heightOf(at, share)) - share) < 1e-9);
  assert.equal(shareAt(at, -100), 1);
  assert.equal(shareAt(at, 1000), 0);
  assert.ok(at.bars.to < at.width);
});

test("a line is broken where there was no model", () => {
  assert.equal(linePath([0, 1, 2, 3, 4], [NaN, 5, 6, NaN, 7]), "M1 5L2 6M4 7h2");
});

test("a threshold holds from the point before on", () => {
  assert.equal(stairPath(0, [10, 20], [5, 8]), "M0 5H10L10 8H20");
});

test("the course is read from bytes that begin anywhere", () => {
  const numbers = new Float32Array([9, 10, 0.5, 0.75, 100, 20, NaN, 0.75, 90]);
  const course = courseFrom(new DataView(numbers.buffer, 4));
  assert.deepEqual(course.end, [10, 20]);
  assert.equal(course.sure[0], 0.5);
  assert.ok(Number.isNaN(course.sure[1]));
  assert.deepEqual(course.left, [100, 90]);
  assert.deepEqual(courseFrom(null).end, []);
});

test("ticks are round, and a short stream has whole ones", () => {
  assert.deepEqual(ticks(4200, 4), [0, 2000, 4000]);
  assert.deepEqual(ticks(3, 4), [0, 1, 2, 3]);
  assert.deepEqual(ticks(0, 4), [0]);
  assert.equal(short(1_250_000), "1.25M");
  assert.equal(short(9_999), "9,999");
});

test("the budget says how long it lasts, or that all of it is asked for", () => {
  const budget = { total: 200, spent: 60, open: 10, left: 140, lasts: 3100 };
  assert.equal(budgetInWords(budget), "At this rate it lasts for about 3,100 more items.");
  assert.equal(budgetInWords({ ...budget, left: 10 }), "All that is left is asked for already.");
  assert.equal(budgetInWords({ ...budget, left: 0 }), "No answer is left.");
  assert.equal(budgetInWords({ ...budget, lasts: null }), "");
});

test("a share is told no finer than it is known", () => {
  const known = { value: 0.0213, low: 0.008, high: 0.052, n: 48, range: "1-5 %" };
  assert.equal(about(known), "2 %");
  assert.equal(about({ ...known, low: 0.016, high: 0.028 }), "2.1 %");
  assert.equal(knownInWords(known), "Between 1 and 5 %, by 48 items drawn at random.");
  assert.equal(inPercent(0.125), "12.5 %");
});

test("what passes is counted in words", () => {
  const counts = { seen: 4012, accepted: 0, asked: 0, drawn: 0, passed: 0, rate: null };
  assert.equal(passingInWords(counts), "4,012 items");
  assert.equal(passingInWords({ ...counts, seen: 1, rate: 120 }), "1 item, 120 a second");
});

test("an item says why, and how many newer ones are held back", () => {
  const seen = { number: 4011, became: "asked", said: "asked", note: "open", why: "Asked: there is no model yet." };
  assert.equal(seenInWords(seen), "Item 4,011. Asked: there is no model yet.");
  assert.equal(newerThan([seen], [{ ...seen, number: 4020 }]), 9);
  assert.equal(newerThan([], [seen]), 0);
});

// -- the line: what a hand does to it, without a page ----------------------------------------------

function held() {
  const node = Object.assign(new EventTarget(), {
    style: { setProperty() {} }, classList: { add() {}, remove() {} }, hidden: false, attributes: {},
    setAttribute(name, value) { this.attributes[name] = value; }, focus() {},
  });
  const chosen = [];
  const made = new ThresholdLine({ stage: null, line: node, knob: {} },
    { moved() {}, chosen: (value) => chosen.push(value) }, new AbortController().signal);
  made.show(line, layout(500, 204));
  const press = (key) => node.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key }));
  return { made, node, chosen, press };
}

globalThis.window ??= globalThis;

test("keys move the line, and nothing is sent before it is let go", () => {
  const { made, node, chosen, press } = held();
  press("ArrowUp");
  press("ArrowUp");
  assert.equal(made.value, 0.82);
  assert.match(node.attributes["aria-valuetext"], /^82 %\. Of the last 10,000 items/);
  assert.deepEqual(chosen, []);
  press("Enter");
  assert.deepEqual(chosen, [0.82]);
});

test("Escape puts the line back, and nothing is sent", () => {
  const { made, chosen, press } = held();
  press("Home");
  press("Escape");
  assert.equal(made.value, 0.8);
  made.letGo();
  assert.deepEqual(chosen, []);
});

test("the line stays where it was let go until the kernel knows", () => {
  const { made, press } = held();
  press("End");
  press("Enter");
  made.show(line, layout(500, 204));
  assert.equal(made.value, 1);
  made.settle();
  assert.equal(made.value, 0.8);
});

test("an item is asked about that was accepted or passed over, and of which nobody is", () => {
  const may = (/** @type {string} */ became, /** @type {string} */ note) => canBeAsked({ became, note });
  assert.deepEqual(
    [may("accepted", "97 %"), may("passed", ""), may("accepted", "open"), may("accepted", "differed"), may("asked", "open")],
    [true, true, false, false, false],
  );
});
