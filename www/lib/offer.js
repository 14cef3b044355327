/** Files for the visitor to keep: bytes, pictures and short films, made in the page and never sent anywhere. */

import { CodedError } from "./coded-error.js";

/**
 * @param {Blob} file
 * @param {string} name
 */
export function offerFile(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of the bytes long before.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * A canvas as a PNG file, every pixel of it `scale` pixels wide.
 *
 * @param {CanvasImageSource & { width: number, height: number }} picture
 * @param {number} scale
 * @param {string} name
 */
export async function offerPicture(picture, scale, name) {
  const canvas = new OffscreenCanvas(picture.width * scale, picture.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new CodedError("noCanvas", {});
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  offerFile(await canvas.convertToBlob({ type: "image/png" }), name);
}

/** Whether this browser can make films. */
export function canFilm() {
  return typeof MediaRecorder === "function" && typeof HTMLCanvasElement.prototype.captureStream === "function";
}

/**
 * A film of a canvas while `play` draws on it, in the container that the browser has (WebM nearly everywhere).
 *
 * @param {HTMLCanvasElement} canvas
 * @param {() => Promise<void>} play
 * @param {string} name  without its ending
 */
export async function offerFilm(canvas, play, name) {
  const recorder = new MediaRecorder(canvas.captureStream(30), { videoBitsPerSecond: 2_000_000 });
  /** @type {Blob[]} */
  const parts = [];
  recorder.ondataavailable = ({ data }) => void parts.push(data);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  try {
    await play();
  } finally {
    recorder.stop();
    await stopped;
    for (const track of recorder.stream.getTracks()) track.stop();
  }
  const type = recorder.mimeType || "video/webm";
  offerFile(new Blob(parts, { type }), `${name}.${type.includes("mp4") ? "mp4" : "webm"}`);
}

/** Resolves with the next frame that the browser paints. @returns {Promise<number>} */
export function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
