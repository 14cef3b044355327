/** IDX files, the form of MNIST itself: a big-endian header, then the numbers. */

import { product, readArray } from "./arrays.js";
import { MOST_IMAGES } from "./set.js";
import { ReadError } from "./types.js";

/** By the third byte. @type {Record<number, { kind: import("./elements.js").Kind, size: number }>} */
const TYPES = {
  0x08: { kind: "u", size: 1 },
  0x09: { kind: "i", size: 1 },
  0x0b: { kind: "i", size: 2 },
  0x0c: { kind: "i", size: 4 },
  0x0d: { kind: "f", size: 4 },
  0x0e: { kind: "f", size: 8 },
};

/** @param {Uint8Array} bytes */
export function isIdx(bytes) {
  const dimensions = bytes[3] ?? 0;
  return bytes[0] === 0 && bytes[1] === 0 && (bytes[2] ?? 0) in TYPES && dimensions >= 1 && dimensions <= 5;
}

/**
 * How many bytes of a file are worth unpacking: there is room for so many images only.
 *
 * @param {Uint8Array} bytes  the first ones
 */
export function bytesNeeded(bytes) {
  const header = isIdx(bytes) ? headerOf(bytes) : null;
  if (!header || header.shape.length < 2) return Infinity;
  const [count = 0, ...rest] = header.shape;
  return count > MOST_IMAGES ? header.at + MOST_IMAGES * product(rest) * header.size : Infinity;
}

/** @param {Uint8Array} bytes */
function headerOf(bytes) {
  const dimensions = bytes[3] ?? 0;
  const at = 4 + 4 * dimensions;
  const type = TYPES[bytes[2] ?? 0];
  if (!type || bytes.length < at) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { ...type, at, shape: Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i)) };
}

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {import("./types.js").Found[]}
 */
export function readIdx(name, bytes) {
  const header = headerOf(bytes);
  if (!header) throw new ReadError("cutShort", { expected: 4 + 4 * (bytes[3] ?? 0), found: bytes.length });
  const { kind, size, at, shape } = header;
  const [count = 0, ...rest] = shape;
  const whole = at + product(shape) * size;
  const needed = rest.length > 0 ? at + Math.min(count, MOST_IMAGES) * product(rest) * size : whole;
  if (bytes.length < needed) throw new ReadError("cutShort", { expected: whole, found: bytes.length });
  if (bytes.length > whole) throw new ReadError("tooLong", { expected: whole, found: bytes.length });
  return readArray({ name, shape, fortran: false, element: { kind, size, little: false }, bytes, at });
}
