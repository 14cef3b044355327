import assert from "node:assert/strict";
import { test } from "node:test";

import { hashToSettings, settingsToHash } from "../../www/lib/share-link.js";

const config = (changes = {}) => ({ seed: 1, learningRate: 0.001, variational: true, widths: [400], loss: "bernoulli", ...changes });
const presets = [
  { id: "first", config: config() },
  { id: "other", config: config({ learningRate: 0.01 }) },
];
const rows = [
  { key: "seed", kind: "integer", min: 0, max: 1000 },
  { key: "learningRate", kind: "number", min: 1e-6, max: 1 },
  { key: "variational", kind: "switch" },
  { key: "widths", kind: "widths", max: 2048, maxLayers: 3 },
  { key: "loss", kind: "choice", choices: ["bernoulli", "gaussian"] },
];

test("a link holds a version, the seed and what differs, and leads back", () => {
  const own = config({ seed: 7, widths: [64, 32], variational: false });
  const hash = settingsToHash(presets, rows, own);
  assert.equal(hash, "#lab=1&seed=7&variational=false&widths=64%2C+32");
  assert.deepEqual(hashToSettings(presets, rows, hash), { config: own, mended: [] });
  const other = config({ learningRate: 0.01, seed: 3 });
  assert.equal(settingsToHash(presets, rows, other), "#lab=1&preset=other&seed=3");
  assert.deepEqual(hashToSettings(presets, rows, "#lab=1&preset=other&seed=3")?.config, other);
});

test("an anchor of the page is no link to settings", () => {
  assert.equal(hashToSettings(presets, rows, "#how"), null);
  assert.equal(hashToSettings(presets, rows, ""), null);
});

test("bad values are mended, and it is said how", () => {
  const read = hashToSettings(presets, rows, "#lab=1&seed=1.5&learningRate=99&widths=9999,8,8,8&loss=poisson&variational=maybe&shoe=42&preset=none");
  assert.deepEqual(read?.config, config({ learningRate: 1, widths: [2048, 8, 8] }));
  assert.deepEqual(read?.mended.map((words) => words()), [
    "there is no preset “none”: first was taken",
    "Seed must be a whole number, got “1.5”: it was left out",
    "Learning rate was 99 and is now 1, the nearest that is possible",
    "widths was 9999, 8, 8, 8 and is now 2048, 8, 8, the nearest that is possible",
    "loss must be one of bernoulli, gaussian, found “poisson”: it was left out",
    "variational must be true or false, found “maybe”: it was left out",
    "there is no setting “shoe”: it was left out",
  ]);
  assert.match(hashToSettings(presets, rows, "#lab=9&seed=2")?.mended[0]?.() ?? "", /version must be 1, found “9”/);
});
