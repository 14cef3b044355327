/** An array of numbers as images or labels, whatever its shape: what NPY, NPZ and IDX have in common. */

import { readNumbers } from "./elements.js";
import { asLabels } from "./labels.js";
import { layoutOf } from "./layout.js";
import { isStoredTransposed } from "./orientation.js";
import { MOST_IMAGES } from "./set.js";
import { readMatrix } from "./table.js";
import { ReadError } from "./types.js";

/**
 * @typedef {object} PlainArray
 * @property {string} name
 * @property {number[]} shape
 * @property {boolean} fortran  whether the first index moves fastest
 * @property {import("./elements.js").Element} element
 * @property {Uint8Array} bytes
 * @property {number} at  where the numbers begin
 */

/** @param {readonly number[]} shape */
export function product(shape) {
  return shape.reduce((all, size) => all * size, 1);
}

/**
 * Labels are one number an image, or a row of it that says which one (one-hot).
 *
 * @param {PlainArray} array
 * @returns {import("./types.js").Labels | null}
 */
export function labelsOfArray(array) {
  const { shape, fortran } = array;
  const long = shape.filter((size) => size !== 1);
  const values = () => readNumbers(array.bytes, array.element, array.at, product(shape), true);
  if (long.length <= 1) return asLabels(values(), long[0] ?? 1, 1);
  const [rows = 0, columns = 0] = long;
  if (long.length !== 2 || columns > 255) return null;
  const numbers = values();
  return asLabels(fortran ? transposed(numbers, columns, rows) : numbers, rows, columns);
}

/**
 * @param {PlainArray} array
 * @returns {import("./types.js").Found[] | null}  null: its shape is none of images'
 */
export function imagesOfArray(array) {
  const { name, shape, element, bytes, at, fortran } = array;
  const layout = layoutOf(shape, fortran);
  // 785 numbers a row are rather an image and its label than a row of one picture.
  if (!layout || (layout.count === 1 && shape[0] !== shape[1])) {
    const table = matrix(array);
    if (table || !layout) return table;
  }
  const { count, width, height, told } = layout;
  const kept = Math.min(count, MOST_IMAGES);
  const inOrder = layout.channels === 1 && layout.ofColumn === 1 && layout.ofRow === width && (count === 1 || layout.ofImage === width * height);
  // Where image follows image, only those are read that there is room for.
  const values = readNumbers(bytes, element, at, inOrder ? kept * width * height : product(shape), false);
  /** @type {import("./types.js").Remark[]} */
  const remarks = told ? [{ code: told, values: { name, count, width, height } }] : [];
  if (layout.channels > 1) remarks.push({ code: "colour", values: { name, channels: layout.channels } });
  /** @type {import("./types.js").RawImages} */
  const raw = {
    count: kept, total: count, width, height, labels: null, from: "array", name, remarks,
    values: inOrder ? values : gathered(values, layout, kept),
    transposed: isStoredTransposed(name),
  };
  return [{ kind: "images", raw }];
}

/**
 * A table of numbers with a label in front of the pixels or behind them, as people save a CSV file they have read.
 *
 * @param {PlainArray} array
 */
function matrix({ name, shape, element, bytes, at, fortran }) {
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2) return null;
  const values = readNumbers(bytes, element, at, rows * columns, false);
  return readMatrix(name, fortran ? transposed(values, columns, rows) : values, rows, columns);
}

/**
 * Rows for columns.
 *
 * @param {import("./elements.js").Numbers} values
 * @param {number} rows
 * @param {number} columns
 */
export function transposed(values, rows, columns) {
  const out = like(values, values.length);
  for (let row = 0, from = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1, from += 1) out[column * rows + row] = /** @type {number} */ (values[from]);
  return out;
}

/**
 * @param {import("./elements.js").Numbers} values
 * @param {number} length
 * @returns {import("./elements.js").Numbers}
 */
function like(values, length) {
  if (values instanceof Uint8Array) return new Uint8Array(length);
  if (values instanceof Uint16Array) return new Uint16Array(length);
  return values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/**
 * The images one after the other, row by row, grey.
 *
 * @param {import("./elements.js").Numbers} values
 * @param {import("./layout.js").Layout} layout
 * @param {number} kept
 */
function gathered(values, layout, kept) {
  const { width, height, channels, ofImage, ofRow, ofColumn } = layout;
  const out = like(values, kept * width * height);
  const grey = channels > 1 ? greyRule(values, layout) : null;
  for (let image = 0, to = 0; image < kept; image += 1) {
    for (let row = 0; row < height; row += 1) {
      let from = image * ofImage + row * ofRow;
      for (let column = 0; column < width; column += 1, from += ofColumn, to += 1) out[to] = grey ? grey(from) : /** @type {number} */ (values[from]);
    }
  }
  return out;
}

/**
 * How colour becomes grey: ink of any colour on black is as bright as its strongest channel, on white paper as dark as its
 * weakest one. A fourth channel is what covers; where the others are one plain colour, it is the ink itself.
 *
 * @param {import("./elements.js").Numbers} values
 * @param {import("./layout.js").Layout} layout
 * @returns {(at: number) => number}
 */
function greyRule(values, { count, width, height, channels, ofImage, ofRow, ofColumn, ofChannel }) {
  const valueAt = (/** @type {number} */ at) => /** @type {number} */ (values[at]);
  const colours = channels < 3 ? 1 : 3;
  const [first, second] = [valueAt(0), valueAt(ofChannel)];
  let [plain, sum, all, covered] = [true, 0, 0, true];
  const alpha = channels === 2 || channels === 4 ? (channels - 1) * ofChannel : -1;
  const highest = alpha < 0 ? 1 : highestAlong(values, alpha, { count, width, height, ofImage, ofRow, ofColumn });
  for (let image = 0; image < Math.min(count, 1000); image += 1) {
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const at = image * ofImage + row * ofRow + column * ofColumn;
        if (plain && (valueAt(at) !== first || (colours > 1 && valueAt(at + ofChannel) !== second))) plain = false;
        if (alpha >= 0 && valueAt(at + alpha) !== highest) covered = false;
        if (row === 0 || column === 0) [sum, all] = [sum + valueAt(at), all + 1];
      }
    }
  }
  if (alpha >= 0 && !covered && plain) return (at) => valueAt(at + alpha);
  const bright = sum / all > middleOf(values);
  const pick = bright ? Math.min : Math.max;
  const grey = colours === 1 ? valueAt : (/** @type {number} */ at) => pick(valueAt(at), valueAt(at + ofChannel), valueAt(at + 2 * ofChannel));
  return alpha < 0 || covered ? grey : (at) => (grey(at) * valueAt(at + alpha)) / highest;
}

/**
 * @param {import("./elements.js").Numbers} values
 * @param {number} channel
 * @param {Pick<import("./layout.js").Layout, "count" | "width" | "height" | "ofImage" | "ofRow" | "ofColumn">} layout
 */
function highestAlong(values, channel, { count, width, height, ofImage, ofRow, ofColumn }) {
  let highest = 0;
  for (let image = 0; image < count; image += 1) {
    for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1) highest = Math.max(highest, values[channel + image * ofImage + row * ofRow + column * ofColumn] ?? 0);
  }
  return highest;
}

/** Half way between the lowest and the highest number. @param {import("./elements.js").Numbers} values */
function middleOf(values) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i += 1) {
    const value = /** @type {number} */ (values[i]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return (low + high) / 2;
}

/**
 * A file of one array.
 *
 * @param {PlainArray} array
 * @returns {import("./types.js").Found[]}
 */
export function readArray(array) {
  const { name, shape } = array;
  if (product(shape) === 0) throw new ReadError("noImages", { shape: shape.join(", ") });
  const labels = labelsOfArray(array);
  if (labels) return [{ kind: "labels", name, labels, files: null }];
  const found = imagesOfArray(array);
  if (!found) throw new ReadError("shape", { shape: shape.join(", ") });
  return found;
}
