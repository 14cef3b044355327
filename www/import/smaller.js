/** Pictures made 28 by 28. Those of a set are often of one size, for which what they share is worked out once. */

import { PIXELS, createFitter } from "./set.js";

/** The size of the last picture. */
let last = { width: 0, height: 0, fit: createFitter(1, 1) };

/**
 * @param {Uint8Array} grey
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function smaller(grey, width, height) {
  if (width !== last.width || height !== last.height) last = { width, height, fit: createFitter(width, height) };
  const out = new Uint8Array(PIXELS);
  last.fit(grey, out, 0);
  return out;
}
