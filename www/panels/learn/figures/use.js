/** The visitor's digit compressed to few bits and restored, and a digit that nobody wrote. */

import { make } from "../../../lib/find.js";
import { count } from "../../../lib/format.js";
import { TEXTS } from "../../../texts.js";
import { PRIOR } from "../codes.js";
import { captioned, digits, figure, say, slider } from "../parts.js";

const [FEWEST_BITS, MOST_BITS] = [1, 8];
/** So many numbers are shown; of large codes the rest is left out. */
const MOST_NUMBERS = 24;

/** @param {import("../article.js").Actions} actions @returns {import("../article.js").Figure} */
export function createUseFigure({ choose }) {
  const SAYS = TEXTS.learn.figures;
  const x = digits({ label: SAYS.x, part: "pad" });
  const restored = digits({ label: SAYS.use.given });
  const generated = digits({ label: SAYS.use.generatedIs });
  const kept = make("code");
  const bits = slider({ name: SAYS.use.bits, min: FEWEST_BITS, max: MOST_BITS, step: 1, value: MOST_BITS, onChange: (bits) => choose(() => ({ bits })) });
  const caption = make("figcaption");
  const row = make("div", { class: "row" }, captioned(x, "x"), captioned(restored, SAYS.use.restored), captioned(generated, SAYS.use.generated));
  return {
    element: figure("use", SAYS.use.name, row, bits.element, make("p", { class: "note", text: SAYS.use.kept }), kept, caption),
    update({ shown, own, pictures, choices }) {
      x.show(shown?.seen ?? null);
      restored.show(own ? (pictures?.kept ?? null) : null);
      generated.show(pictures?.prior[PRIOR - 1] ?? null);
      bits.show(choices.bits, count(choices.bits));
      const levels = own?.kept.levels ?? [];
      say(kept, own ? levels.slice(0, MOST_NUMBERS).join(" ") + (levels.length > MOST_NUMBERS ? " …" : "") : SAYS.nothing);
      const bytes = Math.ceil((levels.length * choices.bits) / 8);
      say(caption, own ? SAYS.use.caption(count(bytes), count(Math.round(784 / bytes))) : SAYS.empty);
    },
  };
}
