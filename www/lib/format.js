import { TEXTS, language, onLanguage } from "../texts.js";

/**
 * Bytes as people read them, always in MB so that two of them compare at a glance.
 *
 * @param {number} bytes
 */
export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/**
 * The progress of a download: "0.4 / 0.7 MB", or only what has arrived when the server does not say how much
 * there will be.
 *
 * @param {number} received
 * @param {number | null} total
 */
export function progressText(received, total) {
  return total === null || received > total ? TEXTS.units.megabytes(megabytes(received)) : TEXTS.units.megabytesOf(megabytes(received), megabytes(total));
}

let integer = integerFormat();
let decimal = decimalFormat();
onLanguage(() => {
  integer = integerFormat();
  decimal = decimalFormat();
});

/** Made once: making one takes longer than writing a hundred numbers. */
function integerFormat() {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 0 });
}

function decimalFormat() {
  return new Intl.NumberFormat(language(), { maximumSignificantDigits: 7 });
}

/** @param {number} value */
export function count(value) {
  return integer.format(value);
}

/**
 * Any number, as it was given: "0.000001", "60,000".
 *
 * @param {number} value
 */
export function number(value) {
  if (Math.abs(value) >= 1e15) return value.toExponential();
  return Number.isInteger(value) ? integer.format(value) : decimal.format(value);
}

/**
 * A loss in nats, with a sign that lines up with its digits.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function nats(value, digits = 1) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return TEXTS.units.notFinite;
  return value.toFixed(digits).replace("-", "−");
}

/**
 * A loss whose size is not known beforehand: four significant digits, never in scientific notation for
 * everyday sizes.
 *
 * @param {number | null | undefined} value
 */
export function loss(value) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return TEXTS.units.notFinite;
  const size = Math.abs(value);
  const text = size >= 1000 ? value.toFixed(0) : size >= 100 ? value.toFixed(1) : size >= 1 ? value.toFixed(2) : value.toPrecision(3);
  return text.replace("-", "−");
}

/** @param {number} value */
export function milliseconds(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * A file name from a preset's name and a step: "vae-lab-digits-20-d-step-340.safetensors".
 *
 * @param {string} name
 * @param {number} step
 */
export function checkpointFileName(name, step) {
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  return `vae-lab-${slug || "model"}-step-${step}.safetensors`;
}
