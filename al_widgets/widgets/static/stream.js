// A stream as it flows: how it stands and what moves it, the last items, how sure the model is, the
// threshold as a line that can be dragged, and how good what was accepted is.

import { LOST, attach, say, write } from "./pane.js";
import { axisEnd, inNumber, inOnePiece } from "./rest_counts.js";
import { drawChart, layout, moveThreshold } from "./stream_chart.js";
import { buildFrame } from "./stream_frame.js";
import { ThresholdLine } from "./stream_line.js";
import { Strip } from "./stream_strip.js";
import {
  about, budgetInWords, courseFrom, inPercent, knownInWords, lineInWords, passingInWords, previewInWords,
} from "./stream_words.js";
import { Kernel } from "./wire.js";

/**
 * @typedef {{kind: string, words: string, more: string}} Status
 * @typedef {{on: boolean, paused: boolean, ended: boolean, speed: number}} Flow   `speed`: 0 is as fast as it can
 * @typedef {import("./stream_words.js").Known} Known
 * @typedef {{_status: Status, _flow: Flow, _counts: import("./stream_words.js").Counts,
 *   _strip: import("./stream_strip.js").Seen[], _cards: {cards: import("./cards.js").Card[]},
 *   _course: DataView | null, _line: import("./stream_words.js").Line | null,
 *   _budget: import("./stream_words.js").Budget, _quality: import("./stream_words.js").Quality,
 *   _error: string, _link: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 * @typedef {import("./stream_frame.js").Frame} Frame
 */

// -- how it flows ----------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model */
function showStatus(frame, model) {
  const { kind, words, more } = model.get("_status");
  const isFailed = kind === "failed";
  if (frame.status.dataset.kind !== kind) write(frame.live, words); // not each second of a silence
  frame.status.dataset.kind = kind;
  write(frame.words, words);
  const passing = kind === "flowing" ? passingInWords(model.get("_counts")) : "";
  write(frame.more, isFailed ? "" : passing || more);
  frame.failed.hidden = !isFailed;
  write(frame.failure, isFailed ? more : "");
}

/** @param {Frame} frame @param {Model} model */
function showFlow(frame, model) {
  const { on, paused, ended, speed } = model.get("_flow");
  const isOver = ended || model.get("_status").kind === "spent";
  const { play, word, step, options } = frame.controls;
  frame.body.hidden = frame.head.hidden = !on;
  frame.none.hidden = on;
  play.dataset.does = paused ? "play" : "pause";
  write(word, paused ? "Play" : "Pause");
  play.title = paused ? "Let the stream flow" : "Let no more items pass";
  play.disabled = step.disabled = isOver;
  const known = options.some(({ value }) => Number(value) === speed);
  for (const input of options) {
    input.checked = Number(input.value) === speed;
    input.disabled = isOver;
  }
  frame.controls.speed.title = known ? "" : `Now ${speed} a second`;
}

/** @param {Frame} frame @param {Model} model */
function showCounts({ counts }, model) {
  const given = model.get("_counts");
  for (const name of /** @type {const} */ (["accepted", "asked", "drawn", "passed"])) {
    write(counts[name], inNumber(given[name]));
    /** @type {HTMLElement} */ (counts[name].parentElement).classList.toggle("al-str-zero", given[name] === 0);
  }
}

// -- the threshold ---------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model @param {ThresholdLine} line */
function showLine({ chart }, model, line) {
  const given = model.get("_line");
  if (!given) return;
  say(chart.said, inOnePiece(line.held === null ? lineInWords(given) : previewInWords(given, line.held)));
  chart.said.classList.toggle("al-str-preview", line.held !== null);
  const at = given.value === null ? "" : `Threshold ${inPercent(given.value)}`;
  const moving = line.held !== null && given.words !== "fixed" ? ` ${inPercent(line.held)} would be fixed.` : "";
  write(chart.how, inOnePiece(at ? `${at}, ${given.words}.${moving}` : ""));
  say(chart.back, given.back ? "Let it adapt again" : "");
  chart.back.title = given.back;
}

/**
 * Draws the chart for the size it has.
 * @param {Frame} frame @param {Model} model @param {ThresholdLine} line
 */
function chartOf({ chart }, model, line) {
  /** @type {import("./stream_chart.js").Layout | null} */
  let at = null;
  const draw = () => {
    const { clientWidth, clientHeight } = chart.stage;
    if (clientWidth < 120 || clientHeight < 80) return;
    at = layout(clientWidth, clientHeight);
    const given = model.get("_line") ?? { value: null, words: "", back: "", n: 0, now: 0, below: [0, 0] };
    line.show(model.get("_line"), at);
    drawChart(chart.picture, at, {
      course: courseFrom(model.get("_course")), line: given, position: model.get("_counts").seen,
      drift: model.get("_quality").drift, threshold: line.value,
    });
  };
  const move = () => {
    const given = model.get("_line");
    if (at && given) moveThreshold(chart.picture, at, given, line.value);
  };
  return { draw, move };
}

// -- how good it is --------------------------------------------------------------------------------

/** A share and its interval, on an axis that ends where it can be read. @param {Frame["error"]} part @param {Known | null} known @param {boolean} isError */
function showTrack({ track, ends, first: from, last: to }, known, isError) {
  track.hidden = ends.hidden = known === null;
  if (!known) return;
  const [first, last] = isError ? [0, axisEnd(known.high)] : [1 - axisEnd(1 - known.low), 1];
  const place = (/** @type {number} */ share) => `${Math.min(100, Math.max(0, (100 * (share - first)) / (last - first)))}%`;
  track.style.setProperty("--al-str-low", place(known.low));
  track.style.setProperty("--al-str-high", place(known.high));
  track.style.setProperty("--al-str-value", place(known.value));
  write(from, inPercent(first));
  write(to, inPercent(last));
}

/** @param {Frame} frame @param {Model} model */
function showQuality({ error, accuracy, drift }, model) {
  const { missing, ...given } = model.get("_quality");
  write(error.number, given.error ? `${about(given.error)} wrong` : "not known yet");
  write(error.words, inOnePiece(given.error ? knownInWords(given.error) : missing));
  showTrack(error, given.error, true);
  write(accuracy.number, given.accuracy ? `${about(given.accuracy)} right` : "not known yet");
  write(accuracy.words, inOnePiece(given.accuracy ? knownInWords(given.accuracy) : missing));
  showTrack(accuracy, given.accuracy, false);
  for (const [part, known] of /** @type {const} */ ([[error, given.error], [accuracy, given.accuracy]])) {
    part.node.classList.toggle("al-str-unknown", known === null);
  }
  accuracy.words.hidden = !given.accuracy && !given.error; // said once
  const news = given.drift.map(({ words }) => words).filter((words) => words !== "");
  drift.hidden = news.length === 0;
  if (drift.dataset.words === JSON.stringify(news)) return;
  drift.dataset.words = JSON.stringify(news);
  drift.replaceChildren(...news.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
}

/** @param {Frame} frame @param {Model} model */
function showBudget({ budget }, model) {
  const given = model.get("_budget");
  const asked = given.open ? `, ${inNumber(given.open)} asked for` : "";
  write(budget.number, `${inNumber(given.left)} of ${inNumber(given.total)}`);
  write(budget.words, inOnePiece([asked && `${asked.slice(2)}.`, budgetInWords(given)].filter(Boolean).join(" ")));
  const share = (/** @type {number} */ n) => `${(100 * n) / Math.max(1, given.total)}%`;
  budget.track.style.setProperty("--al-str-spent", share(given.spent));
  budget.track.style.setProperty("--al-str-open", share(Math.min(given.total, given.spent + given.open)));
}

// -- all of it -------------------------------------------------------------------------------------

/** What a person does here. @param {Frame} frame @param {Model} model @param {AbortSignal} signal */
function listen(frame, model, signal) {
  const kernel = new Kernel(model, () => say(frame.wrong, LOST));
  const { controls, chart, retry } = frame;
  const on = (/** @type {HTMLElement} */ node, /** @type {string} */ kind, /** @type {() => void} */ call) =>
    node.addEventListener(kind, call, { signal });
  const send = (/** @type {object} */ message) => {
    say(frame.wrong, "");
    kernel.send(message);
  };
  on(controls.play, "click", () => send({ type: controls.play.dataset.does }));
  on(controls.step, "click", () => send({ type: "step", n: 1 }));
  on(controls.speed, "change", () => {
    const chosen = controls.options.find((input) => input.checked);
    send({ type: "speed", speed: Number(chosen?.value ?? 0) });
  });
  on(retry, "click", () => send({ type: "retry" }));
  on(chart.back, "click", () => send({ type: "back" }));
  return send;
}

/** What is drawn again when a trait changes. @param {Frame} frame @param {Model} model @param {AbortSignal} signal */
function drawing(frame, model, signal) {
  const send = listen(frame, model, signal);
  const strip = new Strip(frame.strip, (number) => send({ type: "ask", number }), signal);
  const line = new ThresholdLine(frame.chart, {
    moved: () => { chart.move(); showLine(frame, model, line); },
    chosen: (value) => send({ type: "threshold", value }),
  }, signal);
  const chart = chartOf(frame, model, line);
  let due = 0; // several traits change together, and one picture shows them
  const soon = () => {
    if (!due) due = requestAnimationFrame(() => { due = 0; chart.draw(); });
  };
  const sizes = new ResizeObserver(soon);
  sizes.observe(frame.chart.stage);
  signal.addEventListener("abort", () => { sizes.disconnect(); cancelAnimationFrame(due); });
  const shows = {
    _flow: () => showFlow(frame, model),
    _counts: () => { showCounts(frame, model); showStatus(frame, model); soon(); },
    _status: () => { showStatus(frame, model); showFlow(frame, model); },
    _strip: () => strip.show(model.get("_strip")),
    _cards: () => strip.take(model.get("_cards").cards ?? []),
    _line: () => { showLine(frame, model, line); soon(); },
    _course: soon,
    _quality: () => { showQuality(frame, model); soon(); },
    _budget: () => showBudget(frame, model),
    _error: () => say(frame.wrong, model.get("_error")),
  };
  const heard = (/** @type {any} */ message) => {
    if (message.type !== "heard") return;
    say(frame.wrong, message.wrong);
    line.settle();
  };
  return { shows, heard };
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render(context) {
  const { model, signal } = context;
  const frame = buildFrame();
  const { shows, heard } = drawing(frame, model, signal);
  attach(context, frame.root, shows, heard);
}

export default { render };
