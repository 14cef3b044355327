import assert from "node:assert/strict";
import { test } from "node:test";

import { Crash, Refusal } from "../../../www/worker/crash.js";
import { Port } from "../../../www/worker/port.js";
import { deferred, settle, trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

function setUp({ commands = {}, requests = {}, settled = async () => {} } = {}) {
  const told = [];
  const crash = new Crash({ tell: (event) => told.push(event), onEnd() {} });
  const port = new Port({ post: (message) => told.push(message), crash, commands, requests, settled, run: () => "r1", wake() {} });
  return { port, told, crash };
}

test("one message is begun when the one before has been done, commands and requests alike", async () => {
  const log = [];
  const loading = deferred();
  const pausing = deferred();
  const { port, told } = setUp({
    commands: { pause: () => (log.push("pause"), pausing.promise), draw: () => log.push("draw") },
    requests: {
      load: async () => {
        log.push("load");
        await loading.promise;
        log.push("loaded");
        return { value: "old model" };
      },
      start: () => (log.push("start"), { value: "new model" }),
    },
  });
  port.receive({ type: "load", id: 1, ask: {} });
  port.receive({ type: "start", id: 2, ask: {} });
  port.receive({ type: "pause" });
  port.receive({ type: "draw" });
  await settle();
  assert.deepEqual(log, ["load"]);
  loading.resolve();
  await settle();
  assert.deepEqual(log, ["load", "loaded", "start", "pause"]);
  pausing.resolve();
  await settle();
  assert.deepEqual(log, ["load", "loaded", "start", "pause", "draw"]);
  assert.deepEqual(told.map(({ id, value }) => [id, value]), [[1, "old model"], [2, "new model"]]);
});

test("an answer that comes later holds nobody up", async () => {
  const evaluating = deferred();
  const failing = deferred();
  const later = [evaluating, failing];
  const { port, told } = setUp({ requests: { evaluate: () => ({ later: later.shift().promise }), save: () => ({ value: "file" }) } });
  port.receive({ type: "evaluate", id: 1, ask: {} });
  port.receive({ type: "evaluate", id: 2, ask: {} });
  port.receive({ type: "save", id: 3, ask: {} });
  await settle();
  assert.deepEqual(told.map(({ id }) => id), [3]);
  evaluating.resolve(null);
  failing.reject(new Error("no digits"));
  await settle();
  assert.deepEqual(told.slice(1), [
    { type: "reply", id: 1, ok: true, value: null },
    { type: "reply", id: 2, ok: false, error: toldOf("no digits"), reason: null },
  ]);
});

test("requests wait until no step is under way; commands do not", async () => {
  const log = [];
  const step = deferred();
  const { port } = setUp({ commands: { draw: () => log.push("draw") }, requests: { save: () => (log.push("save"), { value: null }) }, settled: () => step.promise });
  port.receive({ type: "draw" });
  port.receive({ type: "save", id: 1, ask: {} });
  await settle();
  assert.deepEqual(log, ["draw"]);
  step.resolve();
  await settle();
  assert.deepEqual(log, ["draw", "save"]);
});

test("an error answers its request with its reason, one of a command is told, and what follows is done", async () => {
  const { port, told, crash } = setUp({
    commands: {
      view() {
        throw new Error("no view");
      },
    },
    requests: {
      load() {
        throw new Refusal("not a checkpoint", "file");
      },
      save() {
        throw new RangeError("Array buffer allocation failed");
      },
      step: () => ({ value: null }),
    },
  });
  port.receive({ type: "load", id: 1, ask: {} });
  port.receive({ type: "view" });
  port.receive({ type: "save", id: 2, ask: {} });
  port.receive({ type: "step", id: 3, ask: {} });
  await settle();
  assert.deepEqual(told, [
    { type: "reply", id: 1, ok: false, error: toldOf("not a checkpoint"), reason: "file" },
    { type: "failed", run: "r1", what: "message", error: toldOf("no view") },
    { type: "reply", id: 2, ok: false, error: toldOf("Array buffer allocation failed"), reason: null },
    { type: "reply", id: 3, ok: true, value: null },
  ]);
  assert.equal(crash.dead, false);
});

test("a trap in a request ends the session, and nothing that came after it is done", async () => {
  const { port, told } = setUp({
    commands: { train: () => assert.fail("the module is dead") },
    requests: {
      step() {
        throw trap();
      },
    },
  });
  port.receive({ type: "step", id: 1, ask: {} });
  port.receive({ type: "train" });
  await settle();
  port.receive({ type: "train" });
  await settle();
  assert.deepEqual(told, [{ type: "crashed", reason: toldOf("unreachable") }]);
});
