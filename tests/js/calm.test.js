import assert from "node:assert/strict";
import { test } from "node:test";

import { createCalm } from "../../www/lib/calm.js";

function calm() {
  const delivered = [];
  const { add, flush } = createCalm({ everyMs: 50, canWait: (event) => event < 10, deliver: (event) => delivered.push(event) });
  return { add, flush, delivered };
}

test("events that can wait come together, after a while", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { add, delivered } = calm();
  for (const event of [1, 2, 3]) add(event);
  context.mock.timers.tick(49);
  assert.deepEqual(delivered, []);
  context.mock.timers.tick(1);
  assert.deepEqual(delivered, [1, 2, 3]);
  context.mock.timers.tick(100);
  add(4);
  context.mock.timers.tick(50);
  assert.deepEqual(delivered, [1, 2, 3, 4]);
});

test("one that cannot wait comes at once, after those before it", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { add, delivered } = calm();
  for (const event of [1, 20, 21, 2]) add(event);
  assert.deepEqual(delivered, [1, 20, 21]);
  context.mock.timers.tick(50);
  assert.deepEqual(delivered, [1, 20, 21, 2]);
});

test("an event that a delivery causes is not lost", () => {
  const delivered = [];
  const { add } = createCalm({
    everyMs: 50,
    canWait: () => false,
    deliver(event) {
      delivered.push(event);
      if (event === 1) add(2);
    },
  });
  add(1);
  assert.deepEqual(delivered, [1, 2]);
});

test("those that wait can be had at once", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { add, flush, delivered } = calm();
  for (const event of [1, 2]) add(event);
  flush();
  assert.deepEqual(delivered, [1, 2]);
  context.mock.timers.tick(50);
  assert.deepEqual(delivered, [1, 2]);
});
