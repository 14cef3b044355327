/** What the digit costs, where it arises: the KL divergence under the code, the reconstruction error under the answer, and their sum. */

import { find } from "../../lib/find.js";
import { rename } from "../../lib/fixed-words.js";
import { nats } from "../../lib/format.js";
import { boundWord } from "../../lib/settings.js";
import { TEXTS } from "../../texts.js";

/** @param {HTMLElement} element */
export function createCosts(element) {
  const values = {
    recon: find(element, '[data-value="recon"]', HTMLElement),
    kl: find(element, '[data-value="kl"]', HTMLElement),
    bound: find(element, '[data-value="bound"]', HTMLElement),
  };
  const name = find(element, "#bound-name", HTMLElement);
  const sign = find(element, "#bound-sign", HTMLElement);

  // Whoever has read an explanation can put it away without leaving its number.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
  });

  return {
    /**
     * @param {import("../../protocol.js").Shown | null} shown
     * @param {import("../../protocol.js").TrainingConfig | null} config
     */
    update(shown, config) {
      const word = boundWord(config);
      const isBound = word === TEXTS.measures.bound;
      rename(name, isBound ? "measures.bound" : "measures.loss");
      sign.hidden = !isBound;
      values.recon.textContent = nats(shown?.recon);
      values.kl.textContent = nats(shown?.kl);
      values.bound.textContent = shown ? nats(-shown.elbo) : nats(null);
    },
  };
}
