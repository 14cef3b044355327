/**
 * Settings as a link, and back: `#lab=1&preset=two-d&seed=7&model.latentDim=3`. The link holds a version, the seed, and what
 * differs from the first preset or the one it names. Whoever edits it by hand is told what was mended.
 *
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../protocol.js").Preset} Preset
 * @typedef {import("../protocol.js").HyperParameter} HyperParameter
 */

import { TEXTS } from "../texts.js";
import { differences, fieldText, labelOf, matchingPreset, parseField, readPath, wordsOfPreset, writePath } from "./settings.js";

const SAYS = TEXTS.share.mends;
const VERSION = 1;

/**
 * @param {readonly Preset[]} presets
 * @param {readonly HyperParameter[]} rows
 * @param {TrainingConfig} config
 */
export function settingsToHash(presets, rows, config) {
  const [first] = presets;
  if (!first) throw new Error("a link needs at least one preset to start from, found none");
  const base = matchingPreset(presets, rows, config) ?? first;
  const link = new URLSearchParams({ lab: String(VERSION) });
  if (base !== first) link.set("preset", base.id);
  link.set("seed", fieldText(readPath(config, "seed")));
  for (const { row, after } of differences(rows, base.config, config)) link.set(row.key, after);
  return `#${link}`;
}

/** @param {string} hash */
export function isSettingsLink(hash) {
  return new URLSearchParams(hash.replace(/^#/, "")).has("lab");
}

/**
 * What a link asks for, with every value inside its bounds; null if the text is no such link.
 *
 * @param {readonly Preset[]} presets
 * @param {readonly HyperParameter[]} rows
 * @param {string} hash
 * @returns {{ config: TrainingConfig, mended: (() => string)[] } | null}
 */
export function hashToSettings(presets, rows, hash) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  const version = link.get("lab");
  const [first] = presets;
  if (version === null || !first) return null;
  /** @type {(() => string)[]} */
  const mended = [];
  if (version !== String(VERSION)) mended.push(() => SAYS.version(VERSION, version));
  const id = link.get("preset");
  const base = id === null ? first : presets.find((preset) => preset.id === id);
  if (!base) mended.push(() => SAYS.preset(id ?? "", wordsOfPreset(first).name));
  let config = structuredClone((base ?? first).config);
  for (const [key, text] of link) {
    if (key === "lab" || key === "preset") continue;
    const row = rows.find((candidate) => candidate.key === key);
    if (!row) {
      mended.push(() => SAYS.setting(key));
      continue;
    }
    const value = readValue(row, text, mended);
    if (value !== null) config = writePath(config, key, value);
  }
  return { config, mended };
}

/**
 * @param {HyperParameter} row
 * @param {string} text
 * @param {(() => string)[]} mended
 */
function readValue(row, text, mended) {
  if (row.kind === "choice" && !row.choices?.includes(text)) {
    mended.push(() => SAYS.choice(labelOf(row), (row.choices ?? []).join(", "), text));
    return null;
  }
  if (row.kind === "switch" && text !== "true" && text !== "false") {
    mended.push(() => SAYS.switch(labelOf(row), text));
    return null;
  }
  const parsed = parseField(row, text);
  if (!parsed.ok) {
    const { error } = parsed;
    mended.push(() => SAYS.leftOut(error()));
    return null;
  }
  const { value } = parsed;
  const bounded = bound(row, value);
  if (fieldText(bounded) !== fieldText(value)) mended.push(() => SAYS.bounds(labelOf(row), fieldText(value), fieldText(bounded)));
  return bounded;
}

/**
 * @param {HyperParameter} row
 * @param {import("./settings.js").FieldValue} value
 */
function bound({ min = -Infinity, max = Infinity, maxLayers = Infinity }, value) {
  if (typeof value === "number") return Math.min(max, Math.max(min, value));
  if (Array.isArray(value)) return value.slice(0, maxLayers).map((width) => Math.min(max, Math.max(1, width)));
  return value;
}
