import assert from "node:assert/strict";
import { test } from "node:test";

import { calmRange, RunHistory } from "../../www/lib/history.js";

const point = (step, recon = 100, kl = 20) => ({ step, epoch: step / 469, recon, kl, elbo: -(recon + kl), loss: recon + kl });
const result = (step, recon = 101) => ({ split: "test", step, epoch: step / 469, recon, kl: 20, elbo: -(recon + 20), images: 1000 });

test("columns line up training points and evaluations by step", () => {
  const run = new RunHistory();
  run.addTraining([point(20), point(40)]);
  run.addEvaluation(result(40), false);
  run.addEvaluation(result(55), true);
  const [steps, train, quick, full] = run.columns("bound");
  assert.deepEqual(steps, [20, 40, 55]);
  assert.deepEqual(train, [120, 120, null]);
  assert.deepEqual(quick, [null, 121, null]);
  assert.deepEqual(full, [null, null, 121]);
  assert.deepEqual(run.columns("loss")[2], [null, null, null]);
});

test("a long run stays bounded and keeps its shape", () => {
  const run = new RunHistory(100);
  for (let step = 1; step <= 10_000; step += 1) run.addTraining([point(step, step)]);
  for (let step = 1; step <= 1024; step += 1) run.addEvaluation(result(step), false);
  assert.ok(run.training.length > 25 && run.training.length <= 100);
  assert.ok(run.quick.length > 25 && run.quick.length <= 100);
  assert.equal(run.quick.at(-1)?.step, 1024);
  const gaps = run.training.slice(1).map(({ step }, index) => step - run.training[index].step);
  assert.equal(new Set(gaps).size, 1, `all parts must have the same resolution, the gaps are ${[...new Set(gaps)]}`);
  const mean = run.training.reduce((sum, { recon }) => sum + recon, 0) / run.training.length;
  assert.ok(Math.abs(mean - 5000) < 200, `the mean must stay near 5000, is ${mean}`);
});

test("numbers that are not finite do not reach a chart", () => {
  const run = new RunHistory();
  run.addTraining([point(20, NaN), point(40, Infinity)]);
  assert.deepEqual(run.columns("recon")[1], [null, null]);
  assert.equal(calmRange([[null, null]]), null);
});

test("going back to a step forgets what came after it", () => {
  const run = new RunHistory();
  run.addTraining([point(20), point(40), point(60)]);
  run.addEvaluation(result(60), true);
  run.addMarker({ step: 50, text: "Learning rate 0.001 → 0.0005" });
  const before = run.plain();
  run.truncate(40);
  assert.deepEqual(run.training.map(({ step }) => step), [20, 40]);
  assert.equal(run.full.length + run.markers.length, 0);
  run.takeUp(before);
  assert.equal(run.training.length, 3);
  assert.equal(run.markers.length, 1);
});

test("every change makes a new revision", () => {
  const run = new RunHistory();
  const revisions = [run.revision];
  run.addTraining([]);
  assert.equal(run.revision, revisions[0]);
  run.addTraining([point(20)]);
  revisions.push(run.revision);
  run.addEvaluation(result(20), false);
  revisions.push(run.revision);
  run.addMarker({ step: 20, text: "x" });
  revisions.push(run.revision);
  run.takeUp(null);
  revisions.push(run.revision);
  assert.equal(new Set(revisions).size, 5);
});

test("the axis follows the run and not its wild beginning", () => {
  const column = Array.from({ length: 100 }, (_, index) => (index < 5 ? 540 : 110));
  const range = calmRange([column]);
  assert.ok(range && range[1] < 130, `the axis must end below 130, ends at ${range?.[1]}`);
  const short = calmRange([[540, 300, 200]]);
  assert.ok(short && short[1] > 540);
});
