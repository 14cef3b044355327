/** NPY files: one array of NumPy (numpy.lib.format, version 1.0 to 3.0). */

import { readArray, product } from "./arrays.js";
import { isPlain } from "./elements.js";
import { MOST_IMAGES } from "./set.js";
import { labelsOfWords } from "./labels.js";
import { ReadError } from "./types.js";

/** @param {Uint8Array} bytes */
export function isNpy(bytes) {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

/**
 * What stands before the numbers.
 *
 * @param {Uint8Array} bytes
 * @returns {{ type: string, shape: number[], fortran: boolean, at: number }}
 */
function readHeader(bytes) {
  const long = (bytes[6] ?? 1) > 1;
  const start = long ? 12 : 10;
  if (bytes.length < start) throw new ReadError("cutShort", { expected: start, found: bytes.length });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (bytes.length < start + length) throw new ReadError("cutShort", { expected: start + length, found: bytes.length });
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  // A structured type is a list of several, one of each column.
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? /'descr':\s*(\[[^\]]*\])/.exec(header)?.[1] ?? "";
  // Python 2 wrote long numbers with an L.
  const sizes = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").map((part) => part.trim().replace(/L$/, "")).filter(Boolean);
  if (type === "" || !sizes.every((size) => /^\d+$/.test(size))) throw new ReadError("npyHeader", { found: header.trim().slice(0, 80) });
  return { type, shape: sizes.map(Number), fortran: /'fortran_order':\s*True/.test(header), at: start + length };
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {import("./arrays.js").PlainArray}
 */
export function plainArray(name, bytes) {
  const { type, shape, fortran, at } = readHeader(bytes);
  const element = elementOf(type);
  checkLength(bytes, at, shape, element.size, fortran);
  return { name, shape, fortran, element, bytes, at };
}

/** @param {string} type @returns {import("./elements.js").Element} */
function elementOf(type) {
  const [, order = "", kind = "", digits = ""] = /^([<>|=]?)([a-zA-Z?])(\d*)$/.exec(type) ?? [];
  const size = Number(digits) || 1;
  if (kind === "O") throw new ReadError("npyObjects", {});
  if (kind === "c") throw new ReadError("npyComplex", { found: type });
  const element = { kind: /** @type {import("./elements.js").Kind} */ (kind === "?" ? "b" : kind), size, little: order !== ">" };
  if (!isPlain(element)) throw new ReadError("npyType", { found: type });
  return element;
}

/**
 * Of more images than there is room for, only the first ones have to be there.
 *
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number[]} shape
 * @param {number} size
 * @param {boolean} fortran
 */
function checkLength(bytes, at, shape, size, fortran) {
  const [first = 1, ...rest] = shape;
  const needed = (fortran || first <= MOST_IMAGES || rest.length === 0 ? product(shape) : MOST_IMAGES * product(rest)) * size;
  if (bytes.length - at < needed) throw new ReadError("cutShort", { expected: at + needed, found: bytes.length });
}

/**
 * The words of an array of texts; null for any other array.
 *
 * @param {Uint8Array} bytes
 * @returns {string[] | null}
 */
export function wordsOf(bytes) {
  const { type, shape, at } = readHeader(bytes);
  const [, order, kind, digits] = /^([<>|=]?)([US])(\d+)$/.exec(type) ?? [];
  if (!kind) return null;
  const unit = kind === "U" ? 4 : 1;
  const length = Number(digits);
  const count = product(shape);
  checkLength(bytes, at, shape, length * unit, false);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at);
  const utf8 = new TextDecoder();
  return Array.from({ length: count }, (_, i) => {
    const start = i * length * unit;
    if (kind === "S") return utf8.decode(bytes.subarray(at + start, at + start + length)).replace(/\0+$/, "");
    let word = "";
    for (let place = 0; place < length; place += 1) {
      const code = view.getUint32(start + 4 * place, order !== ">");
      if (code !== 0 && code <= 0x10ffff) word += String.fromCodePoint(code);
    }
    return word;
  });
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {import("./types.js").Found[]}
 */
export function readNpy(name, bytes) {
  const words = wordsOf(bytes);
  if (words) return [{ kind: "labels", name, labels: labelsOfWords(words), files: null }];
  return readArray(plainArray(name, bytes));
}
