/**
 * Settings as a link, and back: `#lab=1&preset=two-d&seed=7&model.latentDim=3`. The link holds a version, the seed, and what
 * differs from the first preset or the one it names. Whoever edits it by hand is told what was mended.
 *
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../protocol.js").Preset} Preset
 * @typedef {import("../protocol.js").HyperParameter} HyperParameter
 */

import { differences, fieldText, matchingPreset, parseField, readPath, writePath } from "./settings.js";

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
 * @returns {{ config: TrainingConfig, mended: string[] } | null}
 */
export function hashToSettings(presets, rows, hash) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  const version = link.get("lab");
  const [first] = presets;
  if (version === null || !first) return null;
  /** @type {string[]} */
  const mended = [];
  if (version !== String(VERSION)) mended.push(`the link's version must be ${VERSION}, found “${version}”: what is known of it was read`);
  const id = link.get("preset");
  const base = id === null ? first : presets.find((preset) => preset.id === id);
  if (!base) mended.push(`there is no preset “${id}”: ${first.name} was taken`);
  let config = structuredClone((base ?? first).config);
  for (const [key, text] of link) {
    if (key === "lab" || key === "preset") continue;
    const row = rows.find((candidate) => candidate.key === key);
    if (!row) {
      mended.push(`there is no setting “${key}”: it was left out`);
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
 * @param {string[]} mended
 */
function readValue(row, text, mended) {
  if (row.kind === "choice" && !row.choices?.includes(text)) {
    mended.push(`${row.label} must be one of ${row.choices?.join(", ")}, found “${text}”: it was left out`);
    return null;
  }
  if (row.kind === "switch" && text !== "true" && text !== "false") {
    mended.push(`${row.label} must be true or false, found “${text}”: it was left out`);
    return null;
  }
  const parsed = parseField(row, text);
  if (!parsed.ok) {
    mended.push(`${parsed.error}: it was left out`);
    return null;
  }
  const { value } = parsed;
  const bounded = bound(row, value);
  if (fieldText(bounded) !== fieldText(value)) mended.push(`${row.label} was ${fieldText(value)} and is now ${fieldText(bounded)}, the nearest that is possible`);
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
