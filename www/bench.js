/**
 * How fast is this machine? A page for visitors, and the functions that `cargo xtask bench` calls from outside:
 * `window.benchStep` and `window.benchInference`.
 */

import { beginLanguage } from "./app/language.js";
import { CODE } from "./lib/addresses.js";
import { CodedError, untold } from "./lib/coded-error.js";
import { wordsOfError } from "./lib/error-words.js";
import { find } from "./lib/find.js";
import { rename, tell } from "./lib/fixed-words.js";
import { count } from "./lib/format.js";
import { bestBuild, hasRelaxedSimd } from "./lib/instructions.js";
import { MOST_WORKERS } from "./protocol.js";
import { TEXTS } from "./texts.js";

/**
 * @typedef {import("./lib/instructions.js").Build} Build
 *
 * @typedef {object} StepOptions
 * @property {number} hidden  the width of both hidden layers
 * @property {number} latent
 * @property {number} batch
 * @property {number} steps  the most that are measured
 * @property {number} budgetMs  about the longest that is measured; at least three steps are
 * @property {number} workers
 * @property {Build} build
 * @property {"fused" | "burn"} engine
 *
 * @typedef {object} StepResult
 * @property {number[]} stepMs  without the five steps of the warm-up
 * @property {number[]} losses  with them
 * @property {number} startedAt  performance.timeOrigin + performance.now()
 * @property {number} endedAt
 * @property {number} workers
 * @property {Build} build
 * @property {"fused" | "burn"} engine
 *
 * @typedef {{ hidden: number, latent: number, build: Build, rounds: number }} InferenceOptions
 *
 * @typedef {object} InferenceResult
 * @property {number} oneDigitMs  encode and decode one digit
 * @property {number} gridMs  decode 20 x 20 codes
 * @property {number} testSetMs  encode 10,000 digits
 */

const TRAINING_IMAGES = 60_000;
const PIXELS = 784;

/** The counts that are tried, one core after another being worth less: 1, 2, 4, 8, and all there are. */
function workerCounts() {
  const most = Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS);
  return [...new Set([1, 2, 4, 8, most])].filter((count) => count <= most).sort((a, b) => a - b);
}

/**
 * @template T
 * @param {import("./bench-worker.js").Order} message
 * @returns {Promise<T>}
 */
function order(message) {
  const worker = new Worker(new URL("bench-worker.js", CODE), { type: "module" });
  /** @type {Promise<T>} */
  const answer = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.ok ? resolve(data.result) : reject(untold(data.error)));
    worker.onerror = (event) => {
      event.preventDefault?.();
      reject(event.message ? new Error(event.message) : new CodedError("scriptNotLoaded", {}));
    };
    worker.postMessage(message);
  });
  return answer.finally(() => worker.terminate());
}

/**
 * Trains and takes the time of every step. What is left out is the best that the browser allows.
 *
 * @param {Partial<StepOptions>} [options]
 * @returns {Promise<StepResult>}
 */
export async function benchStep(options = {}) {
  const { hidden = 400, latent = 20, batch = 128, steps = 50, budgetMs = 10_000, build = bestBuild(), engine = "fused" } = options;
  const complete = { hidden, latent, batch, steps, budgetMs, build, engine };
  const workers = options.workers ?? (engine === "burn" ? 1 : await bestWorkers(complete));
  if (engine === "burn" && workers > 1) throw new Error(`plain Burn runs in one worker, got workers: ${workers}`);
  return order({ type: "step", options: { ...complete, workers } });
}

/**
 * @param {Omit<StepOptions, "workers">} options
 */
async function bestWorkers(options) {
  let best = { workers: 1, ms: Infinity };
  for (const workers of workerCounts()) {
    const { stepMs } = await order({ type: "step", options: { ...options, workers, steps: 20, budgetMs: 400 } });
    const ms = median(stepMs);
    if (ms < best.ms) best = { workers, ms };
  }
  return best.workers;
}

/**
 * @param {Partial<InferenceOptions>} [options]
 * @returns {Promise<InferenceResult>}
 */
export function benchInference({ hidden = 400, latent = 20, build = bestBuild(), rounds = 9 } = {}) {
  return order({ type: "inference", options: { hidden, latent, build, rounds } });
}

/**
 * The floating-point operations of a step: three products of every layer (forward, weights' gradients, inputs'
 * gradients) but for the inputs' gradients of the first, two operations for each weight and image. That most pixels are
 * zero is not taken off.
 *
 * @param {{ hidden: number, latent: number, batch: number }} sizes
 */
export function flopsPerStep({ hidden, latent, batch }) {
  const first = PIXELS * hidden;
  const weights = first + hidden * 2 * latent + latent * hidden + hidden * PIXELS;
  return 2 * batch * (3 * weights - first);
}

/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

Object.assign(window, { benchStep, benchInference });

// -------------------------------------------------------------------------------------------------------- page

/**
 * A line of the table; without a name it is this page's own way of training.
 * @typedef {{ name?: string, workers: number, ms: number, batch: number }} Row
 */

const SAYS = TEXTS.bench;
const CASE = { hidden: 400, latent: 20, batch: 128 };
const start = find(document, "#start", HTMLButtonElement);
const status = find(document, "#status", HTMLElement);
const rows = find(document, "#results tbody", HTMLTableSectionElement);
const facts = find(document, "#facts", HTMLElement);
const failure = find(document, "#failure", HTMLElement);

start.onclick = () => void run();
tell(find(document, "#cores", HTMLElement), () => `${navigator.hardwareConcurrency || SAYS.unknown}`);
tell(find(document, "#relaxed", HTMLElement), () => (hasRelaxedSimd() ? SAYS.yes : SAYS.no));
void beginLanguage();

async function run() {
  start.disabled = true;
  failure.hidden = true;
  rows.replaceChildren();
  facts.hidden = true;
  try {
    /** @type {Row[]} */
    const done = [];
    for (const batch of [128, 512]) {
      for (const workers of workerCounts()) {
        status.textContent = SAYS.training(SAYS.workers(workers), batch);
        const { stepMs } = await benchStep({ ...CASE, batch, workers, steps: 150, budgetMs: 1_500 });
        done.push({ workers, ms: median(stepMs), batch });
        show(done);
      }
    }
    status.textContent = SAYS.trainingBurn;
    const burn = await benchStep({ ...CASE, workers: 1, engine: "burn", steps: 20, budgetMs: 1_500 });
    done.push({ name: SAYS.plainBurn, workers: 1, ms: median(burn.stepMs), batch: CASE.batch });
    show(done);
    status.textContent = SAYS.inference;
    const { oneDigitMs, gridMs, testSetMs } = await benchInference();
    find(document, "#one-digit", HTMLElement).textContent = milliseconds(oneDigitMs);
    find(document, "#grid-time", HTMLElement).textContent = milliseconds(gridMs);
    find(document, "#test-set", HTMLElement).textContent = milliseconds(testSetMs);
    facts.hidden = false;
    const best = Math.min(...done.map(({ ms, batch }) => (ms * TRAINING_IMAGES) / batch));
    status.textContent = SAYS.done((best / 1000).toFixed(1));
  } catch (error) {
    failure.textContent = SAYS.failed(wordsOfError(error));
    failure.hidden = false;
    status.textContent = "";
  }
  start.disabled = false;
  rename(start, "bench.again");
}

/** @param {Row[]} done */
function show(done) {
  rows.replaceChildren(
    ...done.map(({ name, workers, ms, batch }) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name ?? SAYS.workers(workers);
      const numbers = [
        String(batch),
        ms.toFixed(1),
        count((1000 * batch) / ms),
        (flopsPerStep({ ...CASE, batch }) / ms / 1e6).toFixed(0),
        ((ms * TRAINING_IMAGES) / batch / 1000).toFixed(1),
      ];
      row.append(
        head,
        ...numbers.map((number) => {
          const cell = document.createElement("td");
          cell.textContent = number;
          return cell;
        }),
      );
      return row;
    }),
  );
}

/** @param {number} ms */
function milliseconds(ms) {
  return ms < 1 ? TEXTS.units.microseconds((ms * 1000).toFixed(0)) : TEXTS.units.milliseconds(ms.toFixed(ms < 10 ? 1 : 0));
}

// Whoever watches the start may rest: see start.js.
dispatchEvent(new Event("started"));
