import assert from "node:assert/strict";
import { test } from "node:test";

import { RequestRefused, WorkerGone } from "../../../www/app/client.js";
import { ModelSwitch } from "../../../www/app/model-switch.js";
import { RunAtWork } from "../../../www/app/run-at-work.js";
import { newRun } from "../../../www/app/run.js";
import { Store } from "../../../www/app/store.js";
import { config, createBrowser, runAt, settled } from "./fakes.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

const status = (step) => ({ step, epoch: 0, stepInEpoch: step, stepsPerEpoch: 469, imagesSeen: step, parameters: 10 });
const session = (run, step) => ({ run, config, status: status(step), notes: { missing: [], unknown: [] } });

/** A page with a worker whose model is a step count: a file holds the step in its first byte. */
function createPage(browser = createBrowser()) {
  const store = new Store();
  const { library, close } = browser.tab();
  const worker = { run: "", step: 0, asked: [], hold: null, refuse: null };
  const client = {
    send: ({ type }) => {
      worker.asked.push(type);
      if (type === "pause" || type === "train") tell(type === "train");
    },
    async request(type, ask) {
      worker.asked.push(type);
      if (worker.hold) await worker.hold;
      const error = worker.refuse?.(type, ask);
      if (error) throw error;
      if (type === "save") return { run: worker.run, step: worker.step, file: Uint8Array.of(worker.step).buffer, sound: !worker.diverged };
      if (type === "provideSet") return null;
      worker.run = ask.run;
      worker.step = type === "start" ? 0 : new Uint8Array(ask.file)[0];
      return session(worker.run, worker.step);
    },
  };
  const atWork = new RunAtWork(store);
  const refused = [];
  const modelSwitch = new ModelSwitch({ store, client, atWork, library, onRefused: (error) => refused.push(error), onReplaced: () => worker.asked.push("replaced") });
  const tell = (running) =>
    store.dispatch({ type: "training", run: worker.run, running, waiting: false, evaluating: false, status: status(worker.step), last: null, points: [], rate: null, memoryBytes: 1, workers: 1 });
  return {
    ...{ store, library, close, worker, client, atWork, modelSwitch, refused },
    boot(run) {
      store.dispatch({ type: "bootRequested" });
      Object.assign(worker, { run, step: 0 });
      store.dispatch({ type: "booted", version: "1", presets: [], hyperParameters: [], session: session(run, 0) });
    },
    train(steps) {
      worker.step += steps;
      atWork.history.addTraining([{ step: worker.step, epoch: 0, recon: 1, kl: 1, elbo: -2, loss: 2 }]);
      tell(false);
    },
  };
}

const file = (step) => ({ step: 0, file: Uint8Array.of(step, 9).buffer });
const list = async (page) => (await page.library.list()).map(({ id, steps, atWork }) => [id, steps, atWork]).sort();

test("a replacement keeps the run before it, puts the next one to work, and can be undone", async () => {
  const page = createPage();
  page.boot("first");
  page.train(40);
  const next = newRun({ name: "File", origin: { kind: "file", name: "a", step: null }, checkpoint: file(7) });
  await page.modelSwitch.switchTo(() => next, "A file");
  assert.equal(page.store.state.run.id, next.id);
  assert.deepEqual(page.store.state.run.origin, { kind: "file", name: "a", step: 7 });
  assert.equal(page.store.state.status.step, 7);
  assert.equal(page.store.state.notices.at(-1).actions[0].name, "undoReset");
  await settled();
  assert.deepEqual(await list(page), [["first", 40, false]]);
  await page.modelSwitch.undo();
  assert.equal(page.store.state.run.id, "first");
  assert.equal(page.worker.step, 40);
  assert.equal(page.atWork.history.training.length, 1);
  // What came from a file and learnt nothing since is nothing that would be missed.
  await settled();
  assert.deepEqual(await list(page), [["first", 40, false]]);
});

test("whatever fails, the run at work is as it was and goes on training", async () => {
  const page = createPage();
  page.boot("first");
  page.train(30);
  page.client.send({ type: "train" });
  page.worker.refuse = (type) => (type === "load" ? new RequestRefused(toldOf("not a model"), "file") : null);
  await assert.rejects(page.modelSwitch.switchTo(() => newRun({ name: "x", checkpoint: file(5) }), "x"), /not a model/);
  assert.equal(page.store.state.run.id, "first");
  assert.equal(page.store.state.phase, "training");
  assert.equal(page.worker.asked.at(-1), "train");
  await settled();
  assert.deepEqual(await list(page), [["first", 30, true]]);
});

test("replacements wait for one another, and each sees what the one before left", async () => {
  const page = createPage();
  page.boot("first");
  page.train(10);
  let release;
  page.worker.hold = new Promise((resolve) => (release = resolve));
  const loaded = page.modelSwitch.switchTo(() => newRun({ id: "loaded", name: "l", origin: { kind: "comparison", step: null }, checkpoint: file(50) }), "l");
  const seen = [];
  const begun = page.modelSwitch.switchTo(() => {
    seen.push(page.store.state.run.id);
    return newRun({ id: "begun", name: "b", config });
  }, "b");
  release();
  page.worker.hold = null;
  await Promise.all([loaded, begun]);
  assert.deepEqual(seen, ["loaded"]);
  assert.equal(page.store.state.run.id, "begun");
  await settled();
  assert.deepEqual(await list(page), [["first", 10, false], ["loaded", 50, false]]);
});

test("what is asked for before the model's program is there waits for it, and the kept run is not touched", async () => {
  const browser = createBrowser();
  const before = createPage(browser);
  before.boot("kept");
  before.train(60);
  await before.modelSwitch.keep({ fresh: true });
  before.close();
  const page = createPage(browser);
  page.store.dispatch({ type: "bootRequested" });
  const resumed = page.modelSwitch.switchTo(() => page.library.open("kept"));
  await settled();
  assert.deepEqual(page.worker.asked, []);
  page.boot("noise");
  await resumed;
  assert.equal(page.store.state.run.id, "kept");
  assert.equal(page.store.state.status.step, 60);
});

test("a crash or a failed download while a run is brought back leaves it in the library", async () => {
  const browser = createBrowser();
  const before = createPage(browser);
  before.boot("kept");
  before.train(60);
  await before.modelSwitch.keep({ fresh: true });
  before.close();
  const page = createPage(browser);
  page.store.dispatch({ type: "bootRequested" });
  const early = assert.rejects(page.modelSwitch.switchTo(() => page.library.open("kept")), WorkerGone);
  page.store.dispatch({ type: "stageFailed", stage: "model", error: toldOf("no network") });
  await early;
  page.boot("noise");
  page.worker.refuse = () => new WorkerGone("crashed");
  await assert.rejects(page.modelSwitch.switchTo(() => page.library.open("kept")), WorkerGone);
  assert.deepEqual(await list(page), [["kept", 60, true]]);
  page.worker.refuse = null;
  await page.modelSwitch.switchTo(() => page.library.open("kept"));
  assert.equal(page.worker.step, 60);
});

test("after a crash the run at work is what it was at its newest copy", async () => {
  const page = createPage();
  page.boot("first");
  page.train(40);
  page.store.dispatch({ type: "checkpoint", run: "first", step: 40, file: Uint8Array.of(40).buffer });
  page.train(5);
  page.store.dispatch({ type: "crashed", reason: toldOf("unreachable") });
  page.boot("noise");
  await page.modelSwitch.restore(session("noise", 0));
  assert.equal(page.store.state.run.id, "first");
  assert.equal(page.store.state.status.step, 40);
  assert.deepEqual(page.atWork.history.training.map(({ step }) => step), [40]);
});

test("a run that learns from the visitor's images brings them along, once for each worker", async () => {
  const page = createPage();
  page.boot("first");
  const set = { images: new Uint8Array(784), labels: Uint8Array.of(255), classes: null };
  const data = { kind: "own", hash: await page.library.sets.keep(set), images: 1, classes: null };
  await page.modelSwitch.switchTo(() => newRun({ id: "own", name: "o", config, data }));
  await page.modelSwitch.switchTo(() => newRun({ name: "p", config, data }));
  assert.equal(page.worker.asked.filter((type) => type === "provideSet").length, 1);
  page.boot("noise");
  await page.modelSwitch.restore(session("noise", 0));
  assert.equal(page.worker.asked.filter((type) => type === "provideSet").length, 2);
  const gone = newRun({ name: "q", config, data: { ...data, hash: "gone" } });
  await assert.rejects(page.modelSwitch.switchTo(() => gone), { code: "imagesGone", values: {} });
});

test("a run at work in another tab stays there", async () => {
  const browser = createBrowser();
  const [here, there] = [createPage(browser), createPage(browser)];
  here.boot("a");
  there.boot("b");
  there.train(20);
  await there.modelSwitch.keep({ fresh: true });
  await assert.rejects(here.modelSwitch.switchTo(() => here.library.open("b"), "b"), { code: "atWorkElsewhere", values: { run: "Own settings" } });
  assert.equal(here.store.state.run.id, "a");
});

test("a browser that keeps nothing is told of, and the model is replaced all the same", async () => {
  const page = createPage();
  page.boot("first");
  page.train(10);
  page.library.save = () => Promise.reject(new Error("no storage"));
  await page.modelSwitch.switchTo(() => newRun({ id: "next", name: "n", config }), "A new model");
  assert.equal(page.store.state.run.id, "next");
  assert.equal(page.refused.length, 1);
});

test("a model that has diverged does not take the place of the last copy that can be read", async () => {
  const page = createPage();
  page.boot("first");
  page.train(40);
  page.store.dispatch({ type: "checkpoint", run: "first", step: 40, file: Uint8Array.of(40).buffer });
  page.train(20);
  page.worker.diverged = true;
  await page.modelSwitch.switchTo(() => newRun({ name: "n", config }), "A new model");
  assert.equal((await page.library.open("first")).checkpoint.step, 40);
});

test("who goes on filling the form while a new model is made finds it as it was filled", async () => {
  const page = createPage();
  page.boot("first");
  let release;
  page.worker.hold = new Promise((resolve) => (release = resolve));
  const begun = page.modelSwitch.switchTo(() => newRun({ name: "n", config }));
  await settled();
  const edited = { ...config, klWeight: 10 };
  page.store.dispatch({ type: "draftChanged", draft: edited, key: "klWeight" });
  const live = page.modelSwitch.inTurn(async () => page.store.state.run.name);
  release();
  await begun;
  assert.equal(page.store.state.draft, edited);
  assert.equal(await live, "n");
});

test("what was wanted of an earlier moment is asked anew in its turn", async () => {
  const page = createPage();
  page.boot("first");
  const asked = [];
  const brought = page.modelSwitch.switchTo(() => newRun({ id: "back", name: "b", origin: { kind: "comparison", step: null }, checkpoint: file(60) }));
  const unwanted = page.modelSwitch.switchTo(() => {
    asked.push(page.store.state.status.step);
    return null;
  });
  await brought;
  assert.equal(await unwanted, false);
  assert.deepEqual(asked, [60]);
  assert.equal(page.store.state.run.id, "back");
});

test("images that the worker has given up for others are handed over again", async () => {
  const page = createPage();
  page.boot("first");
  const data = { kind: "own", hash: await page.library.sets.keep({ images: new Uint8Array(784), labels: Uint8Array.of(1), classes: null }), images: 1, unlabelled: 0, classes: null };
  await page.modelSwitch.switchTo(() => newRun({ name: "o", config, data }));
  let held = false;
  page.worker.refuse = (type) => {
    if (type === "provideSet") held = true;
    return type === "start" && !held ? new RequestRefused("not here", "data") : null;
  };
  await page.modelSwitch.switchTo(() => newRun({ id: "again", name: "p", config, data }));
  assert.equal(page.store.state.run.id, "again");
});
