// Which variations of which class the labels represent. What none represents is a button: a click
// asks the kernel to put some of its items in front.

import { CardShelf, element } from "./cards.js";
import { button, gapNode, replace } from "./gap_list.js";
import { hearPointing, point } from "./link.js";
import { tellPresence } from "./presence.js";

/**
 * A variation, or several small ones together. Only those without a label have names of gaps.
 * @typedef {{mass: number, words: string, gaps: string[], asked: boolean}} Block
 * @typedef {{name: string, words: string, count: string, length: number, blocks: Block[]}} Bar
 * @typedef {{fact: string, summary: string, hidden: number, classes: Bar[]}} Bars
 * @typedef {import("./gap_list.js").Gap} Gap
 * @typedef {{_bars: Bars | null, _gaps: Gap[], _progress: {words: string, share: number} | null,
 *   _error: string, _asks: number, _link: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 */

const TARGET = 24; // px: the least width of a button
const SLIVER = 4; // px: of what is not a button

/**
 * How wide a bar has to be so that each of its buttons can be hit.
 * @param {Block[]} blocks
 */
export function leastWidth(blocks) {
  return blocks.reduce((sum, block) => sum + (block.gaps.length ? TARGET : SLIVER) + 2, 0);
}

/**
 * Where an arrow key leads in rows of buttons; rows without a button are passed over.
 * @param {number[]} rows   buttons a row
 * @param {number} at       the button that has the focus, counted over all rows
 * @param {string} key
 * @returns {number | null}   null: the key means nothing here
 */
export function arrowTo(rows, at, key) {
  const n = rows.reduce((sum, row) => sum + row, 0);
  if (key === "ArrowRight") return Math.min(n - 1, at + 1);
  if (key === "ArrowLeft") return Math.max(0, at - 1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const starts = rows.map((_, row) => rows.slice(0, row).reduce((sum, one) => sum + one, 0));
  const own = rows.findIndex((count, row) => at < starts[row] + count);
  const others = rows.map((count, row) => ({ count, row })).filter(({ count }) => count > 0);
  const place = others.findIndex(({ row }) => row === own) + (key === "ArrowUp" ? -1 : 1);
  const other = others[place];
  return other ? starts[other.row] + Math.min(at - starts[own], other.count - 1) : at;
}

/** What a block's button says to who cannot see it. @param {string} name @param {Block} block @param {number} n */
export function blockSays(name, block, n) {
  const asked = block.asked ? ", asked for already" : "";
  return `${name}: ${block.words} without a label${asked}. Ask about ${n}.`;
}

/** @param {Bar} bar @param {number} n   items that a click asks about */
function barRow(bar, n) {
  const line = element("li", "al-cov-row");
  const strip = element("div", "al-cov-bar");
  strip.style.setProperty("--al-length", `${100 * bar.length}%`);
  strip.style.setProperty("--al-least", `${leastWidth(bar.blocks)}px`);
  strip.setAttribute("role", "group");
  strip.setAttribute("aria-label", `${bar.name}: ${bar.words}`);
  strip.append(...bar.blocks.map((block) => blockNode(bar.name, block, n)));
  const name = element("span", "al-cov-name", bar.name);
  name.title = bar.name;
  const count = element("span", "al-cov-count", bar.count);
  count.title = bar.words;
  line.append(name, strip, count, element("span", "al-cov-words", bar.words));
  return line;
}

/** @param {string} name @param {Block} block @param {number} n */
function blockNode(name, block, n) {
  const node = block.gaps.length ? button("al-cov-block al-cov-empty", "") : element("span", "al-cov-block");
  node.style.flexGrow = String(1000 * block.mass); // below 1 in sum it would not fill the bar
  node.title = block.gaps.length ? blockSays(name, block, n) : `${name}: ${block.words}, represented`;
  if (block.gaps.length) {
    node.dataset.gaps = JSON.stringify(block.gaps);
    node.setAttribute("aria-label", node.title);
    node.tabIndex = -1;
    node.classList.toggle("al-cov-asked", block.asked);
  }
  return node;
}

function buildFrame() {
  const root = element("section", "al-coverage al-root");
  root.setAttribute("aria-label", "Coverage");
  const head = element("div", "al-cov-head");
  const fact = element("span", "al-cov-fact");
  head.append(element("span", "al-cov-title", "Coverage"), fact);
  const wait = element("div", "al-cov-wait");
  const step = element("p", "al-cov-step");
  const bar = element("progress", "al-cov-progress");
  bar.setAttribute("aria-label", "Looking for groups of items that are alike");
  wait.append(step, bar);
  const error = element("p", "al-cov-error");
  error.setAttribute("role", "alert");
  error.hidden = true;
  const body = element("div", "al-cov-body");
  const rows = element("ul", "al-cov-rows");
  const key = element("p", "al-cov-key");
  const [filled, empty] = [element("span", "al-cov-means"), element("span", "al-cov-means")];
  filled.append(element("span", "al-cov-sample"), "has a label");
  empty.append(element("span", "al-cov-sample al-cov-empty"), "has none: click to ask about it");
  key.append(filled, empty);
  const rest = element("p", "al-cov-hidden");
  const missing = element("div", "al-cov-missing");
  const each = button("al-cov-ask al-cov-each", "Ask one of each");
  const title = element("h4", "al-cov-subtitle", "Not represented yet");
  missing.append(title, each);
  const gaps = element("ol", "al-cov-gaps");
  const status = element("p", "al-cov-status");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  body.append(rows, rest, key, missing, gaps);
  root.append(head, error, wait, body, status);
  return { root, fact, wait, step, bar, error, body, rows, key, rest, missing, each, title, gaps, status };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */

/** @param {Frame} frame @param {Model} model @param {string} wrong   with what was asked last */
function showWait({ wait, step, bar, body, error, root }, model, wrong) {
  const progress = model.get("_progress");
  const failed = wrong || model.get("_error");
  const there = model.get("_bars") !== null;
  error.textContent = failed;
  error.hidden = failed === "";
  body.hidden = !there;
  wait.hidden = there || failed !== "";
  step.textContent = `Looking for groups of items that are alike: ${progress?.words ?? "about to begin"}…`;
  if (progress) bar.value = progress.share;
  else bar.removeAttribute("value");
  root.dataset.ready = "true";
}

/** @param {Frame} frame @param {Model} model @param {number} at   the button that Tab leads to */
function showBars({ fact, rows, rest }, model, at) {
  const bars = model.get("_bars");
  if (!bars) return;
  fact.textContent = bars.fact;
  fact.title = bars.summary;
  replace(rows, bars.classes.map((bar) => barRow(bar, model.get("_asks"))));
  const buttons = rows.querySelectorAll("button");
  const reached = buttons[Math.min(at, buttons.length - 1)];
  if (reached) reached.tabIndex = 0;
  rest.hidden = bars.hidden === 0;
  rest.textContent = `${bars.hidden} classes that are covered better are not shown.`;
}

/** @param {Frame} frame @param {Model} model @param {CardShelf} shelf */
function showGaps({ gaps, title, each, key }, model, shelf) {
  const listed = model.get("_gaps");
  const n = model.get("_asks");
  shelf.hold(listed.flatMap((gap) => gap.cards), null);
  replace(gaps, listed.map((gap) => gapNode(gap, shelf, n)));
  title.textContent = listed.length ? "Not represented yet" : "Every variation has a label";
  key.hidden = listed.length === 0;
  each.hidden = listed.length < 2;
  each.dataset.gaps = JSON.stringify(listed.map((gap) => gap.key));
  each.title = `Put ${n} items at the front of the queue, from as many of these as can be`;
}

/**
 * One block can be reached by Tab, the others by the arrow keys.
 * @param {Frame} frame
 * @param {AbortSignal} signal
 * @returns {() => number}   which block Tab leads to
 */
function listenToArrows({ root, rows }, signal) {
  let at = 0;
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 || event.key === "Enter") event.stopPropagation(); // not the cell's
    const buttons = [...rows.querySelectorAll("button")];
    const from = buttons.findIndex((one) => one === event.target);
    const counts = [...rows.children].map((line) => line.querySelectorAll("button").length);
    const to = from < 0 ? null : arrowTo(counts, from, event.key);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    at = to;
    buttons[from].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  }, { signal });
  return () => at;
}

/** The first hole that a node is about; empty if it is about none. @param {EventTarget | null} node */
function holeOf(node) {
  const near = /** @type {HTMLElement} */ (node).closest(".al-cov-gap, .al-cov-block");
  if (!(near instanceof HTMLElement)) return "";
  return near.dataset.hole ?? JSON.parse(near.dataset.gaps ?? '[""]')[0];
}

/**
 * What is pointed at here is told to the map, and what is pointed at there is marked here.
 * @param {Frame} frame @param {string} link @param {AbortSignal} signal
 */
function linkHoles({ root, rows, gaps }, link, signal) {
  const tell = (/** @type {Event} */ event) => point(link, { hole: holeOf(event.target) }, root);
  for (const kind of ["pointerover", "focusin"]) root.addEventListener(kind, tell, { signal });
  root.addEventListener("pointerleave", () => point(link, { hole: "" }, root), { signal });
  hearPointing(link, ({ hole }) => {
    if (hole === undefined) return;
    for (const node of [...gaps.children, ...rows.querySelectorAll("button")]) {
      node.classList.toggle("al-cov-pointed", hole !== "" && holeOf(node) === hole);
    }
  }, root, signal);
}

/** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
function render({ model, el, signal }) {
  const frame = buildFrame();
  const { root, status } = frame;
  const shelf = new CardShelf();
  const reached = listenToArrows(frame, signal);
  linkHoles(frame, model.get("_link"), signal);
  let wrong = ""; // stays until the next click, whatever is drawn meanwhile
  const wait = () => showWait(frame, model, wrong);
  const bars = () => { wait(); showBars(frame, model, reached()); };
  const gaps = () => showGaps(frame, model, shelf);
  const hear = (/** @type {{said: string, wrong: string}} */ heard) => {
    status.textContent = heard.said;
    wrong = heard.wrong;
    wait();
  };
  const calls = { "change:_bars": bars, "change:_gaps": gaps, "change:_progress": wait,
    "change:_error": wait, "msg:custom": hear };
  for (const [name, call] of Object.entries(calls)) model.on(/** @type {any} */ (name), call);
  root.addEventListener("click", (event) => {
    const asked = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset.gaps;
    if (asked) model.send({ type: "ask", gaps: JSON.parse(asked) });
  }, { signal });
  signal.addEventListener("abort", () => {
    for (const [name, call] of Object.entries(calls)) model.off(/** @type {any} */ (name), call);
    shelf.clear();
  });
  el.append(root);
  bars();
  gaps();
  tellPresence(model, root, signal);
}

export default { render };
