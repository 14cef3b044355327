/** The way of the visitor's digit while the model trains: its reconstruction now and then, and its cost. */

import { make } from "../../../lib/find.js";
import { count, nats } from "../../../lib/format.js";
import { fill } from "../../../lib/words.js";
import { TEXTS } from "../../../texts.js";
import { digits, figure, say, set, svg } from "../parts.js";
import { MOST_MOMENTS } from "../way.js";

/** @returns {import("../article.js").Figure} */
export function createTrainingFigure() {
  const SAYS = TEXTS.learn.figures;
  const cells = Array.from({ length: MOST_MOMENTS }, () => {
    const digit = digits({ label: SAYS.given });
    const at = make("span");
    return { digit, at, element: make("div", { class: "captioned" }, digit.canvas, at) };
  });
  const path = svg("path", { class: "curve", "vector-effect": "non-scaling-stroke" });
  const curve = svg("svg", { class: "numbers", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": SAYS.nothing }, path);
  const words = make("figcaption");
  const wait = fill(make("p", { class: "note" }), SAYS.training.wait);
  return {
    element: figure("training", SAYS.training.name, make("div", { class: "row moments" }, ...cells.map(({ element }) => element)), curve, words, wait),
    update({ shown, step, way }) {
      cells.forEach(({ digit, at, element }, index) => {
        const moment = way.moments[index];
        element.hidden = !moment;
        digit.show(moment?.given ?? null, moment && SAYS.training.picture(count(moment.step), nats(moment.bound)));
        say(at, moment ? SAYS.training.at(count(moment.step)) : "");
      });
      const { costs } = way;
      const [lowest, highest] = [Math.min(...costs), Math.max(...costs)];
      const height = (/** @type {number} */ cost) => 96 - (92 * (cost - lowest)) / (highest - lowest || 1);
      const point = (/** @type {number} */ cost, /** @type {number} */ index) => `${index === 0 ? "M" : "L"}${((100 * index) / (costs.length - 1)).toFixed(2)} ${height(cost).toFixed(1)}`;
      const drawn = costs.length > 1;
      curve.toggleAttribute("hidden", !drawn);
      wait.hidden = drawn;
      if (drawn) {
        set(path, "d", costs.map(point).join(""));
        set(curve, "aria-label", SAYS.training.curve(nats(costs[0]), nats(costs.at(-1))));
      }
      say(words, shown ? SAYS.training.now(count(step), nats(shown.recon + shown.kl)) : SAYS.empty);
    },
  };
}
