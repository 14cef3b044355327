/** Tables of pixels as text: one image a row, or labels alone, as spreadsheets, Kaggle, pandas, NumPy, R and Weka write them. */

import { asLabels, labelsOfWords } from "./labels.js";
import { layoutOf, sideOf } from "./layout.js";
import { isStoredTransposed } from "./orientation.js";
import { readRows } from "./rows.js";
import { isIndex, labelsOf, planColumns, settleColumns, toldOf } from "./table.js";
import { formOf, utf8Of } from "./text.js";
import { ReadError } from "./types.js";

/** @typedef {import("./types.js").Found} Found */

/** A table of labels has no more columns than there are classes. */
const MOST_LABEL_COLUMNS = 48;
/** Words that hardly ever repeat are no labels. */
const MOST_WORDS = 255;

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {Found[]}
 */
export function readCsv(name, bytes) {
  const text = utf8Of(bytes);
  const form = formOf(text);
  const plan = planColumns(form.names, form.columns, form.words);
  if (!plan) return form.columns <= MOST_LABEL_COLUMNS ? (readLabels(name, text, form) ?? readGrid(name, text, form)) : readGrid(name, text, form);
  const apart = [...new Set([...plan.labels, ...plan.open])];
  const rows = readRows(text, form, plan.pixels, apart);
  const settled = settleColumns(plan, rows.count, (column) => rows.columns.get(column) ?? []);
  if (!settled) return readGrid(name, text, form);
  const troubles = troublesOf(name, form.columns, rows);
  if (rows.count === 0) {
    const [first] = troubles;
    throw first ? new ReadError(first.code, first.values) : new ReadError("noRows", {});
  }
  const side = sideOf(settled.pixels.length);
  return [
    {
      kind: "images",
      raw: {
        count: rows.count, total: rows.total - rows.missing.count, width: side, height: side,
        values: pixelsOf(rows, plan.pixels, settled.pixels), labels: settled.labels,
        transposed: isStoredTransposed(name), from: "array", name, remarks: toldOf(settled, form.names),
      },
    },
    ...troubles,
  ];
}

/**
 * The pixels with those columns that turned out to be pixels as well.
 *
 * @param {import("./rows.js").Rows} rows
 * @param {readonly number[]} plain
 * @param {readonly number[]} all
 */
function pixelsOf({ pixels, columns, count }, plain, all) {
  if (plain.length === all.length) return pixels;
  const late = all.filter((column) => columns.has(column)).map((column) => ({ at: all.indexOf(column), values: columns.get(column) ?? [] }));
  const bytes = pixels instanceof Uint8Array && late.every(({ values }) => values.every((value) => typeof value === "number" && (value & 255) === value));
  const out = bytes ? new Uint8Array(count * all.length) : new Float32Array(count * all.length);
  // Those of the middle lie side by side.
  const start = all.indexOf(plain[0] ?? 0);
  for (let row = 0; row < count; row += 1) {
    out.set(pixels.subarray(row * plain.length, (row + 1) * plain.length), row * all.length + start);
    for (const { at, values } of late) out[row * all.length + at] = Number(values[row] ?? NaN);
  }
  return out;
}

/**
 * What was wrong with single lines.
 *
 * @param {string} name
 * @param {number} columns
 * @param {import("./rows.js").Rows} rows
 * @returns {import("./types.js").FoundProblem[]}
 */
function troublesOf(name, columns, { short, missing, count }) {
  /** @type {import("./types.js").FoundProblem[]} */
  const problems = [];
  const [line] = short.first;
  if (line) {
    const values = { line: line.line, expected: columns, found: line.found, lines: short.count };
    if (short.count > count) throw new ReadError("unevenLines", values);
    problems.push({ kind: "problem", name, code: "unevenLines", values });
  }
  const [hole] = missing.first;
  if (hole) problems.push({ kind: "problem", name, code: "notNumber", values: { line: hole.line, image: hole.row, column: hole.column + 1, found: hole.found, lines: missing.count } });
  return problems;
}

/**
 * A file of labels alone: a column of them, beside one that counts the images or names their files; or as many columns as classes.
 *
 * @param {string} name
 * @param {Uint8Array} bytes
 * @param {import("./text.js").Form} form
 * @returns {Found[] | null}
 */
function readLabels(name, bytes, form) {
  const all = Array.from({ length: form.columns }, (_, i) => i);
  const { columns, count, short } = readRows(bytes, form, [], all);
  if (count === 0) return null;
  const [uneven] = short.first;
  if (uneven && short.count > count) throw new ReadError("unevenLines", { line: uneven.line, expected: form.columns, found: uneven.found, lines: short.count });
  const at = (/** @type {number} */ i) => columns.get(i) ?? [];
  const plan = named(form);
  const [first = [], second = []] = [at(0), at(1)];
  if (form.columns === 1) {
    // Words that never repeat, or that stand in uneven lines, are a text and no labels.
    const known = new Set(first).size;
    if (form.words[0] && (known > MOST_WORDS || (!form.names && (known === count || short.count > 0)))) return null;
    const labels = form.words[0] ? labelsOf([first], count) : asLabels(first.map(Number), count, 1);
    if (!labels) return null;
    // Pandas calls a column without a name 0.
    return [{ kind: "labels", name, labels, files: null, headed: !form.names && first[0] === 0 }];
  }
  if (count === 1 && !form.names && !form.words.some(Boolean)) {
    const labels = asLabels(all.map((i) => Number(at(i)[0])), form.columns, 1);
    return labels && [{ kind: "labels", name, labels, files: null }];
  }
  const files = plan.files ?? all.find((i) => i !== plan.label && form.words[i] && isName(at(i))) ?? null;
  const label = plan.label ?? (form.columns === 2 && (files !== null || isRun(first)) ? (files === 1 ? 0 : 1) : null);
  if (label !== null && label !== files) {
    const labels = labelsOf([at(label)], count);
    const ids = files === null && label > 0 && isRun(first) ? { ids: first.map(String) } : {};
    return labels && [{ kind: "labels", name, labels, files: files === null ? null : at(files).map(String), ...ids }];
  }
  const many = all.filter((i) => i !== files && !(i === 0 && (isIndex(first, count) || form.names?.[0] === "")));
  const flat = new Float64Array(count * many.length);
  for (let row = 0, to = 0; row < count; row += 1) for (const column of many) flat[to++] = Number(at(column)[row] ?? 0);
  const rows = many.length > 1 && second.length > 0 ? asLabels(flat, count, many.length) : null;
  if (!rows) return null;
  // The header of such a table is the list of classes.
  const classes = form.names && many.map((column) => form.names?.[column] ?? "");
  const words = classes?.every((word) => !/\d/.test(word)) ? labelsOfWords(Array.from(rows, (row) => classes[Number(row)] ?? "")) : rows;
  return [{ kind: "labels", name, labels: words, files: files === null ? null : at(files).map(String) }];
}

/** The columns that the header tells. @param {import("./text.js").Form} form */
function named({ names, columns, words }) {
  const plan = names ? planColumns(names, columns, words) ?? rolesOf(names, columns, words) : null;
  return { label: plan?.labels.length === 1 ? (plan.labels[0] ?? null) : null, files: plan?.files[0] ?? null };
}

/**
 * Which columns the header names as labels or files, where the rest are no pixels.
 *
 * @param {readonly string[]} names
 * @param {number} columns
 * @param {readonly boolean[]} words
 */
function rolesOf(names, columns, words) {
  const filled = [...names.slice(0, columns), ...Array.from({ length: 49 }, (_, i) => `pixel${i}`)];
  return planColumns(filled, columns + 49, words);
}

/** Whether every row has another word: these are names of files, with or without their endings. @param {readonly (number | string)[]} column */
function isName(column) {
  return new Set(column).size === column.length && (column.length > 1 || /\.\w{2,5}$/.test(String(column[0])));
}

/** Whether a column counts, be it by few rows. @param {readonly (number | string)[]} column */
function isRun(column) {
  return column.length > 1 && column.every((value, i) => typeof value === "number" && value === Number(column[0]) + i);
}

/**
 * A table that is no list of images: one image of as many rows and columns, or an image a column.
 *
 * @param {string} name
 * @param {Uint8Array} text
 * @param {import("./text.js").Form} form
 * @returns {Found[]}
 */
function readGrid(name, text, form) {
  const { columns } = form;
  if (form.words.some(Boolean)) throw new ReadError("notTable", { columns });
  const rows = readRows(text, form, Array.from({ length: columns }, (_, i) => i), []);
  const troubles = troublesOf(name, columns, rows);
  const layout = layoutOf([rows.count, columns], false);
  const oblong = layout?.width === columns && layout.height === rows.count && columns !== rows.count;
  if (!layout || oblong) throw new ReadError("columns", { columns, lines: rows.count });
  const { count, width, height, ofImage, ofRow, ofColumn, told } = layout;
  const values = rows.pixels instanceof Uint8Array ? new Uint8Array(count * width * height) : new Float32Array(count * width * height);
  for (let image = 0, to = 0; image < count; image += 1) {
    for (let row = 0; row < height; row += 1) for (let column = 0; column < width; column += 1, to += 1) values[to] = rows.pixels[image * ofImage + row * ofRow + column * ofColumn] ?? 0;
  }
  const remarks = told ? [{ code: told, values: { name, count, width, height } }] : [];
  return [{ kind: "images", raw: { count, width, height, values, labels: null, transposed: isStoredTransposed(name), from: "array", name, remarks } }, ...troubles];
}
