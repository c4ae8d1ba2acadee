// The plane of a map: where points are in the browser, what is near, what lies inside. Pure functions.
//
// A point is two numbers from 0 to 65,535 with one scale for both and y growing downwards, in one
// array: x0, y0, x1, y1, … A view says where the plane's corner is on the canvas, and how large it is.

/** @typedef {{scale: number, left: number, top: number}} View   pixel = number * scale + corner */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box   in the plane */

export const SPAN = 65535;
const MOST_ZOOM = 400;
const BUCKETS = 512; // rows into which the edges of a lasso are sorted

/** The view that shows a box, in the middle. @param {Box} box @param {number} width @param {number} height @param {number} margin */
export function fit(box, width, height, margin) {
  const wide = Math.max(1, box.right - box.left);
  const high = Math.max(1, box.bottom - box.top);
  const room = [Math.max(1, width - 2 * margin), Math.max(1, height - 2 * margin)];
  const scale = Math.min(room[0] / wide, room[1] / high);
  return {
    scale,
    left: width / 2 - (scale * (box.left + box.right)) / 2,
    top: height / 2 - (scale * (box.top + box.bottom)) / 2,
  };
}

/** The box that holds all points. @param {Uint16Array} xy @returns {Box} */
export function bounds(xy) {
  const box = { left: SPAN, top: SPAN, right: 0, bottom: 0 };
  for (let i = 0; i < xy.length; i += 2) {
    if (xy[i] < box.left) box.left = xy[i];
    if (xy[i] > box.right) box.right = xy[i];
    if (xy[i + 1] < box.top) box.top = xy[i + 1];
    if (xy[i + 1] > box.bottom) box.bottom = xy[i + 1];
  }
  return box;
}

/**
 * Zoom so that what is under a pixel stays there.
 * @param {View} view @param {number} x @param {number} y @param {number} factor
 * @param {number} fitted   scale at which everything is in sight
 * @returns {View}
 */
export function zoomAt(view, x, y, factor, fitted) {
  const scale = Math.min(MOST_ZOOM * fitted, Math.max(fitted / 2, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, left: x - (x - view.left) * ratio, top: y - (y - view.top) * ratio };
}

/** @param {View} view @param {number} x @param {number} y @returns {View} */
export function moved(view, x, y) {
  return { scale: view.scale, left: view.left + x, top: view.top + y };
}

/** The view between two, on the way of an animation. @param {View} a @param {View} b @param {number} share @returns {View} */
export function between(a, b, share) {
  const scale = a.scale * (b.scale / a.scale) ** share;
  if (Math.abs(b.scale / a.scale - 1) < 1e-6) {
    const mix = (/** @type {number} */ p, /** @type {number} */ q) => p + (q - p) * share;
    return { scale, left: mix(a.left, b.left), top: mix(a.top, b.top) };
  }
  // the one point of the plane that both views show at the same pixel stays there all the way
  const way = (scale - a.scale) / (b.scale - a.scale);
  return { scale, left: a.left + (b.left - a.left) * way, top: a.top + (b.top - a.top) * way };
}

/**
 * The point nearest to a pixel, no farther than `reach` pixels; -1 if there is none.
 * @param {Uint16Array} xy @param {View} view @param {number} x @param {number} y @param {number} reach
 * @param {(index: number) => boolean} counts   whether a point can be meant
 */
export function nearest(xy, view, x, y, reach, counts) {
  const px = (x - view.left) / view.scale;
  const py = (y - view.top) / view.scale;
  const most = reach / view.scale;
  let best = most * most;
  let found = -1;
  for (let i = 0; i < xy.length; i += 2) {
    const dx = xy[i] - px;
    if (dx > most || dx < -most) continue;
    const dy = xy[i + 1] - py;
    const distance = dx * dx + dy * dy;
    if (distance <= best && counts(i >> 1)) {
      best = distance;
      found = i >> 1;
    }
  }
  return found;
}

/** Pixels as numbers of the plane. @param {number[]} pixels   x0, y0, x1, y1, … @param {View} view */
export function toPlane(pixels, view) {
  return pixels.map((pixel, k) => (pixel - (k % 2 ? view.top : view.left)) / view.scale);
}

/**
 * Which points lie inside a polygon, by the even-odd rule; exact.
 * @param {Uint16Array} xy
 * @param {number[]} polygon   x0, y0, x1, y1, … in the plane; closed by itself
 * @returns {Uint8Array}   1 inside, 0 outside
 */
export function inside(xy, polygon) {
  const mask = new Uint8Array(xy.length / 2);
  const edges = sortedEdges(polygon);
  if (!edges) return mask;
  const { top, perRow, rows, box } = edges;
  for (let i = 0; i < xy.length; i += 2) {
    const x = xy[i];
    const y = xy[i + 1];
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) continue;
    const row = rows[Math.min(BUCKETS - 1, Math.floor((y - top) * perRow))];
    let odd = 0;
    for (let e = 0; e < row.length; e += 4) {
      const y0 = row[e + 1];
      const y1 = row[e + 3];
      if (y0 > y !== y1 > y && x < row[e] + ((row[e + 2] - row[e]) * (y - y0)) / (y1 - y0)) odd ^= 1;
    }
    mask[i >> 1] = odd;
  }
  return mask;
}

/** The edges of a polygon by the rows that they touch, so that a point looks at few of them. @param {number[]} polygon */
function sortedEdges(polygon) {
  const n = polygon.length;
  if (n < 6) return null;
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i < n; i += 2) {
    box.left = Math.min(box.left, polygon[i]);
    box.right = Math.max(box.right, polygon[i]);
    box.top = Math.min(box.top, polygon[i + 1]);
    box.bottom = Math.max(box.bottom, polygon[i + 1]);
  }
  const perRow = BUCKETS / Math.max(1e-9, box.bottom - box.top);
  /** @type {number[][]} */
  const rows = Array.from({ length: BUCKETS }, () => []);
  const rowOf = (/** @type {number} */ y) =>
    Math.min(BUCKETS - 1, Math.max(0, Math.floor((y - box.top) * perRow)));
  for (let i = 0; i < n; i += 2) {
    const edge = [polygon[i], polygon[i + 1], polygon[(i + 2) % n], polygon[(i + 3) % n]];
    const last = rowOf(Math.max(edge[1], edge[3]));
    for (let row = rowOf(Math.min(edge[1], edge[3])); row <= last; row += 1) rows[row].push(...edge);
  }
  return { top: box.top, perRow, rows: rows.map((row) => Float64Array.from(row)), box };
}

/**
 * A selection after another one was made.
 * @param {Uint8Array | null} before @param {Uint8Array} now @param {"replace" | "add" | "subtract"} how
 * @returns {Uint8Array | null}   null: nothing is selected
 */
export function combined(before, now, how) {
  if (how === "replace" || !before) return how !== "subtract" && now.includes(1) ? now : null;
  const out = before.map((was, i) => (how === "add" ? was | now[i] : was & (now[i] ^ 1)));
  return out.includes(1) ? out : null;
}

/** How many are selected. @param {Uint8Array | null} mask */
export function count(mask) {
  let n = 0;
  for (let i = 0; mask && i < mask.length; i += 1) n += mask[i];
  return n;
}

/** A selection as it is sent: a bit an item, the lowest bit of the first byte is item 0. @param {Uint8Array} mask */
export function asBits(mask) {
  const bits = new Uint8Array(Math.ceil(mask.length / 8));
  for (let i = 0; i < mask.length; i += 1) bits[i >> 3] |= mask[i] << (i & 7);
  return bits;
}

/** Points on their way from one picture to another. @param {Uint16Array} from @param {Uint16Array} to @param {number} share @param {Uint16Array} out */
export function mixed(from, to, share, out) {
  const part = Math.round(1024 * share);
  for (let i = 0; i < to.length; i += 1) out[i] = from[i] + (((to[i] - from[i]) * part) >> 10);
  return out;
}

/** Slow, fast, slow. @param {number} share */
export function eased(share) {
  return share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
}
