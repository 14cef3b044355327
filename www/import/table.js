/** Which columns of a table are pixels, which are labels, and which only count or name the rows. */

import { compact, labelsOfWords, asLabels } from "./labels.js";
import { sideOf } from "./layout.js";
import { isStoredTransposed } from "./orientation.js";
import { MOST_IMAGES, PIXELS, UNKNOWN } from "./set.js";

/** @typedef {ArrayLike<number | string | null>} Column */

/**
 * @typedef {object} Plan  what is known of the columns before all rows are read
 * @property {number[]} pixels  in their order; those of `open` are not among them
 * @property {number[]} labels  one, or as many as there are classes
 * @property {number[]} files   names of pictures
 * @property {number[]} open    columns that their contents must tell apart
 * @property {number} spare     how many of the open ones are no pixels
 */

/** A row for each of so many classes at most. */
const MOST_ONE_HOT = 128;
/** From so many rows on, 0, 1, 2, … is no row of labels. */
const ROWS_OF_INDEX = 11;

const LABEL_WORDS = /label|class|target|digit|categor|charact|letter|^cls$|^y$|^y_|answer|symbol|^truth|etiqu|étiqu|etichet|klass|ziffer|zahl|chiffre|clase|cifra|метк|класс|цифр|标签|標籤|类别|類別|数字|ラベル|クラス|레이블|라벨|숫자/i;
const ROW_WORDS = /^$|^(unnamed.*|index|idx|nr|no|row|rows?_?(id|names?|number)|rownames?|序号|編號|编号|番号|번호)$|^(.*[_\W])?id$|^(image|img|sample|row|record|picture)_?(id|no|nr|num|number|index)$/i;
const FILE_WORDS = /^(file|image|img|picture|path|photo)([_ ]?(name|path|file|id))?s?$|^fname$/i;

/** Whether a word is what people write above a column. @param {string} cell */
export function isColumnName(cell) {
  return cell !== "" && (FILE_WORDS.test(cell) || ROW_WORDS.test(cell) || LABEL_WORDS.test(cell));
}

/**
 * @param {readonly string[] | null} names   the header, where there is one
 * @param {number} count  of columns
 * @param {readonly boolean[]} words  which columns hold words
 * @returns {Plan | null}  null: so many columns are no images
 */
export function planColumns(names, count, words) {
  /** @type {Plan} */
  const plan = { pixels: [], labels: [], files: [], open: [], spare: 0 };
  /** @type {number[]} */
  const others = [];
  for (let i = 0; i < count; i += 1) {
    const name = names?.[i]?.trim() ?? null;
    if (name !== null && FILE_WORDS.test(name) && words[i]) plan.files.push(i);
    else if (name !== null && LABEL_WORDS.test(name)) plan.labels.push(i);
    else if (name !== null && ROW_WORDS.test(name)) continue;
    else if (words[i]) others.push(i);
    else plan.pixels.push(i);
  }
  if (plan.labels.length === 0 && others[0] !== undefined) plan.labels.push(others.length === 1 ? others[0] : (others.find((i) => i === 0 || i === count - 1) ?? others[0]));
  return sideOf(plan.pixels.length) > 0 ? plan : (byNames(plan, names) ?? byNumber(plan));
}

/**
 * Names such as pixel0 to pixel783 tell the pixels from what stands beside them.
 *
 * @param {Plan} plan
 * @param {readonly string[] | null} names
 * @returns {Plan | null}
 */
function byNames(plan, names) {
  if (!names) return null;
  /** @type {Map<string, number[]>} */
  const families = new Map();
  for (const i of plan.pixels) {
    const family = (names[i] ?? "").replace(/\d+/g, "0");
    const members = families.get(family);
    if (members) members.push(i);
    else families.set(family, [i]);
  }
  const [largest] = [...families.values()].sort((a, b) => b.length - a.length);
  if (!largest || sideOf(largest.length) === 0) return null;
  const open = plan.pixels.filter((i) => !largest.includes(i));
  return { ...plan, pixels: largest, open, spare: open.length };
}

/**
 * 785 columns are 784 pixels and one more, at one of the ends; 794 are 784 pixels and a label in ten columns.
 *
 * @param {Plan} plan
 * @returns {Plan | null}
 */
function byNumber(plan) {
  const { pixels, labels } = plan;
  const many = pixels.length;
  const side = Math.floor(Math.sqrt(many));
  const spare = many - side * side;
  const known = labels.length > 0;
  if (sideOf(side * side) === 0 || spare > (known ? 2 : MOST_ONE_HOT)) return null;
  return { ...plan, pixels: pixels.slice(spare, many - spare), open: [...pixels.slice(0, spare), ...pixels.slice(-spare)], spare };
}

/**
 * @typedef {object} Settled
 * @property {number[]} pixels  all of them, in their order
 * @property {import("./types.js").Labels | null} labels
 * @property {number | null} labelColumn  where it was found by what is in it
 * @property {number | null} indexColumn  left out, since it only counts the rows
 */

/**
 * @param {Plan} plan
 * @param {number} rows
 * @param {(column: number) => Column} columnOf  for all but the pixels
 * @returns {Settled | null}
 */
export function settleColumns(plan, rows, columnOf) {
  const { open, spare } = plan;
  const given = plan.labels.length > 0 ? labelsOf(plan.labels.map(columnOf), rows) : null;
  const start = { pixels: plan.pixels, labels: given, labelColumn: null, indexColumn: null };
  if (spare === 0) return start;
  // All open ones stand apart from the pixels already, by their names.
  const apart = open.length === spare;
  const [first = 0, last = 0] = [open[0], open.at(-1)];
  const ends = apart ? open : [first, last];
  const index = ends.find((i) => isIndex(columnOf(i), rows)) ?? null;
  if (apart) {
    const column = given ? null : (open.find((i) => i !== index && shareOfMostCommon(columnOf(i), rows) <= 1) ?? null);
    return { ...start, labels: column === null ? given : labelsOf([columnOf(column)], rows), labelColumn: column, indexColumn: index };
  }
  const halves = [open.slice(0, spare), open.slice(spare)];
  const withPixels = (/** @type {readonly number[]} */ taken) => [...plan.pixels, ...open.filter((i) => !taken.includes(i))].sort((a, b) => a - b);
  if (spare === 1) {
    const column = index ?? (given ? first : labelEnd(first, last, rows, columnOf));
    const isLabel = index === null && !given && shareOfMostCommon(columnOf(column), rows) <= 1;
    return { pixels: withPixels([column]), labels: isLabel ? labelsOf([columnOf(column)], rows) : given, labelColumn: isLabel ? column : null, indexColumn: isLabel ? null : column };
  }
  if (spare === 2) {
    // A column that counts comes first; the label follows it, or comes last.
    const second = open[1] ?? first;
    if (index !== first && shareOfMostCommon(columnOf(first), rows) <= 1 && !given) return null;
    const column = given ? second : labelEnd(second, last, rows, columnOf);
    return { pixels: withPixels([first, column]), labels: given ?? labelsOf([columnOf(column)], rows), labelColumn: given ? null : column, indexColumn: first };
  }
  for (const half of halves) {
    const labels = labelsOf(half.map(columnOf), rows);
    if (labels) return { pixels: withPixels(half), labels, labelColumn: half[0] ?? null, indexColumn: null };
  }
  return null;
}

/**
 * Of two columns at the ends the label: ink leaves the corners of pictures alone, so that the column of a pixel there holds the
 * same number nearly everywhere.
 *
 * @param {number} first
 * @param {number} last
 * @param {number} rows
 * @param {(column: number) => Column} columnOf
 */
function labelEnd(first, last, rows, columnOf) {
  const [one, other] = [shareOfMostCommon(columnOf(first), rows), shareOfMostCommon(columnOf(last), rows)];
  if (one === other && rows > 0) return columnOf(first)[0] === 0 && columnOf(last)[0] !== 0 && one <= 1 ? last : first;
  return other < one ? last : first;
}

/**
 * How common the most common label of a column is; above 1 where these are no labels.
 *
 * @param {Column} column
 * @param {number} rows
 */
function shareOfMostCommon(column, rows) {
  /** @type {Map<number | string, number>} */
  const times = new Map();
  let most = 0;
  for (let i = 0; i < rows; i += 1) {
    const value = column[i] ?? null;
    if (value === null || Number.isNaN(value)) continue;
    if (typeof value === "number" && (!Number.isInteger(value) || value < 0 || value >= UNKNOWN)) return 2;
    const now = (times.get(value) ?? 0) + 1;
    times.set(value, now);
    if (now > most) most = now;
  }
  return rows === 0 ? 1 : most / rows;
}

/** Whether it counts the rows. @param {Column} column @param {number} rows */
export function isIndex(column, rows) {
  if (rows < ROWS_OF_INDEX) return false;
  const first = column[0];
  for (let i = 0; i < rows; i += 1) if (typeof first !== "number" || column[i] !== first + i) return false;
  return true;
}

/**
 * @param {readonly Column[]} columns
 * @param {number} rows
 * @returns {import("./types.js").Labels | null}
 */
export function labelsOf(columns, rows) {
  const [column] = columns;
  if (!column) return null;
  if (columns.length === 1) {
    const values = Array.from({ length: rows }, (_, i) => column[i] ?? null);
    if (values.some((value) => typeof value === "string")) return labelsOfWords(values.map((value) => (value === null || Number.isNaN(value) ? "" : String(value))));
    return compact(values.map((value) => (Number.isNaN(value) ? null : value)));
  }
  const flat = new Float64Array(rows * columns.length);
  for (let row = 0, at = 0; row < rows; row += 1) for (const one of columns) flat[at++] = Number(one[row] ?? 0);
  return asLabels(flat, rows, columns.length);
}

/**
 * A table of numbers that came without names: pixels, with a label at one end.
 *
 * @param {string} name
 * @param {import("./elements.js").Numbers} values
 * @param {number} rows
 * @param {number} columns
 * @returns {import("./types.js").Found[] | null}
 */
export function readMatrix(name, values, rows, columns) {
  const plan = planColumns(null, columns, []);
  const columnOf = (/** @type {number} */ column) => Array.from({ length: rows }, (_, row) => values[row * columns + column] ?? 0);
  const settled = plan && settleColumns(plan, rows, columnOf);
  if (!settled) return null;
  const counted = settled.indexColumn !== null && isIndex(columnOf(settled.indexColumn), rows);
  // Other numbers than MNIST's 784 and one more may be the width of a picture.
  if (settled.pixels.length < columns && settled.pixels.length !== PIXELS && rows > 1 && !counted && !differ(settled.labels)) return null;
  const [side, kept, start] = [sideOf(settled.pixels.length), Math.min(rows, MOST_IMAGES), settled.pixels[0] ?? 0];
  const pixels = values instanceof Uint8Array ? new Uint8Array(kept * side * side) : new Float32Array(kept * side * side);
  for (let row = 0; row < kept; row += 1) pixels.set(values.subarray(row * columns + start, row * columns + start + side * side), row * side * side);
  const labels = settled.labels?.slice(0, kept) ?? null;
  return [{ kind: "images", raw: { count: kept, total: rows, width: side, height: side, values: pixels, labels, transposed: isStoredTransposed(name), from: "array", name, remarks: toldOf(settled, null) } }];
}

/** @param {import("./types.js").Labels | null} labels */
function differ(labels) {
  const first = labels?.[0];
  return labels !== null && Array.from(labels).some((label) => label !== first);
}

/**
 * What was decided by the contents alone is told.
 *
 * @param {Settled} settled
 * @param {readonly string[] | null} names
 * @returns {import("./types.js").Remark[]}
 */
export function toldOf({ labelColumn, indexColumn }, names) {
  const columnName = (/** @type {number} */ column) => names?.[column] || column + 1;
  return [
    ...(labelColumn === null ? [] : [{ code: "labelColumn", values: { column: columnName(labelColumn) } }]),
    ...(indexColumn === null ? [] : [{ code: "columnLeft", values: { column: columnName(indexColumn) } }]),
  ];
}
