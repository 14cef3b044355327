/**
 * What a canvas gives (red, green, blue, alpha) as grey. Transparent places are white paper, unless nothing is left on that: then the
 * alpha is the ink, black on white like the rest. Colours are kept beside the grey, since which of them shows the ink best is decided
 * once, for the whole set.
 *
 * @typedef {{ red: Uint8Array, green: Uint8Array, blue: Uint8Array }} Colours
 *
 * @typedef {object} Planes
 * @property {Uint8Array} grey
 * @property {Colours | null} colours  null: the picture has none
 */

/** How a coloured picture may become grey, the usual way first. */
export const CHANNELS = /** @type {const} */ (["grey", "darkest", "brightest", "red", "green", "blue"]);

/** @typedef {typeof CHANNELS[number]} Channel */

/** Channels further apart than this are a colour, not noise. */
const COLOURED = 24;
/** An ink of one colour varies by no more than this. */
const ONE_INK = 32;
/** From this alpha on a pixel's colour is known well enough. */
const OPAQUE = 200;

/** Takes a picture in strips, from the top. */
export class PlaneReader {
  /** @type {Uint8Array} */
  #grey;
  /** @type {Colours | null} */
  #colours = null;
  /** @type {Uint8Array | null} */
  #alpha = null;
  /** Of red, green and blue where the picture is opaque. */
  #lowest = new Uint8Array(3).fill(255);
  #highest = new Uint8Array(3);
  /** Of all channels, on white paper. */
  #darkest = 255;

  /** @param {number} pixels */
  constructor(pixels) {
    this.#grey = new Uint8Array(pixels);
  }

  /**
   * @param {Uint8ClampedArray} rgba  not multiplied by its alpha
   * @param {number} from  the number of its first pixel
   */
  add(rgba, from) {
    const grey = this.#grey;
    for (let j = 0, place = from; j < rgba.length; j += 4, place += 1) {
      let red = rgba[j] ?? 0;
      let green = rgba[j + 1] ?? 0;
      let blue = rgba[j + 2] ?? 0;
      const alpha = rgba[j + 3] ?? 0;
      if (alpha < 255) {
        this.#alpha ??= new Uint8Array(grey.length).fill(255);
        this.#alpha[place] = alpha;
      }
      if (alpha >= OPAQUE) this.#addInk(red, green, blue);
      if (alpha < 255) {
        red = 255 + ((red - 255) * alpha) / 255;
        green = 255 + ((green - 255) * alpha) / 255;
        blue = 255 + ((blue - 255) * alpha) / 255;
      }
      // Rec. 601 luma.
      grey[place] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      const least = Math.min(red, green, blue);
      if (least < this.#darkest) this.#darkest = least;
      if (this.#colours || Math.max(red, green, blue) - least > COLOURED) this.#addColour(place, red, green, blue);
    }
  }

  /** @returns {Planes} */
  finish() {
    if (this.#alpha && this.#alphaIsInk(this.#alpha)) return { grey: this.#alpha.map((alpha) => 255 - alpha), colours: null };
    return { grey: this.#grey, colours: this.#colours };
  }

  /** @param {number} place @param {number} red @param {number} green @param {number} blue */
  #addColour(place, red, green, blue) {
    // Up to the first colour everything was grey.
    this.#colours ??= { red: this.#grey.slice(), green: this.#grey.slice(), blue: this.#grey.slice() };
    this.#colours.red[place] = Math.round(red);
    this.#colours.green[place] = Math.round(green);
    this.#colours.blue[place] = Math.round(blue);
  }

  /** @param {number} red @param {number} green @param {number} blue */
  #addInk(red, green, blue) {
    const [lowest, highest] = [this.#lowest, this.#highest];
    lowest[0] = Math.min(lowest[0] ?? 0, red);
    lowest[1] = Math.min(lowest[1] ?? 0, green);
    lowest[2] = Math.min(lowest[2] ?? 0, blue);
    highest[0] = Math.max(highest[0] ?? 0, red);
    highest[1] = Math.max(highest[1] ?? 0, green);
    highest[2] = Math.max(highest[2] ?? 0, blue);
  }

  /** @param {Uint8Array} alpha */
  #alphaIsInk(alpha) {
    const range = alpha.reduce((most, value) => Math.max(most, value), 0) - alpha.reduce((least, value) => Math.min(least, value), 255);
    if (range < 64) return false;
    const oneInk = this.#highest.every((value, i) => value >= (this.#lowest[i] ?? 0) && value - (this.#lowest[i] ?? 0) <= ONE_INK);
    return oneInk || 255 - this.#darkest < range / 3;
  }
}

/**
 * One channel of a coloured picture.
 *
 * @param {Planes} planes
 * @param {Channel} channel
 * @returns {Uint8Array}
 */
export function channelOf({ grey, colours }, channel) {
  if (channel === "grey" || !colours) return grey;
  if (channel === "red" || channel === "green" || channel === "blue") return colours[channel];
  const pick = channel === "darkest" ? Math.min : Math.max;
  return grey.map((_, i) => pick(colours.red[i] ?? 0, colours.green[i] ?? 0, colours.blue[i] ?? 0));
}
