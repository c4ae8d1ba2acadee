import assert from "node:assert/strict";
import test from "node:test";

import {
  asBits, between, bounds, combined, count, fit, inside, mixed, nearest, toPlane, zoomAt,
} from "../../al_widgets/widgets/static/map_plane.js";

const grid = Uint16Array.from({ length: 2 * 400 }, (_, k) => 100 * (k % 2 ? Math.floor(k / 40) : (k >> 1) % 20));
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const random = (seed) => () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};

test("what fits is in sight, in the middle, with one scale", () => {
  const view = fit({ left: 100, top: 50, right: 300, bottom: 150 }, 440, 440, 20);
  assert.deepEqual([100 * view.scale + view.left, 300 * view.scale + view.left], [20, 420]);
  assert.equal(100 * view.scale + view.top, 220);
});

test("one point, or points at one place, have a view too", () => {
  const view = fit(bounds(Uint16Array.of(7, 7, 7, 7)), 100, 100, 10);
  assert.ok(Number.isFinite(view.scale) && Number.isFinite(view.left));
});

test("what is under the pointer stays there when it zooms", () => {
  const view = { scale: 0.01, left: 5, top: 9 };
  const zoomed = zoomAt(view, 120, 80, 1.7, 0.01);
  near((120 - zoomed.left) / zoomed.scale, (120 - view.left) / view.scale);
  near((80 - zoomed.top) / zoomed.scale, (80 - view.top) / view.scale);
});

test("it cannot zoom out of sight, nor into nothing", () => {
  const view = { scale: 0.01, left: 0, top: 0 };
  assert.equal(zoomAt(view, 0, 0, 1e-9, 0.01).scale, 0.005);
  assert.equal(zoomAt(view, 0, 0, 1e9, 0.01).scale, 4);
});

test("a flight begins and ends where it should", () => {
  const [a, b] = [{ scale: 0.01, left: 5, top: 9 }, { scale: 0.08, left: -300, top: 40 }];
  for (const [share, end] of [[0, a], [1, b]]) {
    const view = between(a, b, share);
    for (const name of ["scale", "left", "top"]) near(view[name], end[name]);
  }
});

test("the nearest point within reach is found, and none beyond it", () => {
  const view = { scale: 0.1, left: 0, top: 0 };
  assert.equal(nearest(grid, view, 31, 52, 5, () => true), 5 * 20 + 3);
  assert.equal(nearest(grid, view, 35, 55, 5, () => true), -1);
});

test("what is dimmed is not pointed at", () => {
  const view = { scale: 0.1, left: 0, top: 0 };
  assert.equal(nearest(grid, view, 31, 52, 12, (index) => index !== 103), 123);
});

test("a lasso holds the same points as a test of each point against each edge", () => {
  const next = random(3);
  for (let round = 0; round < 20; round += 1) {
    const polygon = Array.from({ length: 2 * (3 + (round % 60)) }, () => 2200 * next() - 100);
    const mask = inside(grid, polygon);
    for (let i = 0; i < 400; i += 1) {
      let odd = 0;
      const [x, y] = [grid[2 * i], grid[2 * i + 1]];
      for (let e = 0, f = polygon.length - 2; e < polygon.length; f = e, e += 2) {
        const [x0, y0, x1, y1] = [polygon[e], polygon[e + 1], polygon[f], polygon[f + 1]];
        if (y0 > y !== y1 > y && x < x0 + ((x1 - x0) * (y - y0)) / (y1 - y0)) odd ^= 1;
      }
      assert.equal(mask[i], odd);
    }
  }
});

test("a click is no lasso", () => {
  assert.equal(count(inside(grid, [5, 5, 5, 5])), 0);
});

test("selections are replaced, added to and taken from", () => {
  const [a, b] = [Uint8Array.of(1, 1, 0, 0), Uint8Array.of(0, 1, 1, 0)];
  assert.deepEqual([...combined(a, b, "replace")], [0, 1, 1, 0]);
  assert.deepEqual([...combined(a, b, "add")], [1, 1, 1, 0]);
  assert.deepEqual([...combined(a, b, "subtract")], [1, 0, 0, 0]);
});

test("to take all away, or from nothing, leaves nothing selected", () => {
  const a = Uint8Array.of(1, 0);
  assert.equal(combined(a, a, "subtract"), null);
  assert.equal(combined(null, a, "subtract"), null);
  assert.equal(combined(a, Uint8Array.of(0, 0), "replace"), null);
});

test("a selection is sent as a bit an item, the first one lowest", () => {
  assert.deepEqual([...asBits(Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0, 1))], [5, 1]);
});

test("points on their way begin and end where they should", () => {
  const [a, b] = [Uint16Array.of(0, 65535, 10), Uint16Array.of(65535, 0, 20)];
  assert.deepEqual([...mixed(a, b, 0, new Uint16Array(3))], [...a]);
  assert.deepEqual([...mixed(a, b, 1, new Uint16Array(3))], [...b]);
});

test("pixels become places of the plane", () => {
  assert.deepEqual(toPlane([10, 20, 30, 40], { scale: 2, left: 10, top: 0 }), [0, 10, 10, 20]);
});
