/**
 * The visitor's digit: what the model sees, what it gives back, and what that costs.
 */

import { find, make } from "../lib/find.js";
import { nats } from "../lib/format.js";
import { grayToRgba } from "../lib/pixels.js";
import { boundWord } from "../lib/settings.js";
import { DIGIT_SIDE } from "../protocol.js";

/**
 * @param {HTMLElement} pictures
 * @param {HTMLElement} numbers
 */
export function createMirror(pictures, numbers) {
  const [seen, given] = pictures.querySelectorAll("canvas");
  if (!seen || !given) throw new Error("the mirror must have two canvases");
  const values = {
    recon: find(numbers, '[data-value="recon"]', HTMLElement),
    kl: find(numbers, '[data-value="kl"]', HTMLElement),
    bound: find(numbers, '[data-value="bound"]', HTMLElement),
  };

  const bound = find(numbers, "#bound-name", HTMLElement);

  return {
    /**
     * @param {import("../protocol.js").Shown | null} shown
     * @param {import("../protocol.js").TrainingConfig | null} config
     */
    update(shown, config) {
      const word = boundWord(config);
      if (!bound.textContent?.startsWith(word)) {
        bound.replaceChildren(`${word} `, ...(word === "Bound" ? [make("span", { class: "quiet", text: "(−ELBO)" })] : []));
      }
      paint(seen, shown?.seen ?? null);
      paint(given, shown?.given ?? null);
      values.recon.textContent = nats(shown?.recon);
      values.kl.textContent = nats(shown?.kl);
      values.bound.textContent = shown ? nats(-shown.elbo) : nats(null);
      seen.setAttribute("aria-label", shown ? "What the model sees: your digit, 28 by 28 pixels" : "What the model sees: nothing yet");
      given.setAttribute(
        "aria-label",
        shown
          ? `What the model gives back: reconstruction error ${nats(shown.recon)} nats, KL divergence ${nats(shown.kl)} nats`
          : "What the model gives back: nothing yet",
      );
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array | null} gray
 */
function paint(canvas, gray) {
  const context = canvas.getContext("2d");
  if (!context) return;
  if (gray) context.putImageData(new ImageData(grayToRgba(gray), DIGIT_SIDE, DIGIT_SIDE), 0, 0);
  else context.clearRect(0, 0, DIGIT_SIDE, DIGIT_SIDE);
}
