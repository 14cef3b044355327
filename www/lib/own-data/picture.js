/** PNG and JPEG through the browser's own decoder: one image, or a sheet of images of 28 by 28. */

import { MOST_IMAGES, PIXELS, UNKNOWN, fitted } from "./set.js";

/** A photograph larger than this is read smaller. */
const MOST_SIDE = 4096;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {boolean} cut  whether a sheet is cut into its images
 * @returns {Promise<import("./set.js").OwnSet>}
 */
export async function readPicture(bytes, cut) {
  /** @type {ImageBitmap} */
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes]));
  } catch {
    throw new Error("the browser cannot read this picture: it is damaged, or its ending does not fit what is in it");
  }
  const scale = Math.min(1, MOST_SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
  const context = new OffscreenCanvas(width, height).getContext("2d");
  if (!context) throw new Error("the browser gave no canvas to read the picture with");
  // What is transparent is paper.
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const grey = luminance(context.getImageData(0, 0, width, height).data);
  const sheet = cut && width % 28 === 0 && height % 28 === 0 && width * height > PIXELS;
  const tiles = sheet ? cutTiles(grey, width, height) : [fitted(grey, width, height)];
  if (tiles.length === 0) throw new Error("the sheet is empty: every image of 28 × 28 on it has one colour");
  const images = new Uint8Array(tiles.length * PIXELS);
  tiles.forEach((tile, i) => images.set(tile, i * PIXELS));
  return { images, labels: new Uint8Array(tiles.length).fill(UNKNOWN) };
}

/** Rec. 601 luma. @param {Uint8ClampedArray} rgba */
function luminance(rgba) {
  const grey = new Uint8Array(rgba.length / 4);
  for (let i = 0, j = 0; i < grey.length; i += 1, j += 4) grey[i] = Math.round(0.299 * (rgba[j] ?? 0) + 0.587 * (rgba[j + 1] ?? 0) + 0.114 * (rgba[j + 2] ?? 0));
  return grey;
}

/**
 * The images of a sheet; empty places are left out.
 *
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 */
export function cutTiles(grey, width, height) {
  const tiles = [];
  for (let top = 0; top < height; top += 28) {
    for (let left = 0; left < width && tiles.length < MOST_IMAGES; left += 28) {
      const tile = new Uint8Array(PIXELS);
      for (let row = 0; row < 28; row += 1) tile.set(grey.subarray((top + row) * width + left, (top + row) * width + left + 28), row * 28);
      if (tile.some((value) => Math.abs(value - (tile[0] ?? 0)) > 8)) tiles.push(tile);
    }
  }
  return tiles;
}
