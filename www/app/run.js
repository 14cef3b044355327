/**
 * A run: a model with all that belongs to it. It is the one thing that can be at work, wait in the library, be brought back or
 * come from a file; nothing of it is kept anywhere else.
 *
 * @typedef {object} Run
 * @property {string} id
 * @property {string} name
 * @property {TrainingConfig} config
 * @property {RunData} data
 * @property {Origin} origin
 * @property {Curves | null} curves  null: none yet
 * @property {Checkpoint | null} checkpoint  the newest copy of the model; null: it starts from its settings
 * @property {readonly Moment[]} snapshots  the weights at some moments, the oldest first
 *
 * @typedef {object} RunData  what it learns from
 * @property {"mnist" | "own" | "both"} kind
 * @property {string | null} hash  of the visitor's images
 * @property {number} images  how many of them there are
 * @property {number} unlabelled  how many of these have no label
 * @property {readonly string[] | null} classes  the names of their classes; null: the ten digits
 *
 * @typedef {{ step: number, file: ArrayBuffer }} Checkpoint  a file of safetensors
 * @typedef {import("../lib/moments.js").Moment} Moment
 * @typedef {ReturnType<import("../lib/history.js").RunHistory["plain"]>} Curves
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 */

/**
 * Where a run began. `step` is where the model stood then: at that step it is still as it came, and nothing of it is the
 * visitor's. null: its file has not been read yet.
 *
 * @typedef {{ kind: "new", step: 0 }
 *   | { kind: "shipped", card: ModelCard, step: number | null }
 *   | { kind: "file", name: string, step: number | null }
 *   | { kind: "comparison", step: number | null }
 *   | { kind: "moment", of: string, step: number | null }} Origin
 */

/**
 * A run on its way to work. config null: its file has the settings.
 *
 * @typedef {Omit<Run, "config"> & { config: TrainingConfig | null }} Candidate
 */

/** @type {RunData} */
export const MNIST = { kind: "mnist", hash: null, images: 0, unlabelled: 0, classes: null };

/** @type {Origin} */
const NEW = { kind: "new", step: 0 };

/**
 * A run that begins now.
 *
 * @param {Pick<Run, "name"> & Partial<Candidate>} parts
 * @returns {Candidate}
 */
export function newRun(parts) {
  return { id: crypto.randomUUID(), config: null, data: MNIST, origin: NEW, curves: null, checkpoint: null, snapshots: [], ...parts };
}

/**
 * Whether a run has something in it that the visitor would miss. A comparison was trained by the visitor before it became a run.
 *
 * @param {{ origin: Origin }} run
 * @param {number} step  where it stands
 */
export function isOwnWork({ origin }, step) {
  return step > 0 && (origin.kind === "comparison" || step !== origin.step);
}

/**
 * What the worker is told of the data.
 *
 * @param {RunData} data
 * @returns {import("../protocol.js").DataKey}
 */
export function dataKey({ kind, hash, classes }) {
  return { kind, hash, digits: classes === null };
}
