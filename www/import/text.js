/** Texts as bytes of UTF-8, whatever they were written in, and what stands in their first lines. */

import { isColumnName } from "./table.js";
import { ReadError } from "./types.js";

const [TAB, NEWLINE, RETURN, SPACE, QUOTE] = [9, 10, 13, 32, 34];
/** The first lines tell how a table is written. */
const LINES = 60;
const MOST_SNIFFED = 8 << 20;

/**
 * UTF-8 without its mark; UTF-16, which spreadsheets save as "Unicode text", is rewritten.
 *
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
export function utf8Of(bytes) {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  const little = (a === 0xff && b === 0xfe) || (a !== 0 && b === 0 && c !== 0 && d === 0);
  const big = (a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && c === 0 && d !== 0);
  if (!little && !big) return bytes;
  return new TextEncoder().encode(new TextDecoder(little ? "utf-16le" : "utf-16be").decode(bytes));
}

/** Whether the first bytes are those of a text. @param {Uint8Array} bytes */
export function isText(bytes) {
  const start = utf8Of(bytes.subarray(0, 2000));
  return start.every((byte) => byte >= SPACE || (byte >= TAB && byte <= RETURN));
}

/**
 * Line by line: where one begins and where it ends. Old Macs end lines with a return alone.
 *
 * @param {Uint8Array} bytes
 * @param {number} [from]
 * @returns {(line: { start: number, end: number, next: number }) => boolean}  false where there is none any more
 */
export function lineReader(bytes, from = 0) {
  const returnsOnly = bytes.subarray(from, from + MOST_SNIFFED).indexOf(NEWLINE) < 0 && bytes.subarray(from, from + MOST_SNIFFED).indexOf(RETURN) >= 0;
  const mark = returnsOnly ? RETURN : NEWLINE;
  let at = from;
  return (line) => {
    if (at >= bytes.length) return false;
    let end = bytes.indexOf(mark, at);
    if (end < 0) end = bytes.length;
    line.start = at;
    line.next = end + 1;
    at = end + 1;
    while (end > line.start && (bytes[end - 1] === RETURN || bytes[end - 1] === SPACE)) end -= 1;
    line.end = end;
    return true;
  };
}

/**
 * @typedef {object} Form  how a table is written
 * @property {number} start      where its rows begin
 * @property {number} line       how many lines stand before them
 * @property {number} separator  a byte; SPACE stands for any run of blanks and tabs
 * @property {boolean} comma     whether decimals stand behind a comma
 * @property {string[] | null} names  the header
 * @property {number} columns
 * @property {boolean[]} words   which columns hold words
 * @property {boolean} mangled   the first row was taken for names once, and its numbers made unlike: 0, 0.1, 0.2, …
 */

/**
 * @param {Uint8Array} bytes  UTF-8
 * @returns {Form}
 */
export function formOf(bytes) {
  const { lines, names: told, separator: set } = firstLines(bytes);
  const texts = lines.map(({ text }) => text);
  if (texts.some((text) => /^\S+(\s+\d+:\S+){5,}$/.test(text.trim()))) throw new ReadError("sparseTable", {});
  const separator = set ?? separatorOf(texts);
  const rows = texts.map((text) => cellsOf(text, separator));
  const [first = []] = rows;
  const body = rows.length > 1 ? rows.slice(1) : rows;
  const comma = separator !== 44 ? body.flat().some((cell) => /^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(cell)) : rows.some((row) => row.some((cell) => /^\d+,\d+$/.test(cell)));
  const numeric = (/** @type {string} */ cell) => isNumber(comma ? cell.replace(",", ".") : cell);
  let columns = mostCommon(body.map((row) => row.length));
  const named = told ?? (isHeader(first, body, numeric, rows.length) ? first : null);
  if (named && !told && rows.length === 1 && columns > 1) throw new ReadError("noRows", {});
  const same = body.filter((row) => row.length === columns);
  if (columns > 1 && same.every((row) => row.at(-1) === "") && (!named || named.length < columns || named.at(-1) === "")) columns -= 1;
  // R names its rows, and leaves that column out of the header.
  const names = named && (named.length === columns - 1 ? ["", ...named] : named.length >= columns ? named.slice(0, columns) : null);
  const data = (told || !named ? rows : body).filter((row) => row.length >= columns);
  if (columns < 1 || data.length === 0) throw new ReadError("noRows", {});
  const words = Array.from({ length: columns }, (_, i) => data.filter((row) => row[i] !== "" && !numeric(row[i] ?? "")).length * 2 > data.length);
  const skipped = named && !told ? 1 : 0;
  const begin = lines[skipped] ?? { start: bytes.length, number: 0 };
  return { start: begin.start, line: begin.number, separator, comma, names, columns, words, mangled: !named && isMangled(first, body) };
}

/**
 * The lines that are neither blank nor remarks, and what remarks say about the columns.
 *
 * @param {Uint8Array} bytes
 */
function firstLines(bytes) {
  const next = lineReader(bytes);
  const line = { start: 0, end: 0, next: 0 };
  const decoder = new TextDecoder();
  /** @type {{ text: string, start: number, number: number }[]} */
  const lines = [];
  /** @type {string[]} */
  const attributes = [];
  /** @type {string | null} */
  let remark = null;
  /** @type {number | null} */
  let separator = null;
  for (let number = 0; lines.length < LINES && line.start < MOST_SNIFFED && next(line); number += 1) {
    const text = decoder.decode(bytes.subarray(line.start, line.end));
    const trimmed = text.trim();
    const sep = /^"?sep=(.)"?$/i.exec(trimmed)?.[1];
    // Weka's files tell the columns one by one.
    const attribute = /^@attribute\s+(?:'([^']*)'|"([^"]*)"|(\S+))/i.exec(trimmed);
    if (attribute) attributes.push(attribute[1] ?? attribute[2] ?? attribute[3] ?? "");
    else if (sep !== undefined && lines.length === 0) separator = sep.charCodeAt(0);
    else if (/^[#%]/.test(trimmed) && !/^#[^a-z\d]*[,;\t]/i.test(trimmed)) remark = lines.length === 0 ? trimmed.replace(/^[#%\s]+/, "") : remark;
    else if (trimmed !== "" && !trimmed.startsWith("@")) lines.push({ text, start: line.start, number });
  }
  let names = attributes.length > 0 ? attributes : null;
  if (!names && remark !== null && lines[0]) {
    // numpy.savetxt writes a header as a remark.
    const mark = separator ?? separatorOf([lines[0].text]);
    const cells = cellsOf(remark, mark);
    if (cells.length > 1 && cells.length === cellsOf(lines[0].text, mark).length) names = cells;
  }
  return { lines, names, separator };
}

/** Bytes that separate cells, where every line has as many. @param {readonly string[]} lines */
function separatorOf(lines) {
  const sample = lines.length > 2 ? lines.slice(1) : lines;
  for (const mark of [";", "\t", ",", "|"]) {
    const counts = sample.map((line) => line.split(mark).length);
    const common = mostCommon(counts);
    if (common > 1 && counts.filter((count) => count === common).length * 2 > counts.length) return mark.charCodeAt(0);
  }
  const runs = sample.map((line) => line.trim().split(/\s+/));
  return runs.some((cells) => cells.length > 1 && cells.filter(isNumber).length * 2 >= cells.length) ? SPACE : 44;
}

/**
 * The cells of a line, without quotes and blanks around them.
 *
 * @param {string} line
 * @param {number} separator
 */
function cellsOf(line, separator) {
  if (separator === SPACE) return line.trim().split(/\s+/).map((cell) => cell.replace(/^"(.*)"$/, "$1"));
  const mark = String.fromCharCode(separator);
  if (!line.includes('"')) return line.split(mark).map((cell) => cell.trim().replace(/^'(.*)'$/, "$1"));
  /** @type {string[]} */
  const cells = [];
  let [cell, quoted] = ["", false];
  for (const letter of line) {
    if (letter.charCodeAt(0) === QUOTE) quoted = !quoted;
    else if (letter === mark && !quoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

/** @param {string} cell */
function isNumber(cell) {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) || isMissing(cell) || /^([+-]?inf(inity)?|true|false)$/i.test(cell);
}

/** How programs write that a number is not there. @param {string} cell */
export function isMissing(cell) {
  return /^(|[+-]?nan|n\/?a|null|none|nil|\?|#n\/a|-)$/i.test(cell);
}

/**
 * Names where the rows have numbers; or numbers that count the columns, as pandas names them.
 *
 * @param {readonly string[]} first
 * @param {readonly string[][]} body
 * @param {(cell: string) => boolean} numeric
 * @param {number} lines
 */
function isHeader(first, body, numeric, lines) {
  const words = first.filter((cell) => !numeric(cell)).length;
  if (lines === 1) return words * 2 > first.length;
  const above = (/** @type {string} */ cell, /** @type {number} */ i) => cell !== "" && !numeric(cell) && body.filter((row) => row[i] && numeric(row[i])).length * 2 > body.length;
  if (first.some(above)) return true;
  const numbers = first.filter((cell) => cell !== "").map(Number);
  const start = numbers[0] ?? NaN;
  const counted = numbers.length > 8 || (first[0] === "" && body.every((row) => row[0] !== ""));
  if (counted && numbers.length >= first.length - 2 && (start === 0 || start === 1) && numbers.every((value, i) => value === start + i)) return true;
  // Above words, names stand only once, and say what they are.
  return words === first.length && first.some((cell, i) => isColumnName(cell) && body.every((row) => row[i] !== cell));
}

/**
 * Pandas, told of no header where it should have been told so, makes the first row one: equal numbers become 0, 0.1, 0.2.
 *
 * @param {readonly string[]} first
 * @param {readonly string[][]} body
 */
function isMangled(first, body) {
  return ["0.1", "0.2", "0.3", "0.10"].every((cell) => first.includes(cell)) && body.every((row) => row.every((cell) => !cell.includes(".")));
}

/** @param {readonly number[]} counts */
function mostCommon(counts) {
  /** @type {Map<number, number>} */
  const times = new Map();
  for (const count of counts) times.set(count, (times.get(count) ?? 0) + 1);
  return [...times].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}
