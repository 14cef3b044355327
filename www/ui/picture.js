/**
 * Pictures of gray numbers on canvases of their native size: white on black, as the model has it. The style (pictures.css) shows
 * every picture of the page as ink on paper in light colours and as chalk on black in dark ones, so a change of theme needs no
 * script.
 */

import { grayToRgba } from "../lib/pixels.js";

/**
 * Pictures of one size beside and below each other.
 *
 * @param {HTMLCanvasElement} canvas  a whole number of pictures wide and high
 * @param {readonly Uint8Array[]} pictures  each row by row
 * @param {number} side  of each, in pixels
 */
export function paintPictures(canvas, pictures, side) {
  const context = canvas.getContext("2d");
  const columns = canvas.width / side;
  context?.clearRect(0, 0, canvas.width, canvas.height);
  pictures.forEach((gray, i) => context?.putImageData(new ImageData(grayToRgba(gray), side, side), (i % columns) * side, Math.floor(i / columns) * side));
}

/** One picture that changes. @param {HTMLCanvasElement} canvas */
export function createPicture(canvas) {
  const context = canvas.getContext("2d");
  /** @type {Uint8Array | null} */
  let painted = null;

  /**
   * Handing over pixels takes milliseconds on a phone, so it is done when there are new ones.
   *
   * @param {Uint8Array | null} gray  row by row; null for an empty picture
   */
  return (gray) => {
    if (gray === painted) return;
    painted = gray;
    if (gray) context?.putImageData(new ImageData(grayToRgba(gray), canvas.width, canvas.height), 0, 0);
    else context?.clearRect(0, 0, canvas.width, canvas.height);
  };
}
