/**
 * The code as bars: one a latent number, with mu and sigma behind it. Each is a slider: by pointer a bar is dragged, by keys left and right
 * go from bar to bar, up and down move it.
 */

import { findAll, make } from "../../lib/find.js";
import { TEXTS } from "../../texts.js";
import { heightOf, pathOf, rangeOf, valueAt } from "./geometry.js";
import { isCollapsed } from "./order.js";

/**
 * @typedef {object} Code  what the bars show
 * @property {Float32Array} z
 * @property {Float32Array} mu
 * @property {Float32Array} sigma  empty in a plain autoencoder
 * @property {Float32Array} kl
 * @property {readonly number[]} order  the dimensions from left to right
 */

const SVG = "http://www.w3.org/2000/svg";
/** @type {Record<string, number>} */
const KEY_STEPS = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };
/** @type {Record<string, number>} */
const NEIGHBOURS = { ArrowLeft: -1, ArrowRight: 1 };
/** From back to front. */
const LAYERS = /** @type {const} */ (["band", "band-collapsed", "bar-collapsed", "bar", "bar-moved", "tick"]);

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(dimension: number, value: number) => void} handlers.onMove
 * @param {(dimension: number | null) => void} handlers.onPoint  the number that is pointed at, or has the focus
 */
export function createBars(element, { onMove, onPoint }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const paths = new Map(
    LAYERS.map((name) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      svg.append(path);
      return [name, path];
    }),
  );
  const sliders = make("div", { class: "sliders" });
  element.append(svg, sliders);
  /** @type {Code | null} */
  let shown = null;
  let range = rangeOf([]);
  /** The pointer that drags, and the place of its bar. @type {{ pointer: number, place: number } | null} */
  let dragged = null;

  /** @param {number} place */
  const dimensionAt = (place) => shown?.order[place] ?? null;
  /** @param {Element | null} slider */
  const placeOf = (slider) => [...sliders.children].indexOf(/** @type {Element} */ (slider));

  /** @param {number} count */
  function lay(count) {
    svg.setAttribute("viewBox", `0 0 ${Math.max(1, count)} 2`);
    const made = Array.from({ length: count }, (_, place) =>
      make("div", { role: "slider", "aria-orientation": "vertical", tabindex: place === 0 ? "0" : "-1" }),
    );
    sliders.replaceChildren(...made);
  }

  /** @param {Code} code */
  function paint({ z, mu, sigma, kl, order }) {
    const bars = order.map((dimension, place) => {
      const [value, mean] = [z[dimension] ?? 0, mu[dimension] ?? 0];
      const width = sigma[dimension] ?? 0;
      return { place, from: 0, to: value, mean, low: mean - width, high: mean + width, moved: value !== mean, collapsed: isCollapsed(kl[dimension] ?? 0, sigma.length > 0) };
    });
    const bands = bars.filter(({ low, high }) => low < high).map((bar) => ({ ...bar, from: bar.low, to: bar.high }));
    const ticks = bars.map((bar) => ({ ...bar, from: bar.mean, to: bar.mean }));
    const still = bars.filter(({ moved }) => !moved);
    const drawn = {
      band: pathOf(bands.filter(({ collapsed }) => !collapsed), range, "band"),
      "band-collapsed": pathOf(bands.filter(({ collapsed }) => collapsed), range, "band"),
      bar: pathOf(still.filter(({ collapsed }) => !collapsed), range, "bar"),
      "bar-collapsed": pathOf(still.filter(({ collapsed }) => collapsed), range, "bar"),
      "bar-moved": pathOf(bars.filter(({ moved }) => moved), range, "bar"),
      tick: pathOf(ticks.filter(({ collapsed, moved }) => moved || !collapsed), range, "tick"),
    };
    for (const name of LAYERS) paths.get(name)?.setAttribute("d", drawn[name]);
  }

  /** @param {Code} code */
  function tell({ z, mu, sigma, kl, order }) {
    for (const [place, slider] of findAll(sliders, "[role=slider]", HTMLElement).entries()) {
      const dimension = order[place] ?? 0;
      const value = z[dimension] ?? 0;
      const text = TEXTS.stage.value(value, mu[dimension] ?? 0, sigma[dimension] ?? null, kl[dimension] ?? 0);
      set(slider, "aria-label", TEXTS.stage.dimension(dimension + 1));
      set(slider, "aria-valuemin", String(-range));
      set(slider, "aria-valuemax", String(range));
      set(slider, "aria-valuenow", value.toFixed(2));
      set(slider, "aria-valuetext", text);
      slider.dataset["collapsed"] = String(isCollapsed(kl[dimension] ?? 0, sigma.length > 0));
      // Where the bar ends: there the knob stands that shows the focus.
      slider.style.setProperty("--at", String(heightOf(value, range) / 2));
    }
  }

  /** @param {PointerEvent} event */
  function drag(event) {
    const dimension = dragged && dimensionAt(dragged.place);
    if (dimension === null) return;
    const box = sliders.getBoundingClientRect();
    onMove(dimension, valueAt((event.clientY - box.top) / box.height, range));
  }

  sliders.addEventListener("pointerdown", (event) => {
    const slider = event.target instanceof Element ? event.target.closest("[role=slider]") : null;
    if (!(slider instanceof HTMLElement) || dragged || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    dragged = { pointer: event.pointerId, place: placeOf(slider) };
    sliders.setPointerCapture(event.pointerId);
    slider.focus({ preventScroll: true });
    drag(event);
  });
  sliders.addEventListener("pointermove", (event) => {
    if (dragged?.pointer === event.pointerId) drag(event);
  });
  for (const type of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    sliders.addEventListener(type, (event) => {
      if (dragged?.pointer === event.pointerId) dragged = null;
    });
  }
  sliders.addEventListener("pointerover", (event) => onPoint(dimensionAt(placeOf(/** @type {Element} */ (event.target)))));
  sliders.addEventListener("pointerleave", () => onPoint(dimensionAt(placeOf(document.activeElement))));
  sliders.addEventListener("focusout", () => onPoint(null));
  // One stop for the Tab key: the bar that had the focus last.
  sliders.addEventListener("focusin", (event) => {
    for (const slider of sliders.children) slider.setAttribute("tabindex", slider === event.target ? "0" : "-1");
    onPoint(dimensionAt(placeOf(/** @type {Element} */ (event.target))));
  });
  sliders.addEventListener("keydown", (event) => {
    const place = placeOf(/** @type {Element} */ (event.target));
    const dimension = dimensionAt(place);
    if (dimension === null || !shown || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = KEY_STEPS[event.key];
    const neighbour = NEIGHBOURS[event.key];
    const value = shown.z[dimension] ?? 0;
    if (step !== undefined) onMove(dimension, Math.min(range, Math.max(-range, value + step * (event.shiftKey ? 5 : 1))));
    else if (event.key === "Home" || event.key === "End") onMove(dimension, event.key === "Home" ? -range : range);
    else if (neighbour !== undefined) findAll(sliders, "[role=slider]", HTMLElement)[place + neighbour]?.focus();
    else return;
    event.preventDefault();
  });

  return {
    /** Whether the visitor is at the bars: they keep their places meanwhile. */
    get inUse() {
      return sliders.matches(":hover, :focus-within");
    },

    /** How far the bars reach. */
    get range() {
      return range;
    },

    /**
     * @param {Code | null} code  null if nothing is shown
     * @param {number} count  how many numbers the model's codes have
     */
    update(code, count) {
      if (sliders.children.length !== count) lay(count);
      const empty = { z: new Float32Array(count), mu: new Float32Array(count), sigma: new Float32Array(0), kl: new Float32Array(count), order: [...Array(count).keys()] };
      shown = code;
      // While a bar is dragged its scale stands still.
      if (!dragged) range = rangeOf([...(code?.z ?? []), ...(code?.mu ?? [])]);
      paint(code ?? empty);
      tell(code ?? empty);
      sliders.toggleAttribute("inert", code === null);
      element.dataset["shown"] = String(code !== null);
    },
  };
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
