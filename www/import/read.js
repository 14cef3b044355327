/** Any file of images or labels, told by its first bytes and its name. */

import { readCsv } from "./csv.js";
import { gunzip, isGzip } from "./gzip.js";
import { bytesNeeded, isIdx, readIdx } from "./idx.js";
import { isClutter } from "./names.js";
import { isNpy, readNpy } from "./npy.js";
import { isPicture, recognise } from "./recognise.js";
import { isText } from "./text.js";
import { ReadError } from "./types.js";
import { isZip, readZip } from "./zip.js";

/** An archive in an archive is opened; what lies deeper is no habit of anybody. */
const DEEPEST = 3;

/**
 * @param {string} name  the path of the file
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {import("./types.js").Helpers} helpers
 * @param {number} [depth]
 * @returns {Promise<import("./types.js").Found[]>}  nothing for what lies about in folders (.DS_Store, README, …); throws a ReadError
 */
export async function readFile(name, bytes, helpers, depth = 0) {
  if (isClutter(name)) return [];
  if (bytes.length === 0) throw new ReadError("empty", {});
  if (depth > DEEPEST) throw new ReadError("tooDeep", {});
  const inner = (/** @type {string} */ path, /** @type {Uint8Array<ArrayBuffer>} */ file) => readFile(path, file, helpers, depth + 1);
  if (isGzip(bytes)) return inner(name.replace(/\.gz$/i, "").replace(/\.tgz$/i, ".tar"), gunzip(bytes, bytesNeeded));
  if (isZip(bytes)) return readZip(name, bytes, inner);
  if (isNpy(bytes)) return readNpy(name, bytes);
  if (isPicture(bytes)) return [{ kind: "images", raw: await helpers.readPicture(bytes, name) }];
  const other = recognise(name, bytes);
  if (other) throw new ReadError(other.code, other.values);
  if (isIdx(bytes)) return readIdx(name, bytes);
  if (isText(bytes)) return readCsv(name, bytes);
  throw new ReadError("unknown", {});
}
