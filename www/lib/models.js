/**
 * The models that come with the page: `models/index.json` lists their ids, `models/<id>.json` is the card of one, and
 * `models/<id>.safetensors` its weights.
 */

import { TEXTS } from "../texts.js";
import { openDownload } from "./download.js";
import { nats } from "./format.js";

const SAYS = TEXTS.measures;

/**
 * What pixels the model was asked to predict. Numbers of different conventions cannot be compared.
 * @typedef {"grey" | "threshold" | "dynamic"} Convention
 */

/**
 * @typedef {object} CardNumbers
 * @property {number} elbo  nats per image, over all test digits
 * @property {number | null} recon
 * @property {number | null} kl
 * @property {number | null} activeUnits
 * @property {number | null} logLikelihood
 * @property {number | null} samples  importance samples behind logLikelihood
 * @property {Convention} convention
 */

/**
 * @typedef {object} ModelCard
 * @property {string} id
 * @property {string} name
 * @property {string} preset
 * @property {number} epochs
 * @property {number} seed
 * @property {string} command
 * @property {boolean} conditional  its numbers are of pictures whose label is known, which is easier
 * @property {CardNumbers} test
 */

/**
 * The name that Rust has for a convention, or a card, as one of three.
 *
 * @param {unknown} name
 * @returns {Convention}
 */
export function readConvention(name) {
  if (name === "none" || name === "grey") return "grey";
  if (name === "threshold" || name === "dynamic") return name;
  throw new Error(`the input convention must be grey, threshold or dynamic, found ${JSON.stringify(name)}`);
}

/** @param {unknown} name */
export function conventionText(name) {
  return SAYS.conventions[readConvention(name)];
}

/**
 * @param {string} id
 * @param {unknown} json
 * @returns {ModelCard}
 */
export function readCard(id, json) {
  const card = fields(json, id);
  const test = fields(card["test"], `${id}.test`);
  return {
    id,
    name: typeof card["name"] === "string" ? card["name"] : id,
    preset: typeof card["preset"] === "string" ? card["preset"] : id,
    epochs: number(card["epochs"], `${id}.epochs`),
    seed: number(card["seed"], `${id}.seed`),
    command: typeof card["command"] === "string" ? card["command"] : "",
    conditional: typeof card["conditional"] === "boolean" ? card["conditional"] : card["preset"] === "conditional",
    test: {
      elbo: number(test["elbo"], `${id}.test.elbo`),
      recon: optional(test["recon"]),
      kl: optional(test["kl"]),
      activeUnits: optional(test["activeUnits"]),
      logLikelihood: optional(test["logLikelihood"]),
      samples: optional(test["samples"]),
      convention: readConvention(test["convention"]),
    },
  };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
function fields(value, name) {
  if (typeof value !== "object" || value === null) throw new Error(`the card ${name} must be an object, found ${JSON.stringify(value)}`);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function number(value, name) {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`the card's ${name} must be a number, found ${JSON.stringify(value)}`);
  return value;
}

/** @param {unknown} value */
function optional(value) {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * The cards of all models, in the order of the list. A card that cannot be read is left out: the others are still good.
 *
 * @param {URL} folder
 * @param {{ fetcher?: typeof fetch }} [options]
 * @returns {Promise<ModelCard[]>}
 */
export async function listModels(folder, { fetcher = fetch } = {}) {
  const ids = await fetchJson(new URL("index.json", folder), "the list of models", fetcher);
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string" && /^[a-z0-9-]+$/.test(id))) {
    throw new Error(`models/index.json must be a list of ids, found ${JSON.stringify(ids).slice(0, 80)}`);
  }
  const cards = await Promise.allSettled(
    ids.map((id) => fetchCard(folder, id, { fetcher })),
  );
  return cards.flatMap((card) => (card.status === "fulfilled" ? [card.value] : []));
}

/**
 * The card of one model.
 *
 * @param {URL} folder
 * @param {string} id
 * @param {{ fetcher?: typeof fetch }} [options]
 */
export async function fetchCard(folder, id, { fetcher = fetch } = {}) {
  return readCard(id, await fetchJson(new URL(`${id}.json`, folder), `the card of ${id}`, fetcher));
}

/**
 * The weights of a model.
 *
 * @param {URL} folder
 * @param {ModelCard} card
 * @param {{ onProgress: (received: number, total: number | null) => void, fetcher?: typeof fetch }} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function downloadWeights(folder, { id, name }, { onProgress, fetcher = fetch }) {
  let received = 0;
  /** @type {number | null} */
  let total = null;
  const download = await openDownload(new URL(`${id}.safetensors`, folder).href, {
    name: `the trained model “${name}”`,
    onBytes: (bytes) => onProgress((received += bytes), total),
    fetcher,
  });
  total = download.total;
  return new Uint8Array(await new Response(download.body).arrayBuffer());
}

/**
 * @param {URL} url
 * @param {string} name
 * @param {typeof fetch} fetcher
 * @returns {Promise<unknown>}
 */
async function fetchJson(url, name, fetcher) {
  const { body } = await openDownload(url.href, { name, onBytes: () => {}, fetcher });
  const text = await new Response(body).text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The file of ${name} is not JSON; it begins with “${text.slice(0, 40)}”.`);
  }
}

/**
 * The cards by what their numbers mean, each group in the order of the list: only numbers of one group can be compared.
 *
 * @param {readonly ModelCard[]} cards
 * @returns {{ measure: string, cards: ModelCard[] }[]}
 */
export function byMeasure(cards) {
  /** @type {Map<string, ModelCard[]>} */
  const groups = new Map();
  for (const card of cards) {
    const measure = measureText(card);
    groups.set(measure, [...(groups.get(measure) ?? []), card]);
  }
  return [...groups].map(([measure, list]) => ({ measure, cards: list }));
}

/**
 * What belongs to a number of a card or of an evaluation: "grey targets".
 *
 * @param {{ conditional: boolean, test: { convention: unknown } }} card
 */
export function measureText({ conditional, test }) {
  const text = conventionText(test.convention);
  return conditional ? SAYS.labelKnown(text) : text;
}

/**
 * What a card's model reached: "test bound 104.2 nats (grey targets)".
 *
 * @param {ModelCard} card
 */
export function boundText(card) {
  return SAYS.card(nats(-card.test.elbo), measureText(card));
}

/**
 * Whether the numbers of a card and those of a model with these settings mean the same.
 *
 * @param {ModelCard} card
 * @param {import("../protocol.js").TrainingConfig} config
 */
export function comparable({ test, conditional }, { binarization, model }) {
  const same = test.convention === readConvention(binarization) && conditional === model.conditional;
  return same && model.variational && model.likelihood === "bernoulli";
}
