/**
 * The visitor's own evaluation on the test digits: its choices, its progress with a way to stop it, and its numbers, always
 * with the input convention that they belong to.
 */

import { find, make } from "../../lib/find.js";
import { count, nats } from "../../lib/format.js";
import { measureText } from "../../lib/models.js";
import { COLLAPSED_KL, sortedKl } from "../../lib/units.js";
import { TEXTS, onLanguage } from "../../texts.js";

/**
 * @typedef {import("../../protocol.js").FullEvaluation} FullEvaluation
 */

const SAYS = TEXTS.evaluation;
const UNITS = TEXTS.units;
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
  onLanguage(() => (shown = null));

  return {
    /** @param {import("../../app/store.js").State} state */
    update({ phase, stages, evaluation, evaluated, config }) {
      const usable = (phase === "ready" || phase === "training" || phase === "paused") && stages.test.state === "done";
      const held = document.activeElement;
      start.disabled = !usable || evaluation !== null;
      cancel.disabled = evaluation === null;
      // A button that is of no use any more hands the keyboard on to the one that is.
      if (held === start && evaluation) cancel.focus();
      if (held === cancel && !evaluation && !start.disabled) start.focus();
      images.disabled = evaluation !== null;
      samples.disabled = evaluation !== null;
      bar.value = evaluation ? evaluation.done / evaluation.total : evaluated ? 1 : 0;
      const text = evaluation
        ? SAYS.progress(count(evaluation.done), count(evaluation.total))
        : evaluated
          ? SAYS.of(count(evaluated.images), count(evaluated.step))
          : stages.test.state === "done"
            ? SAYS.notYet
            : SAYS.loading;
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
 * @param {import("../../protocol.js").TrainingConfig["model"]} model
 */
function resultElements(result, { variational, conditional }) {
  const { recon, kl, elbo, convention, klPerDim, activeUnits, logLikelihood, logLikelihoodSe, samples } = result;
  /** @type {[string, string]} */
  const active = [SAYS.activeUnits, SAYS.active(activeUnits, klPerDim.length)];
  /** @type {[string, string][]} */
  const rows = variational
    ? [
        [SAYS.bound, UNITS.nats(nats(-elbo, 2))],
        [SAYS.recon, UNITS.nats(nats(recon, 2))],
        [SAYS.kl, UNITS.nats(nats(kl, 2))],
        active,
        ...(logLikelihood === null
          ? []
          : [
              /** @type {[string, string]} */ ([
                SAYS.logLikelihood(conditional, count(samples)),
                UNITS.nats(`${nats(logLikelihood, 2)}${logLikelihoodSe === null ? "" : ` ± ${nats(logLikelihoodSe, 2)}`}`),
              ]),
            ]),
      ]
    : [[TEXTS.measures.loss, UNITS.nats(nats(recon, 2))], active];
  rows.push([SAYS.convention, measureText({ conditional, test: { convention } })]);
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
  const percent = (/** @type {number} */ share) => UNITS.percent((100 * share).toFixed(1));
  const { samples, coverage, entropy, agreement, accuracy } = quality;
  return [
    [SAYS.classes(count(samples)), SAYS.coverage(coverage, nats(entropy, 2))],
    ...(agreement === null ? [] : [/** @type {[string, string]} */ ([SAYS.agreement, percent(agreement)])]),
    [SAYS.readBy, SAYS.classifier(percent(accuracy))],
  ];
}

/** @param {readonly number[]} klPerDim */
function klChart(klPerDim) {
  const units = sortedKl(klPerDim);
  const collapsed = units.filter(({ collapsed }) => collapsed).length;
  const summary = SAYS.dimensions(units.length, nats(units[0]?.kl ?? 0, 2), collapsed, COLLAPSED_KL);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", SAYS.klChart(summary));
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
    title.textContent = SAYS.dimension(TEXTS.map.name(unit + 1), nats(kl, 3), collapsed);
    bar.append(title);
    svg.append(bar);
  }
  const list = make(
    "ol",
    { class: "units", tabindex: "0", role: "list", "data-text-label": "evaluation.klList" },
    ...units.map(({ unit, kl, collapsed }) =>
      make("li", { "data-collapsed": String(collapsed) }, `${TEXTS.map.name(unit + 1)} `, make("b", { text: nats(kl, 3) }), ...(collapsed ? [` ${SAYS.collapsed}`] : [])),
    ),
  );
  return make(
    "figure",
    { class: "kl-chart" },
    make("h3", {}, `${SAYS.klTitle} `, make("span", { "data-text": "evaluation.klUnit" })),
    svg,
    make("figcaption", { text: `${summary}.` }),
    make("details", {}, make("summary", { "data-text": "evaluation.numbers" }), list),
  );
}
