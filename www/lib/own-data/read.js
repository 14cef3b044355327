/**
 * Any file of images, told by its first bytes. What cannot be read is an error that says what, where, and how to mend it.
 */

import { readCsv } from "./csv.js";
import { isIdx, readIdx } from "./idx.js";
import { imagesOf, inflated, isNpy, isZip, readNpy, readZip } from "./numpy.js";
import { likeMnist } from "./set.js";

/** @typedef {import("./set.js").OwnSet} OwnSet */

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<OwnSet>} readPicture  for PNG and JPEG, which browsers know how to read
 * @returns {Promise<{ kind: "images", set: OwnSet } | { kind: "labels", labels: Uint8Array<ArrayBuffer> }>}
 */
export async function readFile(bytes, readPicture) {
  if (bytes.length === 0) throw new Error("the file is empty");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return readFile(await inflated(bytes, "gzip"), readPicture);
  if (isIdx(bytes)) {
    const found = readIdx(bytes);
    return found.kind === "images" ? images(found.set) : found;
  }
  if (isNpy(bytes)) return images(imagesOf(readNpy(bytes)));
  if (isZip(bytes)) return images(await readNpz(bytes));
  if (isPicture(bytes)) return images(await readPicture(bytes));
  if (bytes.subarray(3, 200).every((byte) => byte >= 9 && byte < 127)) return images(readCsv(bytes));
  throw new Error("it must be IDX, CSV, NPY, NPZ, PNG or JPEG, and begins like none of them");
}

/** @param {OwnSet} set @returns {{ kind: "images", set: OwnSet }} */
function images(set) {
  return { kind: "images", set: likeMnist(set) };
}

/**
 * The images of an NPZ file, and the labels beside them: the arrays may have any names.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function readNpz(bytes) {
  const arrays = [...(await readZip(bytes))].filter(([name]) => name.endsWith(".npy")).map(([name, body]) => ({ name, ...readNpy(body) }));
  const pictures = arrays.filter(({ shape }) => shape.length > 1);
  // The training part, where there are several.
  const chosen = pictures.find(({ name }) => /train/.test(name)) ?? pictures[0];
  if (!chosen) throw new Error(`one of its arrays must hold images, found ${arrays.map(({ name, shape }) => `${name} (${shape.join(", ")})`).join(", ") || "no arrays"}`);
  const set = imagesOf(chosen);
  const labels = arrays.find(({ shape }) => shape.length === 1 && shape[0] === chosen.shape[0]);
  if (labels && labels.values.every((value) => Number.isInteger(value) && value >= 0 && value <= 9)) set.labels.set(labels.values.subarray(0, set.labels.length));
  return set;
}

/** @param {Uint8Array} bytes */
function isPicture([a, b]) {
  return (a === 0x89 && b === 0x50) || (a === 0xff && b === 0xd8);
}
