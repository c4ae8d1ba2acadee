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
   * @param {(operation: Operation) => void} send
   * @param {Storage | null} storage   null where the browser allows none
   */
  constructor(store, send, storage) {
    this.prefix = `${PREFIX}:${store}:`;
    this.send = send;
    this.storage = storage;
    /** @type {{operation: Operation, sent: number, order: number}[]} */
    this.entries = this.load();
    this.order = this.entries.at(-1)?.order ?? 0;
  }

  /** The operations, oldest first. @returns {Operation[]} */
  get pending() {
    return this.entries.map((entry) => entry.operation);
  }

  /** Keep, then send. @param {Operation} operation */
  add(operation) {
    this.order += 1;
    this.entries.push({ operation, sent: performance.now(), order: this.order });
    this.keep(operation.id, JSON.stringify({ order: this.order, operation }));
    this.send(operation);
  }

  /** The kernel has it, or wants it never. @param {string} id */
  drop(id) {
    this.entries = this.entries.filter((entry) => entry.operation.id !== id);
    this.keep(id, null);
  }

  /** Send again what has waited too long. @param {boolean} [all]   also what was just sent */
  resend(all = false) {
    const now = performance.now();
    for (const entry of this.entries) {
      if (!all && now - entry.sent < RESEND_AFTER) continue;
      entry.sent = now;
      this.send(entry.operation);
    }
  }

  /** How long the oldest has waited, in ms. @returns {number} */
  waiting() {
    return this.entries.length ? performance.now() - this.entries[0].sent : 0;
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
        entries.push({ operation, sent: -Infinity, order: Number(order) });
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
