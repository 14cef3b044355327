/** Which way images lie. */

import { SIDE } from "./set.js";

/**
 * EMNIST's images, and Kaggle's Arabic digits and letters (AHDD, AHCD), are stored column by column, as MATLAB has them. Nothing in
 * the files tells it, so their names have to.
 *
 * @param {string} path
 */
export function isStoredTransposed(path) {
  return /emnist|ahdd|ahcd|arabic|csv(train|test|val\w*)image/i.test(path);
}

/**
 * Makes rows columns, in place.
 *
 * @param {Uint8Array} images
 * @param {number} at  where the image begins
 */
export function turn(images, at) {
  for (let row = 0; row < SIDE; row += 1) {
    for (let column = 0; column < row; column += 1) {
      const [one, other] = [at + row * SIDE + column, at + column * SIDE + row];
      const kept = /** @type {number} */ (images[one]);
      images[one] = /** @type {number} */ (images[other]);
      images[other] = kept;
    }
  }
}
