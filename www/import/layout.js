/** Where the images lie in an array, by its shape alone. */

/**
 * Sizes and strides, in numbers: pixel (row, column) of channel c of image i stands at i * ofImage + row * ofRow + column * ofColumn + c * ofChannel.
 *
 * @typedef {object} Layout
 * @property {number} count
 * @property {number} height
 * @property {number} width
 * @property {number} channels
 * @property {number} ofImage
 * @property {number} ofRow
 * @property {number} ofColumn
 * @property {number} ofChannel
 * @property {"imageColumns" | "stacked" | null} told  what a visitor may want to know: an image was a column; images stood below one another
 */

/** @typedef {{ size: number, stride: number }} Axis */

/** The axis of what there is one of. @type {Axis} */
const ALONE = { size: 1, stride: 0 };

/** Pictures smaller than this are tables of something else. */
const SMALLEST = 7;

/** The side of a square of so many pixels; 0 where it is none. @param {number} pixels */
export function sideOf(pixels) {
  const side = Math.round(Math.sqrt(pixels));
  return side >= SMALLEST && side * side === pixels ? side : 0;
}

/**
 * @param {number[]} shape
 * @param {boolean} fortran  whether the first index moves fastest
 * @returns {Layout | null}
 */
export function layoutOf(shape, fortran) {
  const strides = stridesOf(shape, fortran);
  const axes = shape.map((size, i) => ({ size, stride: strides[i] ?? 0 }));
  const found = arrange(axes);
  // An axis of one number says nothing, except where it is the only channel or the only image.
  return found ?? (axes.some(({ size }) => size === 1) ? arrange(axes.filter(({ size }) => size !== 1)) : null);
}

/** @param {Axis[]} axes @returns {Layout | null} */
function arrange(axes) {
  const sizes = axes.map(({ size }) => size);
  const [a, b, c, d] = axes;
  if (axes.length === 1 && a) return flat(ALONE, a, null);
  if (axes.length === 2 && a && b) return table(a, b);
  if (axes.length === 3 && a && b && c) {
    if (c.size === 1) return table(a, b);
    if (b.size === 1) return table(a, c);
    if (isSide(a) && isSide(b) && isChannels(c)) return layout(ALONE, a, b, c);
    // MATLAB's habit: the number of the image comes last.
    if (a.size === b.size && b.size !== c.size && isSide(a)) return layout(c, a, b);
    return isSide(b) && isSide(c) ? layout(a, b, c) : null;
  }
  if (axes.length === 4 && a && b && c && d) {
    if (isChannels(d) && isSide(b) && isSide(c)) return layout(a, b, c, d);
    if (isChannels(b) && isSide(c) && isSide(d)) return layout(a, c, d, b);
    // SVHN's: height, width, channels, number.
    if (isChannels(c) && isSide(a) && isSide(b)) return layout(d, a, b, c);
  }
  // Several axes of images, one within the other: they must follow each other in memory.
  if (axes.length >= 4 && sizes.slice(-2).every((size) => size >= SMALLEST)) {
    const [outer, inner] = [axes[0], axes[1]];
    if (outer && inner && outer.stride === inner.stride * inner.size) return arrange([{ size: outer.size * inner.size, stride: inner.stride }, ...axes.slice(2)]);
  }
  return null;
}

/**
 * Two axes: a flat image a row, a flat image a column, or one image.
 *
 * @param {Axis} a
 * @param {Axis} b
 * @returns {Layout | null}
 */
function table(a, b) {
  const [rows, columns] = [sideOf(b.size), sideOf(a.size)];
  // 784 is MNIST's; of other numbers the one that is a square says what it is, and a square table of them is a picture.
  if (b.size === 784) return flat(a, b, null);
  if (a.size === 784) return flat(b, a, "imageColumns");
  if (a.size === b.size) return isSide(a) ? layout(ALONE, a, b) : null;
  if (rows > 0) return flat(a, b, null);
  if (b.size === 28 && a.size % 28 === 0) return { ...layout({ size: a.size / 28, stride: 28 * a.stride }, { ...a, size: 28 }, b), told: "stacked" };
  if (columns > 0) return flat(b, a, "imageColumns");
  return isSide(a) && isSide(b) ? layout(ALONE, a, b) : null;
}

/**
 * @param {Axis} images
 * @param {Axis} pixels
 * @param {"imageColumns" | null} told
 */
function flat(images, pixels, told) {
  const side = sideOf(pixels.size);
  if (side === 0) return null;
  return { ...layout(images, { size: side, stride: side * pixels.stride }, { size: side, stride: pixels.stride }), told };
}

/**
 * @param {Axis} images
 * @param {Axis} rows
 * @param {Axis} columns
 * @param {Axis} [channels]
 * @returns {Layout}
 */
function layout(images, rows, columns, channels = ALONE) {
  return {
    count: images.size, height: rows.size, width: columns.size, channels: channels.size,
    ofImage: images.stride, ofRow: rows.stride, ofColumn: columns.stride, ofChannel: channels.stride,
    told: null,
  };
}

/** @param {Axis} axis */
function isSide({ size }) {
  return size >= SMALLEST;
}

/** @param {Axis} axis */
function isChannels({ size }) {
  return size >= 1 && size <= 4;
}

/** @param {number[]} shape @param {boolean} fortran */
function stridesOf(shape, fortran) {
  const strides = new Array(shape.length).fill(1);
  if (fortran) for (let i = 1; i < shape.length; i += 1) strides[i] = strides[i - 1] * (shape[i - 1] ?? 1);
  else for (let i = shape.length - 2; i >= 0; i -= 1) strides[i] = strides[i + 1] * (shape[i + 1] ?? 1);
  return strides;
}
