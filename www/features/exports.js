/** What the visitor takes along besides the model: pictures as PNG, curves as CSV. */

import { CodedError } from "../lib/coded-error.js";
import { curvesToCsv } from "../lib/curves-csv.js";
import { find, findAll } from "../lib/find.js";
import { offerFile, offerPicture } from "../lib/offer.js";
import { TEXTS } from "../texts.js";

/** @param {import("../app/laboratory.js").Laboratory} lab */
export function createExports({ store, history, complain }) {
  const { body } = document;
  /**
   * @param {string} button
   * @param {() => Promise<void> | void} save
   */
  function on(button, save) {
    find(body, button, HTMLButtonElement).addEventListener("click", async () => {
      try {
        await save();
      } catch (error) {
        complain(() => TEXTS.exports.failed, error);
      }
    });
  }

  const name = (/** @type {string} */ what) => `vae-lab-${what}-step-${store.state.past ?? store.state.status?.step ?? 0}`;

  on("#save-samples", () => offerPicture(find(body, "#samples-grid", HTMLCanvasElement), 3, `${name("samples")}.png`));
  on("#save-map", () => offerPicture(layers(findAll(body, ".map-stage canvas", HTMLCanvasElement)), 1, `${name("map")}.png`));
  on("#save-charts", () => offerPicture(charts(), 1, `${name("charts")}.png`));
  on("#save-curves", () => offerFile(new Blob([curvesToCsv(history)], { type: "text/csv" }), `${name("curves")}.csv`));
}

/** One picture of several on top of each other. @param {HTMLCanvasElement[]} canvases */
function layers(canvases) {
  const side = Math.max(...canvases.map(({ width }) => width));
  const picture = new OffscreenCanvas(side, side);
  const context = picture.getContext("2d");
  for (const canvas of canvases) if (canvas.width > 0) context?.drawImage(canvas, 0, 0, side, side);
  return picture;
}

/** The charts one below the other, each under its name, on the page's own background. */
function charts() {
  const figures = findAll(document.body, "#charts .chart:not([hidden])", HTMLElement).map((figure) => ({
    title: `${figure.querySelector("h3")?.textContent ?? ""}   ${figure.querySelector(".readout")?.textContent ?? ""}`,
    canvas: find(figure, "canvas", HTMLCanvasElement),
  }));
  const heading = Math.round(24 * devicePixelRatio);
  const width = Math.max(...figures.map(({ canvas }) => canvas.width));
  const picture = new OffscreenCanvas(width, figures.reduce((sum, { canvas }) => sum + canvas.height + heading, 0));
  const context = picture.getContext("2d");
  if (!context) throw new CodedError("noCanvas", {});
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue("--panel");
  context.fillRect(0, 0, width, picture.height);
  context.fillStyle = style.getPropertyValue("--ink");
  context.font = `600 ${Math.round(13 * devicePixelRatio)}px system-ui, sans-serif`;
  let top = 0;
  for (const { title, canvas } of figures) {
    context.fillText(title, 8 * devicePixelRatio, top + heading * 0.75);
    context.drawImage(canvas, 0, top + heading);
    top += canvas.height + heading;
  }
  return picture;
}
