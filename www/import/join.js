/** Two sets become one, without holding up the page: sixty thousand images are 47 megabytes. */

import { breath } from "./breath.js";
import { mergedLabels } from "./classes.js";
import { MOST_IMAGES, PIXELS } from "./set.js";

/** So many images are copied before everything else gets a turn. */
const IMAGES_A_TURN = 8000;

/**
 * @param {import("./types.js").ImageSet} first
 * @param {import("./types.js").ImageSet} second
 * @returns {Promise<{ set: import("./types.js").ImageSet, leftOut: number, problems: import("./types.js").Problem[] }>}  problems: that there was no room for some, whose files are not known here
 */
export async function joined(first, second) {
  const before = first.labels.length;
  const wanted = before + second.labels.length;
  const count = Math.min(MOST_IMAGES, wanted);
  const merged = mergedLabels(first, second);
  const labels = new Uint8Array(count);
  labels.set(merged.first);
  labels.set(merged.second.subarray(0, count - before), before);
  // Nothing is copied where there is only one of them.
  if (before === 0 && count === wanted) return { set: { images: second.images, labels, classes: merged.classes }, leftOut: 0, problems: [] };
  const images = new Uint8Array(count * PIXELS);
  for (let from = 0; from < count; from += IMAGES_A_TURN) {
    const to = Math.min(count, from + IMAGES_A_TURN);
    if (from < before) images.set(first.images.subarray(from * PIXELS, Math.min(to, before) * PIXELS), from * PIXELS);
    const start = Math.max(from, before);
    if (to > before) images.set(second.images.subarray((start - before) * PIXELS, (to - before) * PIXELS), start * PIXELS);
    if (to < count) await breath();
  }
  const leftOut = wanted - count;
  const problems = leftOut > 0 ? [{ code: "noRoom", values: { count: leftOut }, files: [], count: 1 }] : [];
  return { set: { images, labels, classes: merged.classes }, leftOut, problems };
}
