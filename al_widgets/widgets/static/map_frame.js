// The parts of the map that stay: made once, filled by the others.

import { element } from "./cards.js";
import { button } from "./gap_list.js";

/** @typedef {{n: number, classes: string[], modes: [string, string][], asks: number, most: number, sample: number}} Info */

const TOOLS = {
  move: ["Move", "Drag to move, wheel to zoom; Shift and drag to select", "M12 2v20M2 12h20M12 2l-3 3M12 2l3 3M12 22l-3-3M12 22l3-3M2 12l3-3M2 12l3 3M22 12l-3-3M22 12l-3 3"],
  lasso: ["Lasso", "Drag around items to select them; Shift adds, Alt takes away", "M12 4c5 0 9 2.6 9 6s-4 6-9 6c-1.700 0-3.300-.3-4.700-.9M12 4c-5 0-9 2.600-9 6 0 2 1.500 3.900 4 5M7.300 15.100a2.200 2.200 0 1 0-1.800 3.700c.3 1.200-.2 2.300-1.500 3.200"],
  rectangle: ["Rectangle", "Drag a rectangle to select items; Shift adds, Alt takes away", "M4 5h16v14H4z"],
};
const ZOOMS = {
  in: ["Zoom in", "M12 5v14M5 12h14"],
  out: ["Zoom out", "M5 12h14"],
  fit: ["Show everything", "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"],
};

/** @param {string} path @param {string} className */
function icon(path, className = "al-map-icon") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** @param {string} name @param {string} title @param {string} path */
function iconButton(name, title, path) {
  const node = button("al-map-tool", "");
  node.title = title;
  node.setAttribute("aria-label", name);
  node.append(icon(path));
  return node;
}

/** A shape in a color, as in the picture. @param {string} shape @param {string} color */
export function swatch(shape, color) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-1.5 -1.5 3 3");
  svg.setAttribute("class", "al-map-swatch");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shape);
  path.setAttribute("fill", color);
  svg.append(path);
  return svg;
}

/** @param {Info} info */
function buildHead(info) {
  const head = element("div", "al-map-head");
  const fact = element("span", "al-map-fact");
  const label = element("label", "al-map-by");
  const by = element("select", "al-map-select");
  by.dataset.lmSuppressShortcuts = "true";
  for (const [value, text] of info.modes) by.append(new Option(text, value));
  label.append(element("span", "", "Color"), by);
  head.append(element("span", "al-map-title", "Map"), fact, label);
  return { head, fact, by };
}

function buildTools() {
  const tools = element("div", "al-map-tools");
  tools.setAttribute("role", "toolbar");
  tools.setAttribute("aria-label", "What the pointer does");
  const drags = Object.entries(TOOLS).map(([name, [text, title, path]]) => {
    const node = iconButton(text, title, path);
    node.dataset.tool = name;
    return node;
  });
  const zooms = Object.entries(ZOOMS).map(([name, [text, path]]) => {
    const node = iconButton(text, text, path);
    node.dataset.zoom = name;
    return node;
  });
  const first = element("div", "al-map-group");
  const second = element("div", "al-map-group");
  first.append(...drags);
  second.append(...zooms);
  tools.append(first, second);
  return { tools, drags };
}

/** @param {Info} info */
function buildPanel(info) {
  const panel = element("section", "al-map-panel");
  panel.setAttribute("aria-label", "Selection");
  panel.hidden = true;
  const words = element("p", "al-map-words");
  const sample = element("div", "al-map-sample");
  const acts = element("div", "al-map-acts");
  const ask = button("al-map-act al-map-ask", "Ask me about these");
  const as = element("label", "al-map-as");
  const choice = element("select", "al-map-select");
  choice.dataset.lmSuppressShortcuts = "true";
  choice.setAttribute("aria-label", "Class for all of these");
  for (const name of info.classes) choice.append(new Option(name, name));
  as.append(element("span", "", "Label all of these"), choice);
  const label = button("al-map-act al-map-label", "Label");
  const clear = button("al-map-act al-map-clear", "Clear");
  acts.append(ask, as, label, clear);
  panel.append(words, sample, acts);
  return { panel, words, sample, ask, choice, label, clear };
}

function buildTime() {
  const time = element("div", "al-map-time");
  const play = iconButton("Replay the labels", "Replay the work, label by label", "M8 5l11 7-11 7z");
  play.classList.add("al-map-play");
  const range = element("input", "al-map-range");
  range.type = "range";
  range.min = "0";
  range.dataset.lmSuppressShortcuts = "true";
  range.setAttribute("aria-label", "Labels that are shown");
  const said = element("span", "al-map-moment");
  time.append(play, range, said);
  return { time, play, range, moment: said };
}

/** @param {Info} info */
export function buildFrame(info) {
  const root = element("section", "al-map al-root");
  root.setAttribute("aria-label", "Map of the pool");
  const { head, fact, by } = buildHead(info);
  const wait = element("div", "al-map-wait");
  const step = element("span", "al-map-step");
  const bar = element("progress", "al-map-progress");
  bar.setAttribute("aria-label", "Computing the map");
  wait.append(step, bar);
  const error = element("p", "al-map-error");
  error.setAttribute("role", "alert");
  error.hidden = true;
  const body = element("div", "al-map-body");
  const left = element("div", "al-map-left");
  const stage = element("div", "al-map-stage");
  const { tools, drags } = buildTools();
  const tip = element("div", "al-map-tip");
  tip.hidden = true;
  const side = element("div", "al-map-side");
  const legend = element("div", "al-map-legend");
  const made = element("ul", "al-map-made");
  made.setAttribute("aria-label", "Items that were made");
  made.hidden = true;
  const holes = element("div", "al-map-holes");
  const title = element("h4", "al-map-subtitle", "Holes");
  const each = button("al-cov-ask al-cov-each", "Ask one of each");
  const top = element("div", "al-map-holes-head");
  top.append(title, each);
  const list = element("ol", "al-map-list al-cov-gaps");
  holes.append(top, list);
  side.append(legend, made, holes);
  const { time, ...clock } = buildTime();
  left.append(stage, time);
  body.append(left, side);
  const selection = buildPanel(info);
  const foot = element("div", "al-map-foot");
  const status = element("p", "al-map-status");
  status.setAttribute("role", "status");
  status.setAttribute("aria-live", "polite");
  const undo = button("al-map-act al-map-undo", "Undo");
  undo.hidden = true;
  foot.append(status, undo);
  root.append(head, wait, error, body, selection.panel, foot);
  return {
    root, fact, by, wait, step, bar, error, stage, tools, drags, tip, side, legend, made, holes, title, each,
    list, time, ...clock, ...selection, status, undo,
  };
}

/** @typedef {ReturnType<typeof buildFrame>} Frame */
