import assert from "node:assert/strict";
import test from "node:test";

import { alarmInWords } from "../../al_widgets/widgets/static/alarm.js";
import { madeInWords, parentInWords, questionAbout, whyMade } from "../../al_widgets/widgets/static/made.js";

const made = (more = {}) => ({
  recipe: "darker, to 40 %", target: "gaps", held: "", label: "fish", parents: [], n_more: 0,
  has_face: true, ...more,
});
const view = (free) => ({ free, spent: 4, total: 10 });

test("an answer says whether the label held, and what it cost", () => {
  const said = (after, more, free = ["a"]) => madeInWords(made(more), view(free), "a", after);
  assert.equal(said("fish"), "accepted: fish · free");
  assert.equal(said("crab"), "relabeled: crab · free");
  assert.equal(said("crab", { label: null }), "labeled: crab · free");
  assert.equal(said(null), "rejected");
  assert.equal(said("fish", {}, []), "accepted: fish · 4 of 10");
});

test("who was asked on purpose reads why as the query says it", () => {
  assert.equal(whyMade(made(), "no label in dim water: darker", " · "), "no label in dim water: darker");
});

test("what was held back says so, and what it was made for", () => {
  const held = "far from every real item";
  const why = (target) => whyMade(made({ held, target }), held, " · ");
  assert.equal(why("gaps"), "held back: far from every real item · made where labels are missing");
  assert.equal(why("mine"), "held back: far from every real item · made for mine");
  assert.equal(why(""), "held back: far from every real item");
  assert.equal(whyMade(made({ held }), "you said cat", " · "), "you said cat");
});

test("a parent that lost its label is not said to have one", () => {
  assert.equal(parentInWords({ item: "17", label: "fish" }), "from 17, labeled fish");
  assert.equal(parentInWords({ item: "17", label: null }), "from 17, which has no label now");
});

test("the question names the key that rejects, and does not ask for a label that there is not", () => {
  assert.match(questionAbout(made(), "⇧S"), /Does the label still hold\?.*\(⇧S\)/);
  assert.match(questionAbout(made({ label: null }), "S"), /no one class/);
});

test("an alarm says what is lost and what is kept", () => {
  const how = { cut: false, silent: false, durable: true, kept: 0 };
  assert.equal(alarmInWords(how), "");
  assert.match(alarmInWords({ ...how, silent: true, kept: 1 }), /busy, or gone\. 1 answer is kept/);
  assert.match(alarmInWords({ ...how, cut: true, kept: 2 }), /Run the cell again.*2 answers are kept/);
  assert.match(alarmInWords({ ...how, cut: true, durable: false }), /in memory only/);
});
