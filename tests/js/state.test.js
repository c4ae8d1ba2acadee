import assert from "node:assert/strict";
import test from "node:test";

import {
  afterStep, askedFor, inOrder, inWords, isDoneElsewhere, isNews, isTaken, isUnspent, neighbour,
  nextItem, project,
} from "../../al_widgets/widgets/static/state.js";

const empty = () => ({
  order: ["batch 0"], answers: {}, selected: [], counts: {}, spent: 0, total: 10, undo: [], redo: [],
  training: false, fits: 0, failure: "", ended: "",
});
const card = (id) => ({ id, kind: "text", alt: id });
const pages = [
  { name: "batch 0", round: 0, picked: false, cards: [card("a"), card("b"), card("c")] },
  { name: "batch 1", round: 1, picked: false, cards: [card("d")] },
];
const picked = { name: "picked 1", round: 1, picked: true, cards: [card("p"), card("q")] };
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

/** One item of the batch and 39 elsewhere were labeled in one step. */
const many = { id: "m", items: ["a"], n: 40, after: "cat" };
const selected = () => ({
  ...empty(), answers: { a: "cat" }, selected: ["a"], counts: { cat: 41 }, spent: 2, undo: [many],
});

test("undo takes a selection back in one step, which was spent once, and redo puts it back", () => {
  const undo = { id: "1", type: "undo", target: "m" };
  const view = project(selected(), [undo]);
  assert.deepEqual([view.answers, view.selected, view.counts.cat, view.spent], [{}, [], 1, 1]);
  assert.deepEqual([view.undo, view.redo], [[], [{ ...many, id: "1", action: "m" }]]);
  assert.deepEqual(project(view, [{ id: "2", type: "redo", target: "1" }]), selected());
});

test("a label by hand replaces that of a selection and is spent, and undo gives that back", () => {
  const view = project(selected(), [label("1", "a", "dog")]);
  assert.deepEqual([view.answers.a, view.selected, view.spent, view.counts], ["dog", [], 3, { cat: 40, dog: 1 }]);
  const { answers, selected: again, spent, counts, undo } = project(view, [{ id: "2", type: "undo", target: "1" }]);
  assert.deepEqual([answers.a, again, spent, counts], ["cat", ["a"], 2, { cat: 41, dog: 0 }]);
  assert.deepEqual(undo, [many]);
});

test("a hand that agrees with a selection says something new", () => {
  const view = project(selected(), [label("1", "a", "cat")]);
  assert.deepEqual([view.spent, view.counts.cat, view.undo.length], [3, 41, 2]);
  assert.deepEqual([isNews(selected(), "a", "cat"), isNews(view, "a", "cat")], [true, false]);
  assert.deepEqual([isUnspent(selected(), "a"), isUnspent(view, "a")], [true, false]);
});

test("a skip of what a selection labeled costs nothing", () => {
  const view = project(selected(), [{ id: "1", type: "skip", item: "a" }]);
  assert.deepEqual([view.answers.a, view.selected, view.spent, view.counts.cat], [null, [], 2, 40]);
});

test("an answer that came before a selection was redone stands", () => {
  const view = project({ ...selected(), answers: { a: "dog" }, selected: [], redo: [{ ...many, action: "x" }] },
    [{ id: "1", type: "redo", target: "m" }]);
  assert.deepEqual([view.answers.a, view.selected], ["dog", []]);
});

test("a step is told in words, a selection by how many it has", () => {
  assert.equal(inWords("undo", many), "undone: 40 items labeled cat");
  assert.equal(inWords("redo", { ...many, n: 1 }), "done again: 1 item labeled cat");
  assert.equal(inWords("undo", { id: "1", item: "a", after: "cat" }), "undone: answer it again");
});

test("undo goes to the item it took the answer from, redo to the one after it", () => {
  const action = { id: "1", item: "a", after: "cat" };
  assert.equal(afterStep(pages, empty(), "c", "undo", action), "a");
  assert.equal(afterStep(pages, { ...empty(), answers: { a: "cat" } }, "c", "redo", action), "b");
});

test("a selection has no item to go to; who is at an answered one goes on", () => {
  assert.equal(afterStep(pages, empty(), "c", "undo", many), "c");
  assert.equal(afterStep(pages, empty(), null, "undo", many), null);
  assert.equal(afterStep(pages, selected(), "a", "redo", many), "b");
});

test("an item is taken if a selection answered it meanwhile, not if it was answered before", () => {
  assert.equal(isTaken(empty(), selected(), "a"), true);
  assert.equal(isTaken(selected(), selected(), "a"), false);
  assert.equal(isTaken(empty(), project(empty(), [label("1", "a", "cat")]), "a"), false);
});

test("pages that are not open stand in the order of their rounds, and missing ones are left out", () => {
  assert.deepEqual(inOrder([pages[1], null, pages[0]], []), pages);
});

test("open pages stand as the kernel says, before the one that was sent ahead", () => {
  const ahead = { ...pages[1], name: "batch 2", round: 2 };
  const names = inOrder([ahead, pages[0], picked], ["picked 1", "batch 0"]).map((page) => page.name);
  assert.deepEqual(names, ["picked 1", "batch 0", "batch 2"]);
});

test("a page of the same round that was sent ahead and never opened is not the picked one", () => {
  assert.deepEqual(inOrder([pages[1], pages[0]], ["picked 1", "batch 0"]), pages);
});

test("what was asked for comes at once, also in the middle of a batch", () => {
  const view = { ...empty(), answers: { p: "cat" } };
  assert.equal(askedFor([picked, pages[0]], view, "b"), "q");
});

test("nobody is taken away from what was asked for, nor to a batch that nobody asked for", () => {
  assert.equal(askedFor([picked, pages[0]], empty(), "q"), null);
  assert.equal(askedFor(pages, empty(), "d"), null);
  assert.equal(askedFor([picked], { ...empty(), answers: { p: null, q: null } }, "a"), null);
});

test("after what was asked for comes the rest of the batch that it interrupted", () => {
  const view = { ...empty(), answers: { a: "cat", p: "cat", q: "dog" } };
  assert.equal(nextItem([picked, pages[0]], view, "q"), "b");
});

test("an undo that went back to the batch leads on to what was asked for", () => {
  assert.equal(nextItem([picked, pages[0]], { ...empty(), answers: { a: "cat" } }, "a"), "p");
});

test("an item is done elsewhere if it is answered and no page shows it any more", () => {
  const view = { ...empty(), answers: { a: "cat", z: "cat" } };
  const done = ["a", "b", "z", "y"].map((item) => isDoneElsewhere(pages, view, item));
  assert.deepEqual(done, [false, false, true, false]);
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
