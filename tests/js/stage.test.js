import assert from "node:assert/strict";
import { test } from "node:test";

import { heightOf, pathOf, rangeOf, valueAt } from "../../www/panels/stage/geometry.js";
import { MovedCode } from "../../www/panels/stage/moved-code.js";
import { calmlySorted, isCollapsed, sortedByKl } from "../../www/panels/stage/order.js";
import { inkOf, tileOf } from "../../www/panels/stage/tiles.js";

test("numbers are sorted by KL, equal ones in their own order", () => {
  assert.deepEqual(sortedByKl(Float32Array.of(0.5, 3, 0, 3)), [1, 3, 0, 2]);
  assert.deepEqual(sortedByKl(new Float32Array(3)), [0, 1, 2]);
});

test("while the model changes, neighbours change places only when they clearly differ", () => {
  assert.deepEqual(calmlySorted(Float32Array.of(1, 1.2, 0), [0, 1, 2]), [0, 1, 2]);
  assert.deepEqual(calmlySorted(Float32Array.of(1, 1.2, 2), [0, 1, 2]), [2, 0, 1]);
  assert.deepEqual(calmlySorted(Float32Array.of(1, 2), [0, 1, 2]), [1, 0], "a code of another size is sorted anew");
});

test("a number below a hundredth of a nat is collapsed; in a plain autoencoder none is", () => {
  assert.deepEqual([isCollapsed(0.009, true), isCollapsed(0.01, true), isCollapsed(0, false)], [true, false, false]);
});

test("the picture reaches as far as the prior, or as the code", () => {
  assert.equal(rangeOf([]), 3);
  assert.equal(rangeOf([-2.9, 1]), 3);
  assert.equal(rangeOf([-3.1]), 5);
  assert.equal(rangeOf([12]), 20);
  assert.equal(rangeOf([70]), 100);
  assert.equal(rangeOf([Number.NaN, 1]), 3);
});

test("heights and values are each other's inverse, and stay inside", () => {
  assert.deepEqual([heightOf(3, 3), heightOf(0, 3), heightOf(-3, 3), heightOf(9, 3)], [0, 1, 2, 0]);
  for (const value of [-3, -0.75, 0, 1.5]) assert.ok(Math.abs(valueAt(heightOf(value, 3) / 2, 3) - value) < 1e-9);
  assert.deepEqual([valueAt(-1, 3), valueAt(2, 3)], [3, -3]);
});

test("a bar stands in the middle of its place, from zero to its value", () => {
  assert.equal(pathOf([{ place: 2, from: 0, to: 1.5 }], 3, "bar"), "M2.28 1V0.5H2.72V1Z");
  assert.equal(pathOf([{ place: 0, from: 1.5, to: 1.5 }], 3, "tick"), "M0.1 0.5H0.9");
  assert.equal(pathOf([], 3, "band"), "");
});

test("a tile is nearly a square with room for every unit; its strongest unit is white", () => {
  for (const units of [1, 2, 17, 200, 400, 500]) {
    const [columns, rows] = tileOf(units);
    assert.ok(columns * rows >= units && columns * (rows - 1) < units && columns - rows <= 1, `${units}`);
  }
  assert.deepEqual([...inkOf(Float32Array.of(0, -2, 1), 4)], [0, 255, 128, 0]);
  assert.deepEqual([...inkOf(new Float32Array(2), 2)], [0, 0]);
});

test("a moved code is sent with each move, and taken back once", () => {
  const sent = [];
  const code = new MovedCode((command) => sent.push(command));
  assert.equal(code.takeBack(), false);
  const mu = Float32Array.of(1, 2);
  code.move(mu, 1, -1, null);
  code.move(mu, 0, 0.5, null);
  assert.deepEqual([...code.z], [0.5, -1], "the second move is of the code that is shown");
  assert.deepEqual([...mu], [1, 2], "the digit's own code stays as it is");
  assert.ok(code.answers(1) && code.answers(2));
  assert.equal(code.takeBack(), true);
  assert.equal(code.answers(2), false);
  code.move(mu, 0, 3, 4);
  assert.equal(code.answers(2), false, "an answer from before is to another code");
  assert.ok(code.answers(4));
  code.relabel(4);
  code.relabel(5);
  assert.deepEqual(sent.map(({ serial, z, label }) => [serial, z && [...z], label]), [
    [1, [1, -1], null],
    [2, [0.5, -1], null],
    [3, null, null],
    [4, [3, 2], 4],
    [5, [3, 2], 5],
  ]);
});
