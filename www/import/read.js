/** Any file of images or labels, told by its first bytes and its name. */

import { ReadError } from "./types.js";

/**
 * @param {string} name  the path of the file
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {import("./types.js").Helpers} helpers
 * @returns {Promise<import("./types.js").Found[]>}  nothing for what lies about in folders (.DS_Store, README, …); throws a ReadError
 */
export async function readFile(name, bytes, helpers) {
  void name;
  void helpers;
  throw new ReadError(bytes.length === 0 ? "empty" : "unknown", {});
}
