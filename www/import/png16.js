/**
 * PNG of 16 bits a channel, whose lower half a browser's canvas drops: a picture of 12 bits would come out nearly black, and one whose
 * values end at 255 wholly. Source: PNG specification (W3C), chapters 7, 9 and 11. Interlaced files are left to the browser.
 */

import { unzlibSync } from "../vendor/fflate/browser.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Channels by colour type; a palette has no 16 bits. @type {Record<number, number>} */
const CHANNELS = { 0: 1, 2: 3, 4: 2, 6: 4 };

/**
 * @param {Uint8Array} bytes
 * @returns {{ width: number, height: number, channels: number, values: Uint16Array } | null}  null: no PNG of 16 bits, or one that the browser reads better
 */
export function readPng16(bytes) {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || bytes[24] !== 16 || bytes[28] !== 0) return null;
  const [width, height, channels] = [view.getUint32(16), view.getUint32(20), CHANNELS[bytes[25] ?? 9] ?? 0];
  const parts = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === "IDAT") parts.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  if (channels === 0 || parts.length === 0) return null;
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const piece of parts) {
    packed.set(piece, filled);
    filled += piece.length;
  }
  const lines = unfiltered(unzlibSync(packed), width * channels * 2, height, channels * 2);
  return lines && { width, height, channels, values: Uint16Array.from({ length: width * height * channels }, (_, i) => (lines[2 * i] ?? 0) * 256 + (lines[2 * i + 1] ?? 0)) };
}

/**
 * Takes back the filters: every line begins with the number of the one that was used on it.
 *
 * @param {Uint8Array} data
 * @param {number} length  of a line, in bytes
 * @param {number} height
 * @param {number} step  bytes of a pixel
 */
function unfiltered(data, length, height, step) {
  if (data.length < (length + 1) * height) return null;
  const out = new Uint8Array(length * height);
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (length + 1)] ?? 0;
    for (let x = 0; x < length; x += 1) {
      const at = y * length + x;
      const left = x >= step ? out[at - step] ?? 0 : 0;
      const above = y > 0 ? out[at - length] ?? 0 : 0;
      const corner = x >= step && y > 0 ? out[at - length - step] ?? 0 : 0;
      const guess = filter === 1 ? left : filter === 2 ? above : filter === 3 ? (left + above) >> 1 : filter === 4 ? paeth(left, above, corner) : 0;
      out[at] = (data[y * (length + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

/** Whichever of the three is nearest to left + above - corner. @param {number} left @param {number} above @param {number} corner */
function paeth(left, above, corner) {
  const [a, b, c] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}
