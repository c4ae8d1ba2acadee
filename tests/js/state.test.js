import assert from "node:assert/strict";
import test from "node:test";

import { inOrder, neighbour, nextItem, project } from "../../al_widgets/widgets/static/state.js";

const empty = () => ({
  round: 0, answers: {}, counts: {}, spent: 0, total: 10, undo: [], redo: [],
  training: false, fits: 0, failure: "", ended: "",
});
const card = (id) => ({ id, kind: "text", alt: id });
const pages = [
  { round: 0, cards: [card("a"), card("b"), card("c")] },
  { round: 1, cards: [card("d")] },
];
const label = (id, item, name) => ({ id, type: "label", item, label: name });

test("a label counts, spends and can be undone", () => {
  const view = project(empty(), [label("1", "a", "cat")]);
  assert.deepEqual(view.answers, { a: "cat" });
  assert.deepEqual([view.spent, view.counts.cat, view.undo[0].id], [1, 1, "1"]);
});

test("what the kernel said is never changed", () => {
  const state = empty();
  project(state, [label("1", "a", "cat")]);
  assert.deepEqual(state, empty());
});

test("a correction spends nothing more and moves the count", () => {
  const view = project(empty(), [label("1", "a", "cat"), label("2", "a", "dog")]);
  assert.deepEqual([view.spent, view.counts.cat, view.counts.dog], [1, 0, 1]);
});

test("the same label again is nothing to undo", () => {
  const view = project(empty(), [label("1", "a", "cat"), label("2", "a", "cat")]);
  assert.equal(view.undo.length, 1);
});

test("a skip spends nothing and takes back a label", () => {
  const view = project(empty(), [label("1", "a", "cat"), { id: "2", type: "skip", item: "a" }]);
  assert.deepEqual([view.answers.a, view.spent, view.counts.cat], [null, 0, 0]);
});

test("undo brings back what was said before, redo what was undone", () => {
  const operations = [label("1", "a", "cat"), label("2", "a", "dog"),
    { id: "3", type: "undo", target: "2" }];
  assert.equal(project(empty(), operations).answers.a, "cat");
  const again = project(empty(), [...operations, { id: "4", type: "redo", target: "3" }]);
  assert.deepEqual([again.answers.a, again.undo[0].id, again.redo], ["dog", "2", []]);
});

test("undoing the first answer leaves none", () => {
  const view = project(empty(), [label("1", "a", "cat"), { id: "2", type: "undo", target: "1" }]);
  assert.deepEqual([view.answers, view.spent, view.undo], [{}, 0, []]);
});

test("a label after an undo ends the chance to redo", () => {
  const view = project(empty(), [label("1", "a", "cat"), { id: "2", type: "undo", target: "1" },
    label("3", "b", "dog")]);
  assert.deepEqual(view.redo, []);
});

test("an undo of something unknown changes nothing", () => {
  assert.deepEqual(project(empty(), [{ id: "1", type: "undo", target: "?" }]), empty());
});

test("pages stand in the order of their rounds, and missing ones are left out", () => {
  assert.deepEqual(inOrder([pages[1], null, pages[0]]).map((page) => page.round), [0, 1]);
});

test("the next item is the next unanswered one, then one that was passed over, then the next page's", () => {
  const view = empty();
  assert.equal(nextItem(pages, view, "a"), "b");
  view.answers = { b: "cat", c: null };
  assert.equal(nextItem(pages, view, "b"), "a");
  view.answers.a = "cat";
  assert.equal(nextItem(pages, view, "a"), "d");
  view.answers.d = "dog";
  assert.equal(nextItem(pages, view, "d"), null);
});

test("there is no next item once the budget is spent", () => {
  assert.equal(nextItem(pages, { ...empty(), spent: 10 }, "a"), null);
});

test("a neighbour is found in the page, answered or not, and the ends hold", () => {
  assert.equal(neighbour([pages[0]], "b", -1), "a");
  assert.equal(neighbour([pages[0]], "a", -1), "a");
  assert.equal(neighbour([pages[0]], "c", 1), "c");
});
