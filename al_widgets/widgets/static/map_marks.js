// What lies over the points: outlines of holes, labels, rings, the lasso. Few things, drawn as lines.

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

/** Shapes, one after the other for the classes: color is not all that tells them apart. In a square from -1 to 1. */
export const SHAPES = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.86-.86H.86V.86H-.86Z",
  "M0-1.2L1.06.74H-1.06Z",
  "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
  "M0 1.2L1.06-.74H-1.06Z",
  "M-.38-1.1H.38V-.38H1.1V.38H.38V1.1H-.38V.38H-1.1V-.38H-.38Z",
];

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

/** The outline of a hole, or a circle where that is too small to be seen. @param {Region} hole @param {View} view */
function shown(hole, view) {
  const xs = hole.outlines.flatMap((outline) => outline.filter((_, k) => k % 2 === 0));
  const ys = hole.outlines.flatMap((outline) => outline.filter((_, k) => k % 2 === 1));
  const wide = (/** @type {number[]} */ all) => (Math.max(...all) - Math.min(...all)) * view.scale;
  if (xs.length && Math.max(wide(xs), wide(ys)) >= SMALL) return pathOf(hole.outlines, view);
  const circle = new Path2D();
  const [x, y] = hole.center;
  circle.arc(x * view.scale + view.left, y * view.scale + view.top, SMALL / 2, 0, TURN);
  return circle;
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

/** @param {CanvasRenderingContext2D} context @param {Mark[]} marks @param {View} view @param {number} size @param {Inks} inks */
export function drawLabels(context, marks, view, size, inks) {
  const paths = new Map();
  context.save();
  context.lineJoin = "round";
  for (const { x, y, color, shape, hollow } of marks) {
    if (!paths.has(shape)) paths.set(shape, new Path2D(shape));
    context.save();
    context.translate(x * view.scale + view.left, y * view.scale + view.top);
    context.scale(size, size);
    context.strokeStyle = inks.ground;
    context.lineWidth = 4.4 / size;
    context.stroke(paths.get(shape));
    context.strokeStyle = hollow ? color : inks.ink;
    context.lineWidth = (hollow ? 3.4 : 2) / size;
    context.stroke(paths.get(shape));
    context.fillStyle = hollow ? inks.ground : color;
    context.fill(paths.get(shape));
    context.restore();
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
