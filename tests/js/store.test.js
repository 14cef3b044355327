import assert from "node:assert/strict";
import { test } from "node:test";

import { allLoaded, initialState, reduce, Store } from "../../www/app/store.js";
import { told as toldOf } from "../../www/lib/coded-error.js";

const config = { learningRate: 0.001 };
const status = (step) => ({ step, epoch: 0, stepInEpoch: step, stepsPerEpoch: 469, imagesSeen: step * 128, parameters: 10 });
const session = (step) => ({ config, status: status(step) });
const run = { id: "a", name: "A", data: { kind: "mnist", hash: null, images: 0, classes: null }, origin: { kind: "new", step: 0 } };
const booted = { type: "booted", version: "1", presets: [], hyperParameters: [], session: session(0) };
const report = (running, step) => ({ type: "training", running, waiting: false, evaluating: false, status: status(step), last: null, points: [], rate: null, memoryBytes: 1 });

const after = (...events) => events.reduce(reduce, initialState());

test("the phases follow the run", () => {
  assert.equal(after().phase, "idle");
  assert.equal(after({ type: "bootRequested" }).phase, "loading");
  assert.equal(after({ type: "bootRequested" }, booted).phase, "ready");
  assert.equal(after(booted, report(true, 3)).phase, "training");
  assert.equal(after(booted, report(true, 3), report(false, 5)).phase, "paused");
  assert.equal(after(booted, report(false, 0)).phase, "ready");
  assert.equal(after(booted, report(true, 3), { type: "sessionReplaced", session: session(0), run }, report(false, 0)).phase, "ready");
});

test("Train before the model is there is remembered, pressing again takes it back", () => {
  const waiting = after({ type: "bootRequested" }, { type: "trainRequested" });
  assert.equal(waiting.wantsTraining, true);
  assert.equal(reduce(waiting, { type: "pauseRequested" }).wantsTraining, false);
  assert.equal(after(booted, { type: "trainRequested" }).wantsTraining, false);
});

test("a crash fails the page, a restart begins anew and keeps what the visitor made", () => {
  const crashed = after(booted, { type: "seedChanged", grid: "samples", seed: 9 }, report(true, 3), { type: "crashed", reason: toldOf("unreachable") });
  assert.equal(crashed.phase, "failed");
  assert.deepEqual(crashed.failure, toldOf("unreachable"));
  const again = reduce(crashed, { type: "bootRequested" });
  assert.equal(again.phase, "loading");
  assert.equal(again.failure, null);
  assert.equal(again.seeds.samples, 9);
  assert.equal(again.stages.test.state, "waiting");
});

test("a failed download keeps its progress and its reason; only the model's own stops the page", () => {
  const data = after(booted, { type: "stageProgress", stage: "train", received: 3, total: 9 }, { type: "stageFailed", stage: "train", error: toldOf("why") });
  assert.deepEqual(data.stages.train, { state: "failed", received: 3, total: 9, error: toldOf("why") });
  assert.equal(data.phase, "ready");
  assert.equal(after({ type: "bootRequested" }, { type: "stageFailed", stage: "model", error: toldOf("why") }).phase, "failed");
  const done = ["model", "test", "train"].map((stage) => ({ type: "stageDone", stage, received: 1 }));
  assert.equal(allLoaded(after(...done)), true);
  assert.equal(allLoaded(after(...done.slice(1))), false);
});

test("a refused field keeps its error until it is mended or discarded", () => {
  const refused = after(booted, { type: "fieldRefused", key: "learningRate", error: "no" });
  assert.deepEqual(refused.fieldErrors, { learningRate: "no" });
  assert.deepEqual(reduce(refused, { type: "draftChanged", draft: config, key: "other" }).fieldErrors, { learningRate: "no" });
  assert.deepEqual(reduce(refused, { type: "draftChanged", draft: config, key: "learningRate" }).fieldErrors, {});
  assert.deepEqual(reduce(refused, { type: "draftDiscarded" }).fieldErrors, {});
});

test("notices have ids of their own, say the same thing once, and are few", () => {
  const notice = (text) => ({ type: "noticed", tone: "error", text });
  const state = after(notice("a"), notice("b"), notice("a"), notice("c"), notice("d"));
  assert.deepEqual(state.notices.map(({ text }) => text), ["a", "c", "d"]);
  assert.equal(new Set(state.notices.map(({ id }) => id)).size, 3);
  assert.deepEqual(reduce(state, { type: "noticeDismissed", id: state.notices[0].id }).notices.map(({ text }) => text), ["c", "d"]);
});

test("the offer to undo a reset ends when the new model trains", () => {
  const action = { label: "Bring it back", name: "undoReset" };
  const state = after(booted, { type: "noticed", tone: "info", text: "reset", actions: [action] });
  assert.equal(reduce(state, report(true, 0)).notices.length, 1);
  assert.equal(reduce(state, report(true, 1)).notices.length, 0);
});

test("listeners hear of every event after it took effect", () => {
  const store = new Store();
  const heard = [];
  const stop = store.subscribe((state, event) => heard.push([event.type, state.phase]));
  store.dispatch({ type: "bootRequested" });
  stop();
  store.dispatch(booted);
  assert.deepEqual(heard, [["bootRequested", "loading"]]);
});

test("a notice may offer more than one thing", () => {
  const one = { label: "Bring it back", name: "undoReset" };
  const two = { label: "Pause it when hidden", name: "pauseWhenHidden" };
  const [none] = after({ type: "noticed", tone: "error", text: "b" }).notices;
  assert.deepEqual(none.actions, []);
  const state = after({ type: "noticed", tone: "info", text: "c", actions: [one, two] });
  assert.deepEqual(state.notices[0].actions, [one, two]);
  assert.deepEqual(reduce(state, { type: "offerEnded", name: "pauseWhenHidden" }).notices, []);
  // Of two that offer something the newer one stays.
  assert.deepEqual(reduce(state, { type: "noticed", tone: "info", text: "d", actions: [one] }).notices.map(({ text }) => text), ["d"]);
});
