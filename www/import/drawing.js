/** Drawings on plain paper: where their ink lies, and their MNIST form. */

import { BOX, mnistForm } from "./digit.js";

/** Less than this apart from the paper is no ink. */
const LEAST_INK = 32;
/** A drawing leaves most of its paper empty. */
const MOST_INK = 0.3;
/** MNIST's digits are as high as this part of their picture, and so far from its middle at most. */
const [USUAL, OFF] = [BOX / 28, 0.06];
const FROM_MIDDLE = 0.1;

/**
 * @typedef {object} Drawing
 * @property {boolean} inForm  it lies in its picture as MNIST's digits do: made smaller, it is one
 * @property {boolean} dark    whether the ink is darker than its paper
 * @property {() => Uint8Array<ArrayBuffer> | null} digit  28 by 28 in MNIST's form, 255 for full ink
 */

/**
 * Ink on plain paper that it does not fill, as drawing programs save it; null for any other picture.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @returns {Drawing | null}
 */
export function drawingOf(grey, width, height) {
  const paper = grey[0] ?? 0;
  const near = (/** @type {number} */ place) => Math.abs((grey[place] ?? 0) - paper) <= 8;
  for (let x = 0; x < width; x += 1) if (!near(x) || !near((height - 1) * width + x)) return null;
  for (let y = 0; y < height; y += 1) if (!near(y * width) || !near((y + 1) * width - 1)) return null;
  let [inked, darker, furthest, rough] = [0, 0, 0, 0];
  let [left, top, right, bottom, mass, sumX, sumY] = [width, height, 0, 0, 0, 0, 0];
  for (let y = 0, i = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, i += 1) {
      const value = grey[i] ?? 0;
      const apart = value < paper ? paper - value : value - paper;
      if (apart < LEAST_INK) {
        if (apart > 8) rough += 1;
        continue;
      }
      inked += 1;
      if (value < paper) darker += 1;
      if (apart > furthest) furthest = apart;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
      mass += apart;
      sumX += apart * x;
      sumY += apart * y;
    }
  }
  // Paper that is not plain is for the photographs.
  if (inked === 0 || inked > MOST_INK * grey.length || rough > 0.1 * grey.length) return null;
  const dark = darker > inked / 2;
  const ink = () => grey.map((value) => Math.round((255 * amount(dark ? paper - value : value - paper)) / furthest));
  const amount = (/** @type {number} */ apart) => (apart < LEAST_INK / 2 ? 0 : apart);
  const side = Math.max(width, height);
  const size = Math.max(right - left + 1, bottom - top + 1) / side;
  const middle = Math.max(Math.abs(sumX / mass + 0.5 - width / 2), Math.abs(sumY / mass + 0.5 - height / 2)) / side;
  return { inForm: Math.abs(size - USUAL) < OFF && middle < FROM_MIDDLE, dark, digit: () => mnistForm(ink(), width) };
}
