// After some labels: whether to go on, the labels of the rest, how many of them are wrong, answers to
// look at again, and a file to take away. The kernel computes; what a threshold keeps is known here.

import { CardShelf, element } from "./cards.js";
import { barNode, fillBar } from "./class_bars.js";
import { keepFile } from "./download.js";
import { point } from "./link.js";
import { LOST, aloud, attach, fillTable, listenToActs, say, write } from "./pane.js";
import {
  askable, axisEnd, barHeights, classBars, inNumber, inOnePiece, keptAt, keptInWords, leftInWords,
} from "./rest_counts.js";
import { buildFrame } from "./rest_frame.js";
import { Kernel } from "./wire.js";

/**
 * @typedef {{name: string, words: string, said: boolean, met: boolean | null}} Reason
 * @typedef {{stop: boolean, head: string, why: string, reasons: Reason[]}} Advice
 * @typedef {{error: number | null, low: number | null, high: number | null}} Ends
 * @typedef {Ends & {n: number, checked: number, open: boolean, next: string, words: string, of: string,
 *   classes: {name: string, n: number, found: string, range: string}[]}} Audit
 * @typedef {{n: number, most: number, answers: number, reviewing: number, rows: {item: string, said: string, others: string,
 *   card: import("./state.js").Card}[]}} Suspects
 * @typedef {{_advice: Advice | null, _labels: import("./rest_counts.js").Labels | null, _newer: number,
 *   _missing: string, _busy: string, _audit: Audit | null, _left: number, _suspects: Suspects | null,
 *   _kinds: {key: string, name: string, command: string}[], _error: string, threshold: number,
 *   _link: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 * @typedef {import("./rest_frame.js").Frame} Frame
 */

const MARKS = { yes: "Speaks for stopping: ", no: "Speaks for going on: ", unknown: "Not known: " };

// -- the advice ------------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model */
function showAdvice({ advice }, model) {
  const given = model.get("_advice");
  advice.node.hidden = given === null;
  if (!given) return;
  advice.verdict.dataset.stop = String(given.stop);
  advice.verdict.replaceChildren(element("span", "al-rest-sign"), element("strong", "", given.head),
    element("span", "", given.why));
  advice.reasons.replaceChildren(...given.reasons.map(({ name, words, said, met }) => {
    const line = element("li", "al-rest-reason");
    const kind = met === null ? "unknown" : met ? "yes" : "no";
    const mark = element("span", "al-rest-mark");
    mark.dataset.met = kind;
    line.title = MARKS[kind] + words;
    line.append(mark, element("span", "al-rest-named", name), aloud(`. ${MARKS[kind]}${said ? words : ""}`));
    if (!said) line.append(element("span", "", words)); // what the sentence says is not said twice
    return line;
  }));
}

// -- the labels ------------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model */
function showLabels({ fact, labels: part }, model) {
  const labels = model.get("_labels");
  const [missing, newer, busy] = [model.get("_missing"), model.get("_newer"), model.get("_busy") !== ""];
  part.found.hidden = !labels || labels.propagated === 0;
  say(part.before, labels ? "" : missing || "Your answers spread to all other items, each with a confidence.");
  part.number.hidden = part.right.hidden = !labels;
  if (labels) {
    part.number.replaceChildren(element("strong", "", inNumber(labels.propagated)),
      ` of ${inNumber(labels.items)} items labeled by propagation`);
    write(part.right, inOnePiece(labels.estimate) || "How many are right is not known yet: check a random sample below.");
    write(fact, `${inNumber(labels.answered)} answers → ${inNumber(labels.propagated)} labels`);
  }
  const are = newer === 1 ? "answer is" : "answers are";
  say(part.newer, labels && newer ? `${inNumber(newer)} newer ${are} not in these yet.` : "");
  write(part.label, labels ? "Bring up to date" : "Label the rest");
  part.label.hidden = labels !== null && newer === 0;
  part.label.disabled = missing !== "" || busy;
  part.doing.hidden = !busy;
}

/** @param {Frame} frame @param {Model} model */
function showBins({ labels: part }, model) {
  const labels = model.get("_labels");
  if (!labels) return;
  for (const layer of [part.above, part.below]) {
    layer.replaceChildren(...barHeights(labels.n).map((height) => {
      const bar = element("span", "al-rest-bin");
      bar.style.height = height ? `max(3px, ${100 * height}%)` : "0";
      return bar;
    }));
  }
  const kinds = ["answer", "kept", "withheld"].map((kind) => `al-rest-${kind}`);
  part.bars.replaceChildren(...labels.classes.map(({ name }) => barNode(name, kinds)));
  say(part.hidden, labels.hidden ? `${labels.hidden} smaller classes are not shown.` : "");
}

/** What a threshold keeps. @param {Frame} frame @param {Model} model @param {number} threshold */
function showKept({ labels: part, download }, model, threshold) {
  const labels = model.get("_labels");
  part.slider.style.setProperty("--al-at", `${100 * threshold}%`);
  write(part.at, threshold.toFixed(2));
  if (labels) {
    const words = keptInWords(labels, threshold);
    write(part.kept, words);
    part.range.setAttribute("aria-valuetext", `${threshold.toFixed(2)}: ${words}`);
    classBars(labels.classes, threshold).forEach(({ kept, shares, words: said }, index) => {
      fillBar(part.bars.children[index], shares, inNumber(kept), said);
    });
  }
  const n = labels ? keptAt(labels, threshold).kept : 0;
  write(download.which, labels ? `with ${inNumber(n)} propagated labels` : "with propagated labels");
}

// -- the audit -------------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model */
function showAudit({ audit: part }, model) {
  const [audit, left, labels] = [model.get("_audit"), model.get("_left"), model.get("_labels")];
  const open = audit?.open === true;
  part.open.hidden = !open;
  if (audit) {
    write(part.done, `${audit.checked} of ${audit.n} checked`);
    Object.assign(part.progress, { max: audit.n, value: audit.checked });
    part.go.hidden = audit.next === "";
    part.go.dataset.item = audit.next;
  }
  say(part.words, inOnePiece(audit?.words ?? ""));
  say(part.of, audit?.words ? audit.of : "");
  part.interval.hidden = part.fold.hidden = !audit?.words;
  if (audit?.words) showResult(part, audit);
  part.row.hidden = open || (!labels && !audit);
  part.n.disabled = part.check.disabled = left === 0 || model.get("_missing") !== "";
  part.n.max = String(Math.max(1, left));
  part.n.value = String(askable(part.n.dataset.wish ?? "", left));
  write(part.check, audit ? "Check another sample" : "Check a random sample");
  const first = "Once the rest is labeled, a random sample of it tells how many labels are wrong.";
  say(part.hint, open ? "" : labels || audit ? leftInWords(left) : first);
  part.node.insertBefore(part.hint, part.row.hidden ? part.open : part.said);
}

/** @param {Frame["audit"]} part @param {Audit} audit */
function showResult(part, audit) {
  const { low, high, error } = audit;
  const end = axisEnd(high ?? 1);
  const percent = (/** @type {number | null} */ share) => `${Math.min(100, (100 * (share ?? 0)) / end)}%`;
  const range = element("span", "al-rest-range-of");
  Object.assign(range.style, { left: percent(low), width: `max(3px, ${percent((high ?? 0) - (low ?? 0))})` });
  const mean = element("span", "al-rest-mean");
  mean.style.left = percent(error);
  const axis = element("span", "al-rest-axis");
  axis.append(element("span", "", "0 %"), element("span", "", `${100 * end} % wrong`));
  const track = element("span", "al-rest-track");
  track.append(range, mean);
  part.interval.replaceChildren(track, axis);
  part.interval.setAttribute("role", "img");
  part.interval.setAttribute("aria-label", audit.words);
  fillTable(part.table, ["class", "labels", "wrong", "error"],
    audit.classes.map((one) => [one.name, inNumber(one.n), one.found, inOnePiece(one.range) || "–"]));
}

// -- answers to look at again ----------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model @param {CardShelf} shelf */
function showAgain({ review: part }, model, shelf) {
  const found = model.get("_suspects");
  const rows = found?.rows ?? [];
  shelf.hold(rows.map((row) => row.card), null);
  part.list.replaceChildren(...rows.map(({ item, said, others, card }) => {
    const line = element("li", "al-rest-suspect");
    line.dataset.item = item;
    line.classList.toggle("al-rest-texts", card.kind !== "image");
    const words = element("span", "al-rest-both");
    words.append(element("strong", "", said), element("span", "", inOnePiece(others)));
    const thumb = shelf.thumbnail(item);
    if (thumb instanceof HTMLImageElement) thumb.alt = "";
    line.append(thumb, words);
    return line;
  }));
  const n = found?.n ?? 0;
  part.review.hidden = n === 0;
  write(part.review, n <= rows.length ? "Review these" : `Review ${Math.min(n, found?.most ?? n)}`);
  say(part.hint, againInWords(found));
  part.said.classList.toggle("al-pane-unseen", (found?.reviewing ?? 0) > 0); // the hint says it
}

/** @param {Suspects | null} found */
export function againInWords(found) {
  if (!found) return "Once the rest is labeled, answers that all the others contradict are listed here.";
  const { n, answers, reviewing, rows } = found;
  const which = n > rows.length ? ", the most doubtful first" : "";
  const said = `${inNumber(n)} of ${inNumber(answers)} ${n === 1 ? "is" : "are"} contradicted by all the others${which}.`;
  if (!reviewing) return n ? said : `The others contradict none of the ${inNumber(answers)} answers.`;
  const back = `${inNumber(reviewing)} ${reviewing === 1 ? "is" : "are"} back in the labeler, to keep or to change.`;
  return n ? `${said} ${back}` : back;
}

// -- the file --------------------------------------------------------------------------------------

/** @param {Frame} frame @param {Model} model */
function showKinds({ download: part }, model) {
  if (!part.kind.options.length) {
    part.kind.append(...model.get("_kinds").map(({ key, name }) => new Option(name, key)));
  }
  const { command } = model.get("_kinds")[part.kind.selectedIndex] ?? { command: "" };
  part.command.replaceChildren("It needs a library. Run this, and the notebook again: ",
    element("code", "", command));
  part.command.hidden = command === "";
  part.take.disabled = command !== "";
  part.spread.disabled = model.get("_labels") === null;
  part.label.classList.toggle("al-rest-off", part.spread.disabled);
}

// -- all of it -------------------------------------------------------------------------------------

/** What is drawn again when a trait changes. @param {Frame} frame @param {Model} model @param {CardShelf} shelf */
function drawing(frame, model, shelf) {
  const { range } = frame.labels;
  const kept = () => showKept(frame, model, Number(range.value));
  const labels = () => showLabels(frame, model);
  const audit = () => showAudit(frame, model);
  return {
    _advice: () => showAdvice(frame, model),
    _labels: () => { labels(); showBins(frame, model); kept(); audit(); showKinds(frame, model); },
    _newer: labels,
    _missing: () => { labels(); audit(); },
    _busy: labels,
    _audit: audit,
    _left: audit,
    _suspects: () => showAgain(frame, model, shelf),
    _error: () => say(frame.error, model.get("_error")),
    threshold: () => { range.value = String(model.get("threshold")); kept(); },
  };
}

/**
 * What a person does here. Each act waits for its answer before it is asked for again.
 * @param {Frame} frame @param {Model} model @param {AbortSignal} signal
 * @returns {(message: any, buffers: DataView[]) => void}   takes the answers
 */
function listen(frame, model, signal) {
  const { root, labels, audit, review, download } = frame;
  const kernel = new Kernel(model, () => say(frame.error, LOST));
  const on = (/** @type {HTMLElement} */ node, /** @type {string} */ kind, /** @type {() => void} */ call) =>
    node.addEventListener(kind, call, { signal });
  const asked = () => {
    audit.n.dataset.wish = audit.n.value;
    audit.n.value = String(askable(audit.n.value, model.get("_left")));
    return Number(audit.n.value);
  };
  on(labels.label, "click", () => kernel.send({ type: "label" }));
  on(labels.range, "input", () => showKept(frame, model, Number(labels.range.value)));
  on(labels.range, "change", () => {
    model.set("threshold", Number(labels.range.value));
    model.save_changes();
  });
  on(audit.n, "change", asked);
  audit.n.addEventListener("keydown", ({ key }) => { if (key === "Enter") audit.check.click(); }, { signal });
  on(audit.go, "click", () => point(model.get("_link"), { go: audit.go.dataset.item }, root));
  on(download.kind, "change", () => showKinds(frame, model));
  const spread = () => download.spread.checked && !download.spread.disabled;
  const heard = listenToActs({
    audit: { button: audit.check, part: audit, more: () => ({ n: asked() }) },
    review: { button: review.review, part: review, more: () => ({}) },
    download: { button: download.take, part: download, more: () => ({ format: download.kind.value, spread: spread() }) },
  }, (message) => kernel.send(message), signal);
  return (message, buffers) => {
    if (message.type === "file") keepFile(message, buffers[0]);
    else if (!heard(message)) say(frame.error, message.wrong);
  };
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render(context) {
  const { model, signal } = context;
  const frame = buildFrame();
  const shelf = new CardShelf();
  signal.addEventListener("abort", () => shelf.clear());
  attach(context, frame.root, drawing(frame, model, shelf), listen(frame, model, signal));
}

export default { render };
