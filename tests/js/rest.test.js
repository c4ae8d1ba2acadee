import assert from "node:assert/strict";
import test from "node:test";

import { againInWords } from "../../al_widgets/widgets/static/rest.js";
import {
  aboutWrong, askable, axisEnd, barHeights, classBars, keptAt, keptInWords, leftInWords,
} from "../../al_widgets/widgets/static/rest_counts.js";

const bins = (...pairs) => {
  const counts = Array(100).fill(0);
  for (const [bin, count] of pairs) counts[bin] = count;
  return counts;
};
const labels = {
  items: 1600, answered: 103, propagated: 1497, estimate: "", hidden: 0, classes: [],
  n: bins([50, 95], [90, 402], [99, 1000]), wrong: bins([50, 47.5], [90, 9], [99, 3]),
};
const plain = (words) => words.replaceAll("\u00a0", " ");

test("a threshold keeps the bins from its edge on", () => {
  assert.deepEqual(keptAt(labels, 0), { kept: 1497, wrong: 59.5, withheld: 0 });
  assert.deepEqual(keptAt(labels, 0.5), { kept: 1497, wrong: 59.5, withheld: 0 });
  assert.deepEqual(keptAt(labels, 0.51), { kept: 1402, wrong: 12, withheld: 95 });
  assert.deepEqual(keptAt(labels, 1), { kept: 0, wrong: 0, withheld: 1497 });
});

test("no threshold of the slider falls beside the edge of a bin", () => {
  for (let k = 0; k <= 100; k += 1) {
    const n = bins(...Array.from({ length: 100 }, (_, bin) => [bin, 1]));
    assert.equal(keptAt({ ...labels, n, wrong: n }, Number((0.01 * k).toFixed(2))).withheld, k);
  }
});

test("what is kept is told with what is wrong in it and what is withheld", () => {
  assert.equal(plain(keptInWords(labels, 0.6)), "kept 1,402 · about 12 of them wrong · 95 withheld");
  assert.equal(plain(keptInWords(labels, 0)), "kept 1,497 · about 60 of them wrong");
  assert.equal(plain(keptInWords(labels, 1)), "none kept · 1,497 withheld");
});

test("no more is said of what is wrong than is known", () => {
  assert.equal(aboutWrong(0.01), "hardly any of them wrong");
  assert.equal(aboutWrong(0.6), "less than 1 of them wrong");
  assert.equal(aboutWrong(1234.5), "about 1,235 of them wrong");
});

test("bars are as high as the square roots of their counts, and all there", () => {
  const heights = barHeights(labels.n);
  assert.equal(heights.length, 50);
  assert.equal(heights[49], 1);
  assert.ok(Math.abs(heights[45] - Math.sqrt(0.402)) < 1e-9);
  assert.deepEqual(barHeights(Array(100).fill(0)), Array(50).fill(0));
});

test("a class's bar has the answers, what is kept and what is withheld", () => {
  const classes = [{ name: "ray", answers: 10, n: bins([20, 30], [99, 60]) }, { name: "eel", answers: 1, n: bins() }];
  const [ray, eel] = classBars(classes, 0.5);
  assert.deepEqual(ray.shares, [0.1, 0.6, 0.3]);
  assert.equal(ray.words, "60 labels · 10 answers");
  assert.equal(eel.words, "0 labels · 1 answer");
});

test("the axis of an interval ends at a round share above it", () => {
  assert.equal(axisEnd(0.03), 0.05);
  assert.equal(axisEnd(0.18), 0.2);
  assert.equal(axisEnd(0.2), 0.5);
  assert.equal(axisEnd(0.9), 1);
});

test("no more can be checked than there are answers left", () => {
  assert.equal(askable("50", 200), 50);
  assert.equal(askable("50", 12), 12);
  assert.equal(askable("50", 0), 1);
  assert.equal(askable("", 12), 12);
  assert.equal(askable("x", 200), 50);
  assert.equal(askable("0", 200), 50);
});

test("it is said when the budget leaves too little for a check, and what to do", () => {
  assert.match(leftInWords(0), /No answer is left.*budget=/);
  assert.match(leftInWords(12), /Only 12 left.*rough.*budget=/);
  assert.match(leftInWords(80), /one of the 80 answers left/);
});

test("what is to be looked at again is told in a sentence, also when it is nothing", () => {
  const found = { n: 0, most: 20, answers: 120, reviewing: 0, rows: [] };
  assert.match(againInWords(null), /Once the rest is labeled/);
  assert.equal(againInWords(found), "The others contradict none of the 120 answers.");
  assert.equal(againInWords({ ...found, reviewing: 3 }), "3 are back in the labeler, to keep or to change.");
  assert.match(againInWords({ ...found, n: 7, rows: [{}, {}] }), /^7 of 120 are contradicted .* most doubtful first\.$/);
});
