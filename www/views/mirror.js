/**
 * The visitor's digit: what the model sees, what it gives back, and what that costs.
 */

import { find, make } from "../lib/find.js";
import { nats } from "../lib/format.js";
import { grayToRgba } from "../lib/pixels.js";
import { boundWord } from "../lib/settings.js";
import { DIGIT_SIDE } from "../protocol.js";
import { TEXTS } from "../texts.js";

const SAYS = TEXTS.mirror;

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
  const paintSeen = createDigit(seen);
  const paintGiven = createDigit(given);

  return {
    /**
     * @param {import("../protocol.js").Shown | null} shown
     * @param {import("../protocol.js").TrainingConfig | null} config
     */
    update(shown, config) {
      const word = boundWord(config);
      if (!bound.textContent?.startsWith(word)) {
        bound.replaceChildren(`${word} `, ...(word === TEXTS.measures.bound ? [make("span", { class: "quiet", text: SAYS.elbo })] : []));
      }
      paintSeen(shown?.seen ?? null);
      paintGiven(shown?.given ?? null);
      values.recon.textContent = nats(shown?.recon);
      values.kl.textContent = nats(shown?.kl);
      values.bound.textContent = shown ? nats(-shown.elbo) : nats(null);
      seen.setAttribute("aria-label", shown ? SAYS.seen : SAYS.nothingSeen);
      given.setAttribute("aria-label", shown ? SAYS.given(nats(shown.recon), nats(shown.kl)) : SAYS.nothingGiven);
    },
  };
}

/**
 * A digit on a canvas. Handing over pixels takes milliseconds on a phone, so it is done when there are new ones.
 *
 * @param {HTMLCanvasElement} canvas
 */
function createDigit(canvas) {
  const context = canvas.getContext("2d");
  /** @type {Uint8Array | null} */
  let painted = null;
  return (/** @type {Uint8Array | null} */ gray) => {
    if (gray === painted) return;
    painted = gray;
    if (gray) context?.putImageData(new ImageData(grayToRgba(gray), DIGIT_SIDE, DIGIT_SIDE), 0, 0);
    else context?.clearRect(0, 0, DIGIT_SIDE, DIGIT_SIDE);
  };
}
