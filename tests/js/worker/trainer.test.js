import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIG, MNIST, createWorker, deferred, fileOf, settle, trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

const second = { ...CONFIG, name: "second" };

async function together() {
  const worker = createWorker({ cores: 4 });
  await worker.boot();
  worker.send({ type: "workers", count: 3 });
  worker.send({ type: "train" });
  await settle();
  // The first step comes before the helpers.
  await worker.turns(2);
  assert.equal(worker.crews.made.length, 1);
  assert.equal(worker.crews.made[0].steps.length, 1, "a step is under way");
  return worker;
}

test("training goes in slices, tells its points with its run, and stops at a pause with a checkpoint", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  // The first slice is a single step; the rest are as long as slices are.
  assert.deepEqual(worker.lab.calls.filter((call) => call.startsWith("train")), ["train 0", "train 12", "train 12"]);
  worker.send({ type: "pause" });
  await settle();
  await worker.turns(5);
  const reports = worker.of("training");
  assert.deepEqual(reports.at(-1).status.step, 3);
  assert.equal(reports.at(-1).running, false);
  assert.deepEqual(reports.flatMap(({ points }) => points.map(({ step }) => step)), [1, 2, 3]);
  assert.ok(reports.every(({ run }) => run === "first run"));
  const [{ run, step, file }] = worker.of("checkpoint");
  assert.deepEqual([run, step, file instanceof ArrayBuffer], ["first run", 3, true]);
  assert.deepEqual(new Uint8Array(file), fileOf("first", 3));
});

test("a checkpoint comes every five seconds, and never twice of the same step", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(2);
  assert.deepEqual(worker.of("checkpoint"), []);
  worker.clock.pass(5_000);
  await worker.turns(1);
  worker.send({ type: "pause" });
  await settle();
  assert.deepEqual(worker.of("checkpoint").map(({ step }) => step), [3]);
});

test("slices are one step while the visitor draws", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(1);
  worker.send({ type: "draw", serial: 1, drawing: { kind: "ink", ink: new Uint8Array(4).fill(9), width: 2, height: 2 } });
  await settle();
  await worker.turns(2);
  worker.clock.pass(250);
  await worker.turns(1);
  assert.deepEqual(worker.lab.calls.filter((call) => call.startsWith("train")), ["train 0", "train 0", "train 12"]);
});

test("training rests for the other part of the time", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.stepMs = 10;
  worker.send({ type: "pace", share: 0.25 });
  worker.send({ type: "train" });
  await settle();
  await worker.turns(5);
  assert.equal(worker.lab.status().step, 1);
  worker.clock.pass(29);
  await worker.turns(5);
  assert.equal(worker.lab.status().step, 1);
  worker.clock.pass(1);
  await worker.turns(5);
  assert.equal(worker.lab.status().step, 2);
  worker.send({ type: "pace", share: 1 });
  await settle();
  await worker.turns(3);
  assert.equal(worker.lab.status().step, 5);
});

test("training waits at its limit, says so, and for its images", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  worker.send({ type: "limit", step: 2 });
  worker.send({ type: "train" });
  await settle();
  await worker.turns(5);
  assert.deepEqual([worker.of("training").at(-1).waiting, worker.lab.status().step], [true, 0]);
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  await worker.turns(10);
  assert.deepEqual([worker.of("training").at(-1).status.step, worker.of("training").at(-1).running], [2, true]);
  worker.send({ type: "limit", step: 3 });
  await settle();
  await worker.turns(10);
  assert.equal(worker.lab.status().step, 3);
});

test("an error in training stops it and is told; the session goes on, and so does training when it is asked to", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.trouble = new RangeError("Array buffer allocation failed");
  worker.send({ type: "train" });
  await settle();
  await worker.turns(10);
  assert.deepEqual(worker.of("stopped").map(({ run, error }) => [run, error]), [["first run", toldOf("Array buffer allocation failed")]]);
  assert.equal(worker.of("training").at(-1).running, false);
  assert.deepEqual(worker.of("crashed"), []);
  assert.equal(worker.asked, 0, "the same work is not tried for ever");
  worker.lab.trouble = null;
  worker.send({ type: "train" });
  await settle();
  await worker.turns(2);
  assert.equal(worker.lab.status().step, 2);
});

test("a trap in training ends the session", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.trouble = trap();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(10);
  assert.equal(worker.of("crashed").length, 1);
  const reply = worker.ask("save");
  await settle();
  assert.equal(reply(), undefined);
});

test("a step waits for training's own evaluation, and is not part of a crew", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.evaluateEvery = 2;
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  worker.send({ type: "pause" });
  const reply = worker.ask("step");
  await settle();
  assert.equal(reply(), undefined);
  await worker.turns(5);
  assert.equal(reply().value.step, 3);
  assert.deepEqual(worker.of("evaluated").map(({ result }) => result.step), [2]);
});

test("a step without images answers null", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  const reply = worker.ask("step");
  await settle();
  assert.equal(reply().value, null);
});

for (const [how, ask] of [
  ["start", { run: "second run", config: second, data: MNIST }],
  ["load", { run: "second run", file: fileOf("second", 5).buffer, data: MNIST }],
  ["own data", { run: "second run", config: second, data: { kind: "own", hash: "h" } }],
]) {
  test(`several workers are in the middle of a step when the model is replaced (${how}): it is finished first`, async () => {
    const worker = await together();
    const [crew] = worker.crews.made;
    worker.ask("provideSet", { hash: "h", images: new Uint8Array(2 * 784), labels: new Uint8Array(2), classes: 1 });
    const reply = worker.ask(how === "load" ? "load" : "start", ask);
    await settle();
    assert.equal(reply(), undefined);
    assert.equal(crew.stopped, false);
    const before = worker.lab.status().step;
    crew.go();
    await settle();
    assert.equal(reply().ok, true);
    assert.equal(crew.stopped, true);
    assert.ok(worker.of("training").every(({ run, points }) => run === "first run" && points.every(({ step }) => step <= before + 1)));
    assert.deepEqual([worker.of("stopped"), worker.of("crashed"), worker.of("failed")], [[], [], []]);
    await worker.turns(5);
    assert.equal(worker.lab.status().step, how === "load" ? 5 : 0, "the new model does not train until it is told to");
  });
}

test("a slice of several workers ends early for a request and for a pause, which is answered after its step", async () => {
  const worker = await together();
  const [crew] = worker.crews.made;
  const save = worker.ask("save");
  worker.send({ type: "pause" });
  await settle();
  assert.equal(save(), undefined);
  crew.go();
  await settle();
  assert.equal(save().value.step, 2);
  assert.equal(crew.steps.length, 0);
  assert.equal(worker.of("training").at(-1).running, false);
  assert.equal(worker.of("training").at(-1).workers, 3);
});

test("another number of workers ends the crew after its step", async () => {
  const worker = await together();
  const [crew] = worker.crews.made;
  worker.send({ type: "workers", count: 1 });
  await settle();
  assert.equal(crew.stopped, false);
  crew.go();
  await settle();
  assert.equal(crew.stopped, true);
  await worker.turns(2);
  assert.equal(worker.crews.made.length, 1);
  assert.ok(worker.lab.calls.includes("train 12"));
});

test("a crew that lost a helper makes room for a smaller one; without any helpers one worker trains", async () => {
  const worker = await together();
  const [crew] = worker.crews.made;
  crew.broken = true;
  crew.go();
  await settle();
  assert.equal(crew.stopped, true);
  await worker.turns(1);
  assert.equal(worker.crews.made.at(-1).count, 2);
  worker.crews.made.at(-1).broken = true;
  worker.crews.made.at(-1).go();
  await settle();
  await worker.turns(3);
  assert.ok(worker.lab.calls.includes("train 12"));

  const alone = createWorker({ cores: 2 });
  await alone.boot();
  alone.crews.refused = new Error("its script did not load");
  alone.send({ type: "workers", count: 2 });
  alone.send({ type: "train" });
  await settle();
  await alone.turns(4);
  assert.ok(alone.lab.calls.includes("train 12"));
  assert.deepEqual(alone.of("stopped"), []);
});

test("the fastest number of workers is measured once for a model; whatever the visitor does meanwhile is answered at once", async () => {
  const worker = createWorker({ cores: 4 });
  await worker.boot();
  worker.crews.measured = deferred();
  worker.send({ type: "train" });
  await settle();
  await worker.turns(2);
  worker.send({ type: "draw", serial: 1, drawing: { kind: "empty" } });
  worker.send({ type: "pause" });
  const save = worker.ask("save");
  await settle();
  await worker.turns(1);
  assert.equal(worker.of("training").at(-1).running, false);
  assert.equal(save().value.step, 1);
  assert.equal(worker.of("reconstruction").length, 1);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(5);
  assert.equal(worker.lab.status().step, 1, "training waits for the measurement");
  worker.crews.measured.resolve(2);
  await settle();
  await worker.turns(1);
  assert.deepEqual(worker.crews.made.map(({ count }) => count), [2]);
  worker.crews.made[0].go();
  await settle();
  await worker.turns(1);
  assert.equal(worker.lab.status().step, 2);
});

test("a measurement that fails stops the training that it was made for, and no other", async () => {
  const worker = createWorker({ cores: 4 });
  await worker.boot();
  for (const replaced of [true, false]) {
    worker.crews.measured = deferred();
    worker.send({ type: "train" });
    await settle();
    await worker.turns(3);
    if (replaced) {
      const reply = worker.ask("start", { run: "second run", config: { ...second, batchSize: 64 }, data: MNIST });
      await settle();
      assert.ok(reply().ok);
    }
    worker.crews.measured.reject(new Error("no memory"));
    await settle();
    assert.deepEqual(worker.of("stopped").map(({ run }) => run), replaced ? [] : ["second run"]);
  }
});
