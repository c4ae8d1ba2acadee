import assert from "node:assert/strict";
import test from "node:test";

import {
  afterStep, answerInWords, askedFor, inOrder, inWords, isDoneElsewhere, isNews, isOpen, isTaken,
  isUnspent, neighbour, nextItem, project, reasonOf, reviewInWords,
} from "../../al_widgets/widgets/static/state.js";

const empty = () => ({
  order: ["batch 0"], answers: {}, selected: [], imported: [], free: [], reviewing: [], counts: {}, spent: 0,
  total: 10, undo: [], redo: [],
  training: false, fits: 0, failure: "", ended: "",
});
const card = (id) => ({ id, kind: "text", alt: id });
const pages = [
  { name: "batch 0", round: 0, kind: "batch", cards: [card("a"), card("b"), card("c")] },
  { name: "batch 1", round: 1, kind: "batch", cards: [card("d")] },
];
const picked = { name: "picked 1", round: 1, kind: "picked", cards: [card("p"), card("q")] };
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

/** The item's label came from a file in this person's name. */
const imported = () => ({
  ...empty(), answers: { a: "cat" }, imported: ["a"], counts: { cat: 1 },
});

test("a label by hand replaces an imported one and is spent, and undo gives that back", () => {
  const view = project(imported(), [label("1", "a", "dog")]);
  assert.deepEqual([view.answers.a, view.imported, view.spent], ["dog", [], 1]);
  assert.deepEqual([isUnspent(imported(), "a"), isUnspent(view, "a")], [true, false]);
  const back = project(view, [{ id: "2", type: "undo", target: "1" }]);
  assert.deepEqual([back.answers.a, back.imported, back.spent], ["cat", ["a"], 0]);
});

test("a hand that agrees with an imported label says nothing new", () => {
  assert.equal(isNews(imported(), "a", "cat"), false);
  assert.deepEqual(project(imported(), [label("1", "a", "cat")]), imported());
});

test("a skip withdraws an imported label and costs nothing", () => {
  const view = project(imported(), [{ id: "1", type: "skip", item: "a" }]);
  assert.deepEqual([view.answers.a, view.imported, view.spent, view.counts.cat], [null, [], 0, 0]);
});

test("an item is taken if a file answered it meanwhile", () => {
  assert.equal(isTaken(empty(), imported(), "a"), true);
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

/** Own answers that came back for review, and one to go. */
const review = { name: "review 2", round: 2, kind: "review", cards: [card("a"), card("b")] };
const reviewing = () => ({
  ...empty(), order: ["review 2", "batch 1"], answers: { a: "cat", b: "dog", c: "cat" },
  reviewing: ["a", "b"], counts: { cat: 2, dog: 1 }, spent: 3,
});

test("an item under review is open though it has an answer", () => {
  assert.deepEqual(["a", "c", "d"].map((item) => isOpen(reviewing(), item)), [true, false, true]);
  assert.equal(nextItem([review, pages[1]], reviewing(), null), "a");
});

test("the same answer again keeps it: nothing is spent or counted, and it is open no more", () => {
  assert.equal(isNews(reviewing(), "a", "cat"), true);
  const view = project(reviewing(), [label("1", "a", "cat")]);
  assert.deepEqual([view.answers.a, view.spent, view.counts], ["cat", 3, { cat: 2, dog: 1 }]);
  assert.deepEqual([view.reviewing, view.undo[0].reviewed], [["b"], true]);
  assert.equal(nextItem([review, pages[1]], view, "a"), "b");
  assert.equal(isNews(view, "a", "cat"), false);
});

test("another answer changes it and costs nothing; a skip withdraws it", () => {
  const view = project(reviewing(), [label("1", "a", "dog"), { id: "2", type: "skip", item: "b" }]);
  assert.deepEqual([view.answers.a, view.answers.b, view.spent], ["dog", null, 2]);
  assert.deepEqual([view.counts, view.reviewing], [{ cat: 1, dog: 1 }, []]);
});

test("undo brings it back under review with what was said before, redo takes it out again", () => {
  const undone = project(reviewing(), [label("1", "a", "dog"), { id: "2", type: "undo", target: "1" }]);
  assert.deepEqual([undone.answers.a, undone.reviewing.includes("a"), undone.spent], ["cat", true, 3]);
  assert.equal(afterStep([review], undone, "b", "undo", undone.redo[0]), "a");
  const redone = project(undone, [{ id: "3", type: "redo", target: "2" }]);
  assert.deepEqual([redone.answers.a, redone.reviewing], ["dog", ["b"]]);
});

test("a second answer to the same item is a correction: undo of it does not open the review", () => {
  const view = project(reviewing(), [label("1", "a", "cat"), label("2", "a", "dog"),
    { id: "3", type: "undo", target: "2" }]);
  assert.deepEqual([view.answers.a, view.reviewing], ["cat", ["b"]]);
});

test("once the budget is spent own answers can be reviewed, and nothing else be answered", () => {
  const spent = { ...reviewing(), spent: 10 };
  assert.equal(nextItem([review, pages[1]], spent, "a"), "b");
  assert.equal(nextItem([pages[1]], spent, null), null);
  assert.equal(nextItem([review], { ...spent, selected: ["a"] }, null), "b");
});

test("a review or an audit that arrives is gone to at once", () => {
  assert.equal(askedFor([review, pages[1]], reviewing(), "d"), "a");
  const audit = { name: "audit 3", round: 3, kind: "audit", cards: [card("x")] };
  assert.equal(askedFor([audit, review], reviewing(), "a"), "x");
});

test("what was kept or changed is said so", () => {
  const say = (item, after) =>
    answerInWords(reviewing(), project(reviewing(), [label("1", item, after)]), item, after);
  assert.equal(say("a", "cat"), "kept: cat");
  assert.equal(say("a", "dog"), "changed to dog");
  assert.equal(say("d", "dog"), "labeled 4 of 10: dog");
  assert.equal(answerInWords(reviewing(), reviewing(), "a", null), "skipped");
});

test("the question of a review says who said what, in sentences", () => {
  assert.equal(
    reviewInWords("you said cat · others say dog (93 %) · 4 of 5 near answers say dog"),
    "You said cat. Others say dog (93 %). Keep it, or choose another.",
  );
  assert.equal(reviewInWords(""), "Keep it, or choose another.");
});

test("an item on two pages has the reason of the one that comes first", () => {
  const because = (page, reason) => ({ ...page, cards: [{ ...card("a"), reason }] });
  const both = [because(review, "you said cat"), because(pages[0], "unsure")];
  assert.equal(reasonOf(both, "a"), "you said cat");
  assert.equal(reasonOf(both, "z"), "");
});

/** One item of the batch was made, and costs nothing to label. */
const withFree = () => ({ ...empty(), free: ["a"], spent: 3 });

test("a label of what was made counts and is not spent, also while it is under way", () => {
  const view = project(withFree(), [label("1", "a", "cat"), label("2", "b", "dog")]);
  assert.deepEqual([view.spent, view.counts], [4, { cat: 1, dog: 1 }]);
});

test("to relabel, reject, undo and redo what was made spends nothing and gives nothing back", () => {
  const steps = [label("1", "a", "cat"), label("2", "a", "dog"), { id: "3", type: "undo", target: "2" },
    { id: "4", type: "redo", target: "3" }, { id: "5", type: "skip", item: "a" }];
  const spent = steps.map((_, index) => project(withFree(), steps.slice(0, index + 1)).spent);
  assert.deepEqual(spent, [3, 3, 3, 3, 3]);
  assert.deepEqual(project(withFree(), steps).counts, { cat: 0, dog: 0 });
});

test("what was made can be labeled when the budget is spent, and what is real cannot", () => {
  const view = { ...withFree(), spent: 10 };
  assert.deepEqual([isUnspent(view, "a"), isUnspent(view, "b")], [false, true]);
  assert.equal(nextItem(pages, view, null), "a");
  assert.equal(nextItem(pages, { ...view, answers: { a: "cat" } }, "a"), null);
});

test("what was made is gone to at once, like all that comes in front", () => {
  const made = { name: "synthesis 1", round: 1, kind: "synthesis", cards: [card("syn1")] };
  assert.equal(askedFor([made, pages[0]], empty(), "b"), "syn1");
});
