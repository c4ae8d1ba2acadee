// The parts of the rest panel, empty: they are filled from traits.

import { element } from "./cards.js";
import { keyNode } from "./class_bars.js";
import { button } from "./gap_list.js";
import { answers, numberField, part, quiet } from "./pane.js";

let built = 0; // ids must differ between the panels of a page

function buildAdvice() {
  const node = part("al-rest-advice", "Go on or stop?");
  const verdict = element("p", "al-rest-verdict");
  const reasons = element("ul", "al-rest-reasons");
  node.append(verdict, reasons);
  return { node, verdict, reasons };
}

function buildLabels() {
  const node = part("al-rest-labels", "The labels");
  const before = element("p", "al-rest-before");
  const number = element("p", "al-rest-number");
  const right = element("p", "al-rest-right");
  const newer = element("p", "al-rest-newer");
  const label = button("al-pane-main", "Label the rest");
  const doing = element("p", "al-rest-doing", "labeling the rest…");
  doing.setAttribute("role", "status");
  const found = element("div", "al-rest-found");
  const slider = buildSlider();
  const classes = quiet(element("summary", "al-pane-summary", "By class"));
  const fold = element("details", "al-pane-fold");
  const bars = element("ul", "al-bars");
  const key = keyNode([["al-rest-answer", "answered"], ["al-rest-kept", "kept"], ["al-rest-withheld", "withheld"]]);
  const hidden = element("p", "al-rest-hidden");
  fold.open = true;
  fold.append(classes, bars, key, hidden);
  found.append(slider.slider, fold);
  node.append(before, number, right, newer, label, doing, found);
  return { node, before, number, right, newer, label, doing, found, ...slider, bars, hidden };
}

/** The histogram of confidence, and the slider below it. */
function buildSlider() {
  built += 1;
  const node = element("div", "al-rest-slider");
  const histogram = element("div", "al-rest-histogram");
  histogram.setAttribute("aria-hidden", "true"); // the words below say what is kept
  histogram.title = "Labels by confidence; heights are square roots of their numbers";
  const [above, below] = [element("div", "al-rest-above"), element("div", "al-rest-below")];
  histogram.append(above, below, element("div", "al-rest-line"));
  const range = quiet(element("input", "al-rest-range"));
  range.id = `al-rest-range-${built}`;
  Object.assign(range, { type: "range", min: "0", max: "1", step: "0.01" });
  const caption = element("label", "al-rest-caption", "Keep labels of confidence from");
  caption.htmlFor = range.id;
  const at = element("output", "al-rest-at");
  at.htmlFor.add(range.id);
  const head = element("p", "al-rest-heading");
  head.append(caption, at);
  const kept = element("p", "al-rest-sum");
  node.append(head, histogram, range, kept);
  return { slider: node, histogram, above, below, range, at, kept };
}

function buildCheck() {
  const node = part("al-rest-check", "Check them");
  const hint = element("p", "al-pane-hint");
  const open = element("div", "al-rest-open");
  const done = element("span", "al-rest-done");
  const progress = element("progress", "al-pane-progress");
  progress.setAttribute("aria-label", "Checked");
  const go = button("al-pane-button", "Go on");
  open.append(done, go, progress);
  const words = element("p", "al-rest-words");
  const interval = element("div", "al-rest-interval");
  const of = element("p", "al-rest-of");
  const fold = element("details", "al-pane-fold");
  const table = element("table", "al-pane-table");
  fold.append(quiet(element("summary", "al-pane-summary", "By class")), table);
  const row = element("div", "al-pane-row");
  const label = element("label", "al-rest-label", "of");
  const n = numberField("Labels to check", 50);
  label.append(n);
  const check = button("al-pane-button", "Check a random sample");
  row.append(check, label);
  const told = answers();
  told.said.classList.add("al-pane-unseen"); // the progress shows it
  node.append(hint, open, words, interval, of, fold, row, told.said, told.wrong);
  return { node, hint, open, done, progress, go, words, interval, of, fold, table, row, n, check, ...told };
}

function buildAgain() {
  const node = part("al-rest-again", "Answers to look at again");
  const hint = element("p", "al-pane-hint");
  const list = element("ul", "al-rest-list");
  const review = button("al-pane-button", "Review these");
  const told = answers();
  node.append(hint, list, review, told.said, told.wrong);
  return { node, hint, list, review, ...told };
}

function buildTake() {
  const node = part("al-rest-take", "Take them away");
  const row = element("div", "al-pane-row");
  const kind = quiet(element("select", "al-rest-kind"));
  kind.setAttribute("aria-label", "Format");
  const take = button("al-pane-button", "Download");
  row.append(kind, take);
  const label = element("label", "al-rest-with");
  const spread = quiet(element("input", "al-rest-spread"));
  spread.type = "checkbox";
  spread.checked = true;
  const which = element("span", "al-rest-which");
  label.append(spread, which);
  const command = element("p", "al-rest-command");
  const told = answers();
  node.append(row, label, command, told.said, told.wrong);
  return { node, kind, take, label, spread, which, command, ...told };
}

export function buildFrame() {
  const root = element("section", "al-rest al-pane al-root");
  root.setAttribute("aria-label", "The rest");
  const head = element("div", "al-pane-head");
  const fact = element("span", "al-pane-fact");
  head.append(element("span", "al-pane-name", "The rest"), fact);
  const { wrong: error } = answers();
  const [left, right] = [element("div", "al-pane-column"), element("div", "al-pane-column")];
  const parts = {
    advice: buildAdvice(), labels: buildLabels(), audit: buildCheck(), review: buildAgain(), download: buildTake(),
  };
  left.append(parts.advice.node, parts.labels.node);
  right.append(parts.audit.node, parts.review.node, parts.download.node);
  const body = element("div", "al-pane-body");
  body.append(left, right);
  root.append(head, error, body);
  return { root, fact, error, ...parts };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */
