/**
 * Arrays of NumPy: NPY (one array) and NPZ (a ZIP file of them). Sources: numpy.lib.format, version 1.0 to 3.0; PKWARE's
 * APPNOTE for the few parts of ZIP that NumPy writes.
 */

import { fittedAll } from "./set.js";

/** @typedef {{ shape: number[], values: Uint8Array | Float64Array }} NumpyArray */

/** @type {Record<string, (view: DataView, at: number) => number>} */
const READERS = {
  "|u1": (view, at) => view.getUint8(at),
  "|b1": (view, at) => 255 * view.getUint8(at),
  "|i1": (view, at) => view.getInt8(at),
  "<u2": (view, at) => view.getUint16(at, true),
  "<i2": (view, at) => view.getInt16(at, true),
  "<i4": (view, at) => view.getInt32(at, true),
  "<u4": (view, at) => view.getUint32(at, true),
  "<i8": (view, at) => Number(view.getBigInt64(at, true)),
  "<u8": (view, at) => Number(view.getBigUint64(at, true)),
  "<f4": (view, at) => view.getFloat32(at, true),
  "<f8": (view, at) => view.getFloat64(at, true),
};

/** @param {Uint8Array} bytes */
export function isNpy(bytes) {
  return bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === "NUMPY";
}

/** @param {Uint8Array} bytes */
export function isZip(bytes) {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * @param {Uint8Array} bytes
 * @returns {NumpyArray}
 */
export function readNpy(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = (bytes[6] ?? 1) > 1;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? "";
  const read = READERS[type];
  if (!read) throw new Error(`its type must be one of ${Object.keys(READERS).join(", ")}, found “${type}”: convert it with .astype("uint8")`);
  if (/'fortran_order':\s*True/.test(header)) throw new Error("it is in Fortran order: save numpy.ascontiguousarray(…) of it");
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? "").split(",").map((part) => part.trim()).filter(Boolean).map(Number);
  const size = Number(type.slice(2));
  const count = shape.reduce((product, part) => product * part, 1);
  const at = start + length;
  if (bytes.length < at + count * size) throw new Error(`after byte ${at} there must be ${count * size} bytes for ${shape.join(" × ")}, found ${bytes.length - at}: the file was cut short`);
  if (type === "|u1") return { shape, values: bytes.subarray(at, at + count) };
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 1) values[i] = read(view, at + i * size);
  return { shape, values };
}

/**
 * Images of an array: (n, height, width), (n, 784), (height, width), with a last axis of one channel or without.
 *
 * @param {NumpyArray} array
 */
export function imagesOf({ shape, values }) {
  const sizes = shape.length === 4 && shape[3] === 1 ? shape.slice(0, 3) : shape;
  const [a = 0, b = 0, c = 0] = sizes;
  const [width, height] = sizes.length === 3 ? [c, b] : sizes.length === 2 && b === 784 ? [28, 28] : sizes.length === 2 ? [b, a] : [0, 0];
  if (width === 0 || height === 0) throw new Error(`its shape must be (n, height, width), (n, 784) or (height, width), found (${shape.join(", ")})`);
  let highest = 0;
  for (const value of values) if (!(value <= highest)) highest = value;
  if (!(highest < Infinity)) throw new Error("its values must be finite numbers, found one that is not");
  // Bytes are as they are; fractions, and numbers beyond a byte, are parts of white.
  const white = highest > 0 && (highest <= 1 || highest > 255) ? 255 / (highest <= 1 ? 1 : highest) : 1;
  const grey = values instanceof Float64Array ? values.map((value) => Math.round(Math.max(0, value) * white)) : values;
  return fittedAll(grey, width, height);
}

/**
 * Every file of a ZIP archive.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Map<string, Uint8Array<ArrayBuffer>>>}
 */
export async function readZip(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0) throw new Error("it must end with a table of contents, found none: the file was cut short");
  const files = new Map();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const method = view.getUint16(at + 10, true);
    const packed = view.getUint32(at + 20, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0)));
    const local = view.getUint32(at + 42, true);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const body = bytes.slice(from, from + packed);
    if (method !== 0 && method !== 8) throw new Error(`“${name}” must be stored or deflated, found method ${method}: save it with numpy.savez or numpy.savez_compressed`);
    files.set(name, method === 0 ? body : await inflated(body, "deflate-raw"));
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {"gzip" | "deflate-raw"} format
 */
export async function inflated(bytes, format) {
  try {
    return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format))).arrayBuffer());
  } catch {
    throw new Error("it could not be unpacked: the file is damaged or was cut short");
  }
}
