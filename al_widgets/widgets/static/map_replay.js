// The work, label by label: which moment of it is shown, and how it is played.

import { momentSays } from "./map_side.js";

/** @typedef {import("./map_frame.js").Frame} Frame */

const EACH = 60; // ms a label, as long as there are not too many
const LONGEST = 12_000; // ms that all of it takes

/**
 * Which regions had no label when so many labels had been given.
 * @param {import("./map_marks.js").Region[]} regions
 * @param {number | null} moment   null: now
 */
export function holesAt(regions, moment) {
  return regions.filter(({ first }) => first === null || (moment !== null && first > moment));
}

export class Replay {
  /** @param {Frame} frame @param {() => void} changed */
  constructor(frame, changed) {
    this.frame = frame;
    this.changed = changed;
    this.spent = new Uint32Array(0);
    /** @type {number | null} */
    this.moment = null; // labels that are shown; null: all there are, also those to come
    this.playing = 0;
  }

  /** Take what had been spent after each label. @param {Uint32Array<ArrayBuffer>} spent */
  take(spent) {
    this.spent = spent;
    this.show();
  }

  /** How many labels are shown. */
  get at() {
    return Math.min(this.moment ?? this.spent.length, this.spent.length);
  }

  /** What had been spent by then; null: now. */
  get spentThen() {
    if (this.moment === null) return null;
    return this.at === 0 ? 0 : this.spent[this.at - 1];
  }

  show() {
    const { range, moment, time, play } = this.frame;
    const n = this.spent.length;
    time.hidden = n === 0;
    range.max = String(n);
    range.value = String(this.at);
    moment.textContent = momentSays(this.at, n);
    range.setAttribute("aria-valuetext", moment.textContent);
    play.setAttribute("aria-pressed", String(this.playing !== 0));
  }

  /** @param {number | null} moment */
  goTo(moment) {
    const before = this.moment;
    this.moment = moment !== null && moment < this.spent.length ? moment : null;
    this.show();
    if (this.moment !== before) this.changed();
  }

  /** Go to the moment when so many answers had been spent. @param {number | null} spent */
  goToSpent(spent) {
    this.goTo(spent === null ? null : this.spent.filter((n) => n <= spent).length);
  }

  /** Play from here, or from the beginning; or stop. */
  play() {
    const n = this.spent.length;
    if (this.playing || n === 0) {
      this.stop();
      return;
    }
    const start = this.moment ?? 0;
    const each = Math.min(EACH, LONGEST / n);
    let began = 0;
    const step = (/** @type {number} */ now) => {
      began ||= now;
      const at = Math.min(n, start + Math.floor((now - began) / each));
      this.playing = at < n ? requestAnimationFrame(step) : 0;
      this.goTo(at);
    };
    this.playing = requestAnimationFrame(step);
    this.show();
  }

  stop() {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    this.show();
  }
}
