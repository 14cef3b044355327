import assert from "node:assert/strict";
import { test } from "node:test";

import { checkpointFileName, loss, nats, progressText } from "../../www/lib/format.js";
import { coverage, grayToInk, grayToRgba } from "../../www/lib/pixels.js";
import { createRateMeter } from "../../www/lib/rate.js";

test("gray bytes become opaque pixels, and ink its own coverage", () => {
  assert.deepEqual([...grayToRgba(Uint8Array.of(0, 128, 255))], [0, 0, 0, 255, 128, 128, 128, 255, 255, 255, 255, 255]);
  const ink = grayToInk(Uint8Array.of(0, 200));
  assert.deepEqual([...ink], [255, 255, 255, 0, 255, 255, 255, 200]);
  assert.deepEqual([...coverage(ink)], [0, 200]);
});

test("progress is told in real bytes, and without a total that is not true", () => {
  assert.equal(progressText(400_000, 700_000), "0.4 / 0.7 MB");
  assert.equal(progressText(400_000, null), "0.4 MB");
  assert.equal(progressText(900_000, 700_000), "0.9 MB");
});

test("losses read well whatever their size", () => {
  assert.equal(nats(undefined), "–");
  assert.equal(nats(null), "–");
  assert.equal(nats(0), "0.0");
  assert.equal(nats(-103.27), "−103.3");
  assert.equal(nats(NaN), "not finite");
  assert.equal(loss(543.43), "543.4");
  assert.equal(loss(0.061234), "0.0612");
  assert.equal(loss(12345.6), "12346");
});

test("a checkpoint's file name says what it holds", () => {
  assert.equal(checkpointFileName("Digits 20-D", 340), "vae-lab-digits-20-d-step-340.safetensors");
  assert.equal(checkpointFileName("…", 0), "vae-lab-model-step-0.safetensors");
});

test("the rate tells the clock's images per second and the steps' own milliseconds", () => {
  const meter = createRateMeter();
  assert.equal(meter.read(), null);
  for (let i = 0; i <= 100; i += 1) meter.add(i * 20, 2, 16, 256);
  const rate = meter.read();
  assert.ok(rate);
  assert.equal(Math.round(rate.imagesPerSecond), 12_800);
  assert.equal(rate.msPerStep, 8);
  meter.reset();
  assert.equal(meter.read(), null);
});

test("the rate forgets what is longer ago than two seconds", () => {
  const meter = createRateMeter();
  for (let i = 0; i < 50; i += 1) meter.add(i * 20, 1, 100, 10);
  for (let i = 0; i <= 200; i += 1) meter.add(10_000 + i * 20, 1, 5, 128);
  assert.equal(meter.read()?.msPerStep, 5);
});
