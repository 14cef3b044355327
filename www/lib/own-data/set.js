/**
 * Images of the visitor's own: 784 bytes each, white on black like MNIST, with or without labels.
 *
 * @typedef {object} OwnSet
 * @property {Uint8Array<ArrayBuffer>} images
 * @property {Uint8Array<ArrayBuffer>} labels  one an image; UNKNOWN where there is none
 */

export const PIXELS = 784;
export const UNKNOWN = 255;
/** As many as MNIST has: the memory of a phone bears that. */
export const MOST_IMAGES = 60_000;

/** @returns {OwnSet} */
export function emptySet() {
  return { images: new Uint8Array(0), labels: new Uint8Array(0) };
}

/**
 * One set after another, as far as there is room.
 *
 * @param {OwnSet} first
 * @param {OwnSet} second
 * @returns {OwnSet}
 */
export function joined(first, second) {
  const count = Math.min(MOST_IMAGES, first.labels.length + second.labels.length);
  const images = new Uint8Array(count * PIXELS);
  const labels = new Uint8Array(count);
  images.set(first.images);
  labels.set(first.labels);
  images.set(second.images.subarray(0, images.length - first.images.length), first.images.length);
  labels.set(second.labels.subarray(0, count - first.labels.length), first.labels.length);
  return { images, labels };
}

/** @param {OwnSet} set @returns {OwnSet} */
export function inverted({ images, labels }) {
  return { images: images.map((value) => 255 - value), labels };
}

/**
 * White on black, whatever it was: where most of the borders are bright, the paper is.
 *
 * @param {OwnSet} set
 */
export function likeMnist(set) {
  let sum = 0;
  for (let start = 0; start < set.images.length; start += PIXELS) {
    for (let i = 0; i < 28; i += 1) for (const place of [i, 756 + i, 28 * i, 28 * i + 27]) sum += set.images[start + place] ?? 0;
  }
  const bright = set.labels.length > 0 && sum / (set.labels.length * 112) > 127;
  return bright ? inverted(set) : set;
}

/**
 * A grey picture of any size, averaged over areas to fit into 28 by 28, in the middle, on the colour of its corner.
 *
 * @param {ArrayLike<number>} grey  0 to 255, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fitted(grey, width, height) {
  if (width === 28 && height === 28) return Uint8Array.from(grey);
  const scale = 28 / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [left, top] = [Math.floor((28 - columns) / 2), Math.floor((28 - rows) / 2)];
  const out = new Uint8Array(PIXELS).fill(grey[0] ?? 0);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      out[(top + row) * 28 + left + column] = Math.round(mean(grey, width, [(column * width) / columns, ((column + 1) * width) / columns], [(row * height) / rows, ((row + 1) * height) / rows]));
    }
  }
  return out;
}

/**
 * The mean over a rectangle, whose edges may cut through pixels.
 *
 * @param {ArrayLike<number>} grey
 * @param {number} width
 * @param {[number, number]} across
 * @param {[number, number]} down
 */
function mean(grey, width, [x0, x1], [y0, y1]) {
  let sum = 0;
  for (let y = Math.floor(y0); y < y1; y += 1) {
    const tall = Math.min(y + 1, y1) - Math.max(y, y0);
    for (let x = Math.floor(x0); x < x1; x += 1) sum += (Math.min(x + 1, x1) - Math.max(x, x0)) * tall * (grey[y * width + x] ?? 0);
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

/**
 * Many pictures of one size, one after the other.
 *
 * @param {ArrayLike<number>} grey
 * @param {number} width
 * @param {number} height
 * @returns {OwnSet}
 */
export function fittedAll(grey, width, height) {
  const count = Math.min(MOST_IMAGES, Math.floor(grey.length / (width * height)));
  const images = new Uint8Array(count * PIXELS);
  const list = grey instanceof Uint8Array || grey instanceof Float64Array ? grey : Float64Array.from(grey);
  for (let i = 0; i < count; i += 1) images.set(fitted(list.subarray(i * width * height, (i + 1) * width * height), width, height), i * PIXELS);
  return { images, labels: new Uint8Array(count).fill(UNKNOWN) };
}

/**
 * The files of the set as MNIST has them, for a training run: a small set is repeated, so that an epoch is not over before it
 * began.
 *
 * @param {OwnSet} set
 * @param {number} [least]  the fewest images of an epoch
 * @returns {OwnSet}
 */
export function repeated(set, least = 1024) {
  let whole = set;
  while (whole.labels.length > 0 && whole.labels.length < least) whole = joined(whole, set);
  return whole;
}
