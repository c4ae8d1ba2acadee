// The parts of the rest panel, empty: they are filled from traits.

import { element } from "./cards.js";
import { button } from "./gap_list.js";

let built = 0; // ids must differ between the panels of a page

/**
 * JupyterLab leaves the keys of such an element alone.
 * @template {HTMLElement} T
 * @param {T} node
 */
function quiet(node) {
  node.dataset.lmSuppressShortcuts = "true";
  return node;
}

/** A part with its title. @param {string} name @param {string} title */
function part(name, title) {
  const node = element("section", `al-rest-part al-rest-${name}`);
  node.setAttribute("aria-label", title);
  node.append(element("h4", "al-rest-title", title));
  return node;
}

/** What was done, and what went wrong, with what was asked for here. */
function answers() {
  const said = element("p", "al-rest-said");
  said.setAttribute("role", "status");
  said.setAttribute("aria-live", "polite");
  const wrong = element("p", "al-rest-wrong");
  wrong.setAttribute("role", "alert");
  wrong.hidden = true;
  return { said, wrong };
}

function buildAdvice() {
  const node = part("advice", "Go on or stop?");
  const verdict = element("p", "al-rest-verdict");
  const reasons = element("ul", "al-rest-reasons");
  node.append(verdict, reasons);
  return { node, verdict, reasons };
}

function buildLabels() {
  const node = part("labels", "The labels");
  const before = element("p", "al-rest-before");
  const number = element("p", "al-rest-number");
  const right = element("p", "al-rest-right");
  const newer = element("p", "al-rest-newer");
  const label = button("al-rest-main", "Label the rest");
  const doing = element("p", "al-rest-doing", "labeling the rest…");
  doing.setAttribute("role", "status");
  const found = element("div", "al-rest-found");
  const slider = buildSlider();
  const classes = quiet(element("summary", "al-rest-summary", "By class"));
  const fold = element("details", "al-rest-fold");
  const bars = element("ul", "al-rest-bars");
  const key = element("p", "al-rest-key");
  for (const [name, words] of [["answer", "answered"], ["kept", "kept"], ["withheld", "withheld"]]) {
    const means = element("span", "al-rest-means", words);
    means.prepend(element("span", `al-rest-sample al-rest-${name}`));
    key.append(means);
  }
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
  const node = part("check", "Check them");
  const hint = element("p", "al-rest-hint");
  const open = element("div", "al-rest-open");
  const done = element("span", "al-rest-done");
  const progress = element("progress", "al-rest-progress");
  progress.setAttribute("aria-label", "Checked");
  const go = button("al-rest-button", "Go on");
  open.append(done, go, progress);
  const words = element("p", "al-rest-words");
  const interval = element("div", "al-rest-interval");
  const of = element("p", "al-rest-of");
  const fold = element("details", "al-rest-fold");
  const table = element("table", "al-rest-table");
  fold.append(quiet(element("summary", "al-rest-summary", "By class")), table);
  const row = element("div", "al-rest-row");
  const label = element("label", "al-rest-label", "of");
  const n = quiet(element("input", "al-rest-n"));
  Object.assign(n, { type: "number", min: "1", value: "50", inputMode: "numeric" });
  n.setAttribute("aria-label", "Labels to check");
  label.append(n);
  const check = button("al-rest-button", "Check a random sample");
  row.append(check, label);
  const told = answers();
  told.said.classList.add("al-rest-unseen"); // the progress shows it
  node.append(hint, open, words, interval, of, fold, row, told.said, told.wrong);
  return { node, hint, open, done, progress, go, words, interval, of, fold, table, row, n, check, ...told };
}

function buildAgain() {
  const node = part("again", "Answers to look at again");
  const hint = element("p", "al-rest-hint");
  const list = element("ul", "al-rest-list");
  const review = button("al-rest-button", "Review these");
  const told = answers();
  node.append(hint, list, review, told.said, told.wrong);
  return { node, hint, list, review, ...told };
}

function buildTake() {
  const node = part("take", "Take them away");
  const row = element("div", "al-rest-row");
  const kind = quiet(element("select", "al-rest-kind"));
  kind.setAttribute("aria-label", "Format");
  const take = button("al-rest-button", "Download");
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
  const root = element("section", "al-rest al-root");
  root.setAttribute("aria-label", "The rest");
  const head = element("div", "al-rest-head");
  const fact = element("span", "al-rest-fact");
  head.append(element("span", "al-rest-name", "The rest"), fact);
  const { wrong: error } = answers();
  const [left, right] = [element("div", "al-rest-column"), element("div", "al-rest-column")];
  const parts = {
    advice: buildAdvice(), labels: buildLabels(), audit: buildCheck(), review: buildAgain(), download: buildTake(),
  };
  left.append(parts.advice.node, parts.labels.node);
  right.append(parts.audit.node, parts.review.node, parts.download.node);
  const body = element("div", "al-rest-body");
  body.append(left, right);
  root.append(head, error, body);
  return { root, fact, error, ...parts };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */
