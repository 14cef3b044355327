/** Small pictures of a set's images. */

import { PIXELS, SIDE } from "../../import/set.js";
import { paintPictures } from "../../ui/picture.js";

/**
 * The numbers of some images, from all over the set.
 *
 * @param {number} images
 * @param {number} most
 */
export function sample(images, most) {
  const count = Math.min(images, most);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * images) / count));
}

/**
 * Paints some of the images beside and below each other.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} images
 * @param {number} columns
 * @param {number} rows
 * @returns {number} how many were painted
 */
export function paintSome(canvas, images, columns, rows) {
  const chosen = sample(images.length / PIXELS, columns * rows);
  canvas.width = columns * SIDE;
  canvas.height = Math.max(1, Math.ceil(chosen.length / columns)) * SIDE;
  paintPictures(canvas, chosen.map((image) => pictureOf(images, image)), SIDE);
  return chosen.length;
}

/** @param {Uint8Array} images @param {number} index */
export function pictureOf(images, index) {
  return images.subarray(index * PIXELS, (index + 1) * PIXELS);
}
