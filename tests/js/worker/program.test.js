import assert from "node:assert/strict";
import { test } from "node:test";

import { Crash } from "../../../www/worker/crash.js";
import { Program } from "../../../www/worker/program.js";
import { CONFIG, FakeLab, createWorker, deferred, settle, trap } from "./fake.js";
import { wordsOfError } from "../../../www/lib/error-words.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

function setUp(load) {
  const told = [];
  const crash = new Crash({ tell: (event) => told.push(event), onEnd() {} });
  let ready = 0;
  const program = new Program({ tell: (event) => told.push(event), crash, now: () => 0, newRun: () => "r1", onReady: () => (ready += 1), load });
  return { program, told, crash, ready: () => ready };
}

const wasm = { Lab: FakeLab, presets: () => [{ config: CONFIG }], hyperParameters: () => ["row"], version: () => "2" };
const loaded = { wasm, memory: {}, module: {} };

test("the program is loaded once, makes a first model and tells its session", async () => {
  const loading = deferred();
  let loads = 0;
  const { program, told, ready } = setUp(async ({ add, expect }) => {
    loads += 1;
    expect(100);
    add(100);
    return loading.promise;
  });
  void program.boot();
  void program.boot();
  assert.throws(() => program.need(), { code: "modelNotLoaded" });
  loading.resolve(loaded);
  await settle();
  await program.boot();
  assert.equal(loads, 1);
  assert.equal(ready(), 1);
  assert.deepEqual(told.map(({ type }) => type), ["stageProgress", "stageDone", "booted"]);
  assert.deepEqual(told.at(-1), {
    type: "booted",
    version: "2",
    presets: [{ config: CONFIG }],
    hyperParameters: ["row"],
    session: { run: "r1", config: CONFIG, status: { step: 0, stepInEpoch: 0 }, notes: { missing: [], unknown: [] } },
  });
});

test("the download may begin before the model is asked for, and is not begun again; its failure is told only then", async () => {
  let loads = 0;
  const answers = [() => Promise.reject(new Error("offline")), () => Promise.resolve(loaded)];
  const { program, told } = setUp(() => {
    loads += 1;
    return answers.shift()?.();
  });
  program.prepare();
  await settle();
  assert.deepEqual([loads, told.length], [1, 0]);
  await program.boot();
  assert.equal(loads, 1);
  assert.deepEqual(told.map(({ type, error }) => [type, error]), [["stageFailed", toldOf("offline")]]);
  await program.boot();
  assert.equal(loads, 2);
  assert.ok(program.loaded);
});

test("a download that fails is told in words, and can be tried again", async () => {
  const errors = [new Error("offline"), new WebAssembly.CompileError("no simd")];
  const { program, told } = setUp(async () => {
    const error = errors.shift();
    if (error) throw error;
    return loaded;
  });
  await program.boot();
  await program.boot();
  await program.boot();
  assert.deepEqual(told.map(({ type }) => type), ["stageFailed", "stageFailed", "stageDone", "booted"]);
  assert.deepEqual(told[0].error, toldOf("offline"));
  assert.match(wordsOfError(told[1].error), /needs WebAssembly with SIMD.*\(no simd\)/);
});

test("a trap at the start is a crash", async () => {
  const { program, told } = setUp(async () => {
    throw trap();
  });
  await program.boot();
  assert.deepEqual(told, [{ type: "crashed", reason: toldOf("unreachable") }]);
});

test("requests before the program is there are refused, and what was drawn meanwhile is looked at", async () => {
  const worker = createWorker();
  const early = worker.ask("save");
  worker.send({ type: "draw", serial: 1, drawing: { kind: "ink", ink: new Uint8Array(4).fill(3), width: 2, height: 2 } });
  await settle();
  assert.match(wordsOfError(early().error), /not loaded yet: wait until it is and try again/);
  await worker.boot({ data: false });
  await worker.turns(3);
  assert.deepEqual(worker.of("reconstruction").map(({ serial }) => serial), [1]);
});
