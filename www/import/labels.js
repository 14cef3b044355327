/** Labels: numbers that mean themselves, rows that say which (one-hot), or words. */

import { MOST_CLASSES, UNKNOWN } from "./set.js";
import { sideOf } from "./layout.js";

/** @typedef {import("./types.js").Labels} Labels */

/** Numbers above this, as many as a picture has pixels, are pixels. */
const HIGHEST_OF_FEW = 100;

/**
 * What a table of numbers says as labels.
 *
 * @param {ArrayLike<number>} values  row by row
 * @param {number} rows
 * @param {number} columns  1: a number an image; more: a row says which of them it is
 * @returns {Labels | null}  null: these are no labels
 */
export function asLabels(values, rows, columns) {
  return columns === 1 ? wholeNumbers(values, rows) : oneHot(values, rows, columns);
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} rows
 * @returns {Labels | null}
 */
function wholeNumbers(values, rows) {
  let highest = 0;
  for (let i = 0; i < rows; i += 1) {
    const value = /** @type {number} */ (values[i]);
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value)) return null;
    if (value > highest) highest = value;
  }
  // One picture alone may be an array of its 784 pixels.
  if (sideOf(rows) > 0 && highest > HIGHEST_OF_FEW) return null;
  // In bytes, 255 says that there is none, as in what this page exports.
  if (values instanceof Uint8Array) return values.slice(0, rows);
  return compact(Array.from({ length: rows }, (_, i) => (Number.isNaN(values[i]) ? null : /** @type {number} */ (values[i]))));
}

/**
 * Two values in all, the higher of them once in a row: 0 and 1, but also 0.01 and 0.99, or 0 and 255.
 *
 * @param {ArrayLike<number>} values
 * @param {number} rows
 * @param {number} columns
 * @returns {Labels | null}
 */
function oneHot(values, rows, columns) {
  const low = Math.min(values[0] ?? 0, values[1] ?? 0);
  const high = Math.max(...Array.from({ length: columns }, (_, i) => values[i] ?? 0));
  if (!(high > low)) return null;
  /** @type {number[]} */
  const labels = [];
  const times = new Uint32Array(columns);
  for (let row = 0, at = 0; row < rows; row += 1) {
    let found = -1;
    for (let column = 0; column < columns; column += 1, at += 1) {
      const value = values[at];
      if (value === low) continue;
      if (value !== high || found >= 0) return null;
      found = column;
    }
    if (found < 0) return null;
    labels.push(found);
    times[found] = (times[found] ?? 0) + 1;
  }
  // A square of numbers may be a picture of a line; as labels, each would have to stand in it once.
  if (rows === columns && rows > 1 && times.some((count) => count !== 1)) return null;
  return compact(labels);
}

/**
 * Bytes where all are small numbers, which is the rule.
 *
 * @param {(number | string | null)[]} labels
 * @returns {Labels}
 */
export function compact(labels) {
  const bytes = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i += 1) {
    const label = labels[i];
    if (typeof label !== "number" || label < 0 || label >= UNKNOWN || !Number.isInteger(label)) return labels;
    bytes[i] = label;
  }
  return bytes;
}

/**
 * The words of a file as labels: numbers where they are all numbers.
 *
 * @param {readonly string[]} words
 * @returns {Labels}
 */
export function labelsOfWords(words) {
  // Python writes its bytes as b'7'.
  const trimmed = words.map((word) => word.trim().replace(/^b'([^']*)'?$/, "$1"));
  const numeric = trimmed.every((word) => word === "" || /^[+-]?\d+(\.0*)?$/.test(word));
  return compact(trimmed.map((word) => (word === "" ? null : numeric ? Number(word) : word)));
}

/**
 * Names in the place of numbers, where a file has a list of them that fits: number i is called names[i]. Names that only
 * repeat their number are none.
 *
 * @param {Labels} labels
 * @param {readonly string[]} names
 * @returns {Labels | null}
 */
export function named(labels, names) {
  if (names.every((name, i) => name === String(i)) || new Set(names).size !== names.length) return null;
  const words = Array.from(labels, (label) => (typeof label === "number" && label !== UNKNOWN ? names[label] : null));
  return words.some((word) => word === undefined) ? null : /** @type {(string | null)[]} */ (words);
}

/**
 * The labels of the whole set.
 *
 * @typedef {object} LabelPart
 * @property {number} count  images
 * @property {Labels | null} labels
 * @property {readonly string[] | null} classes  names in their order, where the file tells them
 */

/**
 * @param {readonly LabelPart[]} parts
 * @returns {{ labels: Uint8Array<ArrayBuffer>, classes: string[] | null, tooMany: number, fractions: boolean }}  tooMany: so many names, where a byte cannot tell them apart; fractions: the numbers were no names of anything
 */
export function joinLabels(parts) {
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const labels = new Uint8Array(total).fill(UNKNOWN);
  if (parts.every(({ labels }) => labels === null || labels instanceof Uint8Array)) {
    let at = 0;
    for (const part of parts) {
      if (part.labels instanceof Uint8Array) labels.set(part.labels.subarray(0, part.count), at);
      at += part.count;
    }
    return { labels, classes: null, tooMany: 0, fractions: false };
  }
  const { known, words } = distinct(parts);
  if (!words) {
    const numbers = /** @type {number[]} */ ([...known]);
    if (numbers.some((value) => !Number.isInteger(value))) return { labels, classes: null, tooMany: 0, fractions: true };
    // By an old habit -1 stands for what nobody has labelled.
    if (known.size > 2 && numbers.filter((value) => value < 0).length === 1) known.delete(-1);
  }
  const direct = !words && [...known].every((value) => Number(value) >= 0 && Number(value) < UNKNOWN);
  const order = direct ? null : orderOf(known, parts);
  if (order && order.length > MOST_CLASSES) return { labels, classes: null, tooMany: order.length, fractions: false };
  const places = new Map(order?.map((name, place) => [name, place]));
  let at = 0;
  for (const part of parts) {
    for (let i = 0; i < part.count; i += 1, at += 1) {
      const label = labelAt(part.labels, i);
      if (label === null || !known.has(label)) continue;
      labels[at] = direct ? Number(label) : (places.get(String(label)) ?? UNKNOWN);
    }
  }
  return { labels, classes: order, tooMany: 0, fractions: false };
}

/** @param {Labels | null} labels @param {number} i */
function labelAt(labels, i) {
  const label = labels?.[i] ?? null;
  return labels instanceof Uint8Array && label === UNKNOWN ? null : label;
}

/** Every label that occurs, once. @param {readonly LabelPart[]} parts */
function distinct(parts) {
  /** @type {Set<number | string>} */
  const known = new Set();
  for (const { count, labels } of parts) {
    for (let i = 0; i < count; i += 1) {
      const label = labelAt(labels, i);
      if (label !== null) known.add(label);
    }
  }
  return { known, words: [...known].some((label) => typeof label === "string") };
}

/**
 * Names in the order in which their files tell them, then the others by the alphabet and by number.
 *
 * @param {Set<number | string>} known
 * @param {readonly LabelPart[]} parts
 */
function orderOf(known, parts) {
  const names = new Set([...known].map(String));
  const told = parts.flatMap(({ classes }) => classes ?? []);
  const { compare } = new Intl.Collator("en", { numeric: true });
  const rest = [...names].sort((a, b) => compare(a, b) || (a < b ? -1 : 1));
  return [...new Set([...told, ...rest])];
}
