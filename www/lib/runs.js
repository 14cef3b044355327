/**
 * What the table and the charts show of a run, small enough to keep many: what it was set to, how far it came, and the curve of its
 * test digits.
 *
 * @typedef {{ step: number, seconds: number, bound: number, recon: number, kl: number }} RunPoint
 *
 * @typedef {object} Summary
 * @property {string} settings  in words
 * @property {number} steps
 * @property {number} seconds  of training
 * @property {boolean} variational
 * @property {RunPoint[]} curve  on a part of the test digits; the last point may be on all of them
 *
 * @typedef {Summary & { name: string, shown: boolean }} Line  a run as a line on the charts
 */

import { TEXTS } from "../texts.js";
import { differences, labelOf, matchingPreset, shapeText, wordsOfPreset } from "./settings.js";

/** Enough for a line on a chart. */
const MOST_POINTS = 240;
/** What is older is forgotten. */
export const MOST_RUNS = 20;
/** Models are large: only those of the newest runs stay. */
export const MOST_MODELS = 6;

/**
 * What is told of a run.
 *
 * @param {import("./history.js").RunHistory} history
 * @param {Pick<import("../app/store.js").State, "config" | "presets" | "rows"> & { status: { step: number } | null }} state
 * @returns {Summary | null}  null where there was nothing
 */
export function summarise(history, { config, presets, rows, status }) {
  const steps = status?.step ?? history.training.at(-1)?.step ?? 0;
  if (!config || steps === 0) return null;
  const preset = matchingPreset(presets, rows, config);
  const [first] = presets;
  const others = first ? differences(rows, first.config, config).filter(({ row }) => !row.key.startsWith("model.encoder") && !row.key.startsWith("model.decoder")) : [];
  const words = preset ? wordsOfPreset(preset).name : others.map(({ row, after }) => `${labelOf(row)} ${after}`).join(", ");
  return {
    settings: [shapeText(config), words, TEXTS.settings.seed(config.seed)].filter(Boolean).join("; "),
    steps,
    seconds: history.seconds,
    variational: config.model.variational,
    curve: thin([...history.quick, ...history.full.slice(-1)].sort((a, b) => a.step - b.step)),
  };
}

/**
 * The runs that are to be forgotten, and those of which only the line in the table stays.
 *
 * @template {{ id: string, kept: boolean }} R
 * @param {readonly R[]} runs  the newest first
 * @param {(run: R) => boolean} isSafe  whatever happens, it stays
 * @returns {{ gone: R[], withoutModel: R[] }}
 */
export function bounded(runs, isSafe) {
  const old = runs.filter((run) => !isSafe(run));
  const room = Math.max(0, MOST_RUNS - (runs.length - old.length));
  const gone = old.slice(room);
  const withModel = runs.filter(({ kept }) => kept);
  const withoutModel = withModel.slice(MOST_MODELS).filter((run) => !isSafe(run) && !gone.includes(run));
  return { gone, withoutModel };
}

/**
 * @param {readonly import("./history.js").Timed<import("../protocol.js").EvaluationResult>[]} points
 * @returns {RunPoint[]}
 */
function thin(points) {
  const stride = Math.ceil(points.length / MOST_POINTS);
  return points
    .filter((_, i) => (points.length - 1 - i) % stride === 0)
    .map(({ step, seconds, elbo, recon, kl }) => ({ step, seconds, bound: -elbo, recon, kl }));
}

/** A name that no other run has: "Digits 20-D", "Digits 20-D 2". @param {string} name @param {readonly { name: string }[]} runs */
export function ownName(name, runs) {
  const taken = new Set(runs.map((run) => run.name));
  let own = name;
  for (let i = 2; taken.has(own); i += 1) own = `${name} ${i}`;
  return own;
}

/** Every point of every run, one a line. @param {readonly (Summary & { name: string })[]} runs */
export function runsToCsv(runs) {
  const lines = runs.flatMap(({ name, settings, curve }) =>
    curve.map(({ step, seconds, bound, recon, kl }) => [quoted(name), quoted(settings), step, seconds.toFixed(2), bound, recon, kl].join(",")),
  );
  return ["run,settings,step,seconds,bound,reconstruction,kl", ...lines, ""].join("\n");
}

/** A field of CSV (RFC 4180). @param {string} text */
function quoted(text) {
  return `"${text.replaceAll('"', '""')}"`;
}
