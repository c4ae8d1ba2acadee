import assert from "node:assert/strict";
import test from "node:test";

import { arrowTo, blockSays, leastWidth } from "../../al_widgets/widgets/static/coverage.js";

const block = (...gaps) => ({ mass: 0.1, words: "about 9 items", gaps, asked: false });

test("a bar has room for each of its buttons", () => {
  assert.ok(leastWidth([block(), block("0/1"), block("0/2")]) >= 2 * 24);
});

test("the arrows to the sides lead from block to block, over the ends of rows", () => {
  assert.equal(arrowTo([2, 0, 3], 1, "ArrowRight"), 2);
  assert.equal(arrowTo([2, 0, 3], 2, "ArrowLeft"), 1);
});

test("the first and the last block hold the arrows", () => {
  assert.equal(arrowTo([2, 0, 3], 0, "ArrowLeft"), 0);
  assert.equal(arrowTo([2, 0, 3], 4, "ArrowRight"), 4);
});

test("up and down lead to the same place of the next row that has any blocks", () => {
  assert.equal(arrowTo([2, 0, 3], 1, "ArrowDown"), 3);
  assert.equal(arrowTo([2, 0, 3], 4, "ArrowUp"), 1);
  assert.equal(arrowTo([2, 0, 3], 4, "ArrowDown"), 4);
  assert.equal(arrowTo([0, 2], 0, "ArrowUp"), 0);
});

test("other keys mean nothing to the blocks", () => {
  assert.equal(arrowTo([2], 0, "x"), null);
});

test("a block says what a click on it asks about, and whether that was asked already", () => {
  assert.equal(blockSays("ray", block("0/1"), 6), "ray: about 9 items without a label. Ask about 6.");
  assert.match(blockSays("ray", { ...block("0/1"), asked: true }, 6), /asked for already/);
});
