// Nothing that was answered is lost: what the kernel has not acknowledged is kept in this browser,
// under the id of the store, and sent until it is. The store accepts an event id once, so sending
// again is always safe.

/** @typedef {import("./state.js").Operation} Operation */

const PREFIX = "al_widgets";
const RESEND_AFTER = 3000; // ms

/** An id that nobody else makes. @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  /**
   * @param {string} store   the store's id
   * @param {(operations: Operation[]) => void} send
   * @param {Storage | null} storage   null where the browser allows none
   */
  constructor(store, send, storage) {
    this.prefix = `${PREFIX}:${store}:`;
    this.send = send;
    this.storage = storage;
    /** @type {{operation: Operation, added: number, order: number}[]} */
    this.entries = this.load();
    this.order = this.entries.at(-1)?.order ?? 0;
    this.sentAt = -Infinity;
    this.inFlight = false;
  }

  /** The operations, oldest first. @returns {Operation[]} */
  get pending() {
    return this.entries.map((entry) => entry.operation);
  }

  /** Keep, then send. @param {Operation} operation */
  add(operation) {
    this.order += 1;
    this.entries.push({ operation, added: performance.now(), order: this.order });
    this.keep(operation.id, JSON.stringify({ order: this.order, operation }));
    if (!this.inFlight) {
      this.inFlight = true;
      setTimeout(() => this.flush()); // the screen first: a frame must not wait for a message
    }
  }

  /**
   * The kernel has these, or wants them never. What was added meanwhile goes out now: one message
   * is under way at a time, because a kernel may read two at once, and order matters to undo.
   * @param {string[]} ids
   */
  drop(ids) {
    this.entries = this.entries.filter((entry) => !ids.includes(entry.operation.id));
    for (const id of ids) this.keep(id, null);
    this.inFlight = false;
    if (this.entries.length) this.flush();
  }

  /** Send again what has waited too long. */
  resend() {
    if (this.entries.length && performance.now() - this.sentAt >= RESEND_AFTER) this.flush();
  }

  /** Send all there is, in order. */
  flush() {
    if (!this.entries.length) return;
    this.inFlight = true;
    this.sentAt = performance.now();
    this.send(this.pending);
  }

  /** How long the oldest has waited, in ms. @returns {number} */
  waiting() {
    return this.entries.length ? performance.now() - this.entries[0].added : 0;
  }

  /** @param {string} id @param {string | null} value */
  keep(id, value) {
    try {
      if (value === null) this.storage?.removeItem(this.prefix + id);
      else this.storage?.setItem(this.prefix + id, value);
    } catch {
      this.storage = null; // full or forbidden: they are still kept in this page
    }
  }

  load() {
    const entries = [];
    for (const key of this.storage ? Object.keys(this.storage) : []) {
      if (!key.startsWith(this.prefix)) continue;
      try {
        const { order, operation } = JSON.parse(this.storage?.getItem(key) ?? "");
        entries.push({ operation, added: performance.now(), order: Number(order) });
      } catch {
        this.storage?.removeItem(key); // not ours, or cut off: it can never be sent
      }
    }
    return entries.sort((a, b) => a.order - b.order);
  }
}

/** @returns {Storage | null} */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser may forbid it
  }
}
