/** PNG files made by hand, for what a canvas does not write: depths, palettes, grey with alpha. */

import { deflateSync } from "node:zlib";

/**
 * @param {object} form
 * @param {number} form.width
 * @param {number} form.height
 * @param {number} form.depth  bits a channel
 * @param {number} form.type   colour type: 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha
 * @param {number[]} [form.palette]
 * @param {readonly Buffer[]} form.lines
 */
export function png({ width, height, depth, type, palette, lines }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, type, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(palette))] : []),
    chunk("IDAT", deflateSync(Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from([0]), line]))))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** @param {Uint8Array} grey @param {number} width @param {number} height */
export function pngOfGrey(grey, width, height) {
  return png({ width, height, depth: 8, type: 0, lines: linesOf(grey, width, (value) => [value]) });
}

/** The rows of a picture, each value as bytes. @param {Uint8Array} values @param {number} width @param {(value: number) => number[]} bytes */
export function linesOf(values, width, bytes) {
  return Array.from({ length: values.length / width }, (_, y) => Buffer.from(Array.from(values.slice(y * width, (y + 1) * width)).flatMap(bytes)));
}

/** @param {string} name @param {Buffer} body */
function chunk(name, body) {
  const whole = Buffer.concat([Buffer.from(name, "latin1"), body]);
  const out = Buffer.alloc(whole.length + 8);
  out.writeUInt32BE(body.length, 0);
  whole.copy(out, 4);
  out.writeUInt32BE(crc(whole), whole.length + 4);
  return out;
}

/** @param {Buffer} bytes */
function crc(bytes) {
  let now = 0xffffffff;
  for (const byte of bytes) {
    now ^= byte;
    for (let bit = 0; bit < 8; bit += 1) now = (now >>> 1) ^ (0xedb88320 & -(now & 1));
  }
  return (now ^ 0xffffffff) >>> 0;
}
