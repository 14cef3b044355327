import assert from "node:assert/strict";
import { test } from "node:test";

import { CONFIG, MNIST, createWorker, deferred, fileOf, idxFiles, settle, trap } from "./fake.js";
import { wordsOfError } from "../../../www/lib/error-words.js";

const own = (hash) => ({ kind: "own", hash });
const both = (hash) => ({ kind: "both", hash });
const set = (hash, count = 2, { label = 0, value = 7, classes = 1 } = {}) => ({ hash, images: new Uint8Array(count * 784).fill(value), labels: new Uint8Array(count).fill(label), classes });
const start = (data, run = "second run") => ({ run, config: { ...CONFIG, name: "second" }, data });
const trained = (worker) => worker.lab.dataStatus().trainImages.received;

/** A file that arrives in pieces, when it is told to. */
function slowly(bytes, signal) {
  const steps = [];
  const body = new ReadableStream({
    async start(controller) {
      signal?.addEventListener("abort", () => controller.error(signal.reason));
      for (let at = 0; at < bytes.length; at += 800) {
        const step = deferred();
        steps.push(step);
        await step.promise;
        if (signal?.aborted) return;
        controller.enqueue(bytes.slice(at, at + 800));
      }
      controller.close();
    },
  });
  return { response: new Response(body), go: () => steps.at(-1).resolve() };
}

test("the digits arrive in stages, with progress, and what has arrived can be trained on", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  let train;
  worker.files["train-images"] = (signal) => (train = slowly(idxFiles(3).images, signal)).response;
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  train.go();
  await settle();
  assert.equal(worker.lab.dataStatus().trainImages.received, 1);
  assert.equal(worker.lab.dataStatus().trainImages.complete, false);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(2);
  assert.ok(worker.lab.status().step > 0);
  for (let i = 0; i < 3; i += 1) {
    train.go();
    await settle();
  }
  assert.deepEqual(worker.of("stageDone").map(({ stage }) => stage), ["model", "train"]);
  assert.equal(trained(worker), 3);
});

test("a download that fails is told and can be tried again", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  const { files } = worker;
  const good = files["train-images"];
  files["train-images"] = new Error("Failed to fetch");
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  assert.match(wordsOfError(worker.of("stageFailed")[0].error), /The download of the training digits did not start: Failed to fetch/);
  files["train-images"] = good;
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  assert.deepEqual(worker.of("stageDone").map(({ stage }) => stage), ["model", "train"]);
  // What is there needs no download: the page hears so.
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  assert.equal(worker.of("stageDone").length, 3);
});

test("a run learns from the visitor's images alone, repeated so that an epoch is not over before it began", async () => {
  const worker = createWorker();
  await worker.boot();
  const provided = worker.ask("provideSet", set("a", 3));
  const reply = worker.ask("start", start(own("a")));
  await settle();
  assert.equal(provided().value, null);
  assert.deepEqual(reply().value, { run: "second run", config: { ...CONFIG, name: "second" }, status: { step: 0, stepInEpoch: 0 }, notes: { missing: [], unknown: [] } });
  assert.equal(trained(worker), 1026);
  assert.equal(worker.lab.digit("train", 1025).pixels[0], 7);
  assert.deepEqual(worker.of("stageDone").map(({ stage, received }) => [stage, received]), [["train", 1026 * 784]]);
});

test("a run learns from MNIST and the visitor's images, each once, and from MNIST again, which is fetched anew", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.ask("provideSet", set("a", 2, { label: 4, classes: 5 }));
  worker.ask("start", start(both("a")));
  await settle();
  assert.equal(trained(worker), 5);
  assert.deepEqual([2, 3, 4].map((index) => worker.lab.digit("train", index)).map(({ pixels, label }) => [pixels[0], label]), [[1, 2], [7, 4], [7, 4]]);
  const before = worker.fetched.length;
  worker.ask("start", start(MNIST));
  await settle();
  assert.equal(trained(worker), 3);
  assert.deepEqual(worker.fetched.slice(before), ["train-labels", "train-images"]);
  // The same data again needs nothing.
  worker.ask("load", { run: "third run", file: fileOf("third", 4).buffer, data: MNIST });
  await settle();
  assert.equal(worker.fetched.length, before + 2);
});

for (const [what, change, ask, reason, words] of [
  ["a set that was not provided", () => {}, ["start", start(own("unknown"))], "data", /images that this run learns from are not here/],
  ["no set named", () => {}, ["start", start(both(null))], "data", /not here/],
  ["MNIST that cannot be downloaded", (files) => (files["train-images"] = new Error("offline")), ["start", start(both("a"))], "data", /The download of the training digits did not start: offline/],
  ["MNIST that is cut short", (files) => (files["train-images"] = files["train-images"].slice(0, -1)), ["start", start(both("a"))], "data", /must be 3 training digits/],
  ["MNIST that is something else", (files) => (files["train-labels"] = new TextEncoder().encode("<html>")), ["start", start(both("a"))], "data", /not a valid IDX file/],
  ["bad settings", () => {}, ["start", { ...start(own("a")), config: { name: "bad" } }], null, /batchSize/],
  ["a file that cannot be read", () => {}, ["load", { run: "r", file: new Uint8Array([1]).buffer, data: own("a") }], "file", /not a VAE Lab checkpoint/],
]) {
  test(`${what}: refused, and nothing has changed`, async () => {
    const worker = createWorker();
    await worker.boot();
    worker.ask("provideSet", set("a"));
    worker.send({ type: "train" });
    await settle();
    await worker.turns(3);
    change(worker.files);
    const before = [worker.lab.config(), trained(worker)];
    const reply = worker.ask(...ask);
    await settle();
    assert.equal(reply().ok, false);
    assert.equal(reply().reason, reason);
    assert.match(wordsOfError(reply().error), words);
    assert.deepEqual([worker.lab.config(), trained(worker)], before);
    assert.equal(worker.lab.digit("train", 0).pixels[0], 1);
    assert.equal(worker.program.run, "first run");
    assert.deepEqual(worker.dataSets.key, MNIST);
    // Training goes on as if nothing had been.
    const { step } = worker.lab.status();
    await worker.turns(3);
    assert.ok(worker.lab.status().step > step);
    assert.ok(worker.labs.filter((lab) => lab !== worker.lab).every(({ freed }) => freed));
  });
}

test("own data takes the place of MNIST that is still downloading: nothing of it gets in, and nobody waits for it", async () => {
  const worker = createWorker();
  await worker.boot({ data: false });
  let train;
  const good = worker.files["train-images"];
  worker.files["train-images"] = (signal) => (train = slowly(good, signal)).response;
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  train.go();
  await settle();
  worker.ask("provideSet", set("a", 1024));
  const reply = worker.ask("start", start(own("a")));
  await settle();
  assert.equal(reply().ok, true);
  train.go();
  await settle();
  assert.equal(trained(worker), 1024);
  assert.deepEqual(worker.of("stageFailed"), []);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(3);
  assert.ok(worker.lab.status().step > 0);
  // The page may ask for the stage all the same.
  worker.send({ type: "loadStage", stage: "train" });
  await settle();
  assert.equal(worker.of("stageDone").at(-1).received, 1024 * 784);

  worker.files["train-images"] = good;
  const back = worker.ask("start", start(MNIST, "third run"));
  await settle();
  assert.equal(back().ok, true);
  assert.equal(trained(worker), 3);
});

test("a download that others wait for and that brings nothing is given up after a while", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.files["train-images"] = (signal) => slowly(idxFiles(3).images, signal).response;
  worker.ask("provideSet", set("a"));
  const reply = worker.ask("start", start(both("a")));
  await settle();
  assert.equal(reply(), undefined);
  worker.clock.pass(30_000);
  await settle();
  assert.equal(reply().reason, "data");
  assert.match(wordsOfError(reply().error), /nothing arrived for 30 seconds/);
  assert.equal(worker.clock.waiting, 0);
});

test("the newest two sets are kept", async () => {
  const worker = createWorker();
  await worker.boot();
  for (const hash of ["a", "b", "a", "c"]) worker.ask("provideSet", set(hash));
  const kept = ["a", "b", "c"].map((hash) => worker.ask("start", start(own(hash), hash)));
  await settle();
  assert.deepEqual(kept.map((reply) => reply().ok), [true, false, true]);
});

test("a set must be whole: empty, of another length, or with labels beyond its classes it is refused", async () => {
  const worker = createWorker();
  await worker.boot();
  for (const [bad, words] of [
    [set("x", 0), /images must be a whole number from 1, got 0/],
    [{ ...set("x"), labels: new Uint8Array(3) }, /images must have length 2,352, got 1,568/],
    [set("x", 2, { label: 1, classes: 1 }), /labels must be a whole number from 0 to 0, got 1/],
    [set("x", 2, { classes: 101 }), /whole number from 1 to 100, got 101/],
    // What the model's program itself would refuse, before anything depends on it.
    [set("x", 2, { label: 12, classes: 20 }), /labels from 0 to 9/],
  ]) {
    const reply = worker.ask("provideSet", bad);
    const use = worker.ask("start", start(own("x")));
    await settle();
    assert.match(wordsOfError(reply().error), words);
    assert.equal(use().reason, "data");
  }
});

test("a later start never overtakes a load that still fetches what it learns from", async () => {
  const worker = createWorker();
  await worker.boot();
  let images;
  const good = worker.files["train-images"];
  worker.files["train-images"] = (signal) => (images = slowly(good, signal)).response;
  worker.ask("provideSet", set("a"));
  const load = worker.ask("load", { run: "loaded", file: fileOf("loaded", 9, { notes: { missing: ["seed"], unknown: [] } }).buffer, data: both("a") });
  const started = worker.ask("start", start(MNIST, "newest"));
  const config = worker.ask("checkConfig", { config: CONFIG });
  await settle();
  assert.deepEqual([load(), started(), config()], [undefined, undefined, undefined]);
  for (let i = 0; i < 3; i += 1) {
    images.go();
    await settle();
  }
  assert.deepEqual(load().value.notes, { missing: ["seed"], unknown: [] });
  for (let i = 0; i < 3; i += 1) {
    images.go();
    await settle();
  }
  assert.deepEqual(worker.lab.calls.filter((call) => /^(load|start)/.test(call)), ["start first", "load loaded", "start second"]);
  assert.equal(worker.program.run, "newest");
  assert.ok(config().ok);
});

test("a trap in a file ends the session", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.ask("load", { run: "r", file: fileOf("x", 1, { trap: true }).buffer, data: MNIST });
  await settle();
  assert.deepEqual(worker.of("crashed").map(({ reason }) => reason.message), [trap().message]);
});
