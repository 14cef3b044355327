/** The set as files, in MNIST's own form: what the page was told once can be told it again, or any other program. */

import { UNKNOWN } from "../../import/set.js";
import { offerFile } from "../../lib/offer.js";

/** @param {import("../../import/types.js").ImageSet} set */
export function exportSet({ images, labels }) {
  // Without a type the browser guesses one, and puts its ending behind the name.
  const type = "application/octet-stream";
  // The images are handed over as they are: nothing of their size is copied here.
  offerFile(new Blob([header([labels.length, 28, 28]), images], { type }), "own-images-idx3-ubyte");
  if (labels.some((label) => label !== UNKNOWN)) offerFile(new Blob([header([labels.length]), labels], { type }), "own-labels-idx1-ubyte");
}

/** IDX: two zeros, bytes, the number of dimensions, and their sizes with the high byte first. @param {number[]} sizes */
function header(sizes) {
  const bytes = new Uint8Array(4 + 4 * sizes.length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  return bytes;
}
