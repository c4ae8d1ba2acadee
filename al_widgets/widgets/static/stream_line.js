// The threshold as a line that can be dragged: with the pointer, or by keys. Nothing is sent before
// it is let go; Escape puts it back.

import { heightOf, shareAt } from "./stream_chart.js";
import { inPercent, onGrid, previewInWords, slid } from "./stream_words.js";

/** @typedef {import("./stream_words.js").Line} Line */
/** @typedef {import("./stream_chart.js").Layout} Layout */

const PAUSE = 900; // ms after the last key that mean it was let go

export class ThresholdLine {
  /**
   * @param {import("./stream_frame.js").Frame["chart"]} part
   * @param {{moved: () => void, chosen: (value: number) => void}} calls
   * @param {AbortSignal} signal
   */
  constructor({ stage, line, knob }, { moved, chosen }, signal) {
    this.node = line;
    this.knob = knob;
    this.stage = stage;
    this.moved = moved;
    this.chosen = chosen;
    /** @type {Line | null} */
    this.line = null;
    /** @type {Layout | null} */
    this.at = null;
    /** @type {number | null} */
    this.held = null; // where it is while it is moved, and until the kernel knows
    this.isMoving = false;
    this.timer = 0;
    const on = (/** @type {string} */ kind, /** @type {(event: any) => void} */ call) =>
      line.addEventListener(kind, call, { signal });
    on("pointerdown", (event) => this.take(event));
    on("pointermove", (event) => { if (this.isMoving && line.hasPointerCapture(event.pointerId)) this.drag(event); });
    on("pointerup", () => this.letGo());
    on("lostpointercapture", () => this.letGo());
    on("keydown", (event) => this.key(event));
    on("blur", () => this.letGo());
    signal.addEventListener("abort", () => clearTimeout(this.timer));
  }

  /** Where the line stands. */
  get value() {
    return this.held ?? this.line?.value ?? 0;
  }

  /** @param {PointerEvent} event */
  take(event) {
    if (event.button !== 0 || !this.line) return;
    event.preventDefault();
    this.node.focus({ preventScroll: true });
    this.node.setPointerCapture(event.pointerId);
    this.isMoving = true;
    this.node.classList.add("al-str-moving");
  }

  /** @param {PointerEvent} event */
  drag(event) {
    if (this.at) this.moveTo(onGrid(shareAt(this.at, event.clientY - this.stage.getBoundingClientRect().top)));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.isMoving) {
      event.preventDefault();
      event.stopPropagation();
      this.putBack();
    } else if (event.key === "Enter") {
      this.letGo();
    } else if (this.line) {
      const to = slid(event.key, this.value);
      if (to === null) return;
      event.preventDefault();
      this.isMoving = true;
      this.moveTo(to);
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.letGo(), PAUSE);
    }
  }

  /** @param {number} value */
  moveTo(value) {
    this.held = value;
    this.place();
    this.moved();
  }

  letGo() {
    clearTimeout(this.timer);
    if (!this.isMoving) return;
    this.isMoving = false;
    this.node.classList.remove("al-str-moving");
    if (this.held !== null && this.held !== this.line?.value) this.chosen(this.held);
    else this.held = null;
    this.moved();
  }

  putBack() {
    clearTimeout(this.timer);
    this.isMoving = false;
    this.node.classList.remove("al-str-moving");
    this.held = null;
    this.place();
    this.moved();
  }

  /** The kernel knows what was chosen, or refused it. */
  settle() {
    if (this.isMoving) return;
    this.held = null;
    this.place();
    this.moved();
  }

  /** @param {Line | null} line @param {Layout | null} at */
  show(line, at) {
    this.line = line;
    this.at = at;
    this.place();
  }

  place() {
    const { node, line, at } = this;
    node.hidden = !line || line.value === null || !at;
    if (!line || !at || node.hidden) return;
    const value = this.value;
    Object.assign(node.style, {
      top: `${heightOf(at, value)}px`, left: `${at.left}px`, right: "0",
    });
    node.style.setProperty("--al-str-bars", `${at.bars.to - at.right}px`);
    this.knob.textContent = inPercent(value);
    node.setAttribute("aria-valuenow", String(Math.round(1000 * value) / 10));
    node.setAttribute("aria-valuetext", `${inPercent(value)}. ${previewInWords(line, value)}`);
  }
}
