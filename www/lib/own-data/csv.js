/** CSV of pixels, as Kaggle has MNIST: one image a line, 784 whole numbers from 0 to 255, a label before them or not. */

import { MOST_IMAGES, PIXELS, UNKNOWN } from "./set.js";

const [NEWLINE, RETURN, COMMA, SPACE, ZERO, NINE] = [10, 13, 44, 32, 48, 57];

/**
 * @param {Uint8Array} bytes
 * @returns {import("./set.js").OwnSet}
 */
export function readCsv(bytes) {
  const images = [];
  const labels = [];
  let line = 0;
  // Spreadsheets mark the file as UTF-8 with three bytes.
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let start = from; start < bytes.length && labels.length < MOST_IMAGES; ) {
    let end = bytes.indexOf(NEWLINE, start);
    if (end < 0) end = bytes.length;
    line += 1;
    const row = bytes.subarray(start, end);
    start = end + 1;
    const numbers = readLine(row);
    if (numbers === null) {
      // Names of columns may stand in the first line.
      if (line === 1 && /[a-z_]/i.test(new TextDecoder().decode(row))) continue;
      throw new Error(`line ${line} must hold whole numbers with commas between them, found “${new TextDecoder().decode(row.subarray(0, 40))}”`);
    }
    if (numbers.length === 0) continue;
    if (numbers.length !== PIXELS && numbers.length !== PIXELS + 1) {
      throw new Error(`line ${line} must have 784 numbers, or 785 with a label first, found ${numbers.length}`);
    }
    const [label = UNKNOWN] = numbers.length > PIXELS ? numbers : [];
    const pixels = numbers.slice(numbers.length - PIXELS);
    const bad = pixels.findIndex((value) => value > 255);
    if (bad >= 0) throw new Error(`line ${line}: pixels must be 0 to 255, found ${pixels[bad]}`);
    if (label > 9 && label !== UNKNOWN) throw new Error(`line ${line}: labels must be 0 to 9, found ${label}`);
    images.push(Uint8Array.from(pixels));
    labels.push(label);
  }
  if (labels.length === 0) throw new Error("there must be at least one line of 784 numbers, found none");
  const all = new Uint8Array(labels.length * PIXELS);
  images.forEach((image, i) => all.set(image, i * PIXELS));
  return { images: all, labels: Uint8Array.from(labels) };
}

/**
 * The numbers of a line; null if it holds anything else.
 *
 * @param {Uint8Array} row
 */
function readLine(row) {
  const numbers = [];
  let value = -1;
  for (const byte of row) {
    if (byte >= ZERO && byte <= NINE) {
      value = Math.max(0, value) * 10 + byte - ZERO;
    } else if (byte === COMMA) {
      if (value < 0) return null;
      numbers.push(value);
      value = -1;
    } else if (byte !== RETURN && byte !== SPACE) {
      return null;
    }
  }
  if (value >= 0) numbers.push(value);
  return numbers;
}
