// What a hand does on the map, as calls: pan, zoom, lasso, rectangle, pick, open, hover.

import { moved, nearest, toPlane, zoomAt } from "./map_plane.js";

/** @typedef {import("./map_stage.js").Stage} Stage */
/** @typedef {"replace" | "add" | "subtract"} How */
/** @typedef {"move" | "lasso" | "rectangle"} Tool */

/**
 * @typedef {object} Acts
 * @property {() => Tool} tool
 * @property {(index: number) => boolean} counts   whether a point can be meant
 * @property {(index: number) => void} hover   -1: no point
 * @property {(polygon: number[], how: How) => void} enclose   in the plane
 * @property {(index: number, how: How) => void} pick   -1: nothing is there
 * @property {(index: number) => void} open
 * @property {() => void} clear
 */

const STILL = 4; // px: a press that moves less is a click
const REACH = 12; // px from a point that still means it
const STEP = 60; // px that an arrow key moves
const STRANGER = 300; // ms: a wheel that turned elsewhere just now scrolls the page

/** @param {PointerEvent | MouseEvent} event @returns {How} */
export function howOf(event) {
  if (event.altKey || event.ctrlKey || event.metaKey) return "subtract";
  return event.shiftKey ? "add" : "replace";
}

/** What a drag does. @param {Tool} tool @param {How} how @param {number} button @returns {"pan" | "lasso" | "rectangle"} */
export function dragMeans(tool, how, button) {
  if (button === 1 || (tool === "move" && how === "replace")) return "pan";
  return tool === "rectangle" ? "rectangle" : "lasso";
}

/** The corners of a rectangle between two points. @param {number[]} a @param {number[]} b */
export function rectangle([x0, y0], [x1, y1]) {
  return [x0, y0, x1, y0, x1, y1, x0, y1];
}

/** @param {Stage} stage @param {Acts} acts @param {AbortSignal} signal */
export function listenToGestures(stage, acts, signal) {
  const { over } = stage;
  /** @type {{start: [number, number], last: [number, number], means: string, how: How, moved: boolean, path: number[]} | null} */
  let drag = null;
  /** @param {MouseEvent} event @returns {[number, number]} */
  const place = (event) => {
    const box = over.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  /** @param {[number, number]} place */
  const under = ([x, y]) => nearest(stage.xy, stage.view, x, y, REACH, acts.counts);

  over.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    const start = place(event);
    const how = howOf(event);
    const means = dragMeans(acts.tool(), how, event.button);
    drag = { start, last: start, means, how, moved: false, path: [...start] };
    over.setPointerCapture(event.pointerId);
    over.focus({ preventScroll: true });
    event.preventDefault();
  }, { signal });

  over.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (!drag) {
      acts.hover(under(at));
      return;
    }
    const [dx, dy] = [at[0] - drag.start[0], at[1] - drag.start[1]];
    if (!drag.moved && Math.hypot(dx, dy) < STILL) return;
    drag.moved = true;
    acts.hover(-1);
    if (drag.means === "pan") {
      stage.look(moved(stage.view, at[0] - drag.last[0], at[1] - drag.last[1]));
    } else {
      if (drag.means === "lasso") drag.path.push(...at);
      else drag.path = rectangle(drag.start, at);
      stage.lasso = drag.path;
      stage.draw("over");
    }
    drag.last = at;
  }, { signal });

  const end = (/** @type {boolean} */ counts) => {
    const done = drag;
    drag = null;
    stage.lasso = [];
    stage.draw("over");
    if (!done || !counts) return;
    if (!done.moved) acts.pick(under(done.start), done.how);
    else if (done.means !== "pan") acts.enclose(toPlane(done.path, stage.view), done.how);
  };
  over.addEventListener("pointerup", () => end(true), { signal });
  over.addEventListener("pointercancel", () => end(false), { signal });
  over.addEventListener("pointerleave", () => { if (!drag) acts.hover(-1); }, { signal });
  over.addEventListener("dblclick", (event) => acts.open(under(place(event))), { signal });
  over.addEventListener("contextmenu", (event) => {
    if (event.ctrlKey) event.preventDefault(); // a drag that takes away
  }, { signal });

  let elsewhere = -Infinity;
  window.addEventListener("wheel", (event) => {
    if (event.target !== over) elsewhere = performance.now();
  }, { signal, passive: true, capture: true });
  over.addEventListener("wheel", (event) => {
    const now = performance.now();
    if (now - elsewhere < STRANGER && !event.ctrlKey) {
      elsewhere = now; // the page is being scrolled, and the map came under the pointer
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const lines = event.deltaMode === 1 ? 33 : 1;
    const [x, y] = place(event);
    stage.look(zoomAt(stage.view, x, y, Math.exp(-event.deltaY * lines * 0.0022), stage.fitted));
  }, { signal, passive: false });

  over.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = [stage.width / 2, stage.height / 2];
    /** @type {Record<string, () => void>} */
    const means = {
      ArrowLeft: () => stage.look(moved(stage.view, STEP, 0)),
      ArrowRight: () => stage.look(moved(stage.view, -STEP, 0)),
      ArrowUp: () => stage.look(moved(stage.view, 0, STEP)),
      ArrowDown: () => stage.look(moved(stage.view, 0, -STEP)),
      "+": () => stage.look(zoomAt(stage.view, middle[0], middle[1], 1.4, stage.fitted)),
      "=": () => stage.look(zoomAt(stage.view, middle[0], middle[1], 1.4, stage.fitted)),
      "-": () => stage.look(zoomAt(stage.view, middle[0], middle[1], 1 / 1.4, stage.fitted)),
      0: () => stage.refit(),
    };
    if (event.key === "Escape") {
      if (drag) end(false);
      else if (stage.mask) acts.clear();
      else return; // nothing to leave here: back to the cell
    } else if (means[event.key]) means[event.key]();
    else {
      if (event.key.length === 1 || event.key === "Enter") event.stopPropagation(); // not the cell's
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, { signal });
}
