/** What the tests of importing share: MNIST's own test images, and files made as other programs make them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { assemble } from "../../../www/import/assemble.js";
import { readFile } from "../../../www/import/read.js";
import { ReadError } from "../../../www/import/types.js";
import { TEXTS } from "../../../www/texts.js";

const data = (name) => gunzipSync(readFileSync(new URL(`../../../www/data/${name}`, import.meta.url)));
const t10kImages = data("t10k-images-idx3-ubyte.gz").subarray(16);
const t10kLabels = data("t10k-labels-idx1-ubyte.gz").subarray(8);

export const PIXELS = 784;
export const AUTO = { invert: null, turn: null, stretch: null };
/** Images `from` to `to` of MNIST's test set. */
export const digits = (from, to) => new Uint8Array(t10kImages.subarray(from * PIXELS, to * PIXELS));
export const labels = (from, to) => [...t10kLabels.subarray(from, to)];

const noPictures = { readPicture: (_bytes, name) => Promise.reject(new ReadError("pictureBroken", { name })) };

/** Reads files by name as the worker does, and joins them. */
export async function importFiles(files, choices = AUTO, options = {}, helpers = noPictures) {
  const found = [];
  for (const [name, bytes] of Object.entries(files)) {
    try {
      found.push(...(await readFile(name, new Uint8Array(bytes), helpers)));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      found.push({ kind: "problem", name, code: error.code, values: error.values });
    }
  }
  const imported = assemble(found, choices, options);
  inWords(imported);
  return imported;
}

/** Whatever is told must have words, and every value that they need. */
export function inWords({ problems, remarks, doubts }) {
  for (const [kind, list] of Object.entries({ problems, remarks, doubts })) {
    for (const { code, values } of list) {
      if (code === "pictureBroken") continue;
      const text = TEXTS.importing[kind][code]?.(values) ?? "undefined";
      assert.doesNotMatch(text, /undefined|NaN|null/, `${kind}.${code} ${JSON.stringify(values)}: ${text}`);
    }
  }
}

export const codes = (list) => list.map(({ code }) => code);
export const grid = (values, width) => Array.from({ length: values.length / width }, (_, i) => [...values.slice(i * width, (i + 1) * width)]);

/** The header of an NPY file of version 1, and the body behind it. */
export function npy(type, shape, body, { order = "False", descr = `'${type}'`, version = 1 } = {}) {
  const text = `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const header = Buffer.from(text.padEnd(117) + "\n");
  const length = version === 1 ? Buffer.from([header.length & 255, header.length >> 8]) : Buffer.from([header.length & 255, header.length >> 8, 0, 0]);
  return Buffer.concat([Buffer.from([0x93]), Buffer.from("NUMPY"), Buffer.from([version, 0]), length, header, Buffer.from(body.buffer ?? body, body.byteOffset ?? 0, body.byteLength ?? body.length)]);
}

export function idx(type, sizes, body) {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, type, sizes.length]);
  sizes.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, Buffer.from(body.buffer ?? body, body.byteOffset ?? 0, body.byteLength ?? body.length)]);
}

export const csv = (rows, mark = ",", end = "\n") => Buffer.from(rows.map((row) => row.join(mark)).join(end) + end);
