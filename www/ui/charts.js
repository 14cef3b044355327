/**
 * The curves of the run. Each chart shows one number for training batches, for a part of the test images every hundred
 * steps, and for all test images after each epoch. Changes of settings stand as dashed lines, and in words below.
 */

import { colour, onColours } from "../lib/colours.js";
import { make } from "../lib/find.js";
import { tell } from "../lib/fixed-words.js";
import { count, loss as lossText, nats } from "../lib/format.js";
import { calmRange } from "../lib/history.js";
import { boundText } from "../lib/models.js";
import { boundWord } from "../lib/settings.js";
import { TEXTS, onLanguage } from "../texts.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";
import { createPlot, curve } from "./plot.js";

/**
 * @typedef {import("../lib/history.js").RunHistory} RunHistory
 * @typedef {import("../lib/history.js").Metric} Metric
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 * @typedef {import("../lib/runs.js").Line} Line
 */

const SAYS = TEXTS.charts;
/** @type {{ metric: Metric, height: number, series: number, text: (value: number | null) => string }[]} */
const CHARTS = [
  { metric: "bound", height: 196, series: 3, text: (value) => nats(value) },
  { metric: "recon", height: 148, series: 3, text: (value) => nats(value) },
  { metric: "kl", height: 148, series: 3, text: (value) => nats(value, 2) },
  { metric: "loss", height: 148, series: 1, text: lossText },
];
const SERIES = /** @type {const} */ (["train", "quick", "full"]);

/**
 * @param {HTMLElement} element
 * @param {readonly Metric[]} [metrics]  the charts that stand there; otherwise all
 */
export function createCharts(element, metrics = CHARTS.map(({ metric }) => metric)) {
  const sync = uPlot.sync("training");
  /** @type {RunHistory | null} */
  let history = null;
  let shownRevision = -1;
  /** The model to compare with: its numbers are level lines. @type {ModelCard | null} */
  let reference = null;
  /** Runs that have ended, in a quieter tone. @type {readonly Line[]} */
  let earlier = [];
  /** @type {"step" | "seconds"} */
  let by = "step";

  const charts = CHARTS.filter(({ metric }) => metrics.includes(metric)).map((chart) => {
    const readings = SERIES.slice(0, chart.series).map((key) => {
      const value = make("b", { text: "–" });
      const name = make("span", { "data-text": `charts.series.${key}.name` });
      return { value, item: make("span", { "data-series": key, "data-text-title": `charts.series.${key}.title` }, make("i"), name, " ", value) };
    });
    const unit = make("span", { text: SAYS.units[chart.metric] });
    const title = document.createTextNode(SAYS.titles[chart.metric]);
    const plotElement = make("div", { class: "plot", role: "img" });
    tell(plotElement, () => SAYS.empty(title.data), "aria-label");
    const figure = make(
      "div",
      { class: "chart", "data-metric": chart.metric },
      make(
        "div",
        { class: "chart-head" },
        make("h3", {}, title, " ", unit),
        make("div", { class: "readout" }, ...readings.map(({ item }) => item)),
      ),
      plotElement,
    );
    element.append(figure);

    const plot = createPlot(plotElement, {
      height: chart.height,
      padding: [8, 16, 0, 0],
      cursor: { sync: { key: sync.key, setSeries: false }, y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { range: (_plot, low, high) => [Math.min(low ?? 0, 0), Math.max(high ?? 0, (low ?? 0) + (by === "step" ? 100 : 5), ...earlier.map((run) => run.curve.at(-1)?.[by] ?? 0))] },
        y: {
          range: (plot) => {
            const own = plot.data.slice(1).map((column) => /** @type {(number | null)[]} */ (column));
            const range = calmRange([...own, ...earlier.map((run) => run.curve.map((point) => valueOf(point, chart.metric)))]);
            const level = levelOf(reference, chart.metric);
            if (!range) return [0, 1];
            return level === null ? range : [Math.min(range[0], level - (range[1] - range[0]) * 0.04), Math.max(range[1], level)];
          },
        },
      },
      axes: [
        { size: 26, values: (_plot, splits) => splits.map((split) => (Number.isInteger(split) ? count(split) : "")) },
        { space: 34, values: (plot, splits) => splits.map((split) => ((plot.data[0]?.length ?? 0) > 0 ? String(split) : "")) },
      ],
      series: [
        curve("--chart-train", { width: 1.4 }),
        curve("--chart-test", { width: 2.2 }),
        curve("--chart-test", { width: 2, paths: () => null, points: { show: true, size: 9, fill: () => colour("--panel") } }),
      ].slice(0, chart.series),
      hooks: {
        draw: [(plot) => drawEarlier(plot, earlier, chart.metric, by), (plot) => drawMarkers(plot, history?.markers ?? [], by), (plot) => drawLevel(plot, levelOf(reference, chart.metric))],
        setCursor: [() => read()],
      },
    });

    function read() {
      const x = plot.data[0];
      const index = plot.cursor.idx;
      const hovering = index !== null && index !== undefined && (plot.cursor.left ?? -1) >= 0;
      // The pointer is at the same step in all charts; the first one tells which.
      unit.textContent = hovering && chart === CHARTS[0] ? placeText(x[index] ?? 0) : SAYS.units[chart.metric];
      readings.forEach(({ value }, i) => {
        const column = plot.data[i + 1] ?? [];
        value.textContent = chart.text(hovering ? nearest(column, index) : nearest(column, column.length - 1));
      });
    }

    /** @param {number} x */
    function placeText(x) {
      return by === "step" ? SAYS.step(count(x)) : TEXTS.units.seconds(x.toFixed(1));
    }

    return {
      figure,
      metric: chart.metric,
      title,
      /** @param {RunHistory} run */
      update(run) {
        const [x, train, quick, full] = run.columns(chart.metric, by);
        plot.setData(chart.series === 3 ? [x, train, quick, full] : [x, train]);
        read();
        const step = run.columns(chart.metric)[0].at(-1);
        const values = [train, quick, full].slice(0, chart.series).map((column) => chart.text(nearest(column, x.length - 1)));
        tell(plotElement, () => (step === undefined ? SAYS.empty(title.data) : SAYS.values(title.data, count(step), values)), "aria-label");
      },
      resize() {
        const { clientWidth: width, clientHeight: height } = plotElement;
        if (width > 0 && (width !== plot.width || height !== plot.height)) plot.setSize({ width, height });
      },
      redraw: () => plot.redraw(false, true),
      rename() {
        title.data = SAYS.titles[chart.metric];
        read();
      },
    };
  });

  /** Charts that do not show the newest points yet, the one that waits longest first. @type {Set<typeof charts[number]>} */
  const behind = new Set();

  const hint = make("p", { class: "chart-hint", "data-text": "charts.hint" });
  charts[0]?.figure.append(hint);
  const notes = make("ul", { class: "chart-notes", "data-text-label": "charts.notes" });
  element.append(notes);
  onLanguage(() => {
    for (const chart of charts) chart.rename();
    shownRevision = -1;
  });

  new ResizeObserver(() => {
    for (const chart of charts) chart.resize();
  }).observe(element);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  onColours(redrawAll);

  function redrawAll() {
    for (const chart of charts) chart.redraw();
  }

  /**
   * What the lines mean, in words.
   *
   * @param {RunHistory} run
   * @param {ModelCard | null} before
   */
  function note(run, before) {
    const texts = [
      ...(before && run.training.length > 0 ? [SAYS.dotted(before.name, boundText(before))] : []),
      ...(earlier.length > 0 ? [SAYS.thin(earlier.map(({ name }) => name).join(", "))] : []),
      ...run.markers.map(({ step, text }) => SAYS.change(count(step), text)),
    ];
    const shown = [...notes.children].map(({ textContent }) => textContent);
    if (shown.length !== texts.length || shown[0] !== texts[0] || shown.at(-1) !== texts.at(-1)) {
      notes.replaceChildren(...texts.map((text) => make("li", { text })));
    }
  }

  return {
    /**
     * @param {RunHistory} run
     * @param {object} options
     * @param {"step" | "seconds"} options.by  what the curves are drawn over
     * @param {readonly Line[]} options.earlier  runs that have ended
     * @param {boolean} options.objectiveDiffers  whether training minimises something else than the bound
     * @param {import("../protocol.js").TrainingConfig | null} options.config
     * @param {ModelCard | null} options.before  a model whose numbers compare with those of this run
     * @param {boolean} options.oneAtATime  draws one chart of those that are behind: all of them take long on a slow machine
     */
    update(run, { by: over, earlier: others, objectiveDiffers, config, before, oneAtATime }) {
      if (over !== by || others.length !== earlier.length || others.some((other, i) => other !== earlier[i])) {
        by = over;
        earlier = others;
        shownRevision = -1;
      }
      const word = boundWord(config);
      if (word !== charts[0]?.title.data || reference !== before) {
        for (const { metric, title } of charts) if (metric === "bound") title.data = word;
        reference = before;
        shownRevision = -1;
      }
      const objective = charts.find(({ metric }) => metric === "loss");
      if (objective && objective.figure.hidden === objectiveDiffers) {
        objective.figure.hidden = !objectiveDiffers;
        objective.resize();
        shownRevision = -1;
      }
      if (history !== run || shownRevision !== run.revision) {
        history = run;
        shownRevision = run.revision;
        for (const chart of charts) if (!chart.figure.hidden) behind.add(chart);
        note(run, before);
        hint.hidden = run.training.length + run.quick.length + run.full.length + earlier.length > 0;
      }
      for (const chart of behind) {
        behind.delete(chart);
        chart.update(run);
        if (oneAtATime) break;
      }
    },
  };
}

/**
 * The value at a row, or the newest before it.
 *
 * @param {ArrayLike<number | null | undefined>} column
 * @param {number} index
 */
function nearest(column, index) {
  for (let i = index; i >= 0; i -= 1) {
    const value = column[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/**
 * @param {ModelCard | null} card
 * @param {Metric} metric
 */
function levelOf(card, metric) {
  if (!card || metric === "loss") return null;
  return metric === "bound" ? -card.test.elbo : card.test[metric];
}

/**
 * @param {import("../lib/runs.js").RunPoint} point
 * @param {Metric} metric
 */
function valueOf(point, metric) {
  return metric === "loss" ? null : point[metric];
}

/**
 * Runs that have ended, as thin lines with their names.
 *
 * @param {uPlot} plot
 * @param {readonly Line[]} runs
 * @param {Metric} metric
 * @param {"step" | "seconds"} by
 */
function drawEarlier(plot, runs, metric, by) {
  const { ctx: context, bbox } = plot;
  context.save();
  context.beginPath();
  context.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  context.clip();
  context.strokeStyle = colour("--quiet");
  context.fillStyle = colour("--quiet");
  context.globalAlpha = 0.7;
  context.lineWidth = devicePixelRatio;
  context.font = `${Math.round(10 * devicePixelRatio)}px system-ui, sans-serif`;
  context.textAlign = "right";
  for (const { name, curve } of runs) {
    context.beginPath();
    let end = null;
    for (const point of curve) {
      const value = valueOf(point, metric);
      if (value === null) continue;
      end = [plot.valToPos(point[by], "x", true), plot.valToPos(value, "y", true)];
      context.lineTo(end[0] ?? 0, end[1] ?? 0);
    }
    context.stroke();
    if (end) context.fillText(name, end[0] ?? 0, (end[1] ?? 0) - 4 * devicePixelRatio);
  }
  context.restore();
}

/**
 * @param {uPlot} plot
 * @param {number | null} level
 */
function drawLevel(plot, level) {
  if (level === null || (plot.data[0]?.length ?? 0) === 0) return;
  const { ctx: context, bbox } = plot;
  const y = Math.round(plot.valToPos(level, "y", true));
  if (y < bbox.top || y > bbox.top + bbox.height) return;
  context.save();
  context.strokeStyle = colour("--quiet");
  context.lineWidth = 1.5 * devicePixelRatio;
  context.setLineDash([1.5 * devicePixelRatio, 4 * devicePixelRatio]);
  context.beginPath();
  context.moveTo(bbox.left, y);
  context.lineTo(bbox.left + bbox.width, y);
  context.stroke();
  context.restore();
}

/**
 * @param {uPlot} plot
 * @param {readonly import("../lib/history.js").Marker[]} markers
 * @param {"step" | "seconds"} by
 */
function drawMarkers(plot, markers, by) {
  const { ctx: context, bbox } = plot;
  context.save();
  context.strokeStyle = colour("--line-strong");
  context.lineWidth = devicePixelRatio;
  context.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const marker of markers) {
    const x = Math.round(plot.valToPos(marker[by], "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    context.beginPath();
    context.moveTo(x, bbox.top);
    context.lineTo(x, bbox.top + bbox.height);
    context.stroke();
  }
  context.restore();
}
