// Points become pixels. One array of 32-bit pixels is written and put onto the canvas at once: for
// many points that is thirty times as fast as a call of the canvas for each.

/** @typedef {import("./map_plane.js").View} View */
/** @typedef {{pixels: Uint32Array, width: number, height: number}} Target */

/**
 * The points, and for each the color it has: an entry of a table of 512. Points of a selection
 * (where there is one) find theirs in the second half.
 * @typedef {{xy: Uint16Array, codes: Uint8Array, mask: Uint8Array | null, order: Uint32Array | null}} Points
 */

const SOFT_TO = 40_000; // points; so many are drawn as round dots with soft edges
const MIXED_TO = 250_000; // points; so many are drawn in a random order
const OPAQUE = 0xff000000;

/** A color as a pixel: bytes are red, green, blue, alpha in memory. @param {string} color   "#rrggbb" */
export function pixel(color) {
  const value = parseInt(color.slice(1), 16);
  return (OPAQUE | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

/** A pixel as a color. @param {number} value */
export function hex(value) {
  return `#${[0, 8, 16].map((shift) => ((value >>> shift) & 255).toString(16).padStart(2, "0")).join("")}`;
}

/** A pixel between two. @param {number} a @param {number} b @param {number} share   of b */
export function blend(a, b, share) {
  let out = OPAQUE;
  for (const shift of [0, 8, 16]) {
    const from = (a >>> shift) & 0xff;
    out |= Math.round(from + (((b >>> shift) & 0xff) - from) * share) << shift;
  }
  return out >>> 0;
}

/** Colors along a scale. @param {string[]} stops @param {number} n @returns {number[]} */
export function ramp(stops, n) {
  const known = stops.map(pixel);
  return Array.from({ length: n }, (_, i) => {
    const at = (i / Math.max(1, n - 1)) * (known.length - 1);
    const low = Math.min(known.length - 2, Math.floor(at));
    return blend(known[low], known[low + 1], at - low);
  });
}

/** How wide a point is drawn. @param {number} n   points @param {number} zoom   1: all are in sight */
export function dotSize(n, zoom) {
  const least = n > 400_000 ? 1.2 : n > 60_000 ? 2 : Math.min(9, 3.4 + 120 / Math.sqrt(n));
  return Math.min(14, least * Math.max(1, zoom) ** 0.35);
}

/** A random order of the points, so that none lies over all others because it came last. @param {number} n */
export function shuffled(n) {
  if (n > MIXED_TO) return null;
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let seed = 1;
  for (let i = n - 1; i > 0; i -= 1) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * Draw all points whose color is not 0.
 * @param {Target} target @param {Points} points @param {View} view
 * @param {Uint32Array} table   512 pixels; 0: not drawn
 * @param {number} size   pixels across
 */
export function paint(target, points, view, table, size) {
  if (points.codes.length <= SOFT_TO) paintSoft(target, points, view, table, size);
  else paintHard(target, points, view, table, Math.max(1, Math.round(size)));
}

/** @param {Target} target @param {Points} points @param {View} view @param {Uint32Array} table @param {number} size */
function paintHard({ pixels, width, height }, { xy, codes, mask, order }, view, table, size) {
  const { scale, left, top } = view;
  const shift = (size - 1) >> 1;
  const [right, bottom] = [width - size, height - size];
  const n = codes.length;
  for (let k = 0; k < n; k += 1) {
    const i = order ? order[k] : k;
    const color = table[mask ? codes[i] | (mask[i] << 8) : codes[i]];
    if (color === 0) continue;
    const x = (xy[2 * i] * scale + left | 0) - shift;
    const y = (xy[2 * i + 1] * scale + top | 0) - shift;
    if (x < 0 || y < 0 || x > right || y > bottom) continue;
    let at = y * width + x;
    if (size === 1) pixels[at] = color;
    else if (size === 2) {
      pixels[at] = color; pixels[at + 1] = color;
      at += width;
      pixels[at] = color; pixels[at + 1] = color;
    } else if (size === 3) {
      pixels[at] = color; pixels[at + 1] = color; pixels[at + 2] = color;
      at += width;
      pixels[at] = color; pixels[at + 1] = color; pixels[at + 2] = color;
      at += width;
      pixels[at] = color; pixels[at + 1] = color; pixels[at + 2] = color;
    } else {
      for (let row = 0; row < size; row += 1, at += width) pixels.fill(color, at, at + size);
    }
  }
}

/** How much of each pixel of a square a round dot covers, in 256ths. @param {number} size */
function dot(size) {
  const side = Math.ceil(size) + 1;
  const cover = new Uint16Array(side * side);
  const middle = (side - 1) / 2;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const reach = size / 2 + 0.5 - Math.hypot(x - middle, y - middle);
      cover[y * side + x] = Math.round(256 * 0.9 * Math.max(0, Math.min(1, reach)));
    }
  }
  return { side, cover };
}

/** @param {Target} target @param {Points} points @param {View} view @param {Uint32Array} table @param {number} size */
function paintSoft({ pixels, width, height }, { xy, codes, mask, order }, view, table, size) {
  const { side, cover } = dot(size);
  const { scale, left, top } = view;
  const shift = (side - 1) / 2 - 0.5;
  for (let k = 0; k < codes.length; k += 1) {
    const i = order ? order[k] : k;
    const color = table[mask ? codes[i] | (mask[i] << 8) : codes[i]];
    if (color === 0) continue;
    const x = Math.floor(xy[2 * i] * scale + left - shift);
    const y = Math.floor(xy[2 * i + 1] * scale + top - shift);
    if (x + side <= 0 || y + side <= 0 || x >= width || y >= height) continue;
    const rows = Math.min(side, height - y);
    const columns = Math.min(side, width - x);
    for (let row = Math.max(0, -y); row < rows; row += 1) {
      const line = (y + row) * width + x;
      for (let column = Math.max(0, -x); column < columns; column += 1) {
        const part = cover[row * side + column];
        if (part === 0) continue;
        const under = pixels[line + column];
        const odd = under & 0xff00ff; // red and blue at once, then green
        const even = under & 0xff00;
        pixels[line + column] = OPAQUE
          | ((odd + ((((color & 0xff00ff) - odd) * part) >> 8)) & 0xff00ff)
          | ((even + ((((color & 0xff00) - even) * part) >> 8)) & 0xff00);
      }
    }
  }
}
