// What lies over the points: outlines of holes, labels, rings, the lasso. Few things, drawn as lines.

import { bounds } from "./map_plane.js";

/** @typedef {import("./map_plane.js").View} View */

/**
 * @typedef {{ink: string, muted: string, ground: string, accent: string, hole: string}} Inks
 * @typedef {{key: string, words: string, center: number[], outlines: number[][], first: number | null}} Region
 * @typedef {{x: number, y: number, color: string, shape: string, hollow: boolean}} Mark
 *   `hollow`: it only measures, and represents nothing
 */

const HATCH = 7; // px between the stripes of a hole
const SMALL = 26; // px: a hole that is narrower is drawn as a circle of that size, or nobody sees it
const TURN = 2 * Math.PI;
const SIZES = 4; // sizes of labels to a pixel: one that zooms in passes few of them
const MOST_STAMPS = 300;

/** Shapes, one after the other for the classes: color is not all that tells them apart. In a square from -1 to 1. */
export const SHAPES = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.86-.86H.86V.86H-.86Z",
  "M0-1.2L1.06.74H-1.06Z",
  "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
  "M0 1.2L1.06-.74H-1.06Z",
  "M-.38-1.1H.38V-.38H1.1V.38H.38V1.1H-.38V.38H-1.1V-.38H-.38Z",
];

/** The shape of what was made from others, whatever its class. */
export const STAR = "M0-1.55L.42-.42L1.55 0L.42.42L0 1.55L-.42.42L-1.55 0L-.42-.42Z";

/** @param {number} code */
export function shapeOf(code) {
  return SHAPES[code % SHAPES.length];
}

/** Stripes that say "no label here", as in the bars of the coverage. @param {CanvasRenderingContext2D} context @param {string} color */
export function hatching(context, color) {
  const tile = document.createElement("canvas");
  tile.width = HATCH;
  tile.height = HATCH;
  const pen = /** @type {CanvasRenderingContext2D} */ (tile.getContext("2d"));
  pen.strokeStyle = color;
  pen.lineWidth = 1.1;
  pen.beginPath();
  for (const shift of [-HATCH, 0, HATCH]) {
    pen.moveTo(shift - 1, HATCH + 1);
    pen.lineTo(shift + HATCH + 1, -1);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

/** @param {number[][]} outlines @param {View} view */
export function pathOf(outlines, view) {
  const path = new Path2D();
  for (const outline of outlines) {
    for (let i = 0; i < outline.length; i += 2) {
      const x = outline[i] * view.scale + view.left;
      const y = outline[i + 1] * view.scale + view.top;
      if (i === 0) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    path.closePath();
  }
  return path;
}

/** @type {WeakMap<Region, {path: Path2D, box: import("./map_plane.js").Box}>} */
const traced = new WeakMap();

/** The outline of a region in the plane, and the box that it lies in. @param {Region} region */
export function outlineOf(region) {
  let known = traced.get(region);
  if (!known) {
    const path = pathOf(region.outlines, { scale: 1, left: 0, top: 0 });
    known = { path, box: bounds(Uint16Array.from(region.outlines.flat())) };
    traced.set(region, known);
  }
  return known;
}

/** The outline of a hole, or a circle where that is too small to be seen. @param {Region} hole @param {View} view */
function shown(hole, { scale, left, top }) {
  const { path, box } = outlineOf(hole);
  const out = new Path2D();
  if (Math.max(box.right - box.left, box.bottom - box.top) * scale >= SMALL) {
    out.addPath(path, new DOMMatrix([scale, 0, 0, scale, left, top]));
  } else {
    const [x, y] = hole.center;
    out.arc(x * scale + left, y * scale + top, SMALL / 2, 0, TURN);
  }
  return out;
}

/**
 * @param {CanvasRenderingContext2D} context @param {Region[]} holes @param {View} view @param {Inks} inks
 * @param {string} focused   key of the one that is pointed at
 */
export function drawHoles(context, holes, view, inks, focused) {
  const stripes = hatching(context, inks.hole);
  for (const hole of holes) {
    const path = shown(hole, view);
    const pointed = hole.key === focused;
    context.save();
    context.globalAlpha = pointed ? 0.55 : 0.3;
    if (stripes) context.fillStyle = stripes;
    context.fill(path);
    context.globalAlpha = 1;
    context.lineJoin = "round";
    context.strokeStyle = inks.ground; // a halo, or the line is lost among the points
    context.lineWidth = pointed ? 6 : 4;
    context.stroke(path);
    context.strokeStyle = inks.hole;
    context.lineWidth = pointed ? 3 : 1.8;
    if (!pointed) context.setLineDash([6, 4]);
    context.stroke(path);
    context.restore();
  }
}

/** @type {Map<string, HTMLCanvasElement>} */
const stamps = new Map();

/**
 * A label as a small picture: to put that down takes a tenth of the time of drawing it.
 * @param {Omit<Mark, "x" | "y">} mark @param {number} size   pixels of the screen
 * @param {number} ratio   pixels of the screen to one of the page @param {Inks} inks
 */
function stampOf({ color, shape, hollow }, size, ratio, inks) {
  const name = [color, shape, hollow, size, ratio, inks.ink, inks.ground].join();
  const known = stamps.get(name);
  if (known) return known;
  if (stamps.size >= MOST_STAMPS) stamps.clear();
  const stamp = document.createElement("canvas");
  stamp.width = 2 * Math.ceil(1.55 * size + 3.2 * ratio) + 1;
  stamp.height = stamp.width;
  const pen = /** @type {CanvasRenderingContext2D} */ (stamp.getContext("2d"));
  const path = new Path2D(shape);
  const width = ratio / size; // one pixel of the page
  pen.translate(stamp.width / 2, stamp.width / 2);
  pen.scale(size, size);
  pen.lineJoin = "round";
  pen.strokeStyle = inks.ground;
  pen.lineWidth = 4.4 * width;
  pen.stroke(path);
  pen.strokeStyle = hollow ? color : inks.ink;
  pen.lineWidth = (hollow ? 3.4 : 2) * width;
  pen.stroke(path);
  pen.fillStyle = hollow ? inks.ground : color;
  pen.fill(path);
  stamps.set(name, stamp);
  return stamp;
}

/** @param {CanvasRenderingContext2D} context @param {Mark[]} marks @param {View} view @param {number} size @param {Inks} inks */
export function drawLabels(context, marks, view, size, inks) {
  const ratio = context.getTransform().a;
  const [width, height] = [context.canvas.width, context.canvas.height];
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0); // on whole pixels of the screen a stamp stays sharp
  for (const mark of marks) {
    const x = (mark.x * view.scale + view.left) * ratio;
    const y = (mark.y * view.scale + view.top) * ratio;
    const stamp = stampOf(mark, Math.round(SIZES * size * ratio) / SIZES, ratio, inks);
    const half = stamp.width / 2;
    if (x < -half || y < -half || x > width + half || y > height + half) continue;
    context.drawImage(stamp, Math.round(x - half), Math.round(y - half));
  }
  context.restore();
}

/** A ring around a point. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} radius @param {string} color @param {string} ground */
export function drawRing(context, x, y, radius, color, ground) {
  for (const [style, width] of /** @type {[string, number][]} */ ([[ground, 5], [color, 2.4]])) {
    context.beginPath();
    context.arc(x, y, radius, 0, TURN);
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

/**
 * From what an item was made: a line to each of them, and a ring around it.
 * @param {CanvasRenderingContext2D} context @param {[number, number]} from @param {[number, number][]} parents
 * @param {Inks} inks
 */
export function drawParents(context, from, parents, inks) {
  for (const [style, width] of /** @type {[string, number][]} */ ([[inks.ground, 4], [inks.ink, 1.4]])) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    for (const parent of parents) {
      context.moveTo(...from);
      context.lineTo(...parent);
    }
    context.stroke();
  }
  for (const [x, y] of parents) drawRing(context, x, y, 7, inks.ink, inks.ground);
}

/** The item in hand: a ring with four ticks. @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {Inks} inks */
export function drawAim(context, x, y, inks) {
  drawRing(context, x, y, 11, inks.accent, inks.ground);
  for (const [style, width] of /** @type {[string, number][]} */ ([[inks.ground, 5], [inks.accent, 2.4]])) {
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + 11 * dx, y + 11 * dy);
      context.lineTo(x + 18 * dx, y + 18 * dy);
    }
    context.strokeStyle = style;
    context.lineWidth = width;
    context.stroke();
  }
}

/** Names at the densest places of the classes. @param {CanvasRenderingContext2D} context @param {{name: string, x: number, y: number}[]} names @param {View} view @param {Inks} inks @param {string} font */
export function drawNames(context, names, view, inks, font) {
  context.save();
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  /** @type {number[][]} */
  const taken = [];
  for (const { name, x, y } of names) {
    const said = name.length > 22 ? `${name.slice(0, 21)}…` : name;
    const half = context.measureText(said).width / 2 + 2;
    const place = [x * view.scale + view.left, y * view.scale + view.top];
    const hits = taken.some(([cx, cy, other]) =>
      Math.abs(cx - place[0]) < half + other && Math.abs(cy - place[1]) < 16);
    if (hits) continue; // of two that lie on each other the larger class keeps its name
    taken.push([...place, half]);
    context.strokeStyle = inks.ground;
    context.strokeText(said, place[0], place[1]);
    context.fillStyle = inks.ink;
    context.fillText(said, place[0], place[1]);
  }
  context.restore();
}

/** The lasso on its way, in pixels. @param {CanvasRenderingContext2D} context @param {number[]} pixels @param {Inks} inks */
export function drawLasso(context, pixels, inks) {
  if (pixels.length < 4) return;
  const path = pathOf([pixels], { scale: 1, left: 0, top: 0 });
  context.save();
  context.globalAlpha = 0.12;
  context.fillStyle = inks.accent;
  context.fill(path, "evenodd");
  context.globalAlpha = 1;
  context.strokeStyle = inks.accent;
  context.lineWidth = 1.6;
  context.setLineDash([5, 3]);
  context.stroke(path);
  context.restore();
}
