import assert from "node:assert/strict";
import { test } from "node:test";

import { onPlateau } from "../../www/lib/plateau.js";

const run = (values) => values.map((value, i) => ({ step: 100 * (i + 1), recon: value, elbo: -value - 20 }));
const flat = (count, value = 80) => new Array(count).fill(value);
const options = { since: 0, variational: true };

test("eight evaluations without a new best are a plateau", () => {
  assert.equal(onPlateau(run([100, 90, ...flat(8)]), options), false);
  assert.equal(onPlateau(run([100, 90, ...flat(9)]), options), true);
  assert.equal(onPlateau([], options), false);
});

test("a run that gets worse does not learn any more", () => {
  assert.equal(onPlateau(run([80, 81, 82, 83, 84, 85, 86, 87, 88]), options), true);
});

test("slow learning is learning", () => {
  assert.equal(onPlateau(run(Array.from({ length: 50 }, (_, i) => 100 * 0.999 ** i)), options), false);
});

test("what came before a change does not count", () => {
  assert.equal(onPlateau(run(flat(12)), { ...options, since: 700 }), false);
  assert.equal(onPlateau(run(flat(16)), { ...options, since: 700 }), true);
});

test("a plain autoencoder is judged by its reconstruction", () => {
  const evaluations = run(Array.from({ length: 12 }, (_, i) => 100 - i)).map((point) => ({ ...point, elbo: -500 }));
  assert.equal(onPlateau(evaluations, { since: 0, variational: false }), false);
  assert.equal(onPlateau(evaluations, { since: 0, variational: true }), true);
});
