import assert from "node:assert/strict";
import { test } from "node:test";

import { RunHistory } from "../../www/lib/history.js";
import { MOST_MODELS, MOST_RUNS, bounded, ownName, runsToCsv, summarise } from "../../www/lib/runs.js";

const config = { seed: 3, learningRate: 0.001, schedule: "constant", model: { encoderHidden: [400], latentDim: 20, decoderHidden: [400], variational: true } };
const rows = [
  { key: "seed", kind: "integer" },
  { key: "learningRate", kind: "number" },
];
const presets = [{ id: "digits-20d", config }];

function history(points) {
  const run = new RunHistory();
  for (let i = 1; i <= points; i += 1) {
    run.tick(true, i * 500);
    run.addTraining([{ step: i * 100, epoch: i, recon: 90, kl: 20, elbo: -110, loss: 110 }]);
    run.addEvaluation({ step: i * 100, epoch: i, recon: 100 - i / 100, kl: 20, elbo: -(120 - i / 100) }, false);
  }
  return run;
}

test("what remains of a run is small and ends where the run ended", () => {
  const run = summarise(history(1000), { config, presets, rows, status: null });
  assert.equal(run.settings, "784 → 400 → 20 → 400 → 784; Digits 20-D; seed 3");
  assert.equal(run.steps, 100_000);
  assert.ok(Math.abs(run.seconds - 499.5) < 1e-6);
  assert.ok(run.curve.length > 100 && run.curve.length <= 240);
  assert.equal(run.curve.at(-1).step, 100_000);
  assert.equal(run.curve.at(-1).bound, 110);
});

test("a run without steps leaves nothing", () => {
  assert.equal(summarise(new RunHistory(), { config, presets, rows, status: null }), null);
});

test("a run counts every step, also those after its last point", () => {
  assert.equal(summarise(history(2), { config, presets, rows, status: { step: 217 } }).steps, 217);
});

test("settings of one's own are told by what differs", () => {
  const own = summarise(history(2), { config: { ...config, learningRate: 0.01 }, presets, rows, status: null });
  assert.match(own.settings, /Learning rate 0.01; seed 3$/);
});

test("names are given once, and a table holds them whatever they are", () => {
  const runs = [{ name: "Digits" }, { name: "Digits 2" }];
  assert.equal(ownName("Digits", runs), "Digits 3");
  assert.equal(ownName("Other", runs), "Other");
  const csv = runsToCsv([{ name: 'a "b", c', settings: "x", curve: [{ step: 1, seconds: 0.5, bound: 3, recon: 2, kl: 1 }] }]);
  assert.equal(csv, 'run,settings,step,seconds,bound,reconstruction,kl\n"a ""b"", c","x",1,0.50,3,2,1\n');
});

test("the table holds the newest runs, and the models of fewer", () => {
  const many = Array.from({ length: MOST_RUNS + 2 }, (_, i) => ({ id: String(i), kept: i !== 1 }));
  const { gone, withoutModel } = bounded(many, () => false);
  assert.deepEqual(gone.map(({ id }) => id), ["20", "21"]);
  assert.deepEqual(withoutModel.map(({ id }) => Number(id)), Array.from({ length: MOST_RUNS - MOST_MODELS - 1 }, (_, i) => MOST_MODELS + 1 + i));
});

test("a run that is safe is never forgotten, nor its model, and the others have the room that is left", () => {
  const many = Array.from({ length: MOST_RUNS + 2 }, (_, i) => ({ id: String(i), kept: true }));
  const { gone, withoutModel } = bounded(many, ({ id }) => id === "21" || id === "10");
  assert.deepEqual(gone.map(({ id }) => id), ["19", "20"]);
  assert.ok(withoutModel.every(({ id }) => id !== "21" && id !== "10"));
  assert.deepEqual(bounded(many.slice(0, 3), () => false), { gone: [], withoutModel: [] });
});
