import assert from "node:assert/strict";
import test from "node:test";

import { Outbox, newId } from "../../al_widgets/widgets/static/outbox.js";

/** A storage like a browser's: its keys are its own properties. */
class Storage {
  setItem(key, value) { this[key] = value; }
  getItem(key) { return this[key] ?? null; }
  removeItem(key) { delete this[key]; }
}

const label = (id) => ({ id, type: "label", item: "a", label: "cat" });

const collect = () => {
  /** @type {string[][]} */
  const sent = [];
  return { sent, send: (operations) => sent.push(operations.map(({ id }) => id)) };
};

const sending = () => new Promise((resolve) => { setTimeout(resolve); });

test("an operation is kept at once, sent a moment later, and forgotten when it is done", async () => {
  const { sent, send } = collect();
  const storage = new Storage();
  const outbox = new Outbox("s", send, storage);
  outbox.add(label("1"));
  assert.deepEqual([sent, Object.keys(storage).length], [[], 1]);
  await sending();
  assert.deepEqual(sent, [["1"]]);
  outbox.drop(["1"]);
  assert.deepEqual([outbox.pending, Object.keys(storage)], [[], []]);
});

test("one message is under way at a time, and what came meanwhile follows together", async () => {
  const { sent, send } = collect();
  const outbox = new Outbox("s", send, null);
  outbox.add(label("1"));
  await sending();
  for (const id of ["2", "3"]) outbox.add(label(id));
  await sending();
  assert.deepEqual(sent, [["1"]]);
  outbox.drop(["1"]);
  assert.deepEqual(sent, [["1"], ["2", "3"]]);
  outbox.drop(["2", "3"]);
  outbox.add(label("4"));
  await sending();
  assert.deepEqual(sent.at(-1), ["4"]);
});

test("another page of the same store finds what was not acknowledged, in its order", () => {
  const storage = new Storage();
  const first = new Outbox("s", () => {}, storage);
  for (const id of ["z", "a", "m"]) first.add(label(id));
  first.drop(["a"]);
  const { sent, send } = collect();
  const second = new Outbox("s", send, storage);
  second.flush();
  assert.deepEqual(sent, [["z", "m"]]);
  second.add(label("n"));
  assert.deepEqual(new Outbox("s", () => {}, storage).pending.map(({ id }) => id), ["z", "m", "n"]);
});

test("another store's answers are left alone", () => {
  const storage = new Storage();
  new Outbox("s", () => {}, storage).add(label("1"));
  assert.deepEqual(new Outbox("other", () => {}, storage).pending, []);
});

test("what was just sent is not sent again at once", async () => {
  const { sent, send } = collect();
  const outbox = new Outbox("s", send, null);
  outbox.add(label("1"));
  await sending();
  outbox.resend();
  assert.deepEqual(sent, [["1"]]);
  outbox.sentAt -= 10_000;
  outbox.resend();
  assert.deepEqual(sent, [["1"], ["1"]]);
});

test("a full storage loses nothing while the page is open", () => {
  const storage = new Storage();
  storage.setItem = () => { throw new Error("QuotaExceededError"); };
  const outbox = new Outbox("s", () => {}, storage);
  outbox.add(label("1"));
  assert.equal(outbox.pending.length, 1);
});

test("an entry that cannot be read is thrown away and the others are kept", () => {
  const storage = new Storage();
  new Outbox("s", () => {}, storage).add(label("1"));
  storage.setItem("al_widgets:s:bad", "{");
  assert.deepEqual(new Outbox("s", () => {}, storage).pending.map(({ id }) => id), ["1"]);
});

test("ids differ", () => {
  assert.equal(new Set(Array.from({ length: 1000 }, newId)).size, 1000);
});
