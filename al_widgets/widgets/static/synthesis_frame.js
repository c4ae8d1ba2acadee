// The parts of the synthesis panel, empty: they are filled from traits.

import { element } from "./cards.js";
import { keyNode } from "./class_bars.js";
import { button } from "./gap_list.js";
import { answers, numberField, part, quiet } from "./pane.js";

export const PIECES = ["al-syn-answers", "al-syn-made", "al-syn-off"];

function buildMade() {
  const node = part("al-syn-what", "What was made");
  const words = element("p", "al-syn-headline");
  const fates = element("p", "al-syn-fates");
  const bars = element("ul", "al-bars");
  const key = keyNode([[PIECES[0], "answers"], [PIECES[1], "made"], [PIECES[2], "made, switched off"]]);
  const hidden = element("p", "al-pane-hint");
  node.append(words, fates, bars, key, hidden);
  return { node, words, fates, bars, key, off: /** @type {HTMLElement} */ (key.lastElementChild), hidden };
}

function buildMore() {
  const node = part("al-syn-more", "Make new ones");
  const missing = element("p", "al-syn-missing");
  const code = element("code", "al-syn-code");
  const how = element("p", "al-pane-hint");
  const row = element("div", "al-pane-row");
  const make = button("al-pane-main", "Make 20");
  const n = numberField("Items to make", 20);
  const label = element("label", "al-syn-label", "items");
  label.prepend(n);
  row.append(make, label);
  const far = element("div", "al-syn-far");
  const words = element("span", "al-syn-doing");
  words.setAttribute("role", "status");
  const progress = element("progress", "al-pane-progress");
  progress.setAttribute("aria-label", "How far it is");
  const stop = button("al-pane-button", "Stop");
  far.append(words, stop, progress);
  const told = answers();
  node.append(missing, code, how, row, far, told.said, told.wrong);
  return { node, missing, code, how, row, make, n, far, words, progress, stop, ...told };
}

function buildNewest() {
  const node = part("al-syn-newest", "The newest");
  const strip = element("ul", "al-syn-strip");
  const pair = element("div", "al-syn-pair");
  const held = element("div", "al-pane-row al-syn-held");
  const review = button("al-pane-button", "Review");
  const hint = element("span", "al-pane-hint");
  held.append(review, hint);
  const told = answers();
  node.append(strip, pair, held, told.said, told.wrong);
  return { node, strip, pair, held, review, hint, ...told };
}

function buildHelp() {
  const node = part("al-syn-help", "Do they help?");
  const row = element("div", "al-pane-row");
  const measure = button("al-pane-button", "Measure");
  const label = element("label", "al-syn-switch");
  const use = quiet(element("input", "al-syn-use"));
  use.type = "checkbox";
  use.setAttribute("role", "switch");
  const state = element("span", "al-syn-state");
  label.append(use, state);
  row.append(label, measure);
  const why = element("p", "al-syn-why");
  const doing = element("p", "al-pane-hint", "A model is trained with them, and one without…");
  doing.setAttribute("role", "status");
  const words = element("p", "al-syn-verdict");
  const on = element("p", "al-pane-hint");
  const table = element("table", "al-pane-table");
  const hint = element("p", "al-pane-hint", "Two models are trained, one with what was made and one without, and compared on answers that neither knows.");
  const told = answers();
  node.append(row, why, hint, doing, words, table, on, told.said, told.wrong);
  return { node, measure, use, state, why, hint, doing, words, on, table, ...told };
}

export function buildFrame() {
  const root = element("section", "al-synthesis al-pane al-root");
  root.setAttribute("aria-label", "Synthesis");
  const head = element("div", "al-pane-head");
  const fact = element("span", "al-pane-fact");
  head.append(element("span", "al-pane-name", "Synthesis"), fact);
  const { wrong: error } = answers();
  const parts = { made: buildMade(), make: buildMore(), newest: buildNewest(), help: buildHelp() };
  const body = element("div", "al-pane-body");
  body.append(...Object.values(parts).map(({ node }) => node));
  root.append(head, error, body);
  return { root, fact, error, ...parts };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */
