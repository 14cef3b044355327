/** ZIP archives: NumPy's NPZ, or files of any kind as Kaggle packs them. */

import { unzipSync } from "../vendor/fflate/browser.js";
import { isClutter, splitOf } from "./names.js";
import { readNpz } from "./npz.js";
import { ReadError } from "./types.js";

/** More than this is no set of images for a browser. */
const MOST_BYTES = 1 << 30;
/** So many names of what was left out are told. */
const MOST_NAMES = 4;

/** @param {Uint8Array} bytes */
export function isZip(bytes) {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && ((bytes[2] === 3 && bytes[3] === 4) || (bytes[2] === 5 && bytes[3] === 6));
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {(name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<import("./types.js").Found[]>} readEntry
 * @returns {Promise<import("./types.js").Found[]>}
 */
export async function readZip(name, bytes, readEntry) {
  const paths = list(bytes).filter((path) => !path.endsWith("/"));
  if (paths.some((path) => /(^|\/)data\.pkl$/.test(path))) throw new ReadError("pytorch", {});
  if (paths.some((path) => /^(xl\/|content\.xml$)/.test(path))) throw new ReadError("spreadsheet", {});
  const useful = paths.filter((path) => !isClutter(path));
  if (useful.length > 0 && useful.every((path) => path.endsWith(".npy"))) return readNpz(name, unpacked(bytes, new Set(useful)));
  const { kept, left } = trainingPart(useful);
  const files = unpacked(bytes, new Set(kept));
  /** @type {import("./types.js").Found[]} */
  const found = left.length > 0 ? [{ kind: "remark", remark: { code: "testFilesLeft", values: { names: shortList(left), files: left.length } } }] : [];
  for (const path of kept) {
    const file = files.get(path);
    if (!file) continue;
    try {
      found.push(...(await readEntry(`${name}/${path}`, file)));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      found.push({ kind: "problem", name: `${name}/${path}`, code: error.code, values: error.values });
    }
    // What has been read is not kept twice.
    files.delete(path);
  }
  if (found.every(({ kind }) => kind === "remark")) throw new ReadError("emptyArchive", { files: paths.length, names: shortList(paths) });
  return found;
}

/**
 * Where an archive has a training part, the other parts are left out: a model is tested on what it has not seen.
 *
 * @param {readonly string[]} paths
 */
function trainingPart(paths) {
  const train = paths.some((path) => splitOf(path) === "train");
  const left = train ? paths.filter((path) => splitOf(path) === "test") : [];
  const gone = new Set(left);
  return { kept: paths.filter((path) => !gone.has(path)), left };
}

/** @param {readonly string[]} names */
export function shortList(names) {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(", ")}, …` : names.join(", ");
}

/** The names of all files. @param {Uint8Array} bytes */
function list(bytes) {
  /** @type {string[]} */
  const paths = [];
  open(bytes, ({ name }) => {
    paths.push(name);
    return false;
  });
  return paths;
}

/**
 * @param {Uint8Array} bytes
 * @param {ReadonlySet<string>} wanted
 * @returns {Map<string, Uint8Array<ArrayBuffer>>}
 */
function unpacked(bytes, wanted) {
  let total = 0;
  const files = open(bytes, ({ name, originalSize }) => {
    if (!wanted.has(name)) return false;
    total += originalSize;
    if (total > MOST_BYTES) throw new ReadError("tooLarge", { megabytes: MOST_BYTES >> 20 });
    return true;
  });
  return new Map(Object.entries(files));
}

/**
 * @param {Uint8Array} bytes
 * @param {(file: import("fflate").UnzipFileInfo) => boolean} filter
 */
function open(bytes, filter) {
  // The first bit of the first file's flags.
  if (((bytes[6] ?? 0) & 1) === 1) throw new ReadError("zipLocked", {});
  try {
    return unzipSync(bytes, {
      filter: (file) => {
        if (!filter(file)) return false;
        if (file.compression !== 0 && file.compression !== 8) throw new ReadError("zipMethod", { method: file.compression, file: file.name });
        return true;
      },
    });
  } catch (error) {
    throw error instanceof ReadError ? error : new ReadError("packedDamaged", { bytes: bytes.length });
  }
}
