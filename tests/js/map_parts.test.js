import assert from "node:assert/strict";
import test from "node:test";

import { answersAt, placeOnAxis } from "../../al_widgets/widgets/static/chart.js";
import { answersOf, labelsOf } from "../../al_widgets/widgets/static/map_answers.js";
import { dragMeans, howOf, rectangle } from "../../al_widgets/widgets/static/map_gestures.js";
import { kindsOf, madeOf, starsOf } from "../../al_widgets/widgets/static/map_made.js";
import { SHAPES, STAR } from "../../al_widgets/widgets/static/map_marks.js";
import { Replay, holesAt } from "../../al_widgets/widgets/static/map_replay.js";
import { momentSays, selectionSays } from "../../al_widgets/widgets/static/map_side.js";
import { Kernel, numbers16, numbers32 } from "../../al_widgets/widgets/static/wire.js";
import { tabsFor } from "../../al_widgets/widgets/static/workbench.js";

const view = (array) => new DataView(array.buffer, array.byteOffset, array.byteLength);
const LOOK = { theme: "light", ink: "#000000", scale: ["#111111", "#222222", "#333333"] };
const entry = (name, code, color) => ({ name, code, n_items: 1, n_labeled: 0, colors: [color, color] });
const BY_CLASS = { by: "class", kind: "categories", entries: [entry("a", 0, "#aa0000"), entry("b", 1, "#00bb00")] };
const ANSWERS = answersOf({
  positions: view(Uint32Array.of(4, 2, 9)), codes: view(Uint8Array.of(1, 0, 1)),
  spent: view(Uint32Array.of(1, 2, 2)), held: view(Uint8Array.of(0, 1, 0)), batch: [], here: [],
});

test("no marks are no answers", () => {
  assert.equal(answersOf(null).positions.length, 0);
});

test("a label has the color and the shape of its class, and is hollow if it only measures", () => {
  const labels = labelsOf(ANSWERS, 3, BY_CLASS, new Uint8Array(10), new Set(), LOOK);
  assert.deepEqual(labels.map(({ position }) => position), [4, 2, 9]);
  assert.deepEqual(labels.map(({ color }) => color), ["#00bb00", "#aa0000", "#00bb00"]);
  assert.deepEqual(labels.map(({ shape }) => SHAPES.indexOf(shape)), [1, 0, 1]);
  assert.deepEqual(labels.map(({ hollow }) => hollow), [false, true, false]);
});

test("at a moment only the labels that had been given are drawn", () => {
  assert.equal(labelsOf(ANSWERS, 1, BY_CLASS, new Uint8Array(10), new Set(), LOOK).length, 1);
});

test("the labels of dimmed classes are not drawn", () => {
  const labels = labelsOf(ANSWERS, 3, BY_CLASS, new Uint8Array(10), new Set([0]), LOOK);
  assert.deepEqual(labels.map(({ position }) => position), [2]);
});

test("where the order is shown the first label has the first color and the last one the last", () => {
  const labels = labelsOf(ANSWERS, 3, { by: "order", kind: "scale", entries: [] }, new Uint8Array(10), new Set(), LOOK);
  assert.deepEqual(labels.map(({ color }) => color), LOOK.scale);
});

test("in front of coverage labels are plain", () => {
  const coverage = { by: "coverage", kind: "categories", entries: [entry("hole", 2, "#ff0000")] };
  const labels = labelsOf(ANSWERS, 3, coverage, new Uint8Array(10).fill(2), new Set(), LOOK);
  assert.ok(labels.every(({ color, shape }) => color === LOOK.ink && shape === SHAPES[0]));
});

test("a region is a hole until its first label", () => {
  const regions = [{ key: "0/1", first: null }, { key: "0/2", first: 3 }, { key: "0/3", first: 1 }];
  const keys = (moment) => holesAt(regions, moment).map(({ key }) => key);
  assert.deepEqual(keys(0), ["0/1", "0/2", "0/3"]);
  assert.deepEqual(keys(2), ["0/1", "0/2"]);
  assert.deepEqual(keys(3), ["0/1"]);
  assert.deepEqual(keys(null), ["0/1"]);
});

function replay(spent) {
  const node = () => ({ setAttribute() {}, max: "", value: "", textContent: "", hidden: false });
  let changes = 0;
  const made = new Replay({ range: node(), moment: node(), time: node(), play: node() }, () => { changes += 1; });
  made.take(Uint32Array.from(spent));
  return { made, changes: () => changes };
}

test("a moment after all labels is now, also when labels come", () => {
  const { made } = replay([1, 2, 3]);
  made.goTo(3);
  made.take(Uint32Array.of(1, 2, 3, 4));
  assert.deepEqual([made.moment, made.at, made.spentThen], [null, 4, null]);
});

test("what had been spent leads to all labels of one step", () => {
  const { made } = replay([1, 2, 2, 2, 3]);
  made.goToSpent(2);
  assert.deepEqual([made.at, made.spentThen], [4, 2]);
  made.goToSpent(0);
  assert.deepEqual([made.at, made.spentThen], [0, 0]);
});

test("a moment that is shown already is no change", () => {
  const { made, changes } = replay([1, 2, 3]);
  made.goTo(1);
  made.goTo(1);
  assert.equal(changes(), 1);
});

test("an undo that leaves fewer labels than the moment shows all that are left", () => {
  const { made } = replay([1, 2, 3]);
  made.goTo(2);
  made.take(Uint32Array.of(1));
  assert.equal(made.at, 1);
});

test("a selection says how many, what is thought of them, and what is not to be labeled", () => {
  const said = selectionSays({ serial: "", n: 10, free: 6, guess: [["cat", 3], ["dog", 3]], given: [["cat", 2]], cards: [] });
  assert.equal(said, "10 items selected · the model thinks: cat (50 %), dog (50 %) · labeled already: cat (2)"
    + " · 2 kept to measure accuracy, or skipped.");
});

test("one item is no items", () => {
  assert.equal(selectionSays({ serial: "", n: 1, free: 1, guess: [], given: [], cards: [] }), "1 item selected.");
  assert.equal(momentSays(1, 1), "1 label");
});

test("modifiers add and take away, whatever the tool", () => {
  const event = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
  assert.equal(howOf(event), "replace");
  assert.equal(howOf({ ...event, shiftKey: true }), "add");
  assert.equal(howOf({ ...event, altKey: true, shiftKey: true }), "subtract");
  assert.equal(dragMeans("move", "add", 0), "lasso");
});

test("a drag moves the picture with the hand, and with the middle button always", () => {
  assert.equal(dragMeans("move", "replace", 0), "pan");
  assert.equal(dragMeans("lasso", "replace", 1), "pan");
  assert.equal(dragMeans("rectangle", "replace", 0), "rectangle");
});

test("a rectangle has four corners, from whichever corner it was drawn", () => {
  assert.deepEqual(rectangle([5, 9], [1, 2]), [5, 9, 1, 9, 1, 2, 5, 2]);
});

test("numbers are read wherever they begin in a buffer", () => {
  const bytes = new Uint8Array(13);
  new DataView(bytes.buffer).setUint16(1, 513, true);
  new DataView(bytes.buffer).setUint32(5, 70_000, true);
  assert.equal(numbers16(new DataView(bytes.buffer, 1, 2))[0], 513);
  assert.equal(numbers32(new DataView(bytes.buffer, 5, 4))[0], 70_000);
});

test("a kernel that is gone is no exception", () => {
  let lost = 0;
  const model = { get: () => null, send: () => { throw new Error("Cannot send"); } };
  new Kernel(model, () => { lost += 1; }).send({ type: "card" });
  assert.equal(lost, 1);
});

test("on a wide screen the map is no tab, and another one is chosen in its place", () => {
  const learner = { streams: false, given: true };
  assert.deepEqual(tabsFor("map", false, learner).chosen, "map");
  assert.deepEqual(tabsFor("map", true, learner), { names: ["progress", "coverage", "rest"], chosen: "progress", column: "map" });
});

test("the stream is the first tab, and takes the map's column where the pool began empty", () => {
  assert.equal(tabsFor("stream", false, { streams: true, given: true }).names[0], "stream");
  assert.deepEqual(tabsFor("stream", true, { streams: true, given: true }),
    { names: ["stream", "progress", "coverage", "rest"], chosen: "stream", column: "map" });
  assert.deepEqual(tabsFor("stream", true, { streams: true, given: false }),
    { names: ["progress"], chosen: "progress", column: "stream" });
  assert.deepEqual(tabsFor("stream", false, { streams: true, given: false }),
    { names: ["stream", "progress"], chosen: "stream", column: "" });
});

test("what is synthesized has a tab where items are made", () => {
  const learner = { streams: false, given: true, synthesizes: true };
  assert.deepEqual(tabsFor("synthesis", true, learner),
    { names: ["synthesis", "progress", "coverage", "rest"], chosen: "synthesis", column: "map" });
});

test("a stream that is gone is no tab, and where nothing was given there is nothing to map", () => {
  assert.equal(tabsFor("stream", false, { streams: false, given: true }).chosen, "map");
  assert.deepEqual(tabsFor("map", true, { streams: false, given: false }),
    { names: ["progress"], chosen: "progress", column: "" });
});

test("a place on the curve leads to a number of answers and back", () => {
  const axis = [0, 200, 0.1, 0.9];
  assert.equal(placeOnAxis(axis, 50), 0.1 + 0.8 / 4);
  assert.equal(answersAt(axis, placeOnAxis(axis, 50)), 50);
  assert.equal(answersAt(axis, 0.02), null);
  assert.equal(placeOnAxis(axis, 201), null);
});

const MADE = {
  positions: view(Uint32Array.of(10, 11, 12)), codes: view(Uint8Array.of(1, 0, 255)),
  kinds: view(Uint8Array.of(0, 1, 2)), since: view(Uint32Array.of(2, 3, 3)),
  words: ["in use", "held back", "asked about"],
};

test("what was made is a star in the color of its class, hollow unless a model learns from it", () => {
  const stars = starsOf(madeOf(MADE), null, BY_CLASS, new Uint8Array(13).fill(1), new Set(), LOOK);
  assert.deepEqual(stars.map(({ position }) => position), [10, 11, 12]);
  assert.deepEqual(stars.map(({ color }) => color), ["#00bb00", "#aa0000", "#00bb00"]);
  assert.deepEqual(stars.map(({ hollow }) => hollow), [false, true, true]);
  assert.ok(stars.every(({ shape }) => shape === STAR && !SHAPES.includes(shape)));
});

test("stars of dimmed classes are not drawn, nor those that were made later", () => {
  const drawn = (moment, only) =>
    starsOf(madeOf(MADE), moment, BY_CLASS, new Uint8Array(13), only, LOOK).map(({ position }) => position);
  assert.deepEqual(drawn(null, new Set([1])), [10]);
  assert.deepEqual(drawn(1, new Set()), []);
  assert.deepEqual(drawn(2, new Set()), [10]);
  assert.deepEqual(drawn(3, new Set()), [10, 11, 12]);
});

test("where color tells nothing of them stars are plain", () => {
  const coverage = { by: "coverage", kind: "categories", entries: [entry("hole", 2, "#ff0000")] };
  const stars = starsOf(madeOf(MADE), null, coverage, new Uint8Array(13).fill(255), new Set(), LOOK);
  assert.ok(stars.every(({ color }) => color === LOOK.ink));
});

test("the kinds that there are, are counted; where nothing was made there is none", () => {
  assert.deepEqual(kindsOf(madeOf({ ...MADE, kinds: view(Uint8Array.of(0, 2, 2)) })), [["in use", 1], ["asked about", 2]]);
  assert.deepEqual(kindsOf(madeOf({})), []);
  assert.equal(madeOf(undefined).positions.length, 0);
});

test("a selection says how many of it were made", () => {
  const said = selectionSays({ serial: "", n: 9, free: 4, guess: [], given: [["a", 2]], made: 3, cards: [] });
  assert.equal(said, "9 items selected · labeled already: a (2) · 3 made, passed over.");
});
