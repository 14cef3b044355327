/** Codes of plain noise, and what the decoder makes of each. */

import { make } from "../../../lib/find.js";
import { DIGIT_SIDE } from "../../../protocol.js";
import { TEXTS } from "../../../texts.js";
import { PRIOR } from "../codes.js";
import { bars, button, digits, figure, spoken } from "../parts.js";

const PICTURES = PRIOR - 1;
const PIXELS = DIGIT_SIDE * DIGIT_SIDE;

/** @param {import("../article.js").Actions} actions @returns {import("../article.js").Figure} */
export function createGenerativeFigure({ choose }) {
  const SAYS = TEXTS.learn.figures;
  const cells = Array.from({ length: PICTURES }, (_, at) => ({ digit: digits({ label: SAYS.generative.picture(at + 1) }), code: bars() }));
  const row = make("div", { class: "row drawn" }, ...cells.map(({ digit, code }) => make("div", { class: "captioned" }, digit.canvas, code.drawing)));
  const again = button(SAYS.generative.again, () => choose(({ priorSeed }) => ({ priorSeed: priorSeed + PRIOR })));
  return {
    element: figure("generative", SAYS.generative.name, row, make("figcaption", {}, SAYS.generative.caption, " ", again)),
    update({ prior, pictures }) {
      cells.forEach(({ digit, code }, at) => {
        // The same part of the same answer is the same array, which is painted once.
        digit.show(pictures?.prior[at] ?? null);
        const z = prior[at];
        code.show(z ?? null, z ? `z: ${spoken(z)}` : SAYS.nothing);
      });
    },
  };
}

/** @param {Uint8Array} pixels  784 bytes a picture */
export function apart(pixels) {
  return Array.from({ length: pixels.length / PIXELS }, (_, at) => pixels.subarray(at * PIXELS, (at + 1) * PIXELS));
}
