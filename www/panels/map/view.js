/**
 * The latent map: decoded digits over a plane of codes, test digits as coloured numerals, the visitor's digit with its cloud,
 * and a cursor that goes anywhere by pointer, keys or number fields.
 */

import { colour } from "../../lib/colours.js";
import { find, make } from "../../lib/find.js";
import { tell, telling } from "../../lib/fixed-words.js";
import { fromPicture, toPicture } from "../../lib/latent-plane.js";
import { createPicture } from "../../ui/picture.js";
import { TEXTS } from "../../texts.js";
import { createChoice } from "./choice.js";
import { createGrid } from "../../ui/grid.js";

/** Numerals are told apart by their shape; the colours (Okabe and Ito's, and two more) help who sees them. */
const COLOURS = ["#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#999999", "#7f3c8d", "#80ba5a"];
const SPOKEN_MAP = TEXTS.map;
/** A dimension that tells less than this is not used. */
const COLLAPSED = 0.01;
const MOST_SLIDERS = 40;

/**
 * @typedef {object} MapData
 * @property {number} range
 * @property {[number, number]} cursor
 * @property {[number, number]} axes
 * @property {readonly { index: number, use: number }[]} dimensions  the most used first
 * @property {Float32Array} others  what the dimensions off the plane are set to
 * @property {boolean} principal  the plane is that of the principal components
 * @property {boolean} inked  there is a digit of the visitor's
 * @property {readonly { u: number, v: number, label: number }[]} dots
 * @property {{ u: number, v: number, sigmaU: number, sigmaV: number } | null} mine
 * @property {number} step
 */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(u: number, v: number) => void} handlers.onCursor
 * @param {(axes: [number, number]) => void} handlers.onAxes
 * @param {(wanted: boolean) => void} handlers.onPrincipal
 * @param {(index: number, value: number) => void} handlers.onOther
 * @param {(mine: boolean) => void} handlers.onOthers
 * @param {(shown: boolean) => void} handlers.onDots
 */
export function createMap(element, { onCursor, onAxes, onPrincipal, onOther, onOthers, onDots }) {
  const stage = find(element, ".map-stage", HTMLElement);
  const pictureElement = find(element, "#map-picture", HTMLCanvasElement);
  const picture = createGrid(pictureElement);
  const overlay = find(element, "#map-overlay", HTMLCanvasElement);
  const decoded = find(element, "#map-digit", HTMLCanvasElement);
  const fields = [find(element, "#map-u", HTMLInputElement), find(element, "#map-v", HTMLInputElement)];
  const axisLists = [find(element, "#map-axis-u", HTMLSelectElement), find(element, "#map-axis-v", HTMLSelectElement)];
  const choices = axisLists.map(createChoice);
  const dotsSwitch = find(element, "#map-dots", HTMLInputElement);
  const principal = find(element, "#map-principal", HTMLInputElement);
  const others = createOthers(find(element, "#map-others", HTMLDetailsElement), { onOther, onOthers });
  /** @type {MapData | null} */
  let data = null;
  let drawnLook = "";
  /** @type {MapData["dots"] | null} */
  let drawnDots = null;
  let drawnRange = 0;
  const numerals = new OffscreenCanvas(1, 1);
  /** Of the map, in device pixels. */
  let side = 0;

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    follow(event);
  });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  });
  stage.addEventListener("keydown", (event) => {
    const moves = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });
    const move = moves[event.key];
    if (!data || !move) return;
    event.preventDefault();
    const by = data.range / (event.shiftKey ? 6 : 60);
    go(data.cursor[0] + move[0] * by, data.cursor[1] + move[1] * by);
  });
  for (const field of fields) {
    field.addEventListener("change", () => {
      const [u, v] = fields.map((input) => Number(input.value));
      if (data && Number.isFinite(u) && Number.isFinite(v)) go(u ?? 0, v ?? 0);
    });
  }
  for (const list of axisLists) list.addEventListener("change", chooseAxes);
  principal.addEventListener("change", () => onPrincipal(principal.checked));
  dotsSwitch.addEventListener("change", () => onDots(dotsSwitch.checked));
  new ResizeObserver(() => {
    side = Math.round(stage.clientWidth * devicePixelRatio);
    draw();
  }).observe(stage);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  function chooseAxes() {
    const [u, v] = axisLists.map((list) => Number(list.value));
    // A list that was open while another model came may name a dimension that this one does not have.
    const known = (/** @type {number | undefined} */ axis) => data?.dimensions.some(({ index }) => index === axis);
    if (u !== undefined && v !== undefined && known(u) && known(v)) onAxes([u, v]);
  }

  /** @param {PointerEvent} event */
  function follow(event) {
    if (!data) return;
    const box = stage.getBoundingClientRect();
    onCursor(...fromPicture(data.range, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  }

  /**
   * @param {number} u
   * @param {number} v
   */
  function go(u, v) {
    if (data) onCursor(...fromPicture(data.range, ...toPicture(data.range, u, v)));
  }

  function draw() {
    const context = overlay.getContext("2d");
    if (!context || side === 0) return;
    overlay.width = side;
    overlay.height = side;
    if (!data) return;
    const { range, dots, mine, cursor } = data;
    const at = (/** @type {number} */ u, /** @type {number} */ v) => /** @type {[number, number]} */ (toPicture(range, u, v).map((part) => part * side));
    if (dots !== drawnDots || numerals.width !== side || drawnRange !== range) {
      drawnDots = dots;
      drawnRange = range;
      drawNumerals(numerals, side, dots, at);
    }
    context.drawImage(numerals, 0, 0);
    if (mine) {
      const [x, y] = at(mine.u, mine.v);
      const accent = colour("--map-mine");
      ring(context, accent, () => context.ellipse(x, y, Math.max(2, (mine.sigmaU / range / 2) * side), Math.max(2, (mine.sigmaV / range / 2) * side), 0, 0, 2 * Math.PI));
      ring(context, accent, () => context.arc(x, y, 3 * devicePixelRatio, 0, 2 * Math.PI), true);
    }
    const [x, y] = at(...cursor);
    const arm = 9 * devicePixelRatio;
    ring(context, "#ffffff", () => {
      context.moveTo(x - arm, y);
      context.lineTo(x + arm, y);
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
    });
  }

  return {
    /** @param {ImageBitmap | null} bitmap @param {number} step */
    show(bitmap, step) {
      picture.update({ bitmap, label: () => SPOKEN_MAP.picture(step) });
    },
    /** @param {Uint8Array} pixels */
    digit(pixels) {
      createPicture(decoded)(pixels);
      if (!data) return;
      const { cursor } = data;
      tell(decoded, () => SPOKEN_MAP.digit(...cursor), "aria-label");
    },
    /** @param {MapData} next */
    update(next) {
      data = next;
      fields.forEach((field, i) => {
        const text = (next.cursor[i] ?? 0).toFixed(2);
        field.min = String(-next.range);
        field.max = String(next.range);
        if (document.activeElement !== field && field.value !== text) field.value = text;
      });
      const many = next.dimensions.length > 2;
      for (const list of axisLists) list.hidden = !many || next.principal;
      principal.closest("label")?.toggleAttribute("hidden", !many);
      principal.checked = next.principal;
      others.update(next);
      const entries = next.dimensions.map(({ index, use }) => ({ value: String(index), text: SPOKEN_MAP.dimension(index + 1, use) }));
      choices.forEach((choice, i) => choice.update(entries, String(next.axes[i])));
      tell(stage, () => SPOKEN_MAP.stage(next.cursor, next.mine), "aria-label");
      const look = JSON.stringify([next.cursor, next.mine, next.range]);
      if (look !== drawnLook || next.dots !== drawnDots) draw();
      drawnLook = look;
    },
  };
}

/**
 * The test digits' numerals, on a canvas of their own: three hundred take their time, and stand still while the cursor moves.
 *
 * @param {OffscreenCanvas} canvas
 * @param {number} side
 * @param {MapData["dots"]} dots
 * @param {(u: number, v: number) => [number, number]} at
 */
function drawNumerals(canvas, side, dots, at) {
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  for (const { u, v, label } of dots) {
    const [x, y] = at(u, v);
    const picture = numeral(label, devicePixelRatio);
    context?.drawImage(picture, Math.round(x - picture.width / 2), Math.round(y - picture.height / 2));
  }
}

/** Numerals that have been painted. @type {Map<string, OffscreenCanvas>} */
const painted = new Map();

/**
 * A numeral with its outline, painted once: hundreds of copies go on the map again and again while the model learns.
 *
 * @param {number} label
 * @param {number} scale  device pixels per CSS pixel
 */
function numeral(label, scale) {
  const key = `${label} ${scale}`;
  const known = painted.get(key);
  if (known) return known;
  const text = String(label);
  const height = Math.ceil(20 * scale);
  const canvas = new OffscreenCanvas(Math.ceil((8 + 8 * text.length) * scale), height);
  const context = canvas.getContext("2d");
  if (context) {
    const x = canvas.width / 2;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `700 ${Math.round(11 * scale)}px system-ui, sans-serif`;
    context.lineWidth = 3 * scale;
    context.lineJoin = "round";
    context.strokeStyle = "#000000";
    context.strokeText(text, x, height / 2);
    context.fillStyle = COLOURS[label] ?? "#ffffff";
    context.fillText(text, x, height / 2);
  }
  painted.set(key, canvas);
  return canvas;
}

/**
 * The dimensions off the plane: one slider each, the most used first, with a bar of its KL divergence.
 *
 * @param {HTMLDetailsElement} element
 * @param {object} handlers
 * @param {(index: number, value: number) => void} handlers.onOther
 * @param {(mine: boolean) => void} handlers.onOthers
 */
function createOthers(element, { onOther, onOthers }) {
  const list = find(element, "ul", HTMLElement);
  const words = find(element, "p", HTMLElement);
  const mine = find(element, "#map-mine", HTMLButtonElement);
  /** @type {{ index: number, slider: HTMLInputElement, meter: HTMLMeterElement, text: HTMLElement }[]} */
  let rows = [];
  let listed = "";
  /** @type {MapData | null} */
  let data = null;
  element.addEventListener("toggle", () => data && update(data));
  mine.addEventListener("click", () => onOthers(true));
  find(element, "#map-zero", HTMLButtonElement).addEventListener("click", () => onOthers(false));

  /** @param {number} index */
  function row(index) {
    const name = SPOKEN_MAP.name(index + 1);
    const slider = make("input", { type: "range", min: "-3", max: "3", step: "0.05", "aria-label": name, "data-text-title": "map.slider" });
    const meter = telling(make("meter", { min: "0" }), () => SPOKEN_MAP.use(index + 1), "aria-label");
    const text = make("span", { class: "quiet" });
    slider.addEventListener("input", () => onOther(index, Number(slider.value)));
    return { index, slider, meter, text, item: make("li", {}, make("b", { text: name }), slider, meter, text) };
  }

  /** @param {MapData} next */
  function update(next) {
    data = next;
    const { dimensions, axes, others, principal, inked } = next;
    element.hidden = dimensions.length <= 2 || principal;
    if (element.hidden || !element.open) return;
    const off = dimensions.filter(({ index }) => !axes.includes(index));
    const used = off.filter(({ use }) => use >= COLLAPSED).slice(0, MOST_SLIDERS);
    const wanted = used.map(({ index }) => index).join();
    // While a slider is held, the order stays as it is.
    if (wanted !== listed && !list.contains(document.activeElement)) {
      listed = wanted;
      const made = used.map(({ index }) => row(index));
      rows = made;
      list.replaceChildren(...made.map(({ item }) => item));
    }
    const most = dimensions[0]?.use ?? 1;
    for (const { index, slider, meter, text } of rows) {
      const use = dimensions.find((dimension) => dimension.index === index)?.use ?? 0;
      if (document.activeElement !== slider) slider.value = String(others[index] ?? 0);
      meter.max = Math.max(most, 0.01);
      meter.value = use;
      text.textContent = SPOKEN_MAP.nats(use);
    }
    words.textContent = SPOKEN_MAP.rest(off.length - used.length);
    mine.disabled = !inked;
  }

  return { update };
}

/**
 * A line that is seen on black as well as on white.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {() => void} path
 * @param {boolean} [filled]
 */
function ring(context, colour, path, filled = false) {
  for (const [style, width] of /** @type {[string, number][]} */ ([["#000000", 4], [colour, 2]])) {
    context.beginPath();
    path();
    context.strokeStyle = style;
    context.lineWidth = width * devicePixelRatio;
    context.stroke();
    if (filled) {
      context.fillStyle = style;
      context.fill();
    }
  }
}
