/**
 * Gray bytes (0 = black) as opaque RGBA, which is what an ImageData wants.
 *
 * @param {Uint8Array} gray
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function grayToRgba(gray) {
  const rgba = new Uint8ClampedArray(gray.length * 4);
  for (let i = 0, j = 0; i < gray.length; i += 1, j += 4) {
    const value = gray[i] ?? 0;
    rgba[j] = value;
    rgba[j + 1] = value;
    rgba[j + 2] = value;
    rgba[j + 3] = 255;
  }
  return rgba;
}

/**
 * Gray bytes as white ink: the gray becomes its coverage. Used to lay a test digit on the pad.
 *
 * @param {Uint8Array} gray
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function grayToInk(gray) {
  const rgba = new Uint8ClampedArray(gray.length * 4).fill(255);
  for (let i = 0, j = 3; i < gray.length; i += 1, j += 4) rgba[j] = gray[i] ?? 0;
  return rgba;
}

/**
 * The alpha channel of RGBA pixels: on a pad without a background it is the coverage of the ink.
 *
 * @param {Uint8ClampedArray} rgba
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function coverage(rgba) {
  const ink = new Uint8Array(rgba.length / 4);
  for (let i = 0, j = 3; i < ink.length; i += 1, j += 4) ink[i] = rgba[j] ?? 0;
  return ink;
}
