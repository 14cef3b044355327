/** Unpacks gzip, which may have several members one after the other (`cat a.gz b.gz`, bgzip): browsers' own streams refuse that. */

import { FlateErrorCode, Gunzip } from "../vendor/fflate/browser.js";
import { ReadError } from "./types.js";

/** So much packed data goes in at a time: it bounds how many members one call meets. */
const CHUNK = 1 << 16;
/** More than this is no set of images for a browser. */
const MOST_BYTES = 1 << 30;

/** @param {Uint8Array} bytes */
export function isGzip(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * @param {Uint8Array} packed
 * @param {(start: Uint8Array) => number} [enough]  how many bytes are wanted, by the first ones: unpacking ends there
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function gunzip(packed, enough = () => Infinity) {
  /** @type {Uint8Array[]} */
  const parts = [];
  let total = 0;
  let wanted = Infinity;
  let sum = -1;
  const stream = new Gunzip((part) => {
    if (part.length === 0) return;
    if (total === 0) wanted = enough(part);
    parts.push(part);
    total += part.length;
    sum = crc(sum, part);
    if (total > MOST_BYTES) throw new ReadError("tooLarge", { megabytes: MOST_BYTES >> 20 });
  });
  stream.onmember = (start) => {
    checkMember(packed, start, sum);
    sum = -1;
  };
  try {
    for (let at = 0; at < packed.length && total < wanted; at += CHUNK) stream.push(packed.subarray(at, at + CHUNK), at + CHUNK >= packed.length);
    if (total < wanted) checkMember(packed, packed.length, sum);
  } catch (error) {
    // Some programs fill up the last block with zeros: what comes after a whole member and begins no other one is passed over.
    const padded = isFlate(error) && error.code === FlateErrorCode.InvalidHeader && total > 0;
    if (!padded) throw error instanceof ReadError ? error : new ReadError("packedDamaged", { bytes: packed.length });
  }
  return joined(parts, total);
}

/** @param {unknown} error @returns {error is import("fflate").FlateError} */
function isFlate(error) {
  return error instanceof Error && "code" in error;
}

/**
 * A member ends with a checksum of what is in it.
 *
 * @param {Uint8Array} packed
 * @param {number} end
 * @param {number} sum
 */
function checkMember(packed, end, sum) {
  if (end < 8) return;
  const told = new DataView(packed.buffer, packed.byteOffset + end - 8, 4).getUint32(0, true);
  if (told !== ~sum >>> 0) throw new ReadError("packedDamaged", { bytes: packed.length });
}

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, i) => {
  let value = i;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** @param {number} sum @param {Uint8Array} part */
function crc(sum, part) {
  let value = sum;
  for (let i = 0; i < part.length; i += 1) value = /** @type {number} */ (CRC_TABLE[(value ^ /** @type {number} */ (part[i])) & 255]) ^ (value >>> 8);
  return value;
}

/** @param {Uint8Array[]} parts @param {number} total */
function joined(parts, total) {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
