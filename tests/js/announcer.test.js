import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnnouncer, ERROR } from "../../www/lib/announcer.js";

/** An announcer with a clock of its own, which goes on to when each sentence is due. */
function listener() {
  let now = 0;
  /** @type {{ callback: () => void, at: number }[]} */
  const timers = [];
  /** @type {{ text: string, at: number }[]} */
  const said = [];
  const announce = createAnnouncer((text) => said.push({ text, at: now }), {
    now: () => now,
    later: (callback, ms) => timers.push({ callback, at: now + ms }),
  });
  return {
    announce,
    said,
    texts: () => said.map(({ text }) => text),
    wait(ms) {
      const end = now + ms;
      for (let next = timers[0]; next && next.at <= end; next = timers[0]) {
        timers.shift();
        now = next.at;
        next.callback();
      }
      now = end;
    },
  };
}

test("every sentence is said, in order, and none on the heels of another", () => {
  const { announce, said, texts, wait } = listener();
  announce("Saved.");
  wait(1000);
  announce("The run is deleted.");
  announce("Link copied.");
  assert.deepEqual(texts(), ["Saved."]);
  wait(60_000);
  assert.deepEqual(said, [
    { text: "Saved.", at: 0 },
    { text: "The run is deleted.", at: 5000 },
    { text: "Link copied.", at: 10_000 },
  ]);
  announce("After a pause at once.");
  assert.equal(texts().at(-1), "After a pause at once.");
});

test("an error comes before all that waits, and is not lost to what comes after", () => {
  const { announce, texts, wait } = listener();
  announce("Training begins.");
  announce("Pinned.");
  announce("The digits did not come.", { kind: ERROR });
  announce("The weights did not come.", { kind: ERROR });
  announce("Loaded.");
  wait(60_000);
  assert.deepEqual(texts(), ["Training begins.", "The digits did not come.", "The weights did not come.", "Pinned.", "Loaded."]);
});

test("progress gives way to newer progress of its kind only, in its place in the line", () => {
  const { announce, texts, wait } = listener();
  announce("Training begins.");
  announce("Epoch 1.", { kind: "epoch" });
  announce("Saved.");
  announce("Paused.", { kind: "training" });
  announce("Epoch 2.", { kind: "epoch" });
  announce("Epoch 3.", { kind: "epoch" });
  wait(60_000);
  assert.deepEqual(texts(), ["Training begins.", "Epoch 3.", "Saved.", "Paused."]);
});

test("the same words do not wait twice, and are said again when they are news again", () => {
  const { announce, texts, wait } = listener();
  announce("Saved.");
  announce("Link copied.");
  announce("Link copied.");
  announce("No digits.", { kind: ERROR });
  announce("No digits.", { kind: ERROR });
  wait(60_000);
  announce("Link copied.");
  assert.deepEqual(texts(), ["Saved.", "No digits.", "Link copied.", "Link copied."]);
});

test("the line is bounded: progress leaves it first, then what has waited longest, and errors never", () => {
  const { announce, texts, wait } = listener();
  announce("now");
  for (let i = 1; i <= 10; i += 1) announce(`error ${i}`, { kind: ERROR });
  announce("progress", { kind: "progress" });
  for (let i = 1; i <= 9; i += 1) announce(`news ${i}`);
  wait(600_000);
  const errors = Array.from({ length: 10 }, (_, i) => `error ${i + 1}`);
  assert.deepEqual(texts(), ["now", ...errors, ...Array.from({ length: 8 }, (_, i) => `news ${i + 2}`)]);
});
