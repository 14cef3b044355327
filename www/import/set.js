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
 * Makes pictures of one size ones of 28 by 28, each new pixel the mean of the area that it covers. What is prepared once serves
 * all pictures of that size.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} [box]  the longer side of what becomes of the picture, in the middle of 28 by 28
 * @returns {(grey: ArrayLike<number>, out: Uint8Array, at: number, around?: number) => void}  grey: 0 to 255, row by row; around: the colour outside of the picture, its first pixel's where not given
 */
export function createFitter(width, height, box = SIDE) {
  const scale = box / Math.max(width, height);
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const [left, top] = [Math.floor((SIDE - columns) / 2), Math.floor((SIDE - rows) / 2)];
  const [across, down] = [shares(width, columns), shares(height, rows)];
  const narrowed = new Float64Array(columns * height);
  return (grey, out, at, around = grey[0] ?? 0) => {
    // First along the rows, then along the columns.
    for (let y = 0; y < height; y += 1) {
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        const first = valueAt(across.first, column);
        for (let i = valueAt(across.starts, column), x = first; i < valueAt(across.starts, column + 1); i += 1, x += 1) sum += valueAt(across.weights, i) * valueAt(grey, y * width + x);
        narrowed[y * columns + column] = sum;
      }
    }
    out.fill(Math.round(around), at, at + PIXELS);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        for (let i = valueAt(down.starts, row), y = valueAt(down.first, row); i < valueAt(down.starts, row + 1); i += 1, y += 1) sum += valueAt(down.weights, i) * valueAt(narrowed, y * columns + column);
        out[at + (top + row) * SIDE + left + column] = Math.round(sum);
      }
    }
  };
}

/** What stands at a place that is known to be there. @param {ArrayLike<number>} list @param {number} place */
function valueAt(list, place) {
  return /** @type {number} */ (list[place]);
}

/**
 * One picture made 28 by 28.
 *
 * @param {ArrayLike<number>} grey  0 to 255, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fitted(grey, width, height) {
  const out = new Uint8Array(PIXELS);
  createFitter(width, height)(grey, out, 0);
  return out;
}

/**
 * Which old pixels each new one covers along one side: from which on, and by which share of the new one. The shares of new pixel
 * i stand from starts[i] to starts[i + 1].
 *
 * @param {number} from  how many there are
 * @param {number} to    how many they become
 */
function shares(from, to) {
  const first = new Int32Array(to);
  const starts = new Int32Array(to + 1);
  /** @type {number[]} */
  const weights = [];
  for (let i = 0; i < to; i += 1) {
    const [begin, end] = [(i * from) / to, ((i + 1) * from) / to];
    first[i] = Math.floor(begin);
    for (let place = Math.floor(begin); place < end && place < from; place += 1) {
      weights.push((Math.min(place + 1, end) - Math.max(place, begin)) / (end - begin));
    }
    starts[i + 1] = weights.length;
  }
  return { first, starts, weights: Float64Array.from(weights) };
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
