import assert from "node:assert/strict";
import test from "node:test";

import { PictureQueue } from "../../www/lib/picture-queue.js";

const always = () => true;

test("while nothing else is to be done, every stale picture is due, the most urgent first", () => {
  const queue = new PictureQueue(["reconstruction", "samples"]);
  assert.equal(queue.due({ now: 0, everyMs: null, possible: always }), "reconstruction");
  queue.painted("reconstruction", 0, 1);
  assert.equal(queue.due({ now: 1, everyMs: null, possible: always }), "samples");
  queue.painted("samples", 1, 2);
  assert.equal(queue.due({ now: 2, everyMs: null, possible: always }), null);
});

test("while the worker is busy a picture waits for its interval, and a slow one for twice that at most", () => {
  const queue = new PictureQueue(["quick", "slow"]);
  for (let now = 0; now < 10; now += 1) {
    queue.painted("quick", 0, 1);
    queue.painted("slow", 0, 100);
  }
  queue.allStale();
  assert.equal(queue.due({ now: 199, everyMs: 200, possible: always }), null);
  assert.equal(queue.due({ now: 200, everyMs: 200, possible: always }), "quick");
  queue.painted("quick", 200, 201);
  assert.equal(queue.due({ now: 399, everyMs: 200, possible: always }), null);
  assert.equal(queue.due({ now: 400, everyMs: 200, possible: always }), "slow");
});

test("a picture of something new, and one that is to come sooner, does not wait its whole interval", () => {
  const queue = new PictureQueue(["samples", "variations"]);
  queue.painted("samples", 1000, 1001);
  queue.painted("variations", 1000, 1001);
  queue.add("samples");
  assert.equal(queue.due({ now: 1002, everyMs: 200, possible: always }), "samples");
  queue.painted("samples", 1002, 1003);
  queue.stale("variations", 900);
  assert.equal(queue.due({ now: 1099, everyMs: 200, possible: always }), null);
  assert.equal(queue.due({ now: 1100, everyMs: 200, possible: always }), "variations");
});

test("what cannot be painted yet is passed over, and what was taken back is forgotten", () => {
  const queue = new PictureQueue(["reconstruction", "codes:map"]);
  assert.equal(queue.due({ now: 0, everyMs: null, possible: (name) => name !== "reconstruction" }), "codes:map");
  queue.remove("codes:map");
  queue.allStale();
  queue.painted("codes:map", 0, 1);
  assert.equal(queue.due({ now: 0, everyMs: null, possible: (name) => name !== "reconstruction" }), null);
});
