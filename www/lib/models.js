/**
 * The models that come with the page: `models/index.json` lists their ids, `models/<id>.json` is the card of one, and
 * `models/<id>.safetensors` its weights. The first has them in eight bits too, half as long: it is what a visit begins with.
 */

import { TEXTS } from "../texts.js";
import { CodedError } from "./coded-error.js";
import { inflate, openDownload } from "./download.js";
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
 * @property {{ file: string, test: CardNumbers } | null} quick  a file with these weights in eight bits, which is there sooner, and its own numbers
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
  throw damaged("test.convention", name);
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
  return {
    id,
    name: typeof card["name"] === "string" ? card["name"] : id,
    preset: typeof card["preset"] === "string" ? card["preset"] : id,
    epochs: number(card["epochs"], `${id}.epochs`),
    seed: number(card["seed"], `${id}.seed`),
    quick: card["quick"] === undefined ? null : readQuick(`${id}.quick`, card["quick"]),
    command: typeof card["command"] === "string" ? card["command"] : "",
    conditional: typeof card["conditional"] === "boolean" ? card["conditional"] : card["preset"] === "conditional",
    test: readNumbers(`${id}.test`, card["test"]),
  };
}

/**
 * @param {string} name
 * @param {unknown} json
 */
function readQuick(name, json) {
  const { file, test } = fields(json, name);
  if (typeof file !== "string") throw damaged(`${name}.file`, file);
  return { file, test: readNumbers(`${name}.test`, test) };
}

/**
 * @param {string} name
 * @param {unknown} json
 * @returns {CardNumbers}
 */
function readNumbers(name, json) {
  const test = fields(json, name);
  return {
    elbo: number(test["elbo"], `${name}.elbo`),
    recon: optional(test["recon"]),
    kl: optional(test["kl"]),
    activeUnits: optional(test["activeUnits"]),
    logLikelihood: optional(test["logLikelihood"]),
    samples: optional(test["samples"]),
    convention: readConvention(test["convention"]),
  };
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {Record<string, unknown>}
 */
function fields(value, name) {
  if (typeof value !== "object" || value === null) throw damaged(name, value);
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * @param {unknown} value
 * @param {string} name
 */
function number(value, name) {
  if (typeof value !== "number" || !Number.isFinite(value)) throw damaged(name, value);
  return value;
}

/** @param {string} field @param {unknown} found */
function damaged(field, found) {
  return new CodedError("cardDamaged", { field, found: JSON.stringify(found) ?? "undefined" });
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
  const ids = await fetchJson(new URL("index.json", folder), "models", fetcher);
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string" && /^[a-z0-9-]+$/.test(id))) {
    throw new CodedError("modelListDamaged", { found: JSON.stringify(ids).slice(0, 80) });
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
  return readCard(id, await fetchJson(new URL(`${id}.json`, folder), `${id}.json`, fetcher));
}

/**
 * The weights of a model.
 *
 * @param {URL} folder
 * @param {ModelCard} card
 * @param {{ onProgress: (received: number, total: number | null) => void, name?: string, fetcher?: typeof fetch }} options  `name` of the file
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function downloadWeights(folder, card, { onProgress, name = `${card.id}.safetensors`, fetcher = fetch }) {
  let received = 0;
  /** @type {number | null} */
  let total = null;
  const download = await openDownload(new URL(name, folder).href, {
    what: card.name,
    onBytes: (bytes) => onProgress((received += bytes), total),
    fetcher,
  });
  total = download.total;
  const chunks = [];
  for await (const chunk of inflate(download.body, card.name)) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * @param {URL} url
 * @param {string} what  for errors
 * @param {typeof fetch} fetcher
 * @returns {Promise<unknown>}
 */
async function fetchJson(url, what, fetcher) {
  const { body } = await openDownload(url.href, { what, onBytes: () => {}, fetcher });
  const text = await new Response(body).text();
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError("notJson", { what, beginning: text.slice(0, 40) });
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
