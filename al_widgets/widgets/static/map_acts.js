// What a person asks the kernel to do. It counts when the kernel says that it is durable.

import { newId } from "./outbox.js";

/** @typedef {import("./map_frame.js").Frame} Frame */
/** @typedef {{act?: string, said?: string, wrong?: string, undo?: string}} Heard */

export class Acts {
  /** @param {import("./wire.js").Kernel} kernel @param {Frame} frame */
  constructor(kernel, frame) {
    this.kernel = kernel;
    this.frame = frame;
    /** @type {Map<string, string>} */
    this.waiting = new Map(); // id of an act -> its type
    this.undo = ""; // what the last act can be taken back by
  }

  /** @param {string} type @param {Record<string, unknown>} [more] */
  begin(type, more = {}) {
    const id = newId();
    this.waiting.set(id, type);
    this.frame.undo.hidden = true;
    this.kernel.send({ type, id, ...more });
  }

  /** Take back what was done last. */
  takeBack() {
    this.begin("undo", { target: this.undo });
  }

  /**
   * Take the kernel's word.
   * @param {Heard} heard
   * @returns {string | null}   the type of the act that was done; null: none, or another view's
   */
  end({ act = "", said = "", wrong = "", undo = "" }) {
    const kind = this.waiting.get(act);
    if (act && kind === undefined) return null;
    this.complain(wrong);
    if (!act) return "";
    this.waiting.delete(act);
    this.undo = undo;
    this.frame.undo.hidden = undo === "";
    this.frame.status.textContent = said;
    return wrong ? "" : kind ?? "";
  }

  /** @param {string} wrong */
  complain(wrong) {
    this.frame.error.textContent = wrong;
    this.frame.error.hidden = wrong === "";
  }
}
