/** What the figures are made of: digits, bars and rows of controls. Each paints only what has changed. */

import { find, make } from "../../lib/find.js";
import { DIGIT_SIDE } from "../../protocol.js";
import { TEXTS } from "../../texts.js";
import { paintPictures } from "../../ui/picture.js";

const SVG = "http://www.w3.org/2000/svg";
/** Latent numbers beyond this size leave a drawing of them. */
export const REACH = 4;

/**
 * A figure with a name for screen readers.
 *
 * @param {string} kind
 * @param {string} name
 * @param {...(Node | string)} children
 */
export function figure(kind, name, ...children) {
  return make("figure", { class: "live", "data-figure": kind, "aria-label": name }, ...children);
}

/**
 * An element of a drawing.
 *
 * @param {string} tag
 * @param {Record<string, string>} [attributes]
 * @param {...Node} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Sets an attribute if it is another one: what stays the same costs nothing.
 *
 * @param {Element} element
 * @param {string} name
 * @param {string} value
 */
export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** @param {Element} element @param {string} text */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Digits side by side on one canvas.
 *
 * @param {object} options
 * @param {string} options.label  what they are, for screen readers
 * @param {string} [options.part]  the term of a formula that they stand for
 * @param {number} [options.columns]
 * @param {number} [options.rows]
 */
export function digits({ label, part = "", columns = 1, rows = 1 }) {
  const canvas = make("canvas", { class: "digit", width: String(columns * DIGIT_SIDE), height: String(rows * DIGIT_SIDE), role: "img", "aria-label": label });
  if (part) canvas.dataset["of"] = part;
  /** @type {Uint8Array | null} */
  let painted = null;
  return {
    canvas,
    /** @param {Uint8Array | null} gray  784 bytes a digit @param {string} [text]  what is seen */
    show(gray, text = label) {
      set(canvas, "aria-label", gray ? text : `${label}: ${TEXTS.learn.figures.nothing}`);
      if (gray === painted) return;
      painted = gray;
      const pixels = DIGIT_SIDE * DIGIT_SIDE;
      const pictures = gray ? Array.from({ length: columns * rows }, (_, i) => gray.subarray(i * pixels, (i + 1) * pixels)) : [];
      paintPictures(canvas, pictures, DIGIT_SIDE);
    },
  };
}

/**
 * A digit with a word below it.
 *
 * @param {ReturnType<typeof digits>} digit
 * @param {string} word
 */
export function captioned(digit, word) {
  return make("div", { class: "captioned" }, digit.canvas, make("span", { text: word }));
}

/**
 * Numbers as bars from a middle line, or from the ground.
 *
 * @param {object} [options]
 * @param {number} [options.reach]  what reaches the edge
 * @param {boolean} [options.grounded]  none is negative: the bars stand on the ground
 */
export function bars({ reach = REACH, grounded = false } = {}) {
  const path = svg("path", { class: "bars", "vector-effect": "non-scaling-stroke" });
  const ground = svg("path", { class: "axis", d: grounded ? "M0 99.5H100" : "M0 50H100", "vector-effect": "non-scaling-stroke" });
  const drawing = svg("svg", { class: "numbers", viewBox: "0 0 100 100", preserveAspectRatio: "none", role: "img", "aria-label": TEXTS.learn.figures.nothing }, ground, path);
  return {
    drawing,
    /** @param {Float32Array | null} values @param {string} text  what is seen */
    show(values, text) {
      set(drawing, "aria-label", text);
      const width = 100 / (values?.length || 1);
      const [zero, unit] = grounded ? [100, 100 / reach] : [50, 50 / reach];
      const at = (/** @type {number} */ value) => Math.min(Math.max(zero - value * unit, 0), 100).toFixed(1);
      set(path, "d", Array.from(values ?? [], (value, j) => `M${((j + 0.5) * width).toFixed(2)} ${zero}V${at(value)}`).join(""));
      path.style.setProperty("--columns", String(values?.length ?? 1));
    },
  };
}

/**
 * Numbers for a screen reader: the first few.
 *
 * @param {Float32Array} values
 */
export function spoken(values) {
  const few = Array.from(values.subarray(0, 20), decimal).join(", ");
  return values.length > 20 ? `${few}, …` : few;
}

/** @param {number} value */
export function decimal(value) {
  return value.toFixed(2).replace("-", "−");
}

/**
 * A slider with its name and its value in words.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.min
 * @param {number} options.max
 * @param {number} options.step
 * @param {number} options.value
 * @param {(value: number) => void} options.onChange
 */
export function slider({ name, min, max, step, value, onChange }) {
  const element = make(
    "label",
    { class: "slide" },
    make("span", { text: name }),
    make("input", { type: "range", min: String(min), max: String(max), step: String(step) }),
    make("output"),
  );
  const input = find(element, "input", HTMLInputElement);
  const output = find(element, "output", HTMLOutputElement);
  input.value = String(value);
  input.addEventListener("input", () => onChange(input.valueAsNumber));
  return {
    element,
    /** @param {number} now @param {string} text */
    show(now, text) {
      if (Math.abs(input.valueAsNumber - now) > step / 2) input.value = String(now);
      say(output, text);
      set(input, "aria-valuetext", text);
    },
  };
}

/**
 * @param {string} text
 * @param {() => void} onClick
 */
export function button(text, onClick) {
  const element = make("button", { type: "button", class: "button small", text });
  element.addEventListener("click", onClick);
  return element;
}
