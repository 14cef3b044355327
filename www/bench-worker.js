/**
 * One measurement: trains a model on a batch made up here, for at most so many steps or milliseconds, alone or as the lead of
 * a crew. The page makes a new worker for each, so that none profits from the one before.
 */

import init, { Lab, presets } from "./pkg/vae_lab.js";
import { Crew } from "./worker/crew.js";
import { CodedError, told } from "./lib/coded-error.js";
import { fetchModule } from "./lib/module.js";
import { createRandom, loadDigits, makeDigits } from "./lib/synthetic.js";

/**
 * @typedef {import("./bench.js").StepOptions} StepOptions
 * @typedef {import("./bench.js").StepResult} StepResult
 * @typedef {import("./bench.js").InferenceOptions} InferenceOptions
 * @typedef {import("./bench.js").InferenceResult} InferenceResult
 * @typedef {{ type: "step", options: StepOptions } | { type: "inference", options: InferenceOptions }} Order
 */

const WARM_UP_STEPS = 5;
const LEAST_STEPS = 3;
const PIXELS = 784;
const TEST_IMAGES = 10_000;

const scope = /** @type {{ postMessage: (message: unknown) => void, onmessage: ((event: MessageEvent<Order>) => void) | null }} */ (
  /** @type {unknown} */ (globalThis)
);

scope.onmessage = async ({ data }) => {
  try {
    const result = data.type === "step" ? await measureSteps(data.options) : await measureInference(data.options);
    scope.postMessage({ ok: true, result });
  } catch (error) {
    scope.postMessage({ ok: false, error: told(error) });
  }
};

/**
 * A new model with `batch` images to learn from, which all go into every step.
 *
 * @param {{ hidden: number, latent: number, batch: number, engine: "fused" | "burn", build: import("./lib/instructions.js").Build }} options
 */
async function prepare({ hidden, latent, batch, engine, build }) {
  const module = await fetchModule(build);
  await init({ module_or_path: module });
  const lab = new Lab();
  loadDigits(lab, batch);
  const preset = presets()[0];
  if (!preset) throw new CodedError("noPresets", {});
  const { model } = preset.config;
  lab.start({
    ...preset.config,
    model: { ...model, encoderHidden: [hidden], latentDim: latent, decoderHidden: [hidden], activation: "relu", likelihood: "bernoulli" },
    schedule: "constant",
    outputBias: "random",
    learningRate: 1e-3,
    binarization: "none",
    validationImages: 0,
    batchSize: batch,
    engine,
  });
  return { lab, module };
}

/**
 * @param {StepOptions} options
 * @returns {Promise<StepResult>}
 */
async function measureSteps(options) {
  const { lab, module } = await prepare(options);
  const { steps, budgetMs, workers, build, engine } = options;
  /** @type {number[]} */
  const losses = [];
  /** @type {Crew | null} */
  let crew = null;
  const step = async () => {
    const metrics = crew ? (await crew.step())?.last : lab.step();
    if (!metrics) throw new Error("a step must find its images, and did not");
    losses.push(metrics.loss);
  };
  // The first step of a run comes before its crew.
  await step();
  if (workers > 1) crew = await Crew.start({ count: workers, module, lead: lab });
  while (losses.length < WARM_UP_STEPS) await step();
  /** @type {number[]} */
  const stepMs = [];
  const startedAt = performance.timeOrigin + performance.now();
  const begin = performance.now();
  while (stepMs.length < Math.max(steps, LEAST_STEPS)) {
    const before = performance.now();
    await step();
    const now = performance.now();
    stepMs.push(now - before);
    if (stepMs.length >= LEAST_STEPS && now - begin >= budgetMs) break;
  }
  const endedAt = performance.timeOrigin + performance.now();
  const broken = crew?.broken ?? false;
  crew?.stop();
  if (broken) throw new CodedError("helperLost", {});
  return { stepMs, losses, startedAt, endedAt, workers, build, engine };
}

/**
 * @param {InferenceOptions} options
 * @returns {Promise<InferenceResult>}
 */
async function measureInference(options) {
  const { lab } = await prepare({ ...options, batch: 1, engine: "fused" });
  const pixels = makeDigits(TEST_IMAGES);
  const { latent, rounds } = options;
  const digit = pixels.slice(0, PIXELS);
  const random = createRandom();
  const codes = (/** @type {number} */ count) => Float32Array.from({ length: count * latent }, () => 2 * random() - 1);
  const one = codes(1);
  const grid = codes(400);
  /** @param {() => void} work @param {number} times */
  const time = (work, times) => {
    const results = [];
    work();
    for (let round = 0; round < rounds; round++) {
      const begin = performance.now();
      for (let count = 0; count < times; count++) work();
      results.push((performance.now() - begin) / times);
    }
    return median(results);
  };
  // What is short is done many times over: the clock is coarse.
  const oneDigit = () => {
    lab.encode(digit);
    lab.decode(one);
  };
  return {
    oneDigitMs: time(oneDigit, 50),
    gridMs: time(() => lab.decode(grid), 5),
    testSetMs: time(() => lab.encode(pixels), 1),
  };
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}
