import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIG, MNIST, createWorker, deferred, fileOf, settle, trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

const second = { ...CONFIG, name: "second" };

test("the visitor's evaluation answers with its run, its step and what a classifier reads in the samples", async () => {
  const worker = createWorker();
  await worker.boot();
  const reply = worker.ask("evaluate", { limit: 100, samples: 1 });
  await settle();
  assert.equal(reply(), undefined);
  await worker.turns(10);
  const { value } = reply();
  assert.equal(value.run, "first run");
  assert.deepEqual([value.result.of, value.result.step, value.result.limit, value.result.quality], ["first", 0, 100, { coverage: 10, of: "first 0", accuracy: 0.98 }]);
  assert.deepEqual(worker.of("evaluationProgress").map(({ run, done }) => [run, done]).at(-1), ["first run", 3]);
});

test("an asked evaluation whose model was replaced answers null, also while its samples are being judged", async () => {
  // Judged late: the numbers are there, the classifier is still on its way.
  const classifier = deferred();
  const worker = createWorker({ loadClassifier: () => classifier.promise });
  await worker.boot();
  const judged = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  await worker.turns(10);
  assert.equal(judged(), undefined);
  worker.ask("start", { run: "second run", config: second, data: MNIST });
  await settle();
  classifier.resolve({ weights: new Uint8Array(1), accuracy: 1 });
  await settle();
  assert.equal(judged().value, null);

  const cut = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  await worker.turns(1);
  worker.ask("load", { run: "third run", file: fileOf("third", 7).buffer, data: MNIST });
  await settle();
  await worker.turns(10);
  assert.equal(cut().value, null);
});

test("training waits until the samples are judged: they are of the step that was evaluated", async () => {
  const classifier = deferred();
  const worker = createWorker({ loadClassifier: () => classifier.promise });
  await worker.boot();
  worker.send({ type: "train" });
  const reply = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  await worker.turns(20);
  const { step } = worker.lab.status();
  await worker.turns(20);
  assert.equal(worker.lab.status().step, step);
  classifier.resolve({ weights: new Uint8Array(1), accuracy: 1 });
  await settle();
  assert.equal(reply().value.result.quality.of, `first ${step}`);
  await worker.turns(3);
  assert.ok(worker.lab.status().step > step, "training goes on by itself");
});

test("training's own evaluation, cut off by another model, shows nothing as that model's", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.evaluateEvery = 2;
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  assert.ok(worker.lab.evaluation, "an evaluation is under way");
  worker.ask("start", { run: "second run", config: second, data: MNIST });
  await settle();
  await worker.turns(20);
  assert.deepEqual(worker.of("evaluated"), []);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(10);
  for (const event of worker.of("evaluated")) assert.deepEqual([event.run, event.result.of], ["second run", "second"]);
  assert.ok(worker.of("evaluated").length > 0);
});

test("an evaluation of training that makes room for the visitor's is begun anew", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.evaluateEvery = 2;
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  const reply = worker.ask("evaluate", { limit: 1, samples: 0 });
  await settle();
  await worker.turns(3);
  assert.equal(reply().value.result.step, 2);
  assert.deepEqual(worker.of("evaluated"), []);
  await worker.turns(3);
  assert.deepEqual(worker.of("evaluated").map(({ result }) => result.step), [2]);
});

test("cancelling answers null, and training goes on", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  const reply = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  worker.send({ type: "cancelEvaluation" });
  await settle();
  assert.equal(reply().value, null);
  await worker.turns(3);
  assert.ok(worker.lab.status().step > 0);
});

test("a trap in the judge of samples ends the session", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.judgeTrouble = trap();
  const reply = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  await worker.turns(10);
  assert.deepEqual(worker.of("crashed"), [{ type: "crashed", reason: toldOf("unreachable"), bitmap: undefined }]);
  assert.equal(reply(), undefined);
});

test("without a classifier the rest is still good, and it is asked for again the next time", async () => {
  let asked = 0;
  const worker = createWorker({
    async loadClassifier() {
      asked += 1;
      if (asked === 1) throw new Error("status 404");
      return { weights: new Uint8Array(1), accuracy: 1 };
    },
  });
  await worker.boot();
  worker.lab.judgeTrouble = new Error("classifier has another shape");
  const qualities = [];
  for (let i = 0; i < 3; i += 1) {
    const reply = worker.ask("evaluate", { limit: null, samples: 0 });
    await settle();
    await worker.turns(10);
    qualities.push(reply().value.result.quality);
    if (i === 1) worker.lab.judgeTrouble = null;
  }
  assert.deepEqual(qualities.map((quality) => quality?.coverage ?? null), [null, null, 10]);
  assert.equal(asked, 2);
});

test("an ordinary error in an evaluation is told once, and the session goes on training", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.evaluateEvery = 2;
  worker.lab.evaluationTrouble = new RangeError("Invalid array length");
  worker.send({ type: "train" });
  await settle();
  await worker.turns(10);
  assert.deepEqual(worker.of("failed").map(({ run, what, error }) => [run, what, error]), [["first run", "evaluation", toldOf("Invalid array length")]]);
  assert.ok(worker.lab.status().step >= 6);
  assert.deepEqual(worker.of("stopped"), []);

  worker.lab.evaluationTrouble = null;
  const reply = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  worker.lab.evaluationTrouble = new Error("no memory");
  await worker.turns(3);
  assert.deepEqual([reply().ok, reply().error], [false, toldOf("no memory")]);
  assert.deepEqual(worker.of("crashed"), []);
});

test("before the test digits are there an evaluation is refused, and training does without", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  const reply = worker.ask("evaluate", { limit: null, samples: 0 });
  await settle();
  assert.deepEqual([reply().error.code, reply().error.values], ["digitsOnTheirWay", {}]);
});
