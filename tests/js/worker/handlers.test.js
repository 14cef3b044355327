import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIG, MNIST, createWorker, fileOf, settle } from "./fake.js";
import { wordsOfError } from "../../../www/lib/error-words.js";

test("what is asked of the model at work and of its digits", async () => {
  const worker = createWorker();
  await worker.boot();
  const replies = {
    checkConfig: worker.ask("checkConfig", { config: CONFIG }),
    setHyper: worker.ask("setHyper", { values: { klWeight: 2 } }),
    digit: worker.ask("digit", { split: "test", index: null }),
    train: worker.ask("digit", { split: "train", index: 2 }),
    encode: worker.ask("encode", { pixels: new Uint8Array(784), labels: null }),
    decode: worker.ask("decode", { z: new Float32Array(2), labels: null }),
    testCodes: worker.ask("testCodes", { limit: 300 }),
    save: worker.ask("save"),
    snapshot: worker.ask("snapshot"),
  };
  await settle();
  const values = Object.fromEntries(Object.entries(replies).map(([name, reply]) => [name, reply().value]));
  assert.deepEqual(values.checkConfig, CONFIG);
  assert.equal(values.setHyper.klWeight, 2);
  assert.deepEqual([values.digit.index, values.digit.label, values.digit.pixels[0]], [0, 0, 9]);
  assert.deepEqual([values.train.index, values.train.label], [2, 2]);
  assert.equal(values.encode.mu.length, 2);
  assert.equal(values.decode.length, 784);
  assert.deepEqual([...values.testCodes.labels], [0, 1]);
  for (const name of ["save", "snapshot"]) {
    const { run, step, file } = values[name];
    assert.deepEqual([run, step, new Uint8Array(file)], ["first run", 0, fileOf("first", 0)]);
  }
});

test("before the digits are there, they are on their way", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  const replies = [worker.ask("digit", { split: "test", index: null }), worker.ask("testCodes", { limit: 3 })];
  await settle();
  for (const reply of replies) assert.match(wordsOfError(reply().error), /still on their way: try again in a moment/);
});

test("another model takes the place whole: its run, its points, its checkpoints", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  const reply = worker.ask("load", { run: "loaded", file: fileOf("loaded", 3).buffer, data: MNIST });
  await settle();
  assert.deepEqual([reply().value.run, reply().value.status.step, reply().value.config.name], ["loaded", 3, "loaded"]);
  worker.told.length = 0;
  worker.send({ type: "train" });
  await settle();
  await worker.turns(1);
  worker.send({ type: "pause" });
  await settle();
  const reports = worker.of("training");
  assert.ok(reports.every(({ run }) => run === "loaded"));
  assert.deepEqual(reports.flatMap(({ points }) => points.map(({ step }) => step)), [4]);
  assert.deepEqual(worker.of("checkpoint").map(({ run, step }) => [run, step]), [["loaded", 4]]);
});
