import assert from "node:assert/strict";
import test from "node:test";

import { codeAt, dimensionUse, fromPicture, gridCodes, toPicture } from "../../www/lib/latent-plane.js";

test("a code at a point has the base's values in the other dimensions", () => {
  const plane = { base: Float32Array.of(1, 2, 3), axes: /** @type {[number, number]} */ ([2, 0]), range: 3 };
  assert.deepEqual([...codeAt(plane, 0.5, -1)], [-1, 2, 0.5]);
  assert.deepEqual([...plane.base], [1, 2, 3]);
});

test("a grid goes row by row from the top left, through the middles of its cells", () => {
  const plane = { base: new Float32Array(2), axes: /** @type {[number, number]} */ ([0, 1]), range: 2 };
  assert.deepEqual([...gridCodes(plane, 2)], [-1, 1, 1, 1, -1, -1, 1, -1]);
});

test("a picture shows the upper half above, and no place leaves the square", () => {
  assert.deepEqual(toPicture(3, -3, 3), [0, 0]);
  assert.deepEqual(fromPicture(3, 0.5, 0.5), [0, 0]);
  assert.deepEqual(fromPicture(3, ...toPicture(3, 1.5, -0.75)), [1.5, -0.75]);
  assert.deepEqual(fromPicture(3, -1, 2), [-3, -3]);
});

test("the use of a dimension is its mean KL divergence: 0 at the prior, 0.5 with mu 1", () => {
  const use = dimensionUse({ mu: Float32Array.of(0, 1, 0, -1), logvar: new Float32Array(4) }, 2);
  assert.deepEqual(use, [0, 0.5]);
});

test("without variances it is the variance of the codes", () => {
  const use = dimensionUse({ mu: Float32Array.of(5, 1, 5, -1), logvar: new Float32Array(0) }, 2);
  assert.deepEqual(use, [0, 1]);
});
