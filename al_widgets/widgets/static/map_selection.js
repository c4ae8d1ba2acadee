// What is selected: a mark for each item here, and the same in the kernel, which shows a sample of it.

import { CardShelf } from "./cards.js";
import { asBits, combined, count, inside } from "./map_plane.js";
import { showSelection } from "./map_side.js";
import { newId } from "./outbox.js";

/**
 * @typedef {import("./map_frame.js").Frame} Frame
 * @typedef {import("./map_gestures.js").How} How
 * @typedef {import("./map_stage.js").Stage} Stage
 * @typedef {import("./map_side.js").Preview} Preview
 */

export class Selection {
  /** @param {import("./wire.js").Kernel} kernel @param {Stage} stage @param {Frame} frame */
  constructor(kernel, stage, frame) {
    this.kernel = kernel;
    this.stage = stage;
    this.frame = frame;
    this.serial = "";
    this.waiting = ""; // what is being done with it, in words
    this.shelf = new CardShelf();
  }

  /** @param {Uint8Array | null} mask */
  take(mask) {
    this.stage.mask = mask;
    this.serial = newId();
    this.waiting = "";
    if (mask) this.kernel.send({ type: "select", serial: this.serial }, [asBits(mask).buffer]);
    this.stage.draw("base");
    this.show();
  }

  /** @param {number[]} polygon @param {How} how */
  enclose(polygon, how) {
    const { xy, paints, only, mask } = this.stage;
    const found = inside(xy, polygon);
    if (only.size) found.forEach((_, i) => { if (!only.has(paints.codes[i])) found[i] = 0; });
    this.take(combined(mask, found, how));
  }

  /** @param {number} index   -1: nothing is there @param {How} how */
  pick(index, how) {
    if (index >= 0) {
      const one = new Uint8Array(this.stage.xy.length / 2);
      one[index] = 1;
      this.take(combined(this.stage.mask, one, how));
    } else if (how === "replace" && this.stage.mask) this.take(null);
  }

  /** Have the kernel say which items a hole has. @param {string} hole */
  wantHole(hole) {
    this.serial = newId();
    this.kernel.send({ type: "select_hole", serial: this.serial, hole });
  }

  /** It says so. @param {string} serial @param {Uint8Array} bits */
  hear(serial, bits) {
    if (serial !== this.serial) return;
    this.stage.mask = Uint8Array.from({ length: this.stage.n }, (_, i) => (bits[i >> 3] >> (i & 7)) & 1);
    this.stage.draw("base");
    this.show();
  }

  show() {
    /** @type {Preview | null} */
    const preview = this.kernel.get("_preview");
    const own = preview?.serial === this.serial ? preview : null;
    const n = count(this.stage.mask);
    this.frame.root.dataset.selected = String(n);
    showSelection(this.frame, n, own, this.shelf, this.kernel.get("_info").most, this.waiting);
  }
}
