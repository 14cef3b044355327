import assert from "node:assert/strict";
import { test } from "node:test";

import { walkCodes } from "../../www/lib/walk.js";

const a = Float32Array.of(2, 0, 0);
const b = Float32Array.of(0, 2, 0);
const c = Float32Array.of(1, 1, 5);
const row = (z, frame) => [...z.slice(frame * 3, frame * 3 + 3)].map((value) => Math.round(value * 1e5) / 1e5);

test("a linear walk goes straight from A to B", () => {
  const z = walkCodes("linear", [a, b], 5);
  assert.deepEqual([row(z, 0), row(z, 2), row(z, 4)], [[2, 0, 0], [1, 1, 0], [0, 2, 0]]);
});

test("a spherical walk keeps its distance from the centre", () => {
  const z = walkCodes("spherical", [a, b], 9);
  for (let frame = 0; frame < 9; frame += 1) assert.ok(Math.abs(Math.hypot(...row(z, frame)) - 2) < 1e-4);
  assert.deepEqual(row(z, 8), [0, 2, 0]);
});

test("between codes in line with the centre a spherical walk is a straight one", () => {
  const opposite = a.map((value) => -value);
  assert.deepEqual(walkCodes("spherical", [a, opposite], 5), walkCodes("linear", [a, opposite], 5));
  assert.deepEqual(row(walkCodes("spherical", [a, new Float32Array(3)], 3), 1), [1, 0, 0]);
});

test("arithmetic adds to C what sets A apart from B", () => {
  const z = walkCodes("arithmetic", [a, b, c], 3);
  assert.deepEqual([row(z, 0), row(z, 2)], [[1, 1, 5], [3, -1, 5]]);
});

test("a walk without its pins is refused", () => {
  assert.throws(() => walkCodes("arithmetic", [a, b], 3), /needs 3 pins, found 2/);
});
