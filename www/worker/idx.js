/** The files that the model's program reads: IDX, a header of big-endian numbers and then one byte a value. */

import { CodedError } from "../lib/coded-error.js";
import { DIGIT_SIDE } from "../protocol.js";

export const DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE;
/** Bytes go into the wasm module in pieces of this size: each is copied once on the way. */
const PIECE = 1 << 20;
const [LABELS, IMAGES] = [0x801, 0x803];
const [LABELS_HEADER, IMAGES_HEADER] = [8, 16];

/**
 * @typedef {import("../pkg/vae_lab.js").Lab} Lab
 * @typedef {{ images: Uint8Array, labels: Uint8Array }} Digits  784 bytes an image, one byte a label
 */

/**
 * The digits of two whole files, which the model's program has looked at: it refuses what is no such file.
 *
 * @param {Lab} scratch  a model's data that nobody uses; it is left with the labels
 * @param {Uint8Array} labelFile
 * @param {Uint8Array} imageFile
 * @returns {Digits}
 */
export function readDigits(scratch, labelFile, imageFile) {
  // Of the images the header says it all, and they are many.
  scratch.pushData("trainImages", imageFile.subarray(0, IMAGES_HEADER));
  scratch.pushData("trainLabels", labelFile);
  scratch.finishData("trainLabels");
  const images = imageFile.subarray(IMAGES_HEADER);
  const labels = labelFile.subarray(LABELS_HEADER);
  const expected = scratch.dataStatus().trainImages.expected ?? 0;
  if (images.length !== expected * DIGIT_PIXELS || labels.length !== expected) {
    throw new CodedError("trainDigitsCut", { expected, bytes: images.length, labels: labels.length });
  }
  return { images, labels };
}

/**
 * Throws what the model's program would say against these labels.
 *
 * @param {Lab} scratch
 * @param {Uint8Array} labels
 */
export function checkLabels(scratch, labels) {
  scratch.pushData("trainLabels", header(LABELS, labels.length));
  scratch.pushData("trainLabels", labels);
}

/**
 * Makes these digits, one set after the other, what training learns from.
 *
 * @param {Lab} lab
 * @param {readonly Digits[]} sets
 */
export function pushDigits(lab, sets) {
  const count = sets.reduce((sum, { labels }) => sum + labels.length, 0);
  // Cleared first: both old and new at once may be more than a phone has room for.
  lab.clearData("trainLabels");
  lab.clearData("trainImages");
  lab.pushData("trainLabels", header(LABELS, count));
  lab.pushData("trainImages", header(IMAGES, count, DIGIT_SIDE, DIGIT_SIDE));
  for (const { images, labels } of sets) {
    push(lab, "trainLabels", labels);
    push(lab, "trainImages", images);
  }
  lab.finishData("trainLabels");
  lab.finishData("trainImages");
  return count;
}

/**
 * @param {Lab} lab
 * @param {import("../pkg/vae_lab.js").Part} part
 * @param {Uint8Array} bytes
 */
function push(lab, part, bytes) {
  for (let start = 0; start < bytes.length; start += PIECE) lab.pushData(part, bytes.subarray(start, start + PIECE));
}

/** @param {number[]} values */
function header(...values) {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => view.setUint32(i * 4, value));
  return new Uint8Array(view.buffer);
}
