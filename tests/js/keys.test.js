import assert from "node:assert/strict";
import test from "node:test";

import { character, matches, meaning } from "../../al_widgets/widgets/static/keys.js";

const press = (key, code, more = {}) => ({
  key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false,
  isComposing: false, ...more,
});
const classes = { 1: "cat", j: "dog" };

test("a digit labels, on the row and on the number pad", () => {
  assert.deepEqual(meaning(press("1", "Digit1"), classes, false), { label: "cat" });
  assert.deepEqual(meaning(press("1", "Numpad1"), classes, false), { label: "cat" });
});

test("a French keyboard, where digits need shift, labels without and with it", () => {
  assert.deepEqual(meaning(press("&", "Digit1"), classes, false), { label: "cat" });
  const shifted = press("1", "Digit1", { shiftKey: true });
  assert.equal(character(shifted), "1");
  assert.deepEqual(meaning(shifted, classes, false), { label: "cat" });
});

test("a Russian keyboard has the letters where they are printed on an American one", () => {
  assert.deepEqual(meaning(press("о", "KeyJ"), classes, false), { label: "dog" });
  assert.deepEqual(meaning(press("ы", "KeyS"), classes, false), { command: "skip" });
});

test("a Dvorak keyboard has them where it prints them", () => {
  assert.deepEqual(meaning(press("j", "KeyC"), classes, false), { label: "dog" });
});

test("Ctrl+Z undoes, with shift it redoes, and Ctrl+S is not ours", () => {
  const ctrl = { ctrlKey: true };
  assert.deepEqual(meaning(press("z", "KeyZ", ctrl), classes, false), { command: "undo" });
  assert.deepEqual(meaning(press("Z", "KeyZ", { ...ctrl, shiftKey: true }), classes, false),
    { command: "redo" });
  assert.equal(meaning(press("s", "KeyS", ctrl), classes, false), null);
  assert.equal(meaning(press("1", "Digit1", ctrl), classes, false), null);
});

test("on a Mac it is Cmd", () => {
  assert.deepEqual(meaning(press("z", "KeyZ", { metaKey: true }), classes, false), { command: "undo" });
});

test("nothing is meant while a word is being composed, or with Alt", () => {
  assert.equal(meaning(press("1", "Digit1", { isComposing: true }), classes, false), null);
  assert.equal(meaning(press("1", "Digit1", { altKey: true }), classes, false), null);
});

test("with many classes letters search, and commands need shift", () => {
  assert.deepEqual(meaning(press("s", "KeyS"), classes, true), { command: "search" });
  assert.deepEqual(meaning(press("é", "Digit2"), { 1: "cat" }, true), { command: "search" });
  assert.deepEqual(meaning(press("S", "KeyS", { shiftKey: true }), classes, true), { command: "skip" });
  assert.deepEqual(meaning(press("1", "Digit1"), classes, true), { label: "cat" });
});

test("the name of a class that is a name of every object means nothing by itself", () => {
  assert.equal(meaning(press("constructor", ""), {}, false), null);
});

test("a search finds beginnings first, then beginnings of words, then the rest", () => {
  const labels = ["big cat", "concatenate", "catfish", "dog"];
  assert.deepEqual(matches(labels, "cat"), ["catfish", "big cat", "concatenate"]);
  assert.deepEqual(matches(labels, " "), []);
});
