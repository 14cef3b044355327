/**
 * The settings form as data: reading and writing a configuration by path, fields as text, and what a change means.
 * Bounds and defaults live in Rust alone; here only text becomes numbers.
 *
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../protocol.js").HyperParameter} HyperParameter
 * @typedef {number | string | boolean | number[]} FieldValue
 */

import { TEXTS } from "../texts.js";

const SAYS = TEXTS.settings;

/** What a setting is called, and what it does. @param {{ key: string }} row */
export function wordsOfSetting({ key }) {
  return SAYS.words[/** @type {keyof typeof SAYS.words} */ (key)] ?? { label: key, help: "" };
}

/** @param {{ key: string }} row */
export function labelOf(row) {
  return wordsOfSetting(row).label;
}

/** What a preset is called, where it comes from, and what to expect of it. @param {{ id: string }} preset */
export function wordsOfPreset({ id }) {
  return SAYS.presetWords[/** @type {keyof typeof SAYS.presetWords} */ (id)] ?? { name: id, source: "", description: "" };
}

/**
 * The name of the preset whose values a configuration has; null if it is none's.
 *
 * @param {readonly import("../protocol.js").Preset[]} presets
 * @param {readonly HyperParameter[]} rows
 * @param {TrainingConfig} config
 */
export function matchingName(presets, rows, config) {
  const preset = matchingPreset(presets, rows, config);
  return preset && wordsOfPreset(preset).name;
}

/**
 * @param {TrainingConfig} config
 * @param {string} path  "model.latentDim"
 * @returns {FieldValue}
 */
export function readPath(config, path) {
  /** @type {unknown} */
  let value = config;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !(key in value)) throw new Error(`the settings must have "${path}"`);
    value = /** @type {Record<string, unknown>} */ (value)[key];
  }
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(Number);
  throw new Error(`the setting "${path}" must be a number, a word, a switch or a list of numbers`);
}

/**
 * A copy of the configuration with one value changed.
 *
 * @param {TrainingConfig} config
 * @param {string} path
 * @param {FieldValue} value
 * @returns {TrainingConfig}
 */
export function writePath(config, path, value) {
  const copy = structuredClone(config);
  const keys = path.split(".");
  const last = keys.pop();
  /** @type {any} */
  let target = copy;
  for (const key of keys) target = target[key];
  if (last === undefined || typeof target !== "object" || target === null || !(last in target)) {
    throw new Error(`the settings must have "${path}"`);
  }
  target[last] = value;
  return copy;
}

/**
 * The text of a field.
 *
 * @param {FieldValue} value
 */
export function fieldText(value) {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return value !== 0 && Math.abs(value) < 1e-4 ? value.toExponential().replace("e+", "e") : String(value);
  return String(value);
}

/**
 * What a field's text says, or why it says nothing. Only the form is checked; Rust checks the bounds.
 *
 * @param {HyperParameter} row
 * @param {string} text
 * @returns {{ ok: true, value: FieldValue } | { ok: false, error: () => string }}
 */
export function parseField(row, text) {
  const trimmed = text.trim();
  switch (row.kind) {
    case "integer":
    case "number": {
      const value = trimmed === "" ? NaN : Number(trimmed.replace(",", "."));
      if (!Number.isFinite(value)) return { ok: false, error: () => SAYS.refused.number(labelOf(row), trimmed) };
      if (row.kind === "integer" && !Number.isInteger(value)) {
        return { ok: false, error: () => SAYS.refused.integer(labelOf(row), trimmed) };
      }
      return { ok: true, value };
    }
    case "widths": {
      const parts = trimmed === "" ? [] : trimmed.split(/[\s,;]+/).filter(Boolean);
      const widths = parts.map(Number);
      if (widths.some((width) => !Number.isInteger(width))) {
        return { ok: false, error: () => SAYS.refused.widths(labelOf(row), trimmed) };
      }
      return { ok: true, value: widths };
    }
    case "switch":
      return { ok: true, value: trimmed === "true" };
    case "choice":
      return { ok: true, value: trimmed };
  }
}

/**
 * Where two configurations differ, in the order of the form.
 *
 * @param {readonly HyperParameter[]} rows
 * @param {TrainingConfig} from
 * @param {TrainingConfig} to
 */
export function differences(rows, from, to) {
  const list = [];
  for (const row of rows) {
    const before = fieldText(readPath(from, row.key));
    const after = fieldText(readPath(to, row.key));
    if (before !== after) list.push({ row, before, after });
  }
  return list;
}

/**
 * The preset whose values a configuration has, whatever its seed.
 *
 * @param {readonly import("../protocol.js").Preset[]} presets
 * @param {readonly HyperParameter[]} rows
 * @param {TrainingConfig} config
 */
export function matchingPreset(presets, rows, config) {
  // The length of a schedule says nothing where there is none.
  const silent = config.schedule === "constant" ? ["seed", "scheduleEpochs"] : ["seed"];
  const relevant = rows.filter((row) => !silent.includes(row.key));
  return presets.find((preset) => differences(relevant, preset.config, config).length === 0) ?? null;
}

/**
 * What −(reconstruction + KL) is to be called: a plain autoencoder has no bound on anything.
 *
 * @param {TrainingConfig | null} config
 */
export function boundWord(config) {
  return config && !config.model.variational ? TEXTS.measures.loss : TEXTS.measures.bound;
}

/**
 * The shape of a model in one line: "784 → 400 → 20 → 400 → 784".
 *
 * @param {TrainingConfig} config
 */
export function shapeText({ model }) {
  return [784, ...model.encoderHidden, model.latentDim, ...model.decoderHidden, 784].join(" → ");
}
