// The parts of the stream panel, empty: they are filled from traits.

import { element } from "./cards.js";
import { button } from "./gap_list.js";

const SVG = "http://www.w3.org/2000/svg";

/** Speeds, in items a second; 0 is as fast as it can. */
export const SPEEDS = [1, 10, 100, 0];

let panels = 0; // names of radio buttons must differ between the panels of a page

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number>} [given]
 */
export function drawn(tag, given = {}) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(given)) node.setAttribute(name, String(value));
  return node;
}

/** What an item became, as a shape: it is told without color too. @param {string} became */
export function shape(became) {
  const mark = drawn("svg", { class: `al-str-shape al-str-is-${became}`, viewBox: "0 0 14 14", "aria-hidden": "true" });
  /** @type {Record<string, () => SVGElement[]>} */
  const shapes = {
    accepted: () => [drawn("circle", { cx: 7, cy: 7, r: 6 }), drawn("path", { class: "al-str-in", d: "M4 7.2l2.2 2.2L10.2 5" })],
    asked: () => [drawn("path", { d: "M7 .6L13.4 7L7 13.4L.6 7Z" })],
    drawn: () => [drawn("rect", { x: 1.2, y: 1.2, width: 11.6, height: 11.6, rx: 2.5 }),
      drawn("path", { class: "al-str-dots", d: "M4.4 4.4h.01M7 7h.01M9.6 9.6h.01" })],
    passed: () => [drawn("path", { class: "al-str-dash", d: "M2.5 7H11.5" })],
  };
  mark.append(...(shapes[became] ?? shapes.passed)());
  return mark;
}

/** Text that is only read aloud. @param {string} [text] */
export function unseen(text = "") {
  return element("span", "al-str-unseen", text);
}

/** @param {string} className @param {string} role */
function speaking(className, role) {
  const node = element("p", className);
  node.setAttribute("role", role);
  if (role === "status") node.setAttribute("aria-live", "polite");
  return node;
}

/** How it flows, and what changes that. */
function buildControls() {
  panels += 1;
  const node = element("div", "al-str-controls");
  const play = button("al-str-main", "");
  const [icon, word] = [element("span", "al-str-icon"), element("span", "", "Play")];
  icon.setAttribute("aria-hidden", "true");
  play.append(icon, word);
  const step = button("al-str-button", "Step");
  step.title = "Let one more item pass";
  const speed = element("fieldset", "al-str-speed");
  speed.append(element("legend", "al-str-unseen", "Items a second"));
  const options = SPEEDS.map((value) => {
    const label = element("label", "al-str-option");
    const input = element("input", "al-str-radio");
    Object.assign(input, { type: "radio", name: `al-str-speed-${panels}`, value: String(value) });
    input.dataset.lmSuppressShortcuts = "true";
    label.title = value ? `${value} item${value === 1 ? "" : "s"} a second` : "As fast as it can";
    label.append(input, element("span", "", value ? String(value) : "max"));
    speed.append(label);
    return input;
  });
  const unit = element("span", "al-str-unit", "a second");
  unit.setAttribute("aria-hidden", "true");
  node.append(play, step, speed, unit);
  return { node, play, word, step, speed, options };
}

/** How many items became what; the shapes are explained here. */
function buildCounts() {
  const node = element("div", "al-str-counts");
  /** @type {Record<string, HTMLElement>} */
  const counts = {};
  const means = {
    accepted: "The model was sure enough: its label was taken",
    asked: "The model was not sure enough: you are asked",
    drawn: "Drawn at random, whatever the model says: you are asked, and that tells how often it is right",
    passed: "No valid item, or it was answered before",
  };
  for (const [name, title] of Object.entries(means)) {
    const one = element("div", `al-str-count al-str-count-${name}`);
    one.title = title;
    const term = element("span", "al-str-term");
    term.append(shape(name), element("span", "", name));
    counts[name] = element("span", "al-str-n", "0");
    one.append(term, counts[name]);
    node.append(one);
  }
  return { node, counts };
}

function buildStrip() {
  const node = element("div", "al-str-last");
  const list = element("ol", "al-str-strip");
  list.setAttribute("aria-label", "The last items, the newest at the end");
  const why = element("p", "al-str-why");
  node.append(list, why);
  return { node, list, why };
}

function buildChart() {
  const node = element("div", "al-str-chart");
  const title = element("h4", "al-str-title", "How sure the model is");
  const key = element("p", "al-str-key");
  for (const [name, words] of [["sure", "on average"], ["threshold", "asks below"]]) {
    const means = element("span", "al-str-means", words);
    means.prepend(element("span", `al-str-sample al-str-sample-${name}`));
    key.append(means);
  }
  const head = element("div", "al-str-chart-head");
  head.append(title, key);
  const stage = element("div", "al-str-stage");
  const picture = drawn("svg", { class: "al-str-picture", role: "img" });
  const line = element("div", "al-str-line");
  for (const [name, value] of Object.entries({
    role: "slider", tabindex: "0", "aria-label": "Threshold: items of which the model is less sure are asked about",
    "aria-orientation": "vertical", "aria-valuemin": "0", "aria-valuemax": "100",
  })) line.setAttribute(name, value);
  line.dataset.lmSuppressShortcuts = "true";
  line.title = "Drag, or use the arrow keys";
  const knob = element("span", "al-str-knob");
  line.append(knob);
  stage.append(picture, line);
  const said = element("p", "al-str-said");
  const origin = element("p", "al-str-origin");
  const [how, back] = [element("span", "al-str-how"), button("al-str-back", "")];
  origin.append(how, back);
  node.append(head, stage, said, origin);
  return { node, stage, picture, line, knob, said, how, back };
}

/** A number of some weight, and what is to be said of it. @param {string} name @param {string} title */
function buildFact(name, title) {
  const node = element("section", `al-str-fact al-str-fact-${name}`);
  node.setAttribute("aria-label", title);
  const head = element("h4", "al-str-title", title);
  const number = element("p", "al-str-number");
  const track = element("div", "al-str-track");
  const ends = element("p", "al-str-ends");
  const [first, last] = [element("span", ""), element("span", "")];
  ends.setAttribute("aria-hidden", "true"); // the words say the interval
  ends.append(first, last);
  const words = element("p", "al-str-words");
  node.append(head, number, track, ends, words);
  return { node, number, track, ends, first, last, words };
}

export function buildFrame() {
  const root = element("section", "al-str al-root");
  root.setAttribute("aria-label", "Stream");
  const head = element("div", "al-str-head");
  const [status, sign, words, more] = [element("p", "al-str-status"), element("span", "al-str-sign"),
    element("strong", "al-str-words-now"), element("span", "al-str-more")];
  sign.setAttribute("aria-hidden", "true");
  status.append(sign, words, more);
  const live = speaking("al-str-unseen", "status");
  const controls = buildControls();
  head.append(status, controls.node);
  const failed = element("div", "al-str-failed");
  const failure = speaking("al-str-failure", "alert");
  const retry = button("al-str-button", "Try again");
  failed.append(failure, retry);
  const wrong = speaking("al-str-failed al-str-wrong", "alert");
  const drift = element("ul", "al-str-drift");
  const none = element("p", "al-str-none", "Queries do not come from a stream now. "
    + "learner.sampling = al.StreamBasedSampling(stream) lets one flow.");
  const body = element("div", "al-str-body");
  const [counts, strip, chart] = [buildCounts(), buildStrip(), buildChart()];
  const facts = element("div", "al-str-facts");
  const [error, accuracy, budget] = [buildFact("error", "Accepted labels"), buildFact("accuracy", "The model"),
    buildFact("budget", "Answers left")];
  facts.append(error.node, accuracy.node, budget.node);
  body.append(counts.node, strip.node, chart.node, facts);
  root.append(head, live, failed, wrong, drift, none, body);
  return {
    root, head, status, words, more, live, controls, failed, failure, retry, wrong, drift, none, body,
    counts: counts.counts, strip, chart, error, accuracy, budget,
  };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */
