/** MNIST's test digits, and pictures made of them, for the tests of importing. */

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const data = new URL("../../www/data/", import.meta.url);
const images = gunzipSync(readFileSync(new URL("t10k-images-idx3-ubyte.gz", data))).subarray(16);
const labels = gunzipSync(readFileSync(new URL("t10k-labels-idx1-ubyte.gz", data))).subarray(8);

/** The pixels of test digits, one after the other. @param {number} first @param {number} [count] */
export function digits(first, count = 1) {
  return Uint8Array.from(images.subarray(first * 784, (first + count) * 784));
}

/** @param {number} first @param {number} count */
export function labelsOf(first, count) {
  return [...labels.subarray(first, first + count)];
}

/** Numbers from 0 to 1 that are the same at every run. @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A digit enlarged, straight lines between its pixels. @param {Uint8Array} digit @param {number} side */
export function enlarged(digit, side) {
  const out = new Uint8Array(side * side);
  const at = (x, y) => (x < 0 || y < 0 || x > 27 || y > 27 ? 0 : digit[y * 28 + x]);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const [u, v] = [((x + 0.5) * 28) / side - 0.5, ((y + 0.5) * 28) / side - 0.5];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [across, down] = [u - left, v - top];
      const upper = at(left, top) * (1 - across) + at(left + 1, top) * across;
      const lower = at(left, top + 1) * (1 - across) + at(left + 1, top + 1) * across;
      out[y * side + x] = Math.round(upper * (1 - down) + lower * down);
    }
  }
  return out;
}

/**
 * A sheet of digits.
 *
 * @param {object} form
 * @param {number} form.columns
 * @param {number} form.rows
 * @param {number} [form.gap]
 * @param {number} [form.border]
 * @param {number} [form.between]  the grey of the gaps
 * @param {boolean} [form.onWhite]
 * @param {number} [form.count]  how many places are taken
 */
export function sheet({ columns, rows, gap = 0, border = 0, between = 0, onWhite = false, count = columns * rows }) {
  const [width, height] = [columns * 28 + (columns - 1) * gap + 2 * border, rows * 28 + (rows - 1) * gap + 2 * border];
  const grey = new Uint8Array(width * height).fill(between);
  for (let i = 0; i < columns * rows; i += 1) {
    const [left, top] = [border + (i % columns) * (28 + gap), border + Math.floor(i / columns) * (28 + gap)];
    const digit = i < count ? digits(i) : new Uint8Array(784);
    for (let place = 0; place < 784; place += 1) grey[(top + Math.floor(place / 28)) * width + left + (place % 28)] = onWhite ? 255 - digit[place] : digit[place];
  }
  return { grey, width, height };
}

/**
 * A photograph of a digit on paper: light that falls off, noise, and the ink where it is wanted.
 *
 * @param {object} form
 * @param {number} form.digit
 * @param {number} form.width
 * @param {number} form.height
 * @param {number} form.size   the side of the digit's picture in it
 * @param {number} form.left
 * @param {number} form.top
 * @param {(u: number, v: number) => number} form.light  of the empty paper, by the place from 0 to 1
 * @param {number} [form.ink]  what is left of the light where there is ink
 * @param {number} [form.noise]
 */
export function photo({ digit, width, height, size, left, top, light, ink = 0.25, noise = 6 }) {
  const next = random(7);
  const drawn = enlarged(digits(digit), size);
  const grey = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - left, y - top];
      const amount = dx >= 0 && dy >= 0 && dx < size && dy < size ? drawn[dy * size + dx] / 255 : 0;
      const value = light(x / width, y / height) * (1 - amount * (1 - ink)) + noise * (next() + next() + next() - 1.5) * 2;
      grey[y * width + x] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return { grey, width, height };
}

/** How alike two pictures are: 1 where they are equal up to brightness. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function correlation(a, b) {
  const mean = (values) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i += 1) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
