import assert from "node:assert/strict";
import { test } from "node:test";

import { inkBounds, mnistForm } from "../../www/import/digit.js";
import { drawingOf } from "../../www/import/drawing.js";
import { inkOfPhoto } from "../../www/import/photo.js";
import { correlation, digits, enlarged, photo } from "./digits.js";

/** What the pad would make of the same digit, its faintest parts lost. */
const wanted = (digit) => mnistForm(enlarged(digits(digit), 200).map((value) => (value < 40 ? 0 : value)), 200);
const place = { width: 360, height: 480, size: 200, left: 60, top: 100 };

/** @type {Record<string, Partial<Parameters<typeof photo>[0]>>} */
const LIGHTS = {
  "light from one side": { light: (u) => 220 - 100 * u },
  "a noisy sensor": { light: (u) => 220 - 100 * u, noise: 14 },
  "a shadow in the corner": { light: (u, v) => 210 - 120 * Math.exp(-((u - 1) ** 2 + (v - 1) ** 2) * 6) },
  "a shadow with an edge through the digit": { light: (u, v) => (u + v > 1.1 ? 110 : 200) },
  "a lamp": { light: (u, v) => 90 + 150 * Math.exp(-((u - 0.3) ** 2 + (v - 0.3) ** 2) * 4) },
  "paper that is overexposed but for a shadow": { light: (u, v) => 300 - 220 * Math.exp(-((u - 1) ** 2 + (v - 1) ** 2) * 4) },
  "dusk": { light: (_, v) => 90 - 30 * v, ink: 0.4, noise: 3 },
  "pencil": { light: (_, v) => 210 - 60 * v, ink: 0.6, noise: 4 },
  "chalk on a board": { light: (u) => 60 + 40 * u, ink: 2.4, noise: 4 },
};

for (const [name, light] of Object.entries(LIGHTS)) {
  test(`a photograph with ${name} gives clean paper and full ink`, () => {
    for (const digit of [0, 1, 2, 3, 8]) {
      const { grey, width, height } = photo({ digit, ...place, ...light });
      const found = inkOfPhoto(grey, width, height);
      assert.ok(found, `digit ${digit} was not found`);
      assert.equal(found.dark, name !== "chalk on a board");
      assert.ok(correlation(found.digit, wanted(digit)) > 0.93, `digit ${digit}: ${correlation(found.digit, wanted(digit))}`);
      assert.ok(Math.max(...found.digit) >= 250);
      const paper = [...found.digit].filter((_, i) => i < 56 || i >= 728 || i % 28 < 2 || i % 28 > 25);
      assert.ok(Math.max(...paper) < 10);
    }
  });
}

test("a large photograph is found as well, and a thick marker in a shadow", () => {
  const large = photo({ digit: 3, width: 2400, height: 3200, size: 900, left: 900, top: 700, light: (u, v) => 215 - 60 * u - 40 * v });
  assert.ok(correlation(inkOfPhoto(large.grey, 2400, 3200).digit, wanted(3)) > 0.93);
  const marker = photo({ digit: 4, width: 300, height: 300, size: 280, left: 10, top: 10, light: (u, v) => 220 - 110 * Math.exp(-((u - 0.9) ** 2 + (v - 0.2) ** 2) * 5), noise: 3 });
  assert.ok(correlation(inkOfPhoto(marker.grey, 300, 300).digit, wanted(4)) > 0.93);
});

test("specks of dust and the table at the edge are not ink", () => {
  const { grey, width, height } = photo({ digit: 2, ...place, light: (u) => 220 - 60 * u });
  for (let y = 0; y < height; y += 1) for (let x = 0; x < 25; x += 1) grey[y * width + x] = 30;
  for (let i = 0; i < 3; i += 1) for (let j = 0; j < 3; j += 1) grey[(430 + i) * width + 300 + j] = 40;
  assert.ok(correlation(inkOfPhoto(grey, width, height).digit, wanted(2)) > 0.93);
});

test("a thin pen is thickened, so that it is seen in 28 by 28", () => {
  const [width, height] = [600, 600];
  const grey = new Uint8Array(width * height);
  const noise = photo({ digit: 0, width, height, size: 1, left: 0, top: 0, light: (u) => 210 - 60 * u, noise: 3 }).grey;
  grey.set(noise);
  for (let y = 100; y < 500; y += 1) for (let x = 300; x < 304; x += 1) grey[y * width + x] = 50;
  const { digit } = inkOfPhoto(grey, width, height);
  const row = [...digit.subarray(14 * 28, 15 * 28)];
  assert.ok(row.reduce((sum, value) => sum + value, 0) > 300, `${row}`);
});

test("what is no photograph of paper is left alone", () => {
  const [width, height] = [200, 150];
  assert.equal(inkOfPhoto(new Uint8Array(width * height).fill(255), width, height), null);
  assert.equal(inkOfPhoto(Uint8Array.from({ length: width * height }, (_, i) => (i % width) + 20), width, height), null);
  // A landscape of patches.
  const patches = Uint8Array.from({ length: width * height }, (_, i) => (Math.floor((i % width) / 9) * 67 + Math.floor(i / width / 9) * 41) % 256);
  assert.equal(inkOfPhoto(patches, width, height), null);
  assert.equal(inkOfPhoto(digits(0), 28, 28), null);
});

test("a drawing on plain paper is told from what has MNIST's form already", () => {
  const big = enlarged(digits(0), 280);
  const onWhite = big.map((value) => 255 - value);
  for (const [grey, dark] of [[big, false], [onWhite, true]]) {
    const drawing = drawingOf(grey, 280, 280);
    assert.deepEqual([drawing.inForm, drawing.dark], [true, dark]);
  }
  const far = new Uint8Array(1000 * 1000).fill(255);
  for (let y = 0; y < 280; y += 1) far.set(onWhite.subarray(y * 280, (y + 1) * 280), (600 + y) * 1000 + 100);
  const drawing = drawingOf(far, 1000, 1000);
  assert.equal(drawing.inForm, false);
  assert.ok(correlation(drawing.digit(), wanted(0)) > 0.95);
  // A picture that its subject fills is no drawing.
  const filled = Uint8Array.from({ length: 100 * 100 }, (_, i) => (i % 100 > 10 && i % 100 < 90 && i > 1000 && i < 9000 ? 40 : 255));
  assert.equal(drawingOf(filled, 100, 100), null);
});

test("MNIST's form is the pad's: a box of 20, the centre of mass in the middle", () => {
  const bar = new Uint8Array(280 * 280);
  for (let y = 10; y < 210; y += 1) bar.fill(255, y * 280 + 200, y * 280 + 220);
  const { left, right, top, bottom } = inkBounds(mnistForm(bar, 280), 28);
  assert.deepEqual([left, right, top, bottom], [13, 15, 4, 24]);
  assert.equal(mnistForm(new Uint8Array(600), 30), null);
  const lopsided = new Uint8Array(200 * 200);
  for (let y = 10; y < 40; y += 1) lopsided.fill(255, y * 200 + 10, y * 200 + 40);
  lopsided.fill(255, 25 * 200 + 40, 25 * 200 + 190);
  const bounds = inkBounds(mnistForm(lopsided, 200), 28);
  assert.equal(bounds.right - bounds.left, 20);
});
