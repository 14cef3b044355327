import assert from "node:assert/strict";
import { test } from "node:test";

import { createWorker, fileOf, mnistFiles, settle, trap } from "./fake.js";
import { wordsOfError } from "../../../www/lib/error-words.js";

const files = (more) => ({ ...mnistFiles(), ...more });
const figure = { model: "learn-beta-1", pixels: new Uint8Array(784) };

test("a small model is downloaded once, and the run at work never hears of it", async () => {
  const worker = createWorker({ files: files({ "learn-beta-1": fileOf("small", 9) }) });
  await worker.boot();
  const before = [worker.lab.config().name, worker.lab.status().step, [...worker.lab.calls]];
  const first = worker.ask("figure", figure);
  const second = worker.ask("figure", { ...figure, pixels: null });
  await settle();
  assert.deepEqual([first().value.own.recon, first().value.own.given.length, first().value.samples.length], [1, 784, 16 * 784]);
  assert.equal(second().value.own, null);
  assert.equal(worker.fetched.filter((name) => name === "learn-beta-1").length, 1);
  assert.deepEqual([worker.lab.config().name, worker.lab.status().step, [...worker.lab.calls]], before);
});

test("a small model that does not arrive is an error of this request alone, and is asked for anew", async () => {
  const worker = createWorker({ files: files({ "learn-beta-1": new TypeError("network") }) });
  await worker.boot();
  const failed = worker.ask("figure", figure);
  await settle();
  assert.match(wordsOfError(failed().error), /^The download of “learn-beta-1”/);
  worker.files["learn-beta-1"] = fileOf("small", 9);
  const again = worker.ask("figure", figure);
  await settle();
  assert.equal(again().ok, true);
});

test("a trap of a small model ends the worker: the memory is one", async () => {
  const worker = createWorker({ files: files({ "learn-beta-1": fileOf("small", 9, { trap: true }) }) });
  await worker.boot();
  worker.ask("figure", figure);
  await settle();
  assert.equal(worker.crash.dead, true);
  assert.deepEqual(worker.of("crashed").map(({ reason }) => reason.message), [trap().message]);
});
