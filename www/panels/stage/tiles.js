/** The hidden layers of the encoder or of the decoder: a tile a layer, a square a unit, the more ink the stronger its activation. */

import { make } from "../../lib/find.js";
import { createPicture } from "../../ui/picture.js";

/**
 * @param {HTMLElement} element
 * @param {(layer: number, units: number) => string} name  what a tile is, in words
 */
export function createTiles(element, name) {
  /** @type {{ units: number, canvas: HTMLCanvasElement, paint: (gray: Uint8Array | null) => void }[]} */
  let tiles = [];
  /** @type {readonly Float32Array[] | null} */
  let painted = null;

  /** @param {readonly number[]} widths */
  function lay(widths) {
    tiles = widths.map((units) => {
      const [columns, rows] = tileOf(units);
      const canvas = make("canvas", { class: "tile", role: "img", width: String(columns), height: String(rows) });
      return { units, canvas, paint: createPicture(canvas) };
    });
    element.replaceChildren(...tiles.map(({ canvas }) => canvas));
    painted = null;
  }

  return {
    /**
     * @param {readonly number[]} widths  how many units each layer has
     * @param {readonly Float32Array[] | null} layers  what they put out; null if nothing is shown
     */
    update(widths, layers) {
      if (widths.join() !== tiles.map(({ units }) => units).join()) lay(widths);
      for (const [index, { canvas, units }] of tiles.entries()) {
        const label = name(index + 1, units);
        if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
      }
      if (layers === painted) return;
      painted = layers;
      for (const [index, { canvas, paint, units }] of tiles.entries()) {
        const layer = layers?.[index];
        // The answer of a model that has just been replaced may have other layers.
        paint(layer?.length === units ? inkOf(layer, canvas.width * canvas.height) : null);
      }
    },
  };
}

/**
 * Columns and rows of a tile: nearly a square.
 *
 * @param {number} units
 * @returns {[columns: number, rows: number]}
 */
export function tileOf(units) {
  const columns = Math.ceil(Math.sqrt(units));
  return [columns, Math.ceil(units / columns)];
}

/**
 * The activations' sizes as gray, the strongest white.
 *
 * @param {Float32Array} layer
 * @param {number} places
 */
export function inkOf(layer, places) {
  let strongest = 0;
  for (const value of layer) strongest = Math.max(strongest, Math.abs(value));
  const gray = new Uint8Array(places);
  if (strongest === 0) return gray;
  for (const [index, value] of layer.entries()) gray[index] = Math.round((255 * Math.abs(value)) / strongest);
  return gray;
}
