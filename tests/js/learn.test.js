import assert from "node:assert/strict";
import { test } from "node:test";

import { KEPT_RANGE, deviations, distance, divergences, indexOfLargest, noise, noisyCode, pixelErrors, rounded, withNumber } from "../../www/panels/learn/arithmetic.js";
import { PRIOR, joined, ownCodes, priorCodes } from "../../www/panels/learn/codes.js";
import { MOST_MOMENTS, Way } from "../../www/panels/learn/way.js";

const near = (actual, expected, tolerance = 1e-5) => assert.ok(Math.abs(actual - expected) < tolerance, `${actual} must be near ${expected}`);

test("deviations and divergences by hand, and none in a plain autoencoder", () => {
  const mu = Float32Array.of(0, 1, 0);
  const logvar = Float32Array.of(0, 0, Math.log(4));
  [1, 1, 2].forEach((deviation, j) => near(deviations(mu, logvar)[j], deviation));
  // KL of N(0, 1) is 0, of N(1, 1) one half, of N(0, 4) is (4 - ln 4 - 1) / 2.
  [0, 0.5, (3 - Math.log(4)) / 2].forEach((kl, j) => near(divergences(mu, logvar)[j], kl));
  assert.equal(indexOfLargest(divergences(mu, logvar)), 2);
  const none = new Float32Array(0);
  assert.deepEqual([...deviations(mu, none), ...divergences(mu, none)], [0, 0, 0, 0, 0, 0]);
});

test("noise is standard, and the same for the same seed", () => {
  const eps = noise(7, 20_000);
  const mean = eps.reduce((sum, value) => sum + value, 0) / eps.length;
  const variance = eps.reduce((sum, value) => sum + value * value, 0) / eps.length;
  near(mean, 0, 0.03);
  near(variance, 1, 0.05);
  assert.ok(eps.every(Number.isFinite));
  assert.deepEqual(noise(7, 5), eps.slice(0, 5));
  assert.notDeepEqual(noise(8, 5), noise(7, 5));
});

test("z = mu + scale sigma eps, one number changed, and how far that is", () => {
  const mu = Float32Array.of(1, -1);
  const z = noisyCode(mu, Float32Array.of(2, 0.5), Float32Array.of(1.5, -2), 0.5);
  assert.deepEqual([...z], [2.5, -1.5]);
  near(distance(z, mu), Math.hypot(1.5, 0.5));
  assert.deepEqual([...withNumber(mu, 1, 3)], [1, 3]);
  assert.deepEqual([...mu], [1, -1]);
});

test("a rounded code keeps levels, whose codes are near by half a level", () => {
  const mu = Float32Array.of(-9, -1.3, 0.2, 2, 9);
  assert.deepEqual(rounded(mu, 1).levels, [0, 0, 1, 1, 1]);
  assert.deepEqual([...rounded(mu, 1).code], [-KEPT_RANGE, -KEPT_RANGE, KEPT_RANGE, KEPT_RANGE, KEPT_RANGE]);
  const { levels, code } = rounded(mu, 8);
  assert.deepEqual([levels[0], levels[4]], [0, 255]);
  for (const j of [1, 2, 3]) near(code[j], mu[j], KEPT_RANGE / 255 + 1e-6);
});

test("the error of a pixel: none where target and reconstruction agree, all where they are opposite", () => {
  const [agreed, grey, opposite] = pixelErrors(Uint8Array.of(255, 128, 0), Uint8Array.of(255, 128, 255));
  assert.deepEqual([agreed, grey, opposite], [0, 0, 255]);
});

const CHOICES = { index: null, value: null, scale: 2, noiseSeed: 3, priorSeed: 1, bits: 4, model: "learn-beta-1" };
const SHOWN = { mu: Float32Array.of(0.5, 2, 0), logvar: new Float32Array(3) };

test("the codes of the visitor's digit: the number that costs most moves, unless another one is chosen", () => {
  const own = ownCodes(SHOWN, CHOICES);
  assert.deepEqual([own.most, own.index, own.value], [1, 1, 2]);
  assert.deepEqual(own.number, SHOWN.mu);
  const moved = ownCodes(SHOWN, { ...CHOICES, index: 2, value: -1.5 });
  assert.deepEqual([...moved.number], [0.5, 2, -1.5]);
  // What was chosen of a model with more numbers does not count for one with fewer.
  assert.equal(ownCodes(SHOWN, { ...CHOICES, index: 19 }).index, 1);
  assert.deepEqual(ownCodes(SHOWN, { ...CHOICES, scale: 0 }).noisy, SHOWN.mu);
});

test("codes of noise are all different, and codes join in their order", () => {
  const codes = priorCodes(3, 1);
  assert.equal(codes.length, PRIOR);
  assert.equal(new Set(codes.map(String)).size, PRIOR);
  assert.deepEqual([...joined([Float32Array.of(1, 2), Float32Array.of(3, 4)])], [1, 2, 3, 4]);
});

test("the way of a digit keeps its first picture, its newest, and few between; its costs are bounded", () => {
  const way = new Way();
  for (let step = 0; step <= 5000; step += 5) way.add(step, { given: Uint8Array.of(step % 256), recon: 1000 - step / 10, kl: 1 });
  const steps = way.moments.map(({ step }) => step);
  assert.equal(steps.length, MOST_MOMENTS);
  assert.deepEqual([steps[0], steps.at(-1)], [0, 5000]);
  assert.deepEqual(steps, [...steps].sort((a, b) => a - b));
  assert.ok(way.costs.length > 200 && way.costs.length <= 401, String(way.costs.length));
  assert.equal(way.costs[0], 1001);
  // A step back is another model, and a step twice is nothing new.
  way.add(0, { given: Uint8Array.of(1), recon: 5, kl: 1 });
  way.add(0, { given: Uint8Array.of(2), recon: 7, kl: 1 });
  assert.deepEqual([way.costs, way.moments.map(({ bound }) => bound)], [[6], [6]]);
});
