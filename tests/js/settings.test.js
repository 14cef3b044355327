import assert from "node:assert/strict";
import { test } from "node:test";

import { differences, fieldText, matchingPreset, parseField, readPath, shapeText, writePath } from "../../www/lib/settings.js";

const config = {
  model: { encoderHidden: [400], latentDim: 20, decoderHidden: [400, 200], activation: "relu", likelihood: "bernoulli", variational: true },
  klWeight: 1,
  reduction: "sum",
  l2: 0,
  learningRate: 0.001,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  batchSize: 128,
  seed: 1,
  binarization: "none",
  validationImages: 0,
};
const row = (key, kind, more = {}) => ({ key, kind, live: false, ...more });
const rows = [row("learningRate", "number", { live: true }), row("model.encoderHidden", "widths"), row("model.variational", "switch"), row("seed", "integer")];

test("values are read and written by path, and the original stays as it was", () => {
  assert.equal(readPath(config, "model.latentDim"), 20);
  const changed = writePath(config, "model.latentDim", 2);
  assert.equal(readPath(changed, "model.latentDim"), 2);
  assert.equal(config.model.latentDim, 20);
  assert.throws(() => readPath(config, "model.nothing"), /must have "model.nothing"/);
  assert.throws(() => writePath(config, "nothing.at.all", 1), /must have "nothing.at.all"|undefined/);
});

test("a field's text becomes a value, or an error that cites the text", () => {
  assert.deepEqual(parseField(row("l2", "number"), "1e-3"), { ok: true, value: 0.001 });
  assert.deepEqual(parseField(row("l2", "number"), "0,5"), { ok: true, value: 0.5 });
  assert.deepEqual(parseField(row("w", "widths"), "400, 200"), { ok: true, value: [400, 200] });
  assert.deepEqual(parseField(row("w", "widths"), ""), { ok: true, value: [] });
  assert.deepEqual(parseField(row("v", "switch"), "false"), { ok: true, value: false });
  for (const [kind, text] of [["number", "abc"], ["number", ""], ["integer", "1.5"], ["widths", "400, x"]]) {
    const parsed = parseField(row("Field", kind), text);
    assert.equal(parsed.ok, false);
    assert.ok(parsed.error().includes(`“${text}”`), parsed.error());
  }
});

test("what a field shows reads back as the same value", () => {
  for (const [key, kind] of [["epsilon", "number"], ["learningRate", "number"], ["seed", "integer"], ["model.decoderHidden", "widths"]]) {
    const value = readPath(config, key);
    assert.deepEqual(parseField(row(key, kind), fieldText(value)), { ok: true, value });
  }
  assert.equal(fieldText(1e-8), "1e-8");
  assert.equal(fieldText(0.001), "0.001");
});

test("differences name each changed field once, in the form's order", () => {
  const other = writePath(writePath(config, "seed", 7), "learningRate", 0.01);
  assert.deepEqual(differences(rows, config, other).map(({ row, before, after }) => [row.key, before, after]), [
    ["learningRate", "0.001", "0.01"],
    ["seed", "1", "7"],
  ]);
  assert.deepEqual(differences(rows, config, structuredClone(config)), []);
});

test("a configuration is still its preset with another seed, and not with another learning rate", () => {
  const presets = [{ id: "a", config }];
  assert.equal(matchingPreset(presets, rows, writePath(config, "seed", 9))?.id, "a");
  assert.equal(matchingPreset(presets, rows, writePath(config, "learningRate", 9)), null);
});

test("the shape of a model in one line", () => {
  assert.equal(shapeText(config), "784 → 400 → 20 → 400 → 200 → 784");
});
