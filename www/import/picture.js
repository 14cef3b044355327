/** Decodes pictures by the browser's own decoder, in a worker. What it cannot decode is an error that says what would help. */

import { PlaneReader } from "./colour.js";
import { readPng16 } from "./png16.js";
import { SIDE } from "./set.js";
import { ReadError } from "./types.js";

/** @typedef {import("./pictures.js").Decoded} Decoded */

/** A picture is taken from the canvas in strips of about so many pixels. */
const STRIP = 1 << 22;
/** A larger picture is read smaller: the memory of a phone bears no more. */
const MOST_PIXELS = 1 << 26;
/** Whether this browser's canvas can be trusted; null: not tried yet. @type {boolean | null} */
let trusted = null;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Decoded>}
 */
export async function decodePicture(bytes) {
  if (!canDecode()) throw new ReadError("noDecoder");
  if (!isTrusted()) throw new ReadError("guardedCanvas");
  const precise = fromPng16(bytes);
  if (precise) return precise;
  const bitmap = await bitmapOf(bytes);
  try {
    return planesOf(bitmap);
  } finally {
    bitmap.close();
  }
}

/** Whether this worker can make pixels of a picture: Safari before 16.4 cannot. */
function canDecode() {
  return typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";
}

/** Whether a canvas gives the pixels that it was given: a browser that protects against fingerprinting may not. */
function isTrusted() {
  if (trusted !== null) return trusted;
  const context = canvasOf(SIDE, SIDE);
  const pixels = Uint8ClampedArray.from({ length: SIDE * SIDE * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  context.putImageData(new ImageData(pixels, SIDE, SIDE), 0, 0);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  trusted = pixels.every((value, i) => value === data[i]);
  return trusted;
}

/** @param {number} width @param {number} height */
function canvasOf(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!context) throw new ReadError("noDecoder");
  return context;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function bitmapOf(bytes) {
  const blob = new Blob([bytes]);
  try {
    // The numbers in the file count, not how a screen would show them. A photograph is turned as its EXIF says: that is the default.
    return await createImageBitmap(blob, { premultiplyAlpha: "none", colorSpaceConversion: "none" });
  } catch {
    // A browser may know no such wishes.
    return createImageBitmap(blob).catch(() => {
      throw new ReadError("brokenPicture");
    });
  }
}

/** @param {ImageBitmap} bitmap @returns {Decoded} */
function planesOf(bitmap) {
  const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height)));
  const [width, height] = [Math.max(1, Math.floor(bitmap.width * scale)), Math.max(1, Math.floor(bitmap.height * scale))];
  const rows = Math.min(height, Math.max(1, Math.floor(STRIP / width)));
  const context = canvasOf(width, rows);
  const reader = new PlaneReader(width * height);
  for (let top = 0; top < height; top += rows) {
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top, width, height);
    reader.add(context.getImageData(0, 0, width, Math.min(rows, height - top)).data, top * width);
  }
  return { width, height, planes: reader.finish(), white: null };
}

/**
 * A PNG of 16 bits, brought to 8 with its highest value as white; what becomes of that is decided for the whole set.
 *
 * @param {Uint8Array} bytes
 * @returns {Decoded | null}
 */
function fromPng16(bytes) {
  const png = readable(bytes);
  if (!png) return null;
  const { width, height, channels, values } = png;
  const hasAlpha = channels === 2 || channels === 4;
  const inks = hasAlpha ? channels - 1 : channels;
  let white = 1;
  for (let i = 0; i < values.length; i += 1) if (i % channels < inks) white = Math.max(white, values[i] ?? 0);
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    for (let c = 0; c < 3; c += 1) rgba[4 * pixel + c] = Math.round((255 * (values[pixel * channels + (inks === 3 ? c : 0)] ?? 0)) / white);
    rgba[4 * pixel + 3] = hasAlpha ? (values[pixel * channels + inks] ?? 0) >> 8 : 255;
  }
  const reader = new PlaneReader(width * height);
  reader.add(rgba, 0);
  return { width, height, planes: reader.finish(), white };
}

/** @param {Uint8Array} bytes */
function readable(bytes) {
  try {
    return readPng16(bytes);
  } catch {
    // Damaged: the browser may still show a part of it.
    return null;
  }
}
