import assert from "node:assert/strict";
import { test } from "node:test";

import { RequestRefused, TrainingClient, WorkerGone } from "../../www/app/client.js";
import { told as toldOf } from "../../www/lib/coded-error.js";

class FakeWorker {
  sent = [];
  terminated = false;
  onmessage = null;
  onerror = null;
  onmessageerror = null;
  postMessage(message, transfer) {
    this.sent.push({ message, transfer });
  }
  terminate() {
    this.terminated = true;
  }
  say(data) {
    this.onmessage({ data });
  }
}

function setUp() {
  const workers = [];
  const events = [];
  const client = new TrainingClient({
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    onEvent: (event) => events.push(event),
  });
  client.restart();
  return { client, workers, events };
}

test("a worker is asked to boot, and what it tells reaches the page", () => {
  const { workers, events } = setUp();
  assert.deepEqual(workers[0].sent[0].message, { type: "boot" });
  workers[0].say({ type: "stageDone", stage: "model", received: 1 });
  assert.deepEqual(events, [{ type: "stageDone", stage: "model", received: 1 }]);
});

test("replies find their requests in any order, errors keep their code and values", async () => {
  const { client, workers } = setUp();
  const refused = { message: "klWeight must be a number from 0 to 100, got -1", code: "notNumber", values: { name: "klWeight", min: 0, max: 100, found: -1 } };
  const first = client.request("save", {});
  const second = client.request("checkConfig", { config: {} });
  const [one, two] = workers[0].sent.slice(1).map(({ message }) => message);
  assert.equal(one.type, "save");
  assert.notEqual(one.id, two.id);
  workers[0].say({ type: "reply", id: two.id, ok: false, error: refused, reason: null });
  workers[0].say({ type: "reply", id: one.id, ok: true, value: "bytes" });
  assert.equal(await first, "bytes");
  await assert.rejects(second, refused);
});

test("what is refused says why, where the page can do something about it", async () => {
  const { client, workers } = setUp();
  const load = client.request("load", { run: "r", file: new ArrayBuffer(1), data: { kind: "mnist", hash: null } });
  const { message } = workers[0].sent.at(-1);
  assert.deepEqual(message, { type: "load", id: message.id, ask: { run: "r", file: new ArrayBuffer(1), data: { kind: "mnist", hash: null } } });
  workers[0].say({ type: "reply", id: message.id, ok: false, error: toldOf("not a checkpoint"), reason: "file" });
  await assert.rejects(load, (error) => error instanceof RequestRefused && error.reason === "file" && error.message === "not a checkpoint");
});

test("what was asked is told before its reply arrives", async () => {
  const told = [];
  const worker = new FakeWorker();
  const client = new TrainingClient({ createWorker: () => worker, onEvent() {}, onReply: (asked) => told.push(asked) });
  client.restart();
  const save = client.request("save", {}).then(() => told.push("replied"));
  const [{ message }] = worker.sent.slice(1);
  worker.say({ type: "reply", id: message.id, ok: true, value: "file" });
  await save;
  assert.deepEqual(told, ["save", "replied"]);
});

test("buffers are handed over, not copied", () => {
  const { client, workers } = setUp();
  const ink = new Uint8Array(4);
  client.send({ type: "draw", serial: 1, drawing: { kind: "ink", ink, width: 2, height: 2 } }, [ink.buffer]);
  assert.deepEqual(workers[0].sent.at(-1).transfer, [ink.buffer]);
});

test("a crash ends the worker, rejects what waits, and is told once", async () => {
  const { client, workers, events } = setUp();
  const waiting = client.request("save", {});
  workers[0].say({ type: "crashed", reason: toldOf("panicked at src/lib.rs") });
  workers[0].say({ type: "crashed", reason: toldOf("again") });
  await assert.rejects(waiting, WorkerGone);
  assert.equal(workers[0].terminated, true);
  assert.equal(client.alive, false);
  assert.deepEqual(events, [{ type: "crashed", reason: toldOf("panicked at src/lib.rs") }]);
  await assert.rejects(client.request("save", {}), WorkerGone);
  client.send({ type: "train" });
});

test("an error that escapes the worker is a crash with its reason", () => {
  const { workers, events } = setUp();
  workers[0].onerror({ message: "Uncaught RuntimeError: unreachable", preventDefault() {} });
  assert.deepEqual(events, [{ type: "crashed", reason: toldOf("Uncaught RuntimeError: unreachable") }]);
});

test("after a restart the old worker is not listened to", () => {
  const { client, workers, events } = setUp();
  client.restart();
  assert.equal(workers[0].terminated, true);
  workers[0].say({ type: "stageDone", stage: "model", received: 1 });
  assert.deepEqual(events, []);
  workers[1].say({ type: "stageDone", stage: "model", received: 2 });
  assert.equal(events.length, 1);
});
