/** A set of images as the model takes them: 28 by 28, white on black, one byte a pixel. */

/** @typedef {import("./types.js").ImageSet} ImageSet */

export const SIDE = 28;
export const PIXELS = 784;
/** The label of an image that has none. */
export const UNKNOWN = 255;
/** As many as MNIST has: the memory of a phone bears that. */
export const MOST_IMAGES = 60_000;
/** A label is one byte, and one value says that there is none. */
export const MOST_CLASSES = 255;

/** @returns {ImageSet} */
export function emptySet() {
  return { images: new Uint8Array(0), labels: new Uint8Array(0), classes: null };
}

/**
 * Where the pixels of a picture go: into a box in the middle of 28 by 28, as large as its shape allows.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} [box]  the longer side of what becomes of the picture
 */
export function placeIn(width, height, box = SIDE) {
  const scale = box / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  return { columns, rows, left: Math.floor((SIDE - columns) / 2), top: Math.floor((SIDE - rows) / 2) };
}

/**
 * Makes a picture of any size one of 28 by 28, each of its pixels the mean of the area that it covers.
 *
 * @param {ArrayLike<number>} grey  0 to 255, row by row
 * @param {number} width
 * @param {number} height
 * @param {{ box?: number, around?: number }} [options]  around: the colour outside of the picture; its first pixel's where not given
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fitted(grey, width, height, { box = SIDE, around = grey[0] ?? 0 } = {}) {
  if (width === SIDE && height === SIDE && box === SIDE) return Uint8Array.from(grey, Math.round);
  const { columns, rows, left, top } = placeIn(width, height, box);
  const out = new Uint8Array(PIXELS).fill(Math.round(around));
  const [across, down] = [shares(width, columns), shares(height, rows)];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let sum = 0;
      for (const [y, tall] of down[row] ?? []) for (const [x, wide] of across[column] ?? []) sum += wide * tall * (grey[y * width + x] ?? 0);
      out[(top + row) * SIDE + left + column] = Math.round(sum);
    }
  }
  return out;
}

/**
 * Which old pixels a new one covers along one side, and by which share of itself.
 *
 * @param {number} from  how many there are
 * @param {number} to    how many they become
 * @returns {[number, number][][]}
 */
function shares(from, to) {
  return Array.from({ length: to }, (_, i) => {
    const [begin, end] = [(i * from) / to, ((i + 1) * from) / to];
    /** @type {[number, number][]} */
    const parts = [];
    for (let place = Math.floor(begin); place < end && place < from; place += 1) {
      parts.push([place, (Math.min(place + 1, end) - Math.max(place, begin)) / (end - begin)]);
    }
    return parts;
  });
}

/**
 * The set as MNIST's own files have it; null in place of labels where no image has one. Images without a label among others
 * keep 255.
 *
 * @param {ImageSet} set
 * @returns {{ images: Uint8Array<ArrayBuffer>, labels: Uint8Array<ArrayBuffer> | null }}
 */
export function toIdx({ images, labels }) {
  return {
    images: idx([labels.length, SIDE, SIDE], images),
    labels: labels.some((label) => label !== UNKNOWN) ? idx([labels.length], labels) : null,
  };
}

/**
 * @param {number[]} sizes
 * @param {Uint8Array} body
 */
function idx(sizes, body) {
  const bytes = new Uint8Array(4 + 4 * sizes.length + body.length);
  bytes.set([0, 0, 8, sizes.length]);
  const view = new DataView(bytes.buffer);
  sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(body, 4 + 4 * sizes.length);
  return bytes;
}
