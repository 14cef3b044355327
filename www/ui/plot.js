/** What every chart of the page has in common: its look, and that it follows its place and the colours. */

import { colour } from "../lib/colours.js";
import uPlot from "../vendor/uplot/uPlot.esm.js";

const LEAST_WIDTH = 200;
const AXIS = {
  stroke: () => colour("--quiet"),
  font: "11px system-ui, sans-serif",
  grid: { stroke: () => colour("--line"), width: 1 },
  ticks: { show: false },
  gap: 6,
};

/**
 * @param {HTMLElement} element  its place, which gives its width
 * @param {Partial<import("uplot").Options> & { height: number, series: import("uplot").Series[] }} options  of uPlot; the series without that of x
 */
export function createPlot(element, { series, scales, axes = [], ...options }) {
  const [across, up] = axes;
  return new uPlot(
    {
      width: Math.max(LEAST_WIDTH, element.clientWidth),
      legend: { show: false },
      ...options,
      scales: { ...scales, x: { time: false, ...scales?.["x"] } },
      axes: [
        { ...AXIS, ...across },
        { ...AXIS, size: 44, ...up },
      ],
      series: [{}, ...series],
    },
    // Nothing yet, in every column.
    [[], ...series.map(() => [])],
    element,
  );
}

/**
 * A line through the points that are known.
 *
 * @param {string} name  of its colour
 * @param {import("uplot").Series} more
 * @returns {import("uplot").Series}
 */
export function curve(name, more) {
  return { stroke: () => colour(name), spanGaps: true, points: { show: false }, ...more };
}
