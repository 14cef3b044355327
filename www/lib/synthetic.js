/** Digits made up for measurements: as many pixels are zero as in MNIST, which is what the speed of training depends on. */

const PIXELS = 784;
/** The share of pixels that is not zero. */
const INK = 0.2;

/**
 * @param {number} count
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function makeDigits(count) {
  const random = createRandom();
  const pixels = new Uint8Array(count * PIXELS);
  for (let index = 0; index < pixels.length; index++) if (random() < INK) pixels[index] = 1 + Math.floor(random() * 255);
  return pixels;
}

/**
 * Gives a lab so many training images, with labels.
 *
 * @param {import("../pkg/vae_lab.js").Lab} lab
 * @param {number} count
 */
export function loadDigits(lab, count) {
  lab.pushData("trainImages", idxHeader(0x803, count, 28, 28));
  lab.pushData("trainImages", makeDigits(count));
  lab.finishData("trainImages");
  lab.pushData("trainLabels", idxHeader(0x801, count));
  lab.pushData("trainLabels", Uint8Array.from({ length: count }, (_, index) => index % 10));
  lab.finishData("trainLabels");
}

/** The same numbers in [0, 1) every time (mulberry32). */
export function createRandom() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The head of an IDX file.
 *
 * @param {number[]} numbers
 */
function idxHeader(...numbers) {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => view.setUint32(index * 4, number));
  return bytes;
}
