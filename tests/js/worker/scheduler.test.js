import assert from "node:assert/strict";
import { test } from "node:test";

import { Crash } from "../../../www/worker/crash.js";
import { Scheduler, connectByChannel } from "../../../www/worker/scheduler.js";
import { settle, trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

function work(name, log, left = 1) {
  const self = {
    left,
    error: null,
    pending: () => self.left > 0,
    turn() {
      self.left -= 1;
      log.push(name);
      if (self.error) throw self.error;
    },
    failed: (error) => log.push(`${name} failed: ${error.message}`),
  };
  return self;
}

function setUp(...works) {
  const told = [];
  const crash = new Crash({ tell: (event) => told.push(event), onEnd() {} });
  let ready = true;
  let asked = 0;
  let turn;
  const scheduler = new Scheduler({
    works,
    crash,
    ready: () => ready,
    connect(next) {
      turn = next;
      return () => (asked += 1);
    },
  });
  return {
    scheduler,
    told,
    crash,
    setReady: (value) => (ready = value),
    get asked() {
      return asked;
    },
    turn() {
      asked -= 1;
      turn();
    },
  };
}

test("every turn does one piece of the most urgent work, and asks for the next while there is some", () => {
  const log = [];
  const s = setUp(work("picture", log, 1), work("evaluation", log, 2), work("training", log, 1));
  s.scheduler.wake();
  s.scheduler.wake();
  assert.equal(s.asked, 1, "one turn is on its way, however often it is asked for");
  while (s.asked > 0) s.turn();
  assert.deepEqual(log, ["picture", "evaluation", "evaluation", "training"]);
});

test("without the model's program there are no turns", () => {
  const log = [];
  const s = setUp(work("training", log));
  s.setReady(false);
  s.scheduler.wake();
  assert.equal(s.asked, 0);
});

test("work that fails says so, and the rest goes on", () => {
  const log = [];
  const painting = work("picture", log);
  painting.error = new Error("no canvas");
  const s = setUp(painting, work("training", log));
  s.scheduler.wake();
  while (s.asked > 0) s.turn();
  assert.deepEqual(log, ["picture", "picture failed: no canvas", "training"]);
  assert.equal(s.crash.dead, false);
});

test("a trap ends all turns", () => {
  const log = [];
  const training = work("training", log, 5);
  training.error = trap();
  const s = setUp(training);
  s.scheduler.wake();
  s.turn();
  assert.equal(s.asked, 0);
  s.scheduler.wake();
  assert.equal(s.asked, 0);
  assert.deepEqual(s.told, [{ type: "crashed", reason: toldOf("unreachable") }]);
});

const original = MessageChannel;

test("a turn through a channel comes later, by itself", async (t) => {
  let turns = 0;
  // An open port would keep Node awake.
  const ports = [];
  t.mock.method(globalThis, "MessageChannel", function create() {
    const channel = new original();
    ports.push(channel.port1, channel.port2);
    return channel;
  });
  const wake = connectByChannel(() => (turns += 1));
  wake();
  assert.equal(turns, 0);
  await settle();
  assert.equal(turns, 1);
  for (const port of ports) port.close();
});
