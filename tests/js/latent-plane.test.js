import assert from "node:assert/strict";
import test from "node:test";

import { axisPlane, codeAt, dimensionUse, fromPicture, gridCodes, placeOf, principalPlane, toPicture } from "../../www/lib/latent-plane.js";

test("a code at a point has the base's values in the other dimensions", () => {
  const base = Float32Array.of(1, 2, 3);
  const plane = axisPlane(base, [2, 0], 3);
  assert.deepEqual([...codeAt(plane, 0.5, -1)], [-1, 2, 0.5]);
  assert.deepEqual([...base], [1, 2, 3]);
  assert.deepEqual(placeOf(plane, codeAt(plane, 0.5, -1)), { u: 0.5, v: -1 });
});

test("a grid goes row by row from the top left, through the middles of its cells", () => {
  const plane = axisPlane(new Float32Array(2), [0, 1], 2);
  assert.deepEqual([...gridCodes(plane, 2)], [-1, 1, 1, 1, -1, -1, 1, -1]);
});

test("a model of one dimension has a plane too", () => {
  assert.deepEqual([...codeAt(axisPlane(new Float32Array(1), [0, 0], 3), 0.5, 2)], [0.5]);
});

test("principal components are the directions of the largest variance, at right angles", () => {
  // Codes along (3, 4) with a spread of 5, and across it with a spread of 1, around (1, 1).
  const mu = new Float32Array(400);
  for (let i = 0; i < 200; i += 1) {
    const [along, across] = [5 * Math.cos(i * 2.399) * Math.SQRT2, Math.sin(i * 2.399) * Math.SQRT2];
    mu.set([1 + 0.6 * along - 0.8 * across, 1 + 0.8 * along + 0.6 * across], 2 * i);
  }
  const { base, right, up, range } = principalPlane(mu, 2);
  const near = (found, expected) => assert.ok(Math.abs(found - expected) < 0.05, `${found} is not ${expected}`);
  [...base].forEach((value) => near(value, 1));
  near(right[0], 0.6);
  near(right[1], 0.8);
  near(right[0] * up[0] + right[1] * up[1], 0);
  near(Math.hypot(...up), 1);
  assert.ok(Math.abs(range - 15) < 0.3, `${range}`);
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
