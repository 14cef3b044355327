import assert from "node:assert/strict";
import { test } from "node:test";

import { Moments } from "../../www/lib/moments.js";

/** Lets a run go by, one step at a time. */
function run(moments, steps, size = 10) {
  for (let step = 0; step <= steps; step += 1) if (moments.isDue(step)) moments.add({ step, file: new Blob([new Uint8Array(size)]) });
}

test("moments are dense at first and ever sparser", () => {
  const moments = new Moments();
  run(moments, 100_000);
  const steps = moments.list.map(({ step }) => step);
  assert.deepEqual(steps.slice(0, 6), [0, 1, 2, 3, 4, 6]);
  assert.ok(steps.length < 50, `${steps.length} moments`);
  assert.ok(steps.at(-1) > 100_000 / 1.31);
});

test("memory is bounded, and the first and the newest stay", () => {
  const moments = new Moments(1000);
  run(moments, 100_000, 100);
  assert.ok(moments.list.length <= 10);
  assert.equal(moments.list[0].step, 0);
  assert.ok(moments.list.at(-1).step > 70_000);
});

test("another run starts empty; going back keeps what came before", () => {
  const moments = new Moments();
  run(moments, 100);
  moments.startAt(10, moments.list);
  assert.ok(moments.list.at(-1).step <= 10);
  assert.ok(!moments.isDue(11));
  moments.startAt(0, []);
  assert.deepEqual(moments.list, []);
  assert.ok(moments.isDue(0));
});
