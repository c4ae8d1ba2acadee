import assert from "node:assert/strict";
import test from "node:test";

import {
  balance, farInWords, heldInWords, measuredOn, nextPlace, signed, tableOf, wantedOf,
} from "../../al_widgets/widgets/static/synthesis_words.js";

const making = { on: true, done: 0, total: 0, stops: false, stopping: false };
const report = {
  words: "", helped: true, n: 30, on: "validation answers", validation: 30, without: 20, right: 23, old: false,
  hidden: 0,
  rows: [
    { name: "cat", n: 20, without: 12, right: 16, difference: 4 },
    { name: "dog", n: 10, without: 8, right: 7, difference: -1 },
  ],
};

test("the longest bar is that of the class with most answers and made items together", () => {
  const [cat, dog] = balance([
    { name: "cat", answers: 30, made: 10, off: 0 },
    { name: "dog", answers: 5, made: 10, off: 5 },
  ]);
  assert.deepEqual(cat.shares, [0.75, 0.25, 0]);
  assert.deepEqual(dog.shares, [0.125, 0.25, 0.125]);
});

test("what there is of a class is told as a sum, without what there is not", () => {
  const words = (row) => balance([{ name: "cat", answers: 0, made: 0, off: 0, ...row }])[0].words;
  assert.equal(words({ answers: 1200, made: 3 }), "1,200 + 3 made");
  assert.equal(words({ answers: 7 }), "7");
  assert.equal(words({ off: 4 }), "0 + 4 off");
});

test("nothing at all makes no bar", () => {
  assert.deepEqual(balance([{ name: "cat", answers: 0, made: 0, off: 0 }])[0].shares, [0, 0, 0]);
  assert.deepEqual(balance([]), []);
});

test("only a number of items above 0 can be wanted", () => {
  assert.deepEqual(["7", "2.6", "0", "-3", "", "x", "1e9"].map(wantedOf), [7, 3, 20, 20, 20, 20, 10_000]);
});

test("it is told how far the making is where that is known", () => {
  assert.equal(farInWords({ ...making, on: false }), "");
  assert.equal(farInWords(making), "Making them…");
  assert.equal(farInWords({ ...making, done: 12, total: 1200 }), "Learning to make them: 12 of 1,200");
  assert.match(farInWords({ ...making, total: 9, stopping: true }), /^Stopping/);
});

test("what is held back, or in the labeler, is told", () => {
  assert.equal(heldInWords({}), "");
  assert.match(heldInWords({ n: 3, there: 0 }), /until you have looked/);
  assert.equal(heldInWords({ n: 0, there: 1 }), "1 is in the labeler, to accept, relabel or reject.");
  assert.equal(heldInWords({ n: 2, there: 4 }), "4 are in the labeler, to accept, relabel or reject.");
});

test("a difference has its sign", () => {
  assert.deepEqual([3, 0, -2].map(signed), ["+3", "0", "−2"]);
});

test("the table has a line for each class and one for all", () => {
  assert.deepEqual(tableOf(report), [
    ["cat", "20", "12", "16", "+4"], ["dog", "10", "8", "7", "−1"], ["all", "30", "20", "23", "+3"],
  ]);
  assert.equal(tableOf({ ...report, rows: report.rows.slice(0, 1) }).length, 1);
});

test("it is told what was measured on, and that it is of yesterday", () => {
  assert.equal(measuredOn(report), "Measured on 30 validation answers.");
  assert.equal(measuredOn({ ...report, on: "answers", validation: 8 }),
    "Measured on 30 answers: 8 validate, each other one by models that did not know it.");
  assert.match(measuredOn({ ...report, old: true }), /answered or made since\.$/);
  assert.equal(measuredOn({ ...report, n: 0 }), "No answer to measure it on yet.");
});

test("keys lead along the strip, and not beyond it", () => {
  assert.deepEqual(["ArrowRight", "ArrowLeft", "Home", "End", "d"].map((key) => nextPlace(key, 2, 4)), [3, 1, 0, 3, 2]);
  assert.equal(nextPlace("ArrowRight", 3, 4), 3);
  assert.equal(nextPlace("ArrowLeft", 0, 4), 0);
});
