import assert from "node:assert/strict";
import test from "node:test";

import { blend, dotSize, paint, pixel, ramp, shuffled } from "../../al_widgets/widgets/static/map_paint.js";

const VIEW = { scale: 1, left: 0, top: 0 };
const WHITE = pixel("#ffffff");

function painted(n, codes, table, { size = 3, mask = null, side = 40, place = () => [20, 20] } = {}) {
  const target = { pixels: new Uint32Array(side * side).fill(WHITE), width: side, height: side };
  const xy = Uint16Array.from({ length: 2 * n }, (_, k) => place(k >> 1)[k % 2]);
  paint(target, { xy, codes, mask, order: null }, VIEW, table, size);
  return target.pixels;
}

function tableOf(entries) {
  const table = new Uint32Array(512);
  for (const [code, color] of Object.entries(entries)) table[code] = pixel(color);
  return table;
}

test("a color is red, green, blue and opaque in memory", () => {
  const bytes = new Uint8Array(Uint32Array.of(pixel("#1020f0")).buffer);
  assert.deepEqual([...bytes], [0x10, 0x20, 0xf0, 0xff]);
});

test("a blend is between its colors", () => {
  assert.equal(blend(pixel("#000000"), pixel("#ffffff"), 1), pixel("#ffffff"));
  assert.equal(blend(pixel("#102030"), pixel("#304050"), 0.5), pixel("#203040"));
});

test("a scale begins and ends with its ends", () => {
  const colors = ramp(["#000000", "#ff0000", "#ffffff"], 255);
  assert.deepEqual([colors[0], colors[127], colors[254]].map((c) => c >>> 0), [pixel("#000000"), pixel("#ff0000"), WHITE]);
});

for (const [n, how] of [[3, "soft"], [50_000, "hard"]]) {
  test(`a point has the color of its code in its middle (${how} dots)`, () => {
    const pixels = painted(n, new Uint8Array(n).fill(7), tableOf({ 7: "#204060" }), { size: 5 });
    const middle = new Uint8Array(Uint32Array.of(pixels[20 * 40 + 20]).buffer);
    for (const [got, wanted] of [[middle[0], 0x20], [middle[1], 0x40], [middle[2], 0x60]]) {
      assert.ok(Math.abs(got - wanted) < 28, `${got} is far from ${wanted}`);
    }
    assert.equal(pixels[0], WHITE);
  });

  test(`a code without a color is not drawn (${how} dots)`, () => {
    const pixels = painted(n, new Uint8Array(n).fill(9), tableOf({ 7: "#204060" }));
    assert.ok(pixels.every((one) => one === WHITE));
  });

  test(`what is selected finds its color in the second half of the table (${how} dots)`, () => {
    const mask = new Uint8Array(n).fill(1);
    const pixels = painted(n, new Uint8Array(n).fill(7), tableOf({ 7: "#204060", 263: "#ff0000" }), { mask });
    const middle = new Uint8Array(Uint32Array.of(pixels[20 * 40 + 20]).buffer);
    assert.ok(middle[0] > 200 && middle[1] < 60);
  });

  test(`points at and beyond the edge write nothing outside (${how} dots)`, () => {
    const places = [[0, 0], [39, 39], [39, 0], [45, 20], [20, 60], [0, 39]];
    const pixels = painted(n, new Uint8Array(n).fill(7), tableOf({ 7: "#204060" }), {
      size: 9, place: (i) => places[i % places.length],
    });
    assert.equal(pixels.length, 1600);
    assert.equal(pixels[20 * 40 + 20], WHITE);
  });
}

test("a soft dot is round: its corner is fainter than its middle", () => {
  const pixels = painted(1, Uint8Array.of(7), tableOf({ 7: "#000000" }), { size: 7 });
  const level = (x, y) => pixels[y * 40 + x] & 0xff;
  assert.ok(level(20, 20) < 60);
  assert.ok(level(17, 17) > level(20, 17));
});

test("fewer points are drawn larger, and grow when one comes nearer", () => {
  assert.ok(dotSize(500, 1) > dotSize(50_000, 1));
  assert.ok(dotSize(50_000, 1) > dotSize(1_000_000, 1));
  assert.ok(dotSize(500, 9) > dotSize(500, 1));
});

test("a random order names each point once, and is the same each time", () => {
  const order = shuffled(1000);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  assert.deepEqual(shuffled(1000), order);
});
