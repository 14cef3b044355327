/**
 * A grid of digits. The worker paints it; here the finished bitmap is put on the screen without a copy.
 */

import { tell } from "../lib/fixed-words.js";

/** @param {HTMLCanvasElement} canvas */
export function createGrid(canvas) {
  const context = canvas.getContext("bitmaprenderer");
  if (!context) throw new Error("a grid needs a bitmaprenderer canvas, and this browser gave none");
  return {
    /** @param {{ bitmap: ImageBitmap | null, label: () => string }} data */
    update({ bitmap, label }) {
      if (bitmap) {
        // Setting the size empties a canvas, so it is set only when it changes.
        if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
        if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
      }
      context.transferFromImageBitmap(bitmap);
      tell(canvas, label, "aria-label");
    },
  };
}
