/** Two sides with their pictures and numbers, and one chart with both curves. */

import { wordsOfError } from "../../lib/error-words.js";
import { find, make } from "../../lib/find.js";
import { rename, tell, telling } from "../../lib/fixed-words.js";
import { count, nats } from "../../lib/format.js";
import { boundWord, shapeText } from "../../lib/settings.js";
import { TEXTS } from "../../texts.js";
import uPlot from "../../vendor/uplot/uPlot.esm.js";
import { createGrid } from "../../ui/grid.js";
import { createPlot, curve } from "../../ui/plot.js";

const SAYS = TEXTS.compare;
const CHART_HEIGHT = 170;

/** @typedef {import("../../lib/rival.js").Rival} Rival */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(pair: string) => void} handlers.onBegin
 * @param {(running: boolean) => void} handlers.onRun
 * @param {() => void} handlers.onEnd
 * @param {(index: number) => void} handlers.onTake
 */
export function createCompare(element, { onBegin, onRun, onEnd, onTake }) {
  const pair = find(element, "#compare-pair", HTMLSelectElement);
  const beginButton = find(element, "#compare-begin", HTMLButtonElement);
  const runButton = find(element, "#compare-run", HTMLButtonElement);
  const endButton = find(element, "#compare-end", HTMLButtonElement);
  const by = find(element, "#compare-by", HTMLSelectElement);
  const arena = find(element, "#compare-arena", HTMLElement);
  const chartElement = find(element, "#compare-chart", HTMLElement);
  /** @type {ReturnType<typeof createSide>[]} */
  let sides = [];
  /** @type {uPlot | null} */
  let chart = null;
  let running = false;
  /** @type {{ rivals: readonly Rival[], running: boolean } | null} */
  let shown = null;

  beginButton.addEventListener("click", () => onBegin(pair.value));
  runButton.addEventListener("click", () => onRun(!running));
  endButton.addEventListener("click", () => {
    onEnd();
    beginButton.focus();
  });
  by.addEventListener("change", () => shown && drawChart(shown.rivals));
  new ResizeObserver(() => chart?.setSize({ width: Math.max(200, chartElement.clientWidth), height: CHART_HEIGHT })).observe(chartElement);

  /** @param {readonly Rival[]} rivals */
  function drawChart(rivals) {
    const over = by.value === "seconds" ? "seconds" : "step";
    /** @type {import("uplot").AlignedData[]} */
    const tables = rivals.map(({ history }) => [history.quick.map((point) => point[over]), history.quick.map(({ recon }) => recon)]);
    const data = uPlot.join(tables);
    chart?.setData(data.length === 3 ? data : [[], [], []]);
    const last = rivals.map(({ name, history }) => ({ name, value: nats(history.quick.at(-1)?.recon ?? null) }));
    tell(chartElement, () => SAYS.chart(last.map(({ name, value }) => `${name()} ${value}`).join(", ")), "aria-label");
  }

  function makeChart() {
    chart?.destroy();
    chart = createPlot(chartElement, {
      height: CHART_HEIGHT,
      cursor: { show: false },
      series: [curve("--chart-test", { width: 2.2 }), curve("--ink", { width: 1.6, dash: [6, 4] })],
    });
  }

  return {
    /** @param {boolean} possible */
    enable(possible) {
      beginButton.disabled = !possible;
    },
    /** @param {readonly Rival[]} rivals */
    begin(rivals) {
      sides = rivals.map((rival, i) => createSide(rival, i === 0 ? "solid" : "dashed", () => onTake(i)));
      find(arena, ".sides", HTMLElement).replaceChildren(...sides.map(({ root }) => root));
      arena.hidden = false;
      makeChart();
    },
    /**
     * @param {number} index
     * @param {"samples" | "map"} of
     * @param {ImageBitmap} bitmap
     * @param {number} step
     */
    picture(index, of, bitmap, step) {
      const side = sides[index];
      if (side) side[of].update({ bitmap, label: () => SAYS.picture(of, side.name(), step) });
      else bitmap.close();
    },
    /** @param {{ rivals: readonly Rival[], running: boolean }} data */
    update(data) {
      shown = data;
      running = data.running;
      arena.hidden = data.rivals.length === 0;
      rename(runButton, running ? "compare.pause" : "compare.goOn");
      if (data.rivals.length === 0) sides = [];
      data.rivals.forEach((rival, i) => sides[i]?.update(rival));
      if (data.rivals.length > 0) drawChart(data.rivals);
    },
  };
}

/**
 * @param {Rival} rival
 * @param {"solid" | "dashed"} line  how its curve looks
 * @param {() => void} onTake
 */
function createSide({ name, config }, line, onTake) {
  const picture = (/** @type {"samples" | "map"} */ of, /** @type {number} */ width, /** @type {number} */ height) =>
    telling(make("canvas", { class: "grid", width: String(width), height: String(height), role: "img" }), () => SAYS.picture(of, name(), 0), "aria-label");
  const samples = picture("samples", 224, 112);
  const map = picture("map", 280, 280);
  const words = make("p", { class: "note" });
  const terms = [() => SAYS.step, () => SAYS.seconds, () => SAYS.recon, () => SAYS.kl, () => SAYS.total(boundWord(config))];
  const rows = terms.map((term) => {
    const value = make("dd", { text: "–" });
    return { value, row: make("div", {}, telling(make("dt"), term), value) };
  });
  const take = make("button", { type: "button", class: "button small", "data-text": "compare.take" });
  tell(take, () => SAYS.takeName(name()), "aria-label");
  take.addEventListener("click", onTake);
  const root = make(
    "section",
    { class: "side" },
    telling(make("h3"), name),
    telling(make("p", { class: "note" }), () => `${shapeText(config)}; ${SAYS[line]}`),
    samples,
    map,
    make("dl", { class: "facts" }, ...rows.map(({ row }) => row)),
    words,
    take,
  );
  tell(root, name, "aria-label");
  return {
    root,
    name,
    samples: createGrid(samples),
    map: createGrid(map),
    /** @param {Rival} rival */
    update({ step, history, ready, failure }) {
      const test = history.quick.at(-1);
      const texts = [count(step), history.seconds.toFixed(1), nats(test?.recon ?? null), config.model.variational ? nats(test?.kl ?? null) : "–", nats(test ? -test.elbo : null)];
      rows.forEach(({ value }, i) => (value.textContent = texts[i] ?? "–"));
      tell(words, () => (failure ? wordsOfError(failure) : ready ? "" : SAYS.loading));
      take.disabled = failure !== null || step === 0;
    },
  };
}
