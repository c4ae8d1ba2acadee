// The map: what the kernel knows, what a hand does, and the picture between them.
//
// All points are in the browser. Pointing, drawing around them, dimming, zooming and replaying need
// no kernel; it is asked for the card of an item, for what is in a selection, and for acts, which
// count when it says that they are durable.

import { CardShelf } from "./cards.js";
import { hearPointing, point } from "./link.js";
import { Acts } from "./map_acts.js";
import { answersOf, labelsOf } from "./map_answers.js";
import { buildFrame } from "./map_frame.js";
import { listenToGestures } from "./map_gestures.js";
import { madeOf, showKinds, starsOf } from "./map_made.js";
import { hex, pixel, ramp } from "./map_paint.js";
import { bounds, zoomAt } from "./map_plane.js";
import { Replay, holesAt } from "./map_replay.js";
import { Selection } from "./map_selection.js";
import { colorsOf, counted, showHoles, showLegend, showProgress } from "./map_side.js";
import { NOTHING, Stage } from "./map_stage.js";
import { Tip } from "./map_tip.js";
import { tellPresence } from "./presence.js";
import { isCalm, pageTheme, styled, watchTheme } from "./theme.js";
import { Kernel, bytes, numbers16 } from "./wire.js";

/**
 * @typedef {import("./map_gestures.js").How} How
 * @typedef {import("./map_gestures.js").Tool} Tool
 * @typedef {{xy: DataView, method: string}} Points
 * @typedef {{_info: import("./map_frame.js").Info, _points: Points | null, _layout: import("./map_side.js").Layout, by: string,
 *   _coloring: import("./map_side.js").Coloring | null, _marks: import("./map_answers.js").Marks | null, _link: string,
 *   _regions: import("./map_marks.js").Region[], _gaps: import("./gap_list.js").Gap[],
 *   _preview: import("./map_side.js").Preview | null, _error: string}} Traits
 * @typedef {import("@anywidget/types").AnyModel<Traits>} Model
 * @typedef {{type: string, position?: number, facts?: string, card?: import("./state.js").Card,
 *   parents?: number[], serial?: string, act?: string, said?: string, wrong?: string, undo?: string}} Message
 */

const GONE = "The kernel is gone, and what was not said to be done is not done. Run the cell again to go on.";

class PoolMap {
  /** @param {Model} model @param {HTMLElement} el @param {AbortSignal} signal */
  constructor(model, el, signal) {
    this.model = model;
    this.link = model.get("_link");
    this.frame = buildFrame(model.get("_info"));
    this.stage = new Stage(this.frame.stage);
    this.frame.stage.append(this.frame.tools, this.frame.tip);
    this.shelf = new CardShelf(); // of the holes
    const kernel = new Kernel(model, () => this.hearDone({ type: "heard", wrong: GONE }));
    this.acts = new Acts(kernel, this.frame);
    this.selection = new Selection(kernel, this.stage, this.frame);
    /** @type {Tool} */
    this.tool = "move";
    /** @type {Set<number>} */
    this.only = new Set();
    this.inHand = "";
    this.replay = new Replay(this.frame, () => {
      this.takeMarks();
      point(this.link, { spent: this.replay.spentThen }, this);
    });
    this.tip = new Tip(this.frame.tip, this.stage, (position) => kernel.send({ type: "card", position }));
    this.answers = answersOf(null);
    this.made = madeOf(undefined);
    el.append(this.frame.root);
    this.takePoints(false);
    this.takeColoring();
    this.takeAnswers();
    this.takeHoles();
    this.showTool();
    this.takeProgress();
    this.acts.complain(model.get("_error"));
    this.listen(signal);
  }

  // -- what arrives ------------------------------------------------------------------------------

  /** @param {boolean} animated */
  takePoints(animated) {
    const points = this.model.get("_points");
    if (!points) return;
    this.stage.setPoints(numbers16(points.xy), animated && !isCalm());
    this.takeMarks();
    this.frame.root.dataset.map = points.method;
  }

  takeColoring() {
    const coloring = this.model.get("_coloring");
    const theme = pageTheme();
    this.frame.by.value = this.model.get("by");
    if (coloring) {
      /** @type {(number | undefined)[]} */
      let colors = colorsOf(coloring, theme).map((color) => (color ? pixel(color) : undefined));
      if (coloring.kind === "scale") colors = ramp(coloring.stops[theme], NOTHING);
      this.stage.paints = { codes: bytes(coloring.codes), colors, pale: coloring.pale };
      this.stage.names = coloring.names;
      this.frame.root.dataset.by = coloring.by;
    } else this.stage.paints = { codes: new Uint8Array(this.stage.n).fill(NOTHING), colors: [], pale: false };
    this.stage.only = this.only;
    showLegend(this.frame, coloring, theme, this.only);
    this.tip.forget();
    this.takeMarks();
    this.stage.draw("base");
  }

  takeAnswers() {
    const marks = this.model.get("_marks");
    this.answers = answersOf(marks);
    this.made = madeOf(marks?.made);
    showKinds(this.frame, this.made);
    this.tip.forget();
    this.replay.take(this.answers.spent);
    this.takeMarks();
  }

  /** What lies over the points, at the moment that is shown. */
  takeMarks() {
    const { at, moment } = this.replay;
    const { inks, paints } = this.stage;
    const coloring = this.model.get("_coloring");
    const look = { theme: pageTheme(), ink: inks.ink, scale: paints.colors.map((one) => hex(one ?? 0)) };
    this.stage.labels = labelsOf(this.answers, at, coloring, paints.codes, this.only, look);
    this.stage.made = starsOf(this.made, moment, coloring, paints.codes, this.only, look);
    const open = this.model.get("_marks")?.batch ?? [];
    this.stage.batch = moment === null ? open.map(([, position]) => position) : [];
    this.takeAim();
    this.takeMoment();
    this.stage.draw("over");
  }

  takeAim() {
    const known = this.model.get("_marks")?.here ?? [];
    this.stage.aim = known.find(([item]) => item === this.inHand)?.[1] ?? -1;
    this.frame.root.dataset.aim = this.stage.aim < 0 ? "" : this.inHand;
    this.stage.draw("over");
  }

  takeMoment() {
    const { at, moment } = this.replay;
    const regions = this.model.get("_regions");
    this.stage.holes = holesAt(regions, moment);
    const made = this.made.positions.length;
    const fact = [counted((this.stage.n || this.model.get("_info").n) - made, "item"), `${at} labeled`];
    if (made) fact.splice(1, 0, `${made.toLocaleString("en-US")} made`);
    if (regions.length) fact.push(counted(this.stage.holes.length, "hole"));
    this.frame.fact.textContent = fact.join(" · ");
    this.stage.over.setAttribute("aria-label", `Map: ${fact.join(", ")}. The holes are listed beside it.`);
  }

  takeHoles() {
    const holes = this.model.get("_regions").filter(({ first }) => first === null);
    const gaps = this.model.get("_gaps");
    this.shelf.hold(gaps.flatMap((gap) => gap.cards), null);
    showHoles(this.frame, gaps, holes.length, this.shelf, this.model.get("_info").asks);
    this.takeMarks();
  }

  takeProgress() {
    showProgress(this.frame, this.model.get("_layout"));
  }

  takeTheme() {
    const { root } = this.frame;
    const ink = (/** @type {string} */ name) => styled(root, `--al-${name}`, "--al-ground");
    this.stage.inks = {
      ink: ink("fg"), muted: ink("muted"), ground: ink("ground"), accent: ink("accent"), hole: ink("hole"),
    };
    this.stage.font = getComputedStyle(root).fontFamily;
    this.takeColoring();
  }

  /** @param {Message} message @param {DataView[]} buffers */
  hear(message, buffers) {
    const { type, position = -1, card, facts = "", parents = [] } = message;
    if (type === "card" && card) this.tip.hear(position, { ...card, bytes: buffers[0] }, facts, parents);
    else if (type === "selected") this.selection.hear(message.serial ?? "", bytes(buffers[0]));
    else if (type === "heard") this.hearDone(message);
  }

  /** @param {Message} message */
  hearDone(message) {
    const done = this.acts.end(message);
    if (done === null) return;
    this.selection.waiting = "";
    if (done === "label" || done === "ask") this.selection.take(null);
    else this.selection.show();
  }

  // -- what a person does ------------------------------------------------------------------------

  /** @param {number} index @param {How} how */
  pick(index, how) {
    const item = this.model.get("_marks")?.batch.find(([, position]) => position === index);
    if (item && how === "replace") point(this.link, { go: item[0] }, this);
    this.selection.pick(index, how);
  }

  /** @param {string} key @param {boolean} go   whether to fly there and select it */
  showHole(key, go) {
    this.stage.hole = key;
    this.stage.draw("over");
    const region = this.model.get("_regions").find((one) => one.key === key);
    if (!go || !region) return;
    this.selection.wantHole(key);
    if (region.outlines.length) {
      this.stage.flyTo(bounds(Uint16Array.from(region.outlines.flat())), !isCalm());
    }
  }

  /** @param {"ask" | "label"} type */
  actOnSelection(type) {
    const { selection, frame: { choice: { value: label } } } = this;
    selection.waiting = type === "label" ? `Labeling all of these ${label}…` : "Putting them in front…";
    this.acts.begin(type, { serial: selection.serial, ...(type === "label" && { label }) });
    selection.show();
  }

  /** @param {number} code */
  filter(code) {
    const only = new Set(this.only);
    if (!only.delete(code)) only.add(code);
    this.only = only;
    this.stage.only = only;
    showLegend(this.frame, this.model.get("_coloring"), pageTheme(), only);
    this.takeMarks();
    this.stage.draw("base");
  }

  showTool() {
    for (const node of this.frame.drags) {
      node.setAttribute("aria-pressed", String(node.dataset.tool === this.tool));
    }
    this.frame.stage.dataset.tool = this.tool;
  }

  /** Tell the others which hole is under the pointer. @param {MouseEvent} event */
  pointAtHole(event) {
    const box = this.stage.over.getBoundingClientRect();
    const key = this.stage.holeAt(event.clientX - box.left, event.clientY - box.top);
    if (key === this.stage.hole) return;
    this.showHole(key, false);
    point(this.link, { hole: key }, this);
    this.markListed(key);
  }

  /** @param {string} key */
  markListed(key) {
    for (const line of this.frame.list.children) {
      line.classList.toggle("al-cov-pointed", /** @type {HTMLElement} */ (line).dataset.hole === key);
    }
  }

  // -- how it hears ------------------------------------------------------------------------------

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.listenToModel(signal);
    this.listenToSide(signal);
    listenToGestures(this.stage, {
      tool: () => this.tool,
      counts: (index) => this.only.size === 0 || this.only.has(this.stage.paints.codes[index]),
      hover: (index) => this.tip.hover(index),
      enclose: (polygon, how) => this.selection.enclose(polygon, how),
      pick: (index, how) => this.pick(index, how),
      open: (index) => { if (index >= 0) this.acts.begin("ask_item", { position: index }); },
      clear: () => this.selection.take(null),
    }, signal);
    this.stage.over.addEventListener("pointermove", (event) => {
      if (event.buttons === 0) this.pointAtHole(event);
    }, { signal });
    hearPointing(this.link, ({ item, hole, spent }) => {
      if (item !== undefined) { this.inHand = item; this.takeAim(); }
      if (hole !== undefined) { this.showHole(hole, false); this.markListed(hole); }
      if (spent !== undefined) this.replay.goToSpent(spent);
    }, this, signal);
    watchTheme(() => this.takeTheme(), signal);
    const { stage } = this.frame;
    const sizes = new ResizeObserver(() => {
      if (this.stage.width === 0) this.takeTheme(); // a style sheet applies to what is on the page
      this.stage.resize(stage.clientWidth, stage.clientHeight, Math.min(2, devicePixelRatio || 1));
    });
    sizes.observe(stage);
    signal.addEventListener("abort", () => {
      sizes.disconnect();
      this.replay.stop();
      this.tip.close();
      this.stage.close();
      this.shelf.clear();
      this.selection.shelf.clear();
    });
  }

  /** @param {AbortSignal} signal */
  listenToModel(signal) {
    const calls = {
      "change:_points": () => this.takePoints(true),
      "change:_coloring": () => this.takeColoring(),
      "change:_marks": () => this.takeAnswers(),
      "change:_regions": () => this.takeHoles(),
      "change:_gaps": () => this.takeHoles(),
      "change:_layout": () => this.takeProgress(),
      "change:_preview": () => this.selection.show(),
      "change:_error": () => this.acts.complain(this.model.get("_error")),
      "change:by": () => { this.only = new Set(); this.frame.by.value = this.model.get("by"); },
      "msg:custom": (/** @type {Message} */ message, /** @type {DataView[]} */ buffers) => this.hear(message, buffers),
      comm_live_update: () => this.hearDone({ type: "heard", wrong: GONE }),
    };
    for (const [name, call] of Object.entries(calls)) this.model.on(/** @type {any} */ (name), call);
    signal.addEventListener("abort", () => {
      for (const [name, call] of Object.entries(calls)) this.model.off(/** @type {any} */ (name), call);
    });
  }

  /** @param {AbortSignal} signal */
  listenToSide(signal) {
    const { root, by, range, list } = this.frame;
    by.addEventListener("change", () => {
      this.only = new Set();
      this.model.set("by", by.value);
      this.model.save_changes();
    }, { signal });
    range.addEventListener("input", () => this.replay.goTo(Number(range.value)), { signal });
    root.addEventListener("click", (event) => this.click(/** @type {HTMLElement} */ (event.target)), { signal });
    root.addEventListener("keydown", (event) => {
      const combined = event.ctrlKey || event.metaKey;
      if (!combined && (event.key.length === 1 || event.key === "Enter")) event.stopPropagation();
      if (event.target instanceof HTMLSelectElement || event.target === range) {
        if (!combined && event.key !== "Escape") event.stopPropagation(); // arrows are theirs
      }
    }, { signal });
    for (const [kind, on] of /** @type {[string, boolean][]} */ ([["pointerover", true], ["focusin", true], ["pointerleave", false], ["focusout", false]])) {
      list.addEventListener(kind, (event) => {
        const line = /** @type {HTMLElement} */ (event.target).closest("li");
        const key = on ? line?.dataset.hole ?? "" : "";
        this.showHole(key, false);
        point(this.link, { hole: key }, this);
      }, { signal });
    }
  }

  /** @param {HTMLElement} target */
  click(target) {
    const node = target.closest("button");
    const { frame, stage } = this;
    if (!node || node.disabled) return;
    const { tool, zoom, code, gaps } = node.dataset;
    const hole = node.classList.contains("al-cov-show") ? node.closest("li")?.dataset.hole : undefined;
    const middle = /** @type {[number, number]} */ ([stage.width / 2, stage.height / 2]);
    if (tool) { this.tool = /** @type {Tool} */ (tool); this.showTool(); }
    else if (zoom === "fit") stage.refit();
    else if (zoom) stage.look(zoomAt(stage.view, ...middle, zoom === "in" ? 1.6 : 1 / 1.6, stage.fitted));
    else if (code) this.filter(Number(code));
    else if (gaps) this.acts.begin("ask_hole", { gaps: JSON.parse(gaps) });
    else if (hole) this.showHole(hole, true);
    else if (node === frame.play) this.replay.play();
    else if (node === frame.ask) this.actOnSelection("ask");
    else if (node === frame.label) this.actOnSelection("label");
    else if (node === frame.clear) this.selection.take(null);
    else if (node === frame.undo) this.acts.takeBack();
  }
}

export default {
  /** @param {{model: Model, el: HTMLElement, signal: AbortSignal}} context */
  render({ model, el, signal }) {
    const map = new PoolMap(model, el, signal);
    const { root } = map.frame;
    const ready = () => { if (model.get("_points")) root.dataset.ready = "true"; };
    model.on("change:_points", ready);
    signal.addEventListener("abort", () => model.off("change:_points", ready));
    ready();
    tellPresence(model, root, signal);
  },
};
