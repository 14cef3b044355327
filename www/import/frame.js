/** How images of another size than 28 by 28 are brought to it. MNIST's digits fill a box of 20 by 20 in the middle. */

import { PIXELS, SIDE, createFitter } from "./set.js";

/** @typedef {import("./types.js").RawImages} RawImages */
/** @typedef {{ raw: RawImages, shade: (value: number) => number, inverted: boolean }} Shaded */
/** @typedef {"whole" | "box" | "crop"} Frame  scaled as it is; scaled into the box of 20; its margin cut off */

const BOX = 20;
/** Larger pictures have no margin that somebody put around 28 by 28. */
const LARGEST_PADDED = 40;
/** So many images are enough to see whether they fill their picture. */
const MOST_LOOKED_AT = 2000;
const INK = 64;

/**
 * One frame for all images of one size.
 *
 * @param {readonly Shaded[]} files
 * @returns {Map<string, Frame>}
 */
export function framesOf(files) {
  /** @type {Map<string, Shaded[]>} */
  const sizes = new Map();
  for (const file of files) {
    const same = sizes.get(sizeOf(file.raw));
    if (same) same.push(file);
    else sizes.set(sizeOf(file.raw), [file]);
  }
  return new Map([...sizes].map(([size, same]) => [size, frameOf(same)]));
}

/** @param {RawImages} raw */
export function sizeOf({ width, height }) {
  return `${width} × ${height}`;
}

/** @param {readonly Shaded[]} files @returns {Frame} */
function frameOf(files) {
  const { width = 0, height = 0 } = files[0]?.raw ?? {};
  if (width < SIDE && height < SIDE) return touching(files) ? "box" : "whole";
  if (width === height && width > SIDE && width <= LARGEST_PADDED && width % 2 === 0) return isPadded(files) ? "crop" : "whole";
  return "whole";
}

/** Whether ink reaches the border of most images: then they fill their picture. @param {readonly Shaded[]} files */
function touching(files) {
  let [seen, touched] = [0, 0];
  for (const file of files) {
    for (let image = 0; image < file.raw.count && seen < MOST_LOOKED_AT; image += 1) {
      const box = inkOf(file, image);
      if (!box) continue;
      seen += 1;
      if (box.left === 0 || box.top === 0 || box.right === file.raw.width - 1 || box.bottom === file.raw.height - 1) touched += 1;
    }
  }
  return touched * 2 > seen;
}

/** Whether these are images of 28 by 28 with a margin around: the ink of each fits into the box of 20. @param {readonly Shaded[]} files */
function isPadded(files) {
  let widest = 0;
  for (const file of files) {
    const margin = (file.raw.width - SIDE) / 2;
    for (let image = 0; image < file.raw.count; image += 1) {
      const box = inkOf(file, image, 0);
      if (!box) continue;
      widest = Math.max(widest, box.right - box.left + 1, box.bottom - box.top + 1);
      const inside = box.left >= margin && box.top >= margin && box.right < margin + SIDE && box.bottom < margin + SIDE;
      if (!inside || widest > BOX) return false;
    }
  }
  return widest > 0;
}

/**
 * The box around what is brighter than paper.
 *
 * @param {Shaded} file
 * @param {number} image
 * @param {number} [least]
 */
function inkOf({ raw: { values, width, height }, shade, inverted }, image, least = INK) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let row = 0, i = image * width * height; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, i += 1) {
      const value = shade(/** @type {number} */ (values[i]));
      if ((inverted ? 255 - value : value) <= least) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = row;
    }
  }
  return right < 0 ? null : { left, top, right, bottom };
}

/**
 * What writes one image of a file as 28 by 28, white on black.
 *
 * @param {Shaded} file
 * @param {Frame} frame
 * @returns {(image: number, out: Uint8Array, at: number) => void}
 */
export function createWriter({ raw: { values, width, height }, shade, inverted }, frame) {
  const pixels = width * height;
  // Bytes have so few values that each is looked up.
  const table = values instanceof Uint8Array ? Float64Array.from({ length: 256 }, (_, value) => (inverted ? 255 - shade(value) : shade(value))) : null;
  const valueAt = (/** @type {number} */ i) => {
    const value = /** @type {number} */ (values[i]);
    if (table) return /** @type {number} */ (table[value]);
    return inverted ? 255 - shade(value) : shade(value);
  };
  if (pixels === PIXELS && width === SIDE) {
    return (image, out, at) => {
      for (let i = 0, from = image * PIXELS; i < PIXELS; i += 1) out[at + i] = Math.round(valueAt(from + i));
    };
  }
  if (frame === "crop") {
    const margin = (width - SIDE) / 2;
    return (image, out, at) => {
      for (let row = 0; row < SIDE; row += 1) for (let column = 0; column < SIDE; column += 1) out[at + row * SIDE + column] = Math.round(valueAt(image * pixels + (row + margin) * width + column + margin));
    };
  }
  const fit = createFitter(width, height, frame === "box" ? BOX : SIDE);
  const shades = new Float64Array(pixels);
  return (image, out, at) => {
    for (let i = 0; i < pixels; i += 1) shades[i] = valueAt(image * pixels + i);
    // Around the box there is paper; what lies beside a picture that is no square is of the colour of its corner.
    fit(shades, out, at, frame === "box" ? 0 : shades[0]);
  };
}
