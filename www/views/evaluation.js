/**
 * The visitor's own evaluation on the test digits: its choices, its progress with a way to stop it, and its numbers, always
 * with the input convention that they belong to.
 */

import { find, make } from "../lib/find.js";
import { count, nats } from "../lib/format.js";
import { conventionText } from "../lib/models.js";
import { COLLAPSED_KL, sortedKl } from "../lib/units.js";

/**
 * @typedef {import("../protocol.js").FullEvaluation} FullEvaluation
 */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 600;
const HEIGHT = 150;

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(options: { limit: number | null, samples: number }) => void} handlers.onEvaluate
 * @param {() => void} handlers.onCancel
 */
export function createEvaluation(element, { onEvaluate, onCancel }) {
  const images = find(element, "#evaluate-images", HTMLSelectElement);
  const samples = find(element, "#evaluate-samples", HTMLSelectElement);
  const start = find(element, "#evaluate", HTMLButtonElement);
  const cancel = find(element, "#evaluate-cancel", HTMLButtonElement);
  const bar = find(element, "#evaluate-progress", HTMLProgressElement);
  const words = find(element, "#evaluate-words", HTMLElement);
  const output = find(element, "#evaluate-result", HTMLElement);
  start.addEventListener("click", () =>
    onEvaluate({ limit: images.value === "all" ? null : Number(images.value), samples: Number(samples.value) }),
  );
  cancel.addEventListener("click", onCancel);
  /** @type {FullEvaluation | null} */
  let shown = null;

  return {
    /** @param {import("../store.js").State} state */
    update({ phase, stages, evaluation, evaluated, config }) {
      const usable = (phase === "ready" || phase === "training" || phase === "paused") && stages.test.state === "done";
      start.disabled = !usable || evaluation !== null;
      cancel.disabled = evaluation === null;
      images.disabled = evaluation !== null;
      samples.disabled = evaluation !== null;
      bar.value = evaluation ? evaluation.done / evaluation.total : evaluated ? 1 : 0;
      const text = evaluation
        ? `${count(evaluation.done)} of ${count(evaluation.total)} digits`
        : evaluated
          ? `${count(evaluated.images)} test digits, by the model at step ${count(evaluated.step)}`
          : stages.test.state === "done"
            ? "Not evaluated yet."
            : "The test digits are on their way.";
      if (words.textContent !== text) words.textContent = text;
      if (evaluated === shown) return;
      shown = evaluated;
      output.hidden = evaluated === null;
      if (evaluated && config) output.replaceChildren(...resultElements(evaluated, config.model));
      else output.replaceChildren();
    },
  };
}

/**
 * @param {FullEvaluation} result
 * @param {import("../protocol.js").TrainingConfig["model"]} model
 */
function resultElements(result, { variational, conditional }) {
  const { recon, kl, elbo, convention, klPerDim, activeUnits, logLikelihood, logLikelihoodSe, samples } = result;
  /** @type {[string, string][]} */
  const rows = variational
    ? [
        ["Bound (−ELBO)", `${nats(-elbo, 2)} nats`],
        ["Reconstruction error", `${nats(recon, 2)} nats`],
        ["KL divergence", `${nats(kl, 2)} nats`],
        ["Active units", `${activeUnits} of ${klPerDim.length}`],
        ...(logLikelihood === null
          ? []
          : [
              /** @type {[string, string]} */ ([
                `log p(x${conditional ? " | label" : ""}), ${count(samples)} samples`,
                `${nats(logLikelihood, 2)}${logLikelihoodSe === null ? "" : ` ± ${nats(logLikelihoodSe, 2)}`} nats`,
              ]),
            ]),
      ]
    : [
        ["Loss", `${nats(recon, 2)} nats`],
        ["Active units", `${activeUnits} of ${klPerDim.length}`],
      ];
  rows.push(["Input convention", `${conventionText(convention)}${conditional ? ", label known" : ""}`]);
  rows.push(...qualityRows(result.quality));
  const facts = make(
    "dl",
    { class: "facts" },
    ...rows.map(([name, value]) => make("div", {}, make("dt", { text: name }), make("dd", { text: value }))),
  );
  return variational ? [facts, klChart(klPerDim)] : [facts];
}

/**
 * @param {FullEvaluation["quality"]} quality
 * @returns {[string, string][]}
 */
function qualityRows(quality) {
  if (!quality) return [];
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}%`;
  const { samples, coverage, entropy, agreement, accuracy } = quality;
  return [
    [`Classes among ${count(samples)} samples`, `${coverage} of 10; entropy ${nats(entropy, 2)} of at most 2.30 nats`],
    ...(agreement === null ? [] : [/** @type {[string, string]} */ (["Samples read as the digit asked for", percent(agreement)])]),
    ["Read by", `a classifier that is right on ${percent(accuracy)} of the test digits`],
  ];
}

/** @param {readonly number[]} klPerDim */
function klChart(klPerDim) {
  const units = sortedKl(klPerDim);
  const collapsed = units.filter(({ collapsed }) => collapsed).length;
  const summary =
    `${units.length} latent dimensions, the largest at ${nats(units[0]?.kl ?? 0, 2)} nats; ` +
    (collapsed === 0 ? "none has collapsed" : `${count(collapsed)} collapsed (below ${COLLAPSED_KL} nats)`);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `KL divergence of each dimension, sorted: ${summary}`);
  const highest = Math.max(COLLAPSED_KL, units[0]?.kl ?? 0);
  const step = WIDTH / units.length;
  for (const [place, { unit, kl, collapsed }] of units.entries()) {
    const bar = document.createElementNS(SVG, "rect");
    // A collapsed dimension has no height to show: a low mark tells that it is there.
    const height = collapsed ? 4 : Math.max(1.5, (kl / highest) * (HEIGHT - 4));
    const attributes = { x: place * step + step * 0.1, y: HEIGHT - height, width: step * 0.8, height };
    for (const [name, value] of Object.entries(attributes)) bar.setAttribute(name, value.toFixed(2));
    bar.setAttribute("class", collapsed ? "collapsed" : "active");
    const title = document.createElementNS(SVG, "title");
    title.textContent = `z${unit + 1}: ${nats(kl, 3)} nats${collapsed ? ", collapsed" : ""}`;
    bar.append(title);
    svg.append(bar);
  }
  const list = make(
    "ol",
    { class: "units", tabindex: "0", role: "list", "aria-label": "KL divergence of each dimension, in nats" },
    ...units.map(({ unit, kl, collapsed }) =>
      make("li", { "data-collapsed": String(collapsed) }, `z${unit + 1} `, make("b", { text: nats(kl, 3) }), ...(collapsed ? [" collapsed"] : [])),
    ),
  );
  return make(
    "figure",
    { class: "kl-chart" },
    make("h3", {}, "KL of each latent dimension ", make("span", { text: "nats, sorted" })),
    svg,
    make("figcaption", { text: `${summary}.` }),
    make("details", {}, make("summary", { text: "The same as numbers" }), list),
  );
}
