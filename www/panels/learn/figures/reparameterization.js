/** z = μ + noise · σ · ε, and what it decodes to. */

import { make } from "../../../lib/find.js";
import { TEXTS } from "../../../texts.js";
import { distance } from "../arithmetic.js";
import { bars, button, captioned, decimal, digits, figure, say, slider, spoken } from "../parts.js";

const MOST_NOISE = 4;

/** @param {import("../article.js").Actions} actions @returns {import("../article.js").Figure} */
export function createReparameterizationFigure({ choose }) {
  const SAYS = TEXTS.learn.figures;
  const { bars: names } = SAYS.reparameterization;
  const given = digits({ label: SAYS.reparameterization.given, part: "answer" });
  const drawn = { mu: bars(), eps: bars(), z: bars() };
  const scale = slider({ name: SAYS.reparameterization.noise, min: 0, max: MOST_NOISE, step: 0.1, value: 0, onChange: (scale) => choose(() => ({ scale })) });
  const again = button(SAYS.reparameterization.again, () => choose(({ noiseSeed }) => ({ noiseSeed: noiseSeed + 1 })));
  const caption = make("figcaption");
  const line = (/** @type {keyof typeof drawn} */ name) => make("div", { class: "line" }, make("span", { text: names[name] }), drawn[name].drawing);
  const row = make("div", { class: "row" }, make("div", { class: "captioned wide" }, line("mu"), line("eps"), line("z")), captioned(given, "x̂"));
  return {
    element: figure("reparameterization", SAYS.reparameterization.name, row, make("div", { class: "with" }, scale.element, again), caption),
    update({ own, pictures, choices }) {
      given.show(own ? (pictures?.noisy ?? null) : null);
      scale.show(choices.scale, SAYS.reparameterization.scale(decimal(choices.scale)));
      const codes = { mu: own?.mu, eps: own?.eps, z: own?.noisy };
      for (const name of /** @type {const} */ (["mu", "eps", "z"])) {
        const code = codes[name];
        drawn[name].show(code ?? null, code ? SAYS.reparameterization.barsOf(names[name], spoken(code)) : SAYS.empty);
      }
      say(caption, own ? SAYS.reparameterization.caption(decimal(distance(own.noisy, own.mu))) : SAYS.empty);
    },
  };
}
