/** Reads the rows of a table fast: tens of millions of numbers, one pass, no text made of any of them. */

import { MOST_IMAGES } from "./set.js";
import { isMissing, lineReader } from "./text.js";

const [TAB, SPACE, QUOTE, ZERO] = [9, 32, 34, 48];
const [COMMA, PLUS, MINUS, POINT] = [44, 43, 45, 46];
const SMALL_E = 101;
const POWERS = Float64Array.from({ length: 17 }, (_, i) => 10 ** i);
/** More digits than a number of double precision holds say nothing. */
const MOST_DIGITS = 15;
/** The first of many bad lines are enough to tell. */
const MOST_TOLD = 5;

/**
 * @typedef {object} Rows
 * @property {number} count  rows that are kept
 * @property {number} total  rows in the file
 * @property {Uint8Array | Float32Array} pixels  count * plain.length
 * @property {Map<number, (number | string)[]>} columns  the columns that are kept apart
 * @property {Trouble} short     lines of another number of cells
 * @property {Trouble} missing   rows with a pixel that is no number
 *
 * @typedef {{ count: number, first: { line: number, row: number, column: number, found: string | number }[] }} Trouble
 */

/**
 * @param {Uint8Array} bytes  UTF-8
 * @param {import("./text.js").Form} form
 * @param {readonly number[]} plain  columns of pixels, in their order
 * @param {readonly number[]} apart  columns of anything
 * @returns {Rows}
 */
export function readRows(bytes, form, plain, apart) {
  const { columns: width, separator, comma } = form;
  const row = new Float64Array(width);
  /** @type {{ column: number, text: string }[]} */
  const words = [];
  /** @type {Trouble} */
  const short = { count: 0, first: [] };
  /** @type {Trouble} */
  const missing = { count: 0, first: [] };
  /** @type {Map<number, (number | string)[]>} */
  const columns = new Map(apart.map((column) => [column, []]));
  /** @type {Uint8Array | Float32Array} */
  let pixels = new Uint8Array(0);
  let [count, total, number] = [0, 0, form.line];
  const next = lineReader(bytes, form.start);
  const line = { start: 0, end: 0, next: 0 };
  while (next(line)) {
    number += 1;
    const begin = bytes[line.start];
    if (line.end === line.start || isRemark(begin)) continue;
    if (count === MOST_IMAGES) {
      total += 1;
      continue;
    }
    words.length = 0;
    let cells = readLine(bytes, line.start, line.end, separator, comma, row, words);
    if (cells === 0 || (cells > 1 && row.every(Number.isNaN) && words.length === 0)) continue;
    // The header once more, where files were joined.
    if (words.length > 1 && words.filter(({ column }) => !columns.has(column)).length * 2 > cells) continue;
    // Spreadsheets leave empty cells at the end.
    if (cells === width + 1 && endsEmpty(bytes, line.end, separator)) cells = width;
    if (cells !== width) {
      short.count += 1;
      if (short.first.length < MOST_TOLD) short.first.push({ line: number, row: total, column: 0, found: cells });
      continue;
    }
    if (form.mangled && total === 0) for (let i = 0; i < width; i += 1) row[i] = Math.trunc(row[i] ?? 0);
    const word = words.find(({ column }) => !columns.has(column) && plain.includes(column));
    const hole = word ? word.column : (firstHole(row, plain));
    if (hole >= 0) {
      missing.count += 1;
      if (missing.first.length < MOST_TOLD) missing.first.push({ line: number, row: total, column: hole, found: word?.text.slice(0, 40) ?? (Number.isNaN(row[hole]) ? "" : String(row[hole])) });
      total += 1;
      continue;
    }
    if ((count + 1) * plain.length > pixels.length) pixels = grown(pixels, plain.length, count, line, bytes.length);
    pixels = store(pixels, count * plain.length, row, plain);
    for (const [column, values] of columns) values.push(words.find((one) => one.column === column)?.text ?? /** @type {number} */ (row[column]));
    count += 1;
    total += 1;
  }
  return { count, total, pixels: pixels.subarray(0, count * plain.length), columns, short, missing };
}

/** The first pixel that is no number; -1 where all are. @param {Float64Array} row @param {readonly number[]} plain */
function firstHole(row, plain) {
  for (let i = 0; i < plain.length; i += 1) {
    const column = /** @type {number} */ (plain[i]);
    const value = /** @type {number} */ (row[column]);
    if (value - value !== 0) return column;
  }
  return -1;
}

/**
 * Room for as many rows as the file may have, should all be as long as this one.
 *
 * @param {Uint8Array | Float32Array} pixels
 * @param {number} width
 * @param {number} count
 * @param {{ start: number, next: number }} line
 * @param {number} length
 */
function grown(pixels, width, count, line, length) {
  const guess = count + 16 + Math.ceil((1.05 * (length - line.start)) / (line.next - line.start));
  const wanted = Math.min(MOST_IMAGES, Math.max(guess, 2 * count)) * width;
  const larger = pixels instanceof Uint8Array ? new Uint8Array(wanted) : new Float32Array(wanted);
  larger.set(pixels.subarray(0, count * width));
  return larger;
}

/**
 * Bytes as long as all numbers are bytes.
 *
 * @param {Uint8Array | Float32Array} pixels
 * @param {number} at
 * @param {Float64Array} row
 * @param {readonly number[]} plain
 * @returns {Uint8Array | Float32Array}
 */
function store(pixels, at, row, plain) {
  const bytes = pixels instanceof Uint8Array;
  for (let i = 0; i < plain.length; i += 1) {
    const value = /** @type {number} */ (row[/** @type {number} */ (plain[i])]);
    if (bytes && (value & 255) !== value) return store(Float32Array.from(pixels), at, row, plain);
    pixels[at + i] = value;
  }
  return pixels;
}

/** @param {Uint8Array} bytes @param {number} end @param {number} separator */
function endsEmpty(bytes, end, separator) {
  let at = end - 1;
  while (bytes[at] === SPACE || bytes[at] === QUOTE) at -= 1;
  return bytes[at] === separator;
}

/**
 * The numbers of a line. What is a word is told apart, and stands as NaN.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 * @param {number} separator
 * @param {boolean} comma
 * @param {Float64Array} row
 * @param {{ column: number, text: string }[]} words
 * @returns {number} how many cells there are
 */
function readLine(bytes, start, end, separator, comma, row, words) {
  const blanks = separator === SPACE;
  let [cells, at] = [0, start];
  for (;;) {
    while (at < end && (bytes[at] === SPACE || (bytes[at] === TAB && separator !== TAB))) at += 1;
    if (blanks && at >= end) return cells;
    const from = at;
    let value = 0;
    let digit = /** @type {number} */ (bytes[at]) - ZERO;
    // Nearly all cells are whole numbers of a few digits.
    while (at < end && digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      at += 1;
      digit = /** @type {number} */ (bytes[at]) - ZERO;
    }
    if (bytes[at] === POINT && at > from && at < end) {
      // Decimals make it longer, and are divided away at once.
      const point = at;
      at += 1;
      digit = /** @type {number} */ (bytes[at]) - ZERO;
      while (at < end && digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
        at += 1;
        digit = /** @type {number} */ (bytes[at]) - ZERO;
      }
      value /= POWERS[at - point - 1] ?? NaN;
    }
    const stop = bytes[at];
    if (at === from || at - from > MOST_DIGITS || !(at >= end || stop === separator || (blanks && stop === TAB))) {
      let quoted = false;
      at = from;
      while (at < end && (quoted || !(bytes[at] === separator || (blanks && bytes[at] === TAB)))) {
        if (bytes[at] === QUOTE) quoted = !quoted;
        at += 1;
      }
      value = readCell(bytes, from, at, comma, cells, words);
    }
    if (cells < row.length) row[cells] = value;
    cells += 1;
    if (at >= end) return cells;
    at += 1;
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 * @param {boolean} comma
 * @param {number} column
 * @param {{ column: number, text: string }[]} words
 */
function readCell(bytes, from, to, comma, column, words) {
  let [start, end] = [from, to];
  while (end > start && isAround(bytes[end - 1])) end -= 1;
  while (start < end && isAround(bytes[start])) start += 1;
  const value = parseNumber(bytes, start, end, comma);
  if (!Number.isNaN(value)) return value;
  const text = new TextDecoder().decode(bytes.subarray(start, end)).replaceAll('""', '"');
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^(true|false)$/i.test(text)) return Number(text.length === 4);
  if (!isMissing(text)) words.push({ column, text });
  return NaN;
}

/** # or %, as NumPy and Weka write remarks. @param {number | undefined} byte */
function isRemark(byte) {
  return byte === 35 || byte === 37;
}

/** Blanks and quotes stand around cells. @param {number | undefined} byte */
function isAround(byte) {
  return byte === SPACE || byte === QUOTE || byte === 39;
}

/**
 * A number with a sign, decimals and an exponent, as programs write them; NaN where it is none.
 *
 * @param {Uint8Array} bytes
 * @param {number} start
 * @param {number} end
 * @param {boolean} comma
 */
function parseNumber(bytes, start, end, comma) {
  let at = start;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at += 1;
  let [mantissa, digits, shift, decimals] = [0, 0, 0, false];
  let any = false;
  for (; at < end; at += 1) {
    const byte = /** @type {number} */ (bytes[at]);
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      any = true;
      if (digits < MOST_DIGITS) {
        mantissa = mantissa * 10 + digit;
        if (mantissa > 0) digits += 1;
        if (decimals) shift -= 1;
      } else if (!decimals) shift += 1;
    } else if (!decimals && (byte === POINT || (comma && byte === COMMA))) decimals = true;
    else break;
  }
  if (!any) return NaN;
  if (at < end) {
    if ((/** @type {number} */ (bytes[at]) | 32) !== SMALL_E) return NaN;
    at += 1;
    const down = bytes[at] === MINUS;
    if (down || bytes[at] === PLUS) at += 1;
    if (at >= end) return NaN;
    let exponent = 0;
    for (; at < end; at += 1) {
      const digit = /** @type {number} */ (bytes[at]) - ZERO;
      if (!(digit >= 0 && digit <= 9)) return NaN;
      exponent = exponent * 10 + digit;
    }
    shift += down ? -exponent : exponent;
  }
  const value = shift < 0 ? mantissa / 10 ** -shift : mantissa * 10 ** shift;
  return negative ? -value : value;
}
