/** What the visitor's digit costs: both parts as one bar, the error of each pixel, the divergence of each latent number. */

import { make } from "../../../lib/find.js";
import { nats } from "../../../lib/format.js";
import { TEXTS } from "../../../texts.js";
import { pixelErrors } from "../arithmetic.js";
import { bars, captioned, digits, figure, say, set, spoken, svg } from "../parts.js";

/** An untrained network guesses one half for every pixel. */
const UNTRAINED = 784 * Math.LN2;
/** A latent number that costs more leaves the drawing. */
const REACH = 5;

/** @returns {import("../article.js").Figure} */
export function createLossFigure() {
  const SAYS = TEXTS.learn.figures;
  const errors = digits({ label: SAYS.loss.errors });
  const perNumber = bars({ reach: REACH, grounded: true });
  const bar = costBar(UNTRAINED);
  const sum = make("p", { class: "sum" });
  /** @type {{ of: import("../../../protocol.js").Shown | null, picture: Uint8Array | null }} */
  let made = { of: null, picture: null };
  const row = make(
    "div",
    { class: "row" },
    captioned(errors, SAYS.loss.where),
    make("div", { class: "captioned wide" }, perNumber.drawing, make("span", { text: SAYS.loss.perNumberCaption })),
  );
  return {
    element: figure("loss", SAYS.loss.name, sum, bar.element, legend(), row, make("figcaption", { text: SAYS.loss.scale })),
    update({ shown, own }) {
      if (made.of !== shown) made = { of: shown, picture: shown && pixelErrors(shown.seen, shown.given) };
      errors.show(made.picture);
      perNumber.show(own?.costs ?? null, own ? SAYS.loss.perNumber(spoken(own.costs)) : SAYS.empty);
      bar.show(shown?.recon ?? 0, shown?.kl ?? 0);
      say(sum, shown ? SAYS.loss.costs(nats(shown.recon), nats(shown.kl), nats(shown.recon + shown.kl)) : SAYS.empty);
    },
  };
}

/** Which part of a bar is what. */
function legend() {
  const SAYS = TEXTS.learn.figures.loss;
  return make("p", { class: "legend" }, make("span", { class: "key recon", text: SAYS.recon }), make("span", { class: "key kl", text: SAYS.kl }));
}

/**
 * Two costs as one bar. Its numbers stand beside it as words.
 *
 * @param {number} full  nats of the whole width
 */
export function costBar(full) {
  const [recon, kl] = [svg("rect", { class: "recon", height: "1" }), svg("rect", { class: "kl", height: "1" })];
  const element = svg("svg", { class: "costs-bar", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" }, recon, kl);
  return {
    element,
    /** @param {number} reconstruction @param {number} divergence */
    show(reconstruction, divergence) {
      const [first, second] = [reconstruction, divergence].map((cost) => Math.max(cost, 0) / full);
      set(recon, "width", (first ?? 0).toFixed(4));
      set(kl, "x", (first ?? 0).toFixed(4));
      set(kl, "width", (second ?? 0).toFixed(4));
    },
  };
}
