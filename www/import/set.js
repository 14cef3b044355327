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
 * Makes pictures of one size ones of 28 by 28: of a larger one each new pixel is the mean of the area that it covers, and a
 * smaller one is drawn larger by smooth curves. What is prepared once serves all pictures of that size.
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
  const [across, down] = [weightsOf(width, columns), weightsOf(height, rows)];
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
        out[at + (top + row) * SIDE + left + column] = Math.round(Math.min(255, Math.max(0, sum)));
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
 * Which old pixels make a new one along one side: from which on, and with which weights. Those of new pixel i stand from starts[i]
 * to starts[i + 1].
 *
 * @param {number} from  how many there are
 * @param {number} to    how many they become
 */
function weightsOf(from, to) {
  const first = new Int32Array(to);
  const starts = new Int32Array(to + 1);
  /** @type {number[]} */
  const weights = [];
  for (let i = 0; i < to; i += 1) {
    const { place, list } = to > from ? curved(from, to, i) : covered(from, to, i);
    first[i] = place;
    weights.push(...list);
    starts[i + 1] = weights.length;
  }
  return { first, starts, weights: Float64Array.from(weights) };
}

/**
 * The share of each old pixel in the length that a new one covers.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} i
 */
function covered(from, to, i) {
  const [begin, end] = [(i * from) / to, ((i + 1) * from) / to];
  /** @type {number[]} */
  const list = [];
  for (let place = Math.floor(begin); place < end && place < from; place += 1) {
    list.push((Math.min(place + 1, end) - Math.max(place, begin)) / (end - begin));
  }
  return { place: Math.floor(begin), list };
}

/**
 * Catmull and Rom's curve through the four nearest old pixels, which keeps bright what was bright; beyond the edge the last pixel
 * goes on.
 *
 * @param {number} from
 * @param {number} to
 * @param {number} i
 */
function curved(from, to, i) {
  const middle = ((i + 0.5) * from) / to - 0.5;
  const before = Math.floor(middle);
  const t = middle - before;
  const four = [-0.5 * t + t * t - 0.5 * t ** 3, 1 - 2.5 * t * t + 1.5 * t ** 3, 0.5 * t + 2 * t * t - 1.5 * t ** 3, -0.5 * t * t + 0.5 * t ** 3];
  const place = Math.max(0, before - 1);
  const list = new Array(Math.min(from - 1, before + 2) - place + 1).fill(0);
  four.forEach((weight, k) => {
    const at = Math.min(from - 1, Math.max(0, before - 1 + k)) - place;
    list[at] += weight;
  });
  return { place, list };
}
