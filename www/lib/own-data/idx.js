/** IDX files, the form of MNIST itself: a big-endian header, then one byte a value. */

import { fittedAll } from "./set.js";

/**
 * @param {Uint8Array} bytes
 * @returns {{ kind: "images", set: import("./set.js").OwnSet } | { kind: "labels", labels: Uint8Array<ArrayBuffer> }}
 */
export function readIdx(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = bytes[3] ?? 0;
  if (bytes[2] !== 8) throw new Error(`byte 2 must be 8 (whole numbers of one byte), found ${bytes[2]}: save the array as unsigned bytes`);
  if (bytes.length < 4 + 4 * dimensions) throw new Error(`the header must have ${4 + 4 * dimensions} bytes, found ${bytes.length}: the file was cut short`);
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const body = bytes.subarray(4 + 4 * dimensions);
  const expected = sizes.reduce((product, size) => product * size, 1);
  if (body.length !== expected) throw new Error(`after the header there must be ${expected} bytes (${sizes.join(" × ")}), found ${body.length}: the file was cut short or holds more`);
  if (dimensions === 1) {
    const bad = body.findIndex((label) => label > 9);
    if (bad >= 0) throw new Error(`labels must be 0 to 9, found ${body[bad]} as number ${bad}: the model knows ten classes`);
    return { kind: "labels", labels: new Uint8Array(body) };
  }
  if (dimensions !== 3) throw new Error(`it must have 3 dimensions (images) or 1 (labels), found ${dimensions}`);
  return { kind: "images", set: fittedAll(body, sizes[2] ?? 0, sizes[1] ?? 0) };
}

/** @param {Uint8Array} bytes */
export function isIdx(bytes) {
  return bytes[0] === 0 && bytes[1] === 0 && (bytes[3] ?? 9) <= 4;
}
