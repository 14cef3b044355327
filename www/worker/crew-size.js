/** How many workers train a model fastest here: a short measurement on made-up digits. */

import { Crew } from "./crew.js";
import { loadDigits } from "../lib/synthetic.js";
import { isTrap } from "./crash.js";

/** @typedef {import("../pkg/vae_lab.js").TrainingConfig} TrainingConfig */

const WARM_UP_STEPS = 4;
const STEPS = 16;
const BUDGET_MS = 200;
/** More workers must be so much faster than fewer, or they are not worth the other things the machine could do. */
const WORTH = 0.9;

/**
 * @param {object} options
 * @param {WebAssembly.Module} options.module
 * @param {() => import("../pkg/vae_lab.js").Lab} options.createLab
 * @param {TrainingConfig} options.config
 * @param {number} options.most
 */
export async function measureCrewSize({ module, createLab, config, most }) {
  let best = { count: 1, ms: await stepTime(1) };
  for (let count = 2; count <= most; count *= 2) {
    const ms = await stepTime(count);
    if (ms > WORTH * best.ms) break;
    best = { count, ms };
  }
  return best.count;

  /** @param {number} count */
  async function stepTime(count) {
    const lab = createLab();
    /** @type {Crew | null} */
    let crew = null;
    let trapped = false;
    try {
      loadDigits(lab, config.batchSize);
      lab.start({ ...config, validationImages: 0 });
      // The first step of a run comes before its crew.
      lab.step();
      if (count > 1) crew = await Crew.start({ count, module, lead: lab });
      /** @type {number[]} */
      const times = [];
      const begin = performance.now();
      for (let step = 0; step < WARM_UP_STEPS + STEPS && (step <= WARM_UP_STEPS || performance.now() - begin < BUDGET_MS); step++) {
        const before = performance.now();
        if (crew) await crew.step();
        else lab.step();
        times.push(performance.now() - before);
        // Lets the visitor's messages in.
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
      if (crew?.broken) return Infinity;
      const warm = times.slice(WARM_UP_STEPS).sort((a, b) => a - b);
      return warm[warm.length >> 1] ?? Infinity;
    } catch (error) {
      trapped = isTrap(error);
      // Without helpers the lead trains alone. A trap of the lead's own is not to be hidden.
      if (count > 1 && !trapped) return Infinity;
      throw error;
    } finally {
      crew?.stop();
      // After a trap this would fail too, and hide it.
      if (!trapped) lab.free();
    }
  }
}
