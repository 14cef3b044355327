/** The visitor's own images: how they come in, what they look like, and what is learnt from. */

import { find, make } from "../lib/find.js";
import { grayToRgba } from "../lib/pixels.js";
import { PIXELS } from "../lib/own-data/set.js";
import { TEXTS } from "../texts.js";

const SAYS = TEXTS.ownData;
const [COLUMNS, ROWS] = [14, 4];

/** @typedef {import("../features/own-data.js").Source} Source */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(files: readonly File[], cut: boolean) => void} handlers.onFiles
 * @param {() => void} handlers.onDrawing
 * @param {() => void} handlers.onInvert
 * @param {() => void} handlers.onClear
 * @param {(source: Source) => void} handlers.onUse
 */
export function createOwnData(element, { onFiles, onDrawing, onInvert, onClear, onUse }) {
  const zone = find(element, ".drop-zone", HTMLElement);
  const file = find(element, "#data-file", HTMLInputElement);
  const folder = find(element, "#data-folder", HTMLInputElement);
  const cut = find(element, "#data-cut", HTMLInputElement);
  const preview = find(element, "#data-preview", HTMLCanvasElement);
  const words = find(element, "#data-words", HTMLElement);
  const problemList = find(element, "#data-problems", HTMLElement);
  const drawing = find(element, "#data-drawing", HTMLButtonElement);
  const invert = find(element, "#data-invert", HTMLButtonElement);
  const clear = find(element, "#data-clear", HTMLButtonElement);
  const source = find(element, "#data-source", HTMLSelectElement);
  const use = find(element, "#data-use", HTMLButtonElement);
  const now = find(element, "#data-now", HTMLElement);

  find(element, "#data-choose", HTMLButtonElement).addEventListener("click", () => file.click());
  find(element, "#data-choose-folder", HTMLButtonElement).addEventListener("click", () => folder.click());
  for (const input of [file, folder]) {
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      input.value = "";
      if (files.length > 0) onFiles(files, cut.checked);
    });
  }
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset["over"] = "true";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset["over"]);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset["over"];
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) onFiles(files, cut.checked);
  });
  drawing.addEventListener("click", onDrawing);
  invert.addEventListener("click", onInvert);
  clear.addEventListener("click", onClear);
  use.addEventListener("click", () => onUse(/** @type {Source} */ (source.value)));

  /** @param {Uint8Array} images */
  function drawPreview(images) {
    const shown = Math.min(COLUMNS * ROWS, images.length / PIXELS);
    preview.hidden = shown === 0;
    preview.width = COLUMNS * 28;
    preview.height = Math.max(1, Math.ceil(shown / COLUMNS)) * 28;
    const context = preview.getContext("2d");
    for (let i = 0; i < shown; i += 1) {
      const pixels = new ImageData(grayToRgba(images.subarray(i * PIXELS, (i + 1) * PIXELS)), 28, 28);
      context?.putImageData(pixels, (i % COLUMNS) * 28, Math.floor(i / COLUMNS) * 28);
    }
    preview.setAttribute("aria-label", SAYS.preview(shown));
  }

  return {
    /** @param {{ set: import("../lib/own-data/set.js").OwnSet, problems: readonly { name: string, why: string }[], labelled: number }} data */
    show({ set, problems, labelled }) {
      drawPreview(set.images);
      words.textContent = SAYS.words(set.labels.length, labelled);
      problemList.replaceChildren(...problems.map(({ name, why }) => make("li", {}, make("b", { text: name }), `: ${why}.`)));
    },
    /** @param {{ source: Source, usable: boolean, drawing: boolean, images: number }} data */
    update(data) {
      drawing.disabled = !data.drawing;
      for (const button of [invert, clear]) button.disabled = data.images === 0;
      for (const option of source.options) option.disabled = option.value !== "mnist" && data.images === 0;
      use.disabled = !data.usable || (source.value !== "mnist" && data.images === 0);
      now.textContent = SAYS.now[data.source];
    },
  };
}
