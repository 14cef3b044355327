/** The cloud of the visitor's digit, a column a latent number; one of them can be moved. */

import { find, make } from "../../../lib/find.js";
import { count } from "../../../lib/format.js";
import { TEXTS } from "../../../texts.js";
import { REACH, button, captioned, decimal, digits, figure, say, set, slider, svg } from "../parts.js";

/** @param {number} value  of a latent number, as a height of the drawing */
const height = (value) => Math.min(Math.max(50 - (value * 50) / REACH, 0), 100).toFixed(1);

/** @param {import("../article.js").Actions} actions @returns {import("../article.js").Figure} */
export function createVaeFigure({ choose }) {
  const SAYS = TEXTS.learn.figures;
  const given = digits({ label: SAYS.vae.given, part: "answer" });
  const still = { "vector-effect": "non-scaling-stroke" };
  const chosen = svg("rect", { class: "chosen", y: "0", height: "100" });
  const [spread, means, moved] = [svg("path", { class: "spread", ...still }), svg("path", { class: "means", ...still }), svg("path", { class: "moved", ...still })];
  const band = svg("rect", { class: "band", x: "0", width: "100", y: height(1), height: String(100 / REACH) });
  const cloud = svg("svg", { class: "cloud", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": SAYS.nothing }, band, chosen, svg("path", { class: "axis", d: "M0 50H100", ...still }), spread, means, moved);
  let dimensions = 0;

  const which = make("label", { class: "slide" }, make("span", { text: SAYS.vae.which }), make("input", { type: "number", min: "1", step: "1" }), make("output"));
  const index = find(which, "input", HTMLInputElement);
  const of = find(which, "output", HTMLOutputElement);
  index.addEventListener("input", () => {
    const wanted = index.valueAsNumber;
    if (wanted >= 1 && wanted <= dimensions) choose(() => ({ index: Math.floor(wanted) - 1, value: null }));
  });
  cloud.addEventListener("pointerdown", (event) => {
    if (!(event instanceof PointerEvent) || dimensions === 0) return;
    const { left, width } = cloud.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * dimensions);
    choose(() => ({ index: Math.min(Math.max(at, 0), dimensions - 1), value: null }));
  });
  // Whoever moves a number keeps it, whichever costs most afterwards.
  const value = slider({ name: SAYS.vae.value, min: -REACH, max: REACH, step: 0.05, value: 0, onChange: (moved) => choose(() => ({ index: index.valueAsNumber - 1, value: moved })) });
  const back = button(SAYS.vae.back, () => choose(() => ({ value: null })));
  const numbers = make("p", { class: "note" });
  const row = make("div", { class: "row" }, make("div", { class: "captioned wide" }, cloud), captioned(given, "x̂"));
  return {
    element: figure("vae", SAYS.vae.name, row, which, make("div", { class: "with" }, value.element, back), numbers, make("figcaption", { text: SAYS.vae.caption })),
    update({ own, pictures }) {
      given.show(own ? (pictures?.number ?? null) : null);
      dimensions = own?.mu.length ?? 0;
      value.element.inert = !own;
      if (!own) {
        set(cloud, "aria-label", SAYS.empty);
        for (const drawn of [spread, means, moved]) set(drawn, "d", "");
        say(numbers, SAYS.empty);
        return;
      }
      const { mu, sigma, index: at, most } = own;
      const width = 100 / dimensions;
      const middle = (/** @type {number} */ j) => ((j + 0.5) * width).toFixed(2);
      set(cloud, "aria-label", SAYS.vae.cloud(count(dimensions), count(most + 1)));
      set(chosen, "x", (at * width).toFixed(2));
      set(chosen, "width", width.toFixed(2));
      const line = (/** @type {number} */ mean, /** @type {number} */ j) => `M${middle(j)} ${height(mean - (sigma[j] ?? 0))}V${height(mean + (sigma[j] ?? 0))}`;
      set(spread, "d", Array.from(mu, line).join(""));
      set(means, "d", Array.from(mu, (mean, j) => `M${middle(j)} ${height(mean)}h0`).join(""));
      set(moved, "d", `M${middle(at)} ${height(own.value)}h0`);
      set(index, "max", String(dimensions));
      // What is being typed stays as it is.
      if (document.activeElement !== index || index.valueAsNumber >= 1) set(index, "value", String(at + 1));
      if (index.valueAsNumber >= 1 && index.valueAsNumber !== at + 1) index.value = String(at + 1);
      say(of, SAYS.vae.of(count(dimensions)));
      value.show(own.value, decimal(own.value));
      const plain = sigma.every((deviation) => deviation === 0);
      say(numbers, plain ? SAYS.vae.plain : SAYS.vae.numbers(count(at + 1), decimal(mu[at] ?? 0), decimal(sigma[at] ?? 0)));
    },
  };
}
