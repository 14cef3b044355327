/** Files that are something else, told by their first bytes: each with the code of what is said about it, and of the mend. */

/** @typedef {{ code: string, values: import("./types.js").Values }} Recognised */

/** How much of a text is looked at. */
const START = 2000;

/**
 * First bytes in Latin letters, and what they mean.
 *
 * @type {readonly [RegExp, string, import("./types.js").Values][]}
 */
const SIGNS = [
  [/^\x89HDF\r\n/, "hdf5", {}],
  [/^MATLAB 7/, "matlab", {}],
  [/^MATLAB 5/, "matlab", {}],
  [/^%PDF/, "pdf", {}],
  [/^PAR1/, "columnFile", { type: "Parquet" }],
  [/^(ARROW1|FEA1)/, "columnFile", { type: "Arrow" }],
  [/^SQLite format 3/, "columnFile", { type: "SQLite" }],
  [/^RDX\d\n|^X\n\0/, "rData", {}],
  [/^7z\xbc\xaf/, "otherArchive", { type: "7z" }],
  [/^Rar!/, "otherArchive", { type: "RAR" }],
  [/^\xfd7zXZ/, "otherArchive", { type: "XZ" }],
  [/^BZh[1-9]1AY/, "otherArchive", { type: "bzip2" }],
  [/^\x28\xb5\x2f\xfd/, "otherArchive", { type: "Zstandard" }],
  [/^\xd0\xcf\x11\xe0/, "spreadsheet", {}],
  [/^[\s\S]{4}ftyp(heic|heix|hevc|heim|heis|mif1|msf1)/, "pictureType", { type: "HEIC" }],
  [/^(II\*\0|MM\0\*)/, "pictureType", { type: "TIFF" }],
  [/^8BPS/, "pictureType", { type: "PSD" }],
  [/^P[1-7]\s/, "pictureType", { type: "PNM" }],
  [/^(\xff\x0a|\0\0\0\x0cJXL )/, "pictureType", { type: "JPEG XL" }],
  [/^\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19/, "pytorch", {}],
  [/^\x80[\x02-\x05]/, "pickle", {}],
  [/^[\s\S]{8}\{\s*"/, "modelFile", {}],
];

/**
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {Recognised | null}
 */
export function recognise(name, bytes) {
  const start = latin(bytes.subarray(0, START));
  for (const [sign, code, values] of SIGNS) {
    // A table of numbers never has a brace in its ninth place; a text of JSON may.
    if (sign.test(start) && !(code === "modelFile" && bytes[7] !== 0)) return { code, values };
  }
  if (latin(bytes.subarray(257, 262)) === "ustar" || /\.(tar|tgz)$/i.test(name)) return { code: "otherArchive", values: { type: "tar" } };
  if (/\.(pkl|pickle)(\.gz)?$/i.test(name)) return { code: "pickle", values: {} };
  if (/\.tfrecords?(-\d.*)?$/i.test(name)) return { code: "columnFile", values: { type: "TFRecord" } };
  return recogniseText(new TextDecoder().decode(bytes.subarray(0, START)).replace(/^\ufeff?\s+/, ""));
}

/** @param {string} start @returns {Recognised | null} */
function recogniseText(start) {
  if (start.startsWith("version https://git-lfs")) return { code: "gitLfs", values: { megabytes: megabytes(/size (\d+)/.exec(start)?.[1] ?? "0") } };
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!doctype svg[^>]*>\s*)?<svg/i.test(start)) return { code: "pictureType", values: { type: "SVG" } };
  if (/^(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)/i.test(start)) return { code: "htmlPage", values: {} };
  if (start.startsWith("<")) return { code: "htmlPage", values: {} };
  if (/^[{[]/.test(start)) return { code: "json", values: {} };
  return null;
}

/** Kept to a tenth. @param {string} bytes */
function megabytes(bytes) {
  return Math.round(Number(bytes) / 1e5) / 10;
}

/** @param {Uint8Array} bytes */
function latin(bytes) {
  return String.fromCharCode(...bytes);
}

/**
 * Pictures that browsers decode.
 *
 * @param {Uint8Array} bytes
 */
export function isPicture(bytes) {
  const start = latin(bytes.subarray(0, 16));
  return /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF[\s\S]{4}WEBP|BM[\s\S]{4}\0\0\0\0|\0\0\x01\0[\s\S]\0)/.test(start) || /^[\s\S]{4}ftypavi[fs]/.test(start);
}
