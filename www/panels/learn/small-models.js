/** The three small models of the article: nothing is fetched before its figure is seen. */

import { WorkerGone } from "../../app/client.js";
import { MODELS } from "../../lib/addresses.js";
import { fetchCard } from "../../lib/models.js";

/** @typedef {{ id: string, beta: number }} SmallModel */

/** @type {readonly SmallModel[]} */
export const SMALL_MODELS = [
  { id: "learn-beta-0-2", beta: 0.2 },
  { id: "learn-beta-1", beta: 1 },
  { id: "learn-beta-5", beta: 5 },
];

/**
 * What is known of them now.
 *
 * @typedef {object} Small
 * @property {ReadonlyMap<string, { recon: number | null, kl: number | null }>} tests  mean costs of the test digits, by model
 * @property {import("../../protocol.js").FigureAnswer | null} answer  what the chosen one makes of the visitor's digit
 * @property {unknown} error  why there is none; null: nothing is wrong
 */

/**
 * @param {object} options
 * @param {import("../../app/client.js").TrainingClient} options.client
 * @param {() => void} options.onChange
 */
export function createSmallModels({ client, onChange }) {
  /** @type {Map<string, { recon: number | null, kl: number | null }>} */
  const tests = new Map();
  /** @type {Small} */
  let small = { tests, answer: null, error: null };
  /** @type {Promise<unknown> | null} */
  let cards = null;
  let asking = false;
  /** What was asked for last, answered or not. @type {{ model: string, pixels: Uint8Array | null } | null} */
  let asked = null;

  async function fetchCards() {
    for (const { id, test } of await Promise.all(SMALL_MODELS.map(({ id }) => fetchCard(MODELS, id)))) tests.set(id, test);
    onChange();
  }

  /** @param {unknown} error */
  function fail(error) {
    if (error instanceof WorkerGone) return;
    small = { ...small, answer: null, error };
    onChange();
  }

  return {
    get now() {
      return small;
    },
    /** After a failure, or in a new worker, everything is asked for anew. */
    forget() {
      asked = null;
    },
    /**
     * Asks the chosen model about the digit, if that is something new; of several questions only the newest is asked.
     *
     * @param {string} model
     * @param {Uint8Array<ArrayBuffer> | null} pixels
     */
    async ask(model, pixels) {
      cards ??= fetchCards().catch((error) => {
        cards = null;
        fail(error);
      });
      const same = asked?.model === model && (asked.pixels === pixels || (asked.pixels !== null && pixels !== null && asked.pixels.every((byte, i) => byte === pixels[i])));
      if (asking || same) return;
      asking = true;
      asked = { model, pixels };
      try {
        const answer = await client.request("figure", { model, pixels });
        small = { ...small, answer, error: null };
      } catch (error) {
        fail(error);
      } finally {
        asking = false;
      }
      onChange();
    },
  };
}
