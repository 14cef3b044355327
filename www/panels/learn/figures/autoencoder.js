/** The visitor's digit, its code, and the digit again. */

import { make } from "../../../lib/find.js";
import { count } from "../../../lib/format.js";
import { TEXTS } from "../../../texts.js";
import { bars, captioned, digits, figure, say, spoken } from "../parts.js";

/** @returns {import("../article.js").Figure} */
export function createAutoencoderFigure() {
  const SAYS = TEXTS.learn.figures;
  const x = digits({ label: SAYS.x, part: "pad" });
  const given = digits({ label: SAYS.given, part: "answer" });
  const code = bars();
  const caption = make("figcaption");
  const row = make("div", { class: "row" }, captioned(x, "x"), make("div", { class: "captioned wide" }, code.drawing, make("span", { text: SAYS.code })), captioned(given, "x̂"));
  return {
    element: figure("autoencoder", SAYS.autoencoder.name, row, caption),
    update({ shown }) {
      x.show(shown?.seen ?? null);
      given.show(shown?.given ?? null);
      const dimensions = count(shown?.mu.length ?? 0);
      code.show(shown?.mu ?? null, shown ? SAYS.codeBars(dimensions, spoken(shown.mu)) : SAYS.empty);
      say(caption, shown ? SAYS.autoencoder.caption(dimensions) : SAYS.empty);
    },
  };
}
