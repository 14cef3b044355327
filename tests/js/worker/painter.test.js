import assert from "node:assert/strict";
import { test } from "node:test";

import { createWorker, fileOf, settle, trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

const view = { type: "view", samples: { columns: 2, rows: 2, seed: 1 }, variations: { columns: 2, rows: 1, seed: 1 }, sampleLabel: null, digitLabel: null, paintEveryMs: 200 };
const ink = (value = 9) => ({ kind: "ink", ink: new Uint8Array(4).fill(value), width: 2, height: 2 });

test("of several drawings the newest is looked at, before anything else, and answered with its serial and run", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "train" });
  worker.send(view);
  worker.send({ type: "draw", serial: 1, drawing: ink() });
  worker.send({ type: "draw", serial: 2, drawing: ink() });
  await settle();
  await worker.turns(1);
  assert.deepEqual(worker.of("reconstruction").map(({ run, serial, step }) => [run, serial, step]), [["first run", 2, 0]]);
  assert.equal(worker.lab.status().step, 0);
});

test("an empty pad and an empty drawing show nothing", async () => {
  const worker = createWorker();
  await worker.boot();
  for (const [serial, drawing] of [[1, { kind: "empty" }], [2, ink(0)]]) {
    worker.send({ type: "draw", serial, drawing });
    await settle();
    await worker.turns(2);
  }
  assert.deepEqual(worker.of("reconstruction").map(({ serial, shown }) => [serial, shown]), [[1, null], [2, null]]);
});

test("pictures wait for their interval while the model trains, and are painted at once when it rests", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send(view);
  await settle();
  await worker.turns(5);
  assert.deepEqual(worker.of("grid").map(({ grid, run }) => [grid, run]), [["samples", "first run"]]);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(5);
  assert.equal(worker.of("grid").length, 1);
  worker.clock.pass(200);
  await worker.turns(2);
  assert.equal(worker.of("grid").length, 2);
});

test("of several codes the newest is decoded, before anything else and again with each new model, until it is taken back", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send(view);
  worker.send({ type: "train" });
  await settle();
  await worker.turns(5);
  worker.send({ type: "code", serial: 1, z: Float32Array.of(7, 0), label: null });
  worker.send({ type: "code", serial: 2, z: Float32Array.of(8, 0), label: null });
  await settle();
  await worker.turns(1);
  assert.deepEqual(worker.of("answer").map(({ run, serial, answer }) => [run, serial, answer.given[0], answer.decoderActivations.length]), [["first run", 2, 8, 1]]);
  worker.clock.pass(200);
  await worker.turns(4);
  assert.deepEqual(worker.of("answer").map(({ serial }) => serial), [2, 2]);
  worker.send({ type: "code", serial: 3, z: null, label: null });
  await settle();
  worker.clock.pass(400);
  await worker.turns(4);
  assert.equal(worker.of("answer").length, 2);
});

test("a code for a model of another shape is not decoded", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send(view);
  worker.send({ type: "code", serial: 1, z: new Float32Array(3), label: null });
  worker.send({ type: "code", serial: 2, z: new Float32Array(2), label: 3 });
  await settle();
  await worker.turns(5);
  assert.deepEqual([worker.of("answer"), worker.of("failed")], [[], []]);
});

test("a grid of codes for a model of another shape waits for the page's next choice", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send(view);
  worker.send({ type: "codes", name: "map", grid: { columns: 2, rows: 1, z: new Float32Array(6), labels: null } });
  await settle();
  await worker.turns(5);
  assert.deepEqual(worker.of("codes"), []);
  worker.send({ type: "codes", name: "map", grid: { columns: 2, rows: 1, z: new Float32Array(4), labels: null } });
  await settle();
  await worker.turns(5);
  assert.deepEqual(worker.of("codes").map(({ run, name }) => [run, name]), [["first run", "map"]]);
});

test("a picture that fails is told once and not tried again before the model changes; the session goes on", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.paintTrouble = new RangeError("Invalid array length");
  worker.send(view);
  await settle();
  await worker.turns(20);
  assert.equal(worker.asked, 0, "the same picture is not tried for ever");
  assert.deepEqual(worker.of("failed").map(({ run, what, error }) => [run, what, error]), [["first run", "picture", toldOf("Invalid array length")]]);
  worker.send({ type: "train" });
  await settle();
  for (let i = 0; i < 5; i += 1) {
    worker.clock.pass(200);
    await worker.turns(2);
  }
  assert.equal(worker.of("failed").length, 1);
  assert.ok(worker.lab.status().step > 0);
  worker.lab.paintTrouble = null;
  worker.clock.pass(400);
  await worker.turns(4);
  assert.ok(worker.of("grid").length > 0);
  assert.deepEqual(worker.of("crashed"), []);
});

test("a drawing that cannot be read is dropped with its reason, and the next one is answered", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.send({ type: "draw", serial: 1, drawing: ink(255) });
  await settle();
  await worker.turns(5);
  assert.deepEqual(worker.of("failed").map(({ error }) => error), [toldOf("ink must be as wide as it is")]);
  worker.send({ type: "draw", serial: 2, drawing: ink() });
  await settle();
  await worker.turns(5);
  assert.equal(worker.of("reconstruction").at(-1).serial, 2);
});

test("a trap while painting ends the session", async () => {
  const worker = createWorker();
  await worker.boot();
  worker.lab.paintTrouble = trap();
  worker.send(view);
  await settle();
  await worker.turns(3);
  assert.equal(worker.of("crashed").length, 1);
});

test("pictures show a model of the past until they are told otherwise, or another model takes the place", async () => {
  const worker = createWorker();
  await worker.boot();
  const first = worker.ask("show", { file: fileOf("past", 40).buffer });
  const again = worker.ask("show", { file: fileOf("past", 41).buffer });
  const bad = worker.ask("show", { file: new Uint8Array([1]).buffer });
  await settle();
  assert.deepEqual([first().value, again().value, bad().ok], [40, 41, false]);
  const now = worker.ask("show", { file: null });
  await settle();
  assert.equal(now().value, 0);
  const unread = worker.ask("show", { file: new Uint8Array([1]).buffer });
  await settle();
  assert.equal(unread().ok, false);
  const others = worker.labs.filter((lab) => lab !== worker.lab);
  assert.ok(others.every(({ freed }) => freed), "what is shown no more is given back");
});
