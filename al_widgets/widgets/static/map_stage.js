// The picture: points on one canvas, what lies over them on a second, which costs next to nothing to
// draw again. Whoever changes something says so; the next frame draws it.

import { element } from "./cards.js";
import { drawAim, drawHoles, drawLabels, drawLasso, drawNames, drawParents, drawRing, outlineOf } from "./map_marks.js";
import { blend, dotSize, paint, pixel, shuffled } from "./map_paint.js";
import { between, bounds, eased, fit, mixed } from "./map_plane.js";

/** @typedef {import("./map_plane.js").View} View */
/** @typedef {import("./map_plane.js").Box} Box */
/** @typedef {import("./map_marks.js").Region} Region */

/**
 * What colors mean.
 * @typedef {{codes: Uint8Array, colors: (number | undefined)[], pale: boolean}} Paints
 *   a pixel for each code; whether they are only guesses, and drawn paler
 * @typedef {{position: number, color: string, shape: string, hollow: boolean}} Label
 */

const MARGIN = 22; // px around everything
const TRAVEL = 900; // ms from one picture to the next
const FLIGHT = 350; // ms from one view to another
const FAINT = 0.86; // how near to the ground the color of what is dimmed is
const PALE = 0.42;
const ANIMATED_TO = 300_000; // points; more jump

/** The code of an item about which there is nothing to say. */
export const NOTHING = 255;

export class Stage {
  /** @param {HTMLElement} host   positioned, with a size of its own */
  constructor(host) {
    this.host = host;
    this.base = element("canvas", "al-map-points");
    this.over = element("canvas", "al-map-over");
    this.over.tabIndex = 0;
    this.over.dataset.lmSuppressShortcuts = "true"; // its keys are its own, not the notebook's
    this.over.setAttribute("role", "img");
    host.append(this.base, this.over);
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.base.getContext("2d", { alpha: false }));
    this.marker = /** @type {CanvasRenderingContext2D} */ (this.over.getContext("2d"));
    this.width = 0;
    this.height = 0;
    this.ratio = 1;
    /** @type {ImageData | null} */
    this.image = null;
    /** @type {Uint16Array} */
    this.xy = new Uint16Array(0);
    /** @type {Uint16Array | null} */
    this.shown = null; // where the points are in the middle of an animation
    /** @type {Uint32Array | null} */
    this.order = null;
    /** @type {Box} */
    this.box = { left: 0, top: 0, right: 1, bottom: 1 };
    /** @type {View} */
    this.view = { scale: 1, left: 0, top: 0 };
    this.fitted = 1;
    this.isFitted = true;
    /** @type {Paints} */
    this.paints = { codes: new Uint8Array(0), colors: [], pale: false };
    /** @type {{of: Uint8Array, codes: Uint8Array}} */
    this.met = { of: new Uint8Array(0), codes: new Uint8Array(256) };
    /** @type {Set<number>} */
    this.only = new Set(); // codes that are not dimmed; empty: all
    /** @type {Uint8Array | null} */
    this.mask = null;
    /** @type {Label[]} */
    this.labels = [];
    /** @type {Label[]} */
    this.made = [];
    /** @type {number[]} */
    this.parents = []; // of the item under the pointer
    /** @type {number[]} */
    this.batch = [];
    this.aim = -1;
    this.hovered = -1;
    /** @type {Region[]} */
    this.holes = [];
    this.hole = "";
    /** @type {{name: string, x: number, y: number}[]} */
    this.names = [];
    /** @type {number[]} */
    this.lasso = [];
    this.inks = { ink: "#000000", muted: "#555555", ground: "#ffffff", accent: "#0969da", hole: "#bc4c00" };
    this.font = "sans-serif";
    this.dirty = { base: true, over: true };
    this.frame = 0;
    /** @type {((now: number) => boolean) | null} */
    this.journey = null; // returns whether it goes on
  }

  // -- what is shown -----------------------------------------------------------------------------

  /** How many points there are. */
  get n() {
    return this.xy.length / 2;
  }

  /** @param {Uint16Array} xy @param {boolean} animated */
  setPoints(xy, animated) {
    const before = this.shown ?? this.xy;
    const same = before.length === xy.length && xy.length > 0;
    const from = same ? this.view : null;
    const kept = !same && before.length > 0 && !this.isFitted ? this.view : null; // the pool has grown
    this.xy = xy;
    this.shown = null;
    if (!same) this.order = shuffled(this.n);
    if (this.mask && this.mask.length !== this.n) {
      const some = this.mask.subarray(0, this.n);
      this.mask = new Uint8Array(this.n);
      this.mask.set(some);
    }
    this.box = bounds(xy);
    this.refit();
    if (kept) this.look(kept);
    if (from && animated && xy.length / 2 <= ANIMATED_TO) this.travel(before.slice(), xy, from);
    this.draw("base");
  }

  /** Let the points go from where they were to where they are. @param {Uint16Array} from @param {Uint16Array} to @param {View} view */
  travel(from, to, view) {
    const out = new Uint16Array(to.length);
    const target = this.view;
    this.start(TRAVEL, (share) => {
      this.shown = share < 1 ? mixed(from, to, share, out) : null;
      this.view = between(view, target, share);
    });
  }

  /** @param {Box} box @param {boolean} animated */
  flyTo(box, animated) {
    const wide = Math.max(box.right - box.left, box.bottom - box.top, (this.box.right - this.box.left) / 12);
    const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const around = { left: x - wide, right: x + wide, top: y - wide, bottom: y + wide };
    const from = this.view;
    const target = fit(around, this.width, this.height, MARGIN);
    this.isFitted = false;
    if (animated) this.start(FLIGHT, (share) => { this.view = between(from, target, share); });
    else this.look(target);
  }

  /** @param {number} duration @param {(share: number) => void} step */
  start(duration, step) {
    let began = 0;
    this.journey = (now) => {
      began ||= now;
      const share = Math.min(1, (now - began) / duration);
      step(eased(share));
      this.dirty.base = true;
      return share < 1;
    };
    this.draw("base");
  }

  /** @param {View} view */
  look(view) {
    this.journey = null;
    this.shown = null;
    this.view = view;
    this.isFitted = false;
    this.draw("base");
  }

  refit() {
    this.journey = null;
    this.shown = null;
    this.view = fit(this.box, this.width, this.height, MARGIN);
    this.fitted = this.view.scale;
    this.isFitted = true;
    this.draw("base");
  }

  /** @param {number} width @param {number} height @param {number} ratio   device pixels a pixel */
  resize(width, height, ratio) {
    if (width === this.width && height === this.height && ratio === this.ratio) return;
    const kept = this.isFitted ? null : this.view;
    Object.assign(this, { width, height, ratio, image: null });
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    }
    this.refit();
    if (kept) this.look(kept);
    this.flush(); // a canvas that was resized is empty
  }

  /** @param {"base" | "over"} what */
  draw(what) {
    this.dirty[what] = true;
    this.frame ||= requestAnimationFrame((now) => this.step(now));
  }

  /** @param {number} now */
  step(now) {
    this.frame = 0;
    if (this.journey && !this.journey(now)) this.journey = null;
    this.flush();
    if (this.journey) this.draw("base");
  }

  flush() {
    if (this.width < 1 || this.height < 1) return;
    if (this.dirty.base) this.paintBase();
    this.paintOver(); // what lies over the points moves with them
    this.dirty = { base: false, over: false };
  }

  close() {
    cancelAnimationFrame(this.frame);
  }

  // -- points ------------------------------------------------------------------------------------

  paintBase() {
    const { width, height } = this.base;
    this.image ??= this.pen.createImageData(width, height);
    const pixels = new Uint32Array(this.image.data.buffer);
    pixels.fill(pixel(this.inks.ground));
    const { codes } = this.paints;
    const xy = this.shown ?? this.xy;
    if (codes.length * 2 === xy.length) {
      const { scale, left, top } = this.view;
      const view = { scale: scale * this.ratio, left: left * this.ratio, top: top * this.ratio };
      const points = { xy, codes, mask: this.mask, order: this.order };
      const size = this.ratio * this.room * dotSize(codes.length, scale / this.fitted);
      for (const table of this.tables()) paint({ pixels, width, height }, points, view, table, size);
    }
    this.pen.putImageData(this.image, 0, 0);
  }

  /** The colors of the codes, one table for what is dimmed and lies below, one for the rest. */
  tables() {
    const ground = pixel(this.inks.ground);
    const muted = pixel(this.inks.muted);
    const [faint, vivid] = [new Uint32Array(512), new Uint32Array(512)];
    for (let code = 0; code < 256; code += 1) {
      const color = this.paints.colors[code];
      const dimmed = color === undefined || code === NOTHING || (this.only.size > 0 && !this.only.has(code));
      const full = color ?? blend(muted, ground, 0.5);
      const plain = this.paints.pale ? blend(full, ground, PALE) : full;
      const weak = blend(color ?? muted, ground, FAINT);
      const rest = dimmed || this.mask; // where there is a selection, what is not in it
      (rest ? faint : vivid)[code] = rest ? weak : plain;
      (dimmed && !this.mask ? faint : vivid)[code + 256] = full;
    }
    const met = this.metCodes();
    const counts = (/** @type {Uint32Array} */ table) => table.some((color, k) => color !== 0 && met[k & 255]);
    return [faint, vivid].filter(counts); // to pass over all points takes time
  }

  /** Which codes there are, 1 or 0 each. */
  metCodes() {
    const { codes } = this.paints;
    if (this.met.of !== codes) {
      this.met = { of: codes, codes: new Uint8Array(256) };
      for (let i = 0; i < codes.length; i += 1) this.met.codes[codes[i]] = 1;
    }
    return this.met.codes;
  }

  // -- over them ---------------------------------------------------------------------------------

  paintOver() {
    const { marker, view, inks } = this;
    marker.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    marker.clearRect(0, 0, this.width, this.height);
    const xy = this.shown ?? this.xy;
    if (!xy.length) return;
    if (!this.shown) drawHoles(marker, this.holes, view, inks, this.hole);
    const zoom = this.room * Math.max(1, view.scale / this.fitted) ** 0.2;
    for (const some of [this.made, this.labels]) {
      const marks = some.map(({ position, ...look }) => ({ x: xy[2 * position], y: xy[2 * position + 1], ...look }));
      drawLabels(marker, marks, view, Math.min(7, zoom * Math.max(2.8, 5.4 - 0.12 * Math.sqrt(4 * some.length))), inks);
    }
    if (!this.shown) drawNames(marker, this.names, view, inks, `600 ${this.room < 0.9 ? 12 : 13}px ${this.font}`);
    const radius = this.batch.length > 24 ? 5 : 7.5; // many large rings hide what they are around
    for (const position of this.batch) {
      drawRing(marker, ...this.pixelOf(position), radius, inks.accent, inks.ground);
    }
    if (this.aim >= 0) drawAim(marker, ...this.pixelOf(this.aim), inks);
    if (this.hovered >= 0) {
      drawParents(marker, this.pixelOf(this.hovered), this.parents.map((one) => this.pixelOf(one)), inks);
    }
    if (this.hovered >= 0) drawRing(marker, ...this.pixelOf(this.hovered), 7, inks.ink, inks.ground);
    drawLasso(marker, this.lasso, inks);
  }

  /** How large things are drawn: a small picture has small dots. */
  get room() {
    return Math.min(1, 0.3 + Math.min(this.width, this.height) / 650);
  }

  /** Where an item is, in pixels. @param {number} position @returns {[number, number]} */
  pixelOf(position) {
    const xy = this.shown ?? this.xy;
    const { scale, left, top } = this.view;
    return [xy[2 * position] * scale + left, xy[2 * position + 1] * scale + top];
  }

  /** The key of the hole at a place in pixels; empty if there is none. @param {number} x @param {number} y */
  holeAt(x, y) {
    const { view, marker } = this;
    const [px, py] = [(x - view.left) / view.scale, (y - view.top) / view.scale];
    const found = this.holes.find((hole) => {
      const { path, box } = outlineOf(hole);
      if (px < box.left || px > box.right || py < box.top || py > box.bottom) return false;
      marker.setTransform(1, 0, 0, 1, 0, 0);
      return marker.isPointInPath(path, px, py);
    });
    return found?.key ?? "";
  }
}
