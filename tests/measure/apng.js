/** Joins pictures of one size into one that moves: an animated PNG (https://www.w3.org/TR/png-3/#apng-frame-based-animation). */

import { crc32 } from "node:zlib";

const SIGNATURE = 8;

/** The chunks of a PNG. @param {Buffer} png @returns {{ type: string, data: Buffer }[]} */
function chunksOf(png) {
  const chunks = [];
  for (let at = SIGNATURE; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/**
 * @param {{ png: Buffer, ms: number }[]} frames  each with how long it stands
 * @returns {Buffer}
 */
export function animate(frames) {
  const [first] = frames;
  if (!first) throw new Error("a moving picture must have a frame");
  const header = chunksOf(first.png).find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(0);
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(frames.length, 0);
  const parts = [first.png.subarray(0, SIGNATURE), chunk("IHDR", header), chunk("acTL", counts)];
  let serial = 0;
  for (const [index, { png, ms }] of frames.entries()) {
    const chunks = chunksOf(png);
    if (!chunks[0]?.data.equals(header)) throw new Error(`frame ${index} must be of the size and kind of the first`);
    const control = Buffer.alloc(26);
    control.writeUInt32BE(serial++, 0);
    header.copy(control, 4, 0, 8);
    control.writeUInt16BE(ms, 20);
    control.writeUInt16BE(1000, 22);
    parts.push(chunk("fcTL", control));
    for (const { data } of chunks.filter(({ type }) => type === "IDAT")) {
      if (index === 0) {
        parts.push(chunk("IDAT", data));
        continue;
      }
      const number = Buffer.alloc(4);
      number.writeUInt32BE(serial++, 0);
      parts.push(chunk("fdAT", Buffer.concat([number, data])));
    }
  }
  parts.push(chunk("IEND", Buffer.alloc(0)));
  return Buffer.concat(parts);
}
