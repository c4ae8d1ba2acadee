// What was made of labeled items and what it brings: how many of each class, the newest beside what
// they were made of, a button that makes more, and a measurement whether they help.

import { barNode, fillBar } from "./class_bars.js";
import { element } from "./cards.js";
import { LOST, attach, fillTable, listenToActs, say, write } from "./pane.js";
import { inNumber } from "./rest_counts.js";
import { PIECES, buildFrame } from "./synthesis_frame.js";
import { Strip } from "./synthesis_strip.js";
import { balance, farInWords, heldInWords, measuredOn, tableOf, wantedOf } from "./synthesis_words.js";
import { Kernel } from "./wire.js";

/**
 * @typedef {{n: number, words: string, fates: {kind: string, words: string}[]}} Made
 * @typedef {{name: string, aim: string, missing: string, code: string}} How
 * @typedef {import("./synthesis_words.js").Report} Report
 * @typedef {{_made: Made, _bars: {rows: import("./synthesis_words.js").ClassRow[], hidden: number},
 *   _strip: import("./synthesis_strip.js").Shown[], _cards: Record<string, import("./state.js").Card>,
 *   _how: How, _making: import("./synthesis_words.js").Making, _held: import("./synthesis_words.js").Held,
 *   _use: {on: boolean, why: string}, _report: Report | null, _busy: boolean, _error: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 * @typedef {import("./synthesis_frame.js").Frame} Frame
 */

/** @param {Frame} frame @param {Model} model */
function showMade({ made: part, newest, help, fact }, model) {
  const { n, words, fates } = model.get("_made");
  write(part.words, n ? words : "Nothing was made yet.");
  part.fates.replaceChildren(...fates.map((fate) => element("span", `al-syn-fate al-syn-is-${fate.kind}`, fate.words)));
  part.fates.hidden = n === 0;
  newest.node.hidden = help.node.hidden = n === 0;
  write(fact, n ? `${inNumber(n)} made` : "");
}

/** @param {Frame} frame @param {Model} model */
function showBars({ made: part }, model) {
  const { rows, hidden } = model.get("_bars");
  if (part.bars.childElementCount !== rows.length || rows.some(({ name }, k) => part.bars.children[k].firstElementChild?.textContent !== name)) {
    part.bars.replaceChildren(...rows.map(({ name }) => barNode(name, PIECES)));
  }
  balance(rows).forEach(({ shares, count, words }, k) => fillBar(part.bars.children[k], shares, count, words));
  part.off.hidden = !rows.some(({ off }) => off > 0);
  say(part.hidden, hidden ? `${inNumber(hidden)} smaller classes are not shown.` : "");
}

/** @param {Frame} frame @param {Model} model */
function showHow({ make: part }, model) {
  const { name, aim, missing, code } = model.get("_how");
  const { on, done, total, stops, stopping } = model.get("_making");
  say(part.missing, missing);
  say(part.code, code);
  part.how.hidden = name === "";
  part.how.replaceChildren(element("code", "al-syn-name", name), ` ${aim}. More come by themselves as you answer.`);
  part.row.hidden = on;
  part.make.disabled = part.n.disabled = missing !== "";
  part.far.hidden = !on;
  write(part.words, farInWords(model.get("_making")));
  if (total) Object.assign(part.progress, { max: total, value: done });
  else part.progress.removeAttribute("value"); // how long it takes is not known
  part.stop.hidden = !stops;
  part.stop.disabled = stopping;
}

/** @param {Frame} frame @param {Model} model */
function showHeld({ newest: part }, model) {
  const held = model.get("_held");
  part.review.hidden = !held.n;
  write(part.review, `Review ${inNumber(held.n ?? 0)} held back`);
  write(part.hint, heldInWords(held));
  part.held.hidden = !held.n && !held.there;
  part.said.classList.toggle("al-pane-unseen", held.there > 0); // the hint says it
}

/** @param {Frame} frame @param {Model} model */
function showUse({ help: part }, model) {
  const { on, why } = model.get("_use");
  part.use.checked = on;
  write(part.state, on ? "Used in training" : "Not used in training");
  say(part.why, on || !why ? "" : `Switched off: ${why}`);
}

/** @param {Frame} frame @param {Model} model */
function showReport({ help: part }, model) {
  const [report, busy] = [model.get("_report"), model.get("_busy")];
  part.doing.hidden = !busy;
  part.hint.hidden = busy || report !== null;
  part.measure.disabled = busy;
  write(part.measure, report ? "Measure again" : "Measure");
  part.words.hidden = part.on.hidden = !report;
  part.table.hidden = !report?.rows.length;
  if (!report) return;
  write(part.words, report.words);
  part.words.dataset.helped = String(report.helped);
  write(part.on, measuredOn(report));
  fillTable(part.table, ["class", "n", "right without", "right with", "difference"], tableOf(report));
  part.table.querySelectorAll("tr").forEach((line) => {
    const last = line.lastElementChild;
    if (last) line.dataset.sign = /** @type {string} */ (last.textContent)[0];
  });
}

/** What is drawn again when a trait changes. @param {Frame} frame @param {Model} model @param {Strip} strip */
function drawing(frame, model, strip) {
  const how = () => showHow(frame, model);
  const newest = () => strip.show(model.get("_strip"), model.get("_cards"));
  const report = () => showReport(frame, model);
  return {
    _made: () => showMade(frame, model),
    _bars: () => showBars(frame, model),
    _cards: newest,
    _strip: newest,
    _how: how,
    _making: how,
    _held: () => showHeld(frame, model),
    _use: () => showUse(frame, model),
    _report: report,
    _busy: report,
    _error: () => say(frame.error, model.get("_error")),
  };
}

/**
 * What a person does here.
 * @param {Frame} frame @param {Model} model @param {AbortSignal} signal
 * @returns {(message: any) => void}   takes the answers
 */
function listen(frame, model, signal) {
  const { make, newest, help } = frame;
  const kernel = new Kernel(model, () => say(frame.error, LOST));
  const on = (/** @type {HTMLElement} */ node, /** @type {string} */ kind, /** @type {() => void} */ call) =>
    node.addEventListener(kind, call, { signal });
  const asked = () => {
    const n = wantedOf(make.n.value);
    make.n.value = String(n);
    write(make.make, `Make ${inNumber(n)}`);
    return n;
  };
  on(make.n, "input", () => write(make.make, `Make ${inNumber(wantedOf(make.n.value))}`));
  on(make.n, "change", asked);
  make.n.addEventListener("keydown", ({ key }) => { if (key === "Enter") make.make.click(); }, { signal });
  on(make.stop, "click", () => kernel.send({ type: "stop" }));
  const heard = listenToActs({
    make: { button: make.make, part: make, more: () => ({ n: asked() }) },
    review: { button: newest.review, part: newest, more: () => ({}) },
    measure: { button: help.measure, part: help, more: () => ({}) },
    use: { button: help.use, part: help, more: () => ({ on: help.use.checked }) },
  }, (message) => kernel.send(message), signal);
  return (message) => {
    if (!heard(message)) say(frame.error, message.wrong);
    if (message.act === "use" && message.wrong) showUse(frame, model);
  };
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render(context) {
  const { model, signal } = context;
  const frame = buildFrame();
  const strip = new Strip(frame.newest, signal);
  attach(context, frame.root, drawing(frame, model, strip), listen(frame, model, signal));
}

export default { render };
