/**
 * The worker: owns the wasm session, trains in short slices and answers in between. It never sees the DOM.
 *
 * One turn does one thing, the most urgent first: the visitor's drawing, a picture that is due, a slice of an evaluation, a
 * slice of training. Turns follow one another through a MessageChannel, so that the page's messages get in between.
 */

import { Crew } from "./crew.js";
import { measureCrewSize } from "./crew-size.js";
import { MODELS, SITE } from "./lib/addresses.js";
import { inflate, openDownload } from "./lib/download.js";
import { bestBuild, moduleFile } from "./lib/instructions.js";
import { compile } from "./lib/module.js";
import { PictureQueue } from "./lib/picture-queue.js";
import { createRateMeter } from "./lib/rate.js";
import { DIGIT_SIDE, MOST_WORKERS } from "./protocol.js";

/**
 * @typedef {import("./protocol.js").ToWorker} ToWorker
 * @typedef {import("./protocol.js").Request} Request
 * @typedef {import("./protocol.js").Command} Command
 * @typedef {import("./protocol.js").FromWorker} FromWorker
 * @typedef {import("./protocol.js").Stage} Stage
 * @typedef {import("./protocol.js").GridView} GridView
 * @typedef {import("./protocol.js").EvaluationResult} EvaluationResult
 * @typedef {typeof import("./pkg/vae_lab.js")} Wasm
 * @typedef {import("./pkg/vae_lab.js").Lab} Lab
 * @typedef {import("./pkg/vae_lab.js").Part} Part
 */

const DIGIT_PIXELS = DIGIT_SIDE * DIGIT_SIDE;
/** A slice of training is no longer than this, plus the one step that crosses the line. */
const SLICE_MS = 12;
/** For so long after ink arrived more of it is likely: slices are then one step, and the answer comes sooner. */
const DRAWING_MS = 250;
/** How often the page hears of progress. */
const REPORT_EVERY_MS = 100;
/** How often the page gets a checkpoint to keep: a crash or a reload loses no more than this. */
const CHECKPOINT_EVERY_MS = 5_000;
/** How many test images a quick evaluation sees. The one after each epoch sees all. */
const QUICK_EVALUATION_IMAGES = 1000;
/** How many samples the classifier reads, always from the same noise. */
const JUDGED_SAMPLES = 1_000;
const JUDGED_SEED = 1;
/** The noise of the visitor's reconstruction is fixed, so that its numbers change with the model alone. */
const RECONSTRUCTION_SEED = 1;

/** @type {Record<Exclude<Stage, "model">, { name: string, files: { part: Part, url: string }[] }>} */
const DATA = {
  test: {
    name: "the test digits",
    files: [
      { part: "testLabels", url: "data/t10k-labels-idx1-ubyte.gz" },
      { part: "testImages", url: "data/t10k-images-idx3-ubyte.gz" },
    ],
  },
  train: {
    name: "the training digits",
    files: [
      { part: "trainLabels", url: "data/train-labels-idx1-ubyte.gz" },
      { part: "trainImages", url: "data/train-images-idx3-ubyte.gz" },
    ],
  },
};

/**
 * The worker's side of the wire. Its scope is typed as a window by the DOM library, hence the one cast.
 *
 * @typedef {object} Port
 * @property {(message: FromWorker, transfer?: Transferable[]) => void} postMessage
 * @property {((event: MessageEvent<ToWorker>) => void) | null} onmessage
 */
const port = /** @type {Port} */ (/** @type {unknown} */ (globalThis));

/** The session, once the wasm module is there. @type {{ wasm: Wasm, lab: Lab, memory: WebAssembly.Memory, module: WebAssembly.Module } | null} */
let session = null;
/** After a panic the module's memory means nothing any more: nothing may run. */
let dead = false;
/** What Rust's panic hook wrote last; the exception that follows says only "unreachable". */
let lastComplaint = "";

let running = false;
let waitingForImages = false;
/** The part of the time that training takes. */
let pace = 1;
/** Training waits when it has come to this step. */
let stepLimit = Infinity;
/** Training rests until this timer ends. @type {ReturnType<typeof setTimeout> | null} */
let resting = null;

/** The number of workers that the visitor chose; null: the fastest. @type {number | null} */
let chosenWorkers = null;
/** What was the fastest for a model and a size of batch. @type {Map<string, number>} */
const fastestWorkers = new Map();
/** Not more than this: helpers that died are not replaced. */
let mostWorkers = Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS);
/** The helpers and this worker, while they train together. @type {Crew | null} */
let crew = null;
/** A slice of training together, or the measurement before it: both go on between turns. @type {Promise<void> | null} */
let busy = null;
/** Requests that wait for it. */
let waitingRequests = 0;

/** `asked` settles the visitor's own evaluation; null: one that belongs to training. @type {{ full: boolean, asked: ((result: EvaluationResult | null) => void) | null } | null} */
let evaluation = null;
/** The network that reads samples, once it has been asked for. @type {{ weights: Uint8Array, accuracy: number } | null} */
let classifier = null;
/** The evaluation of training that made room for the visitor's. @type {{ full: boolean } | null} */
let interrupted = null;

/** The newest drawing that has not been looked at. @type {Extract<Command, { type: "draw" }> | null} */
let pendingDrawing = null;
let lastInk = -Infinity;
/** The visitor's digit as the model sees it. @type {{ serial: number, seen: Uint8Array<ArrayBuffer> } | null} */
let digit = null;

/** @type {Extract<Command, { type: "view" }> | null} */
let view = null;
/** Grids of codes that the page chose, by name: the map, walks. @type {Map<string, import("./protocol.js").CodeGrid>} */
const codeGrids = new Map();
/** Another model that the pictures show instead of the one that trains: one from the past. @type {Lab | null} */
let shown = null;
const pictures = new PictureQueue(["reconstruction", "samples", "variations"]);
/** @type {OffscreenCanvas | null} */
let canvas = null;

const rate = createRateMeter();
/** @type {import("./protocol.js").StepMetrics[]} */
let points = [];
/** @type {import("./protocol.js").StepMetrics | null} */
let last = null;
let lastReport = -Infinity;
let lastCheckpoint = -Infinity;
/** The step of the newest checkpoint the page holds. */
let checkpointStep = -1;

const errorToConsole = console.error.bind(console);
console.error = (...parts) => {
  lastComplaint = parts.map(String).join(" ");
  errorToConsole(...parts);
};

// ---------------------------------------------------------------------------------------------------- messages

port.onmessage = ({ data: message }) => {
  if (dead) return;
  if ("id" in message) void answer(message);
  else guard(() => obey(message));
};

/** @param {Command} message */
function obey(message) {
  switch (message.type) {
    case "boot":
      void boot();
      break;
    case "loadStage":
      if (message.stage === "model") void boot();
      else void loadData(message.stage);
      break;
    case "train":
      if (!running) {
        running = true;
        waitingForImages = false;
        rate.reset();
        lastCheckpoint = performance.now();
        report();
      }
      break;
    case "pause":
      running = false;
      void settled(() => {
        report();
        sendCheckpoint();
      });
      break;
    case "limit":
      stepLimit = message.step;
      break;
    case "pace":
      pace = Math.min(1, Math.max(0.05, message.share));
      endRest();
      break;
    case "workers":
      chosenWorkers = message.count;
      void settled(endCrew);
      break;
    case "draw":
      pendingDrawing = message;
      lastInk = performance.now();
      break;
    case "cancelEvaluation":
      endAskedEvaluation(null);
      break;
    case "view":
      if (view?.digitLabel !== message.digitLabel) pictures.stale("reconstruction");
      view = message;
      pictures.add("samples");
      pictures.add("variations");
      break;
    case "codes":
      if (message.grid) {
        codeGrids.set(message.name, message.grid);
        pictures.add(codesPicture(message.name));
      } else {
        codeGrids.delete(message.name);
        pictures.remove(codesPicture(message.name));
      }
      break;
  }
  wake();
}

/** @param {Request} message */
async function answer(message) {
  const { id } = message;
  try {
    // Read before the wait: from its end on nothing may come in between.
    const bytes = new Uint8Array("file" in message && message.file ? await message.file.arrayBuffer() : []);
    if (dead) return;
    if (busy) {
      waitingRequests += 1;
      await busy;
      waitingRequests -= 1;
      if (dead) return;
    }
    const { value, transfer } = await handle(message, bytes);
    port.postMessage({ type: "reply", id, ok: true, value }, transfer);
  } catch (error) {
    if (isCrash(error)) crash(error);
    else port.postMessage({ type: "reply", id, ok: false, error: textOf(error) });
  }
  wake();
}

/**
 * @param {Request} message
 * @param {Uint8Array<ArrayBuffer>} bytes  of its file, if it has one
 * @returns {Promise<{ value: import("./protocol.js").Answers[keyof import("./protocol.js").Answers], transfer?: Transferable[] }>}
 */
async function handle(message, bytes) {
  if (!session) throw new Error("The model is not loaded yet; wait until it is and try again.");
  const { wasm, lab } = session;
  switch (message.type) {
    case "checkConfig":
      return { value: wasm.checkConfig(message.config) };
    case "start":
      lab.start(message.config);
      return { value: freshSession(lab) };
    case "setHyper":
      lab.setHyper(message.values);
      return { value: lab.config() };
    case "step": {
      endAskedEvaluation(null);
      await atRest();
      // The helpers know nothing of this step.
      endCrew();
      const metrics = lab.step() ?? null;
      if (metrics) {
        last = metrics;
        modelChanged();
        points.push(metrics);
        report();
      }
      return { value: metrics };
    }
    case "digit": {
      const status = lab.dataStatus();
      const images = message.split === "test" ? status.testImages : status.trainImages;
      if (images.received === 0) throw new Error("The digits are still on their way; try again in a moment.");
      const index = message.index ?? Math.floor(Math.random() * images.received);
      const { pixels, label } = lab.digit(message.split, index);
      return { value: { index, pixels, label }, transfer: [pixels.buffer] };
    }
    case "save":
      return { value: fileOf(lab.saveCheckpoint()) };
    case "load":
      lab.loadCheckpoint(bytes);
      return { value: freshSession(lab) };
    case "snapshot":
      return { value: fileOf(lab.exportModel()) };
    case "show":
      show(wasm, message.file && bytes);
      return { value: shownLab().status().step };
    case "encode": {
      const codes = shownLab().encode(message.pixels, message.labels ?? undefined);
      return { value: codes, transfer: [codes.mu.buffer, codes.logvar.buffer] };
    }
    case "decode": {
      const pixels = shownLab().decode(message.z, message.labels ?? undefined);
      return { value: pixels, transfer: [pixels.buffer] };
    }
    case "testCodes": {
      const codes = encodeTestDigits(message.limit);
      return { value: codes, transfer: [codes.mu.buffer, codes.logvar.buffer, codes.labels.buffer] };
    }
    case "trainOn":
      await trainOn(lab, message);
      return { value: lab.dataStatus().trainImages.received };
    case "evaluate":
      return { value: await withSampleQuality(lab, await evaluateAsAsked(lab, message)) };
  }
}

/**
 * After another model took the place of the one before: it does not train until it is told to.
 *
 * @param {Lab} lab
 * @returns {import("./protocol.js").Session}
 */
function freshSession(lab) {
  running = false;
  endCrew();
  interrupted = null;
  endAskedEvaluation(null);
  evaluation = null;
  points = [];
  last = null;
  checkpointStep = -1;
  waitingForImages = false;
  rate.reset();
  show(null, null);
  return { config: lab.config(), status: lab.status() };
}

/** A model as a file. @param {Uint8Array} bytes */
function fileOf(bytes) {
  return new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (bytes)], { type: "application/octet-stream" });
}

/** The pictures show the model that trains, unless they show another one. */
function modelChanged() {
  if (!shown) pictures.allStale();
}

// ----------------------------------------------------------------------------------------- what the pictures show

/** The model that the pictures show. @returns {Lab} */
function shownLab() {
  if (shown) return shown;
  if (!session) throw new Error("The model is not loaded yet; wait until it is and try again.");
  return session.lab;
}

/**
 * Lets the pictures show another model, or with null the one that trains again.
 *
 * @param {Wasm | null} wasm
 * @param {Uint8Array | null} bytes
 */
function show(wasm, bytes) {
  const former = shown;
  if (wasm && bytes) {
    const lab = former ?? new wasm.Lab();
    lab.loadCheckpoint(bytes);
    shown = lab;
  } else {
    shown = null;
    former?.free();
  }
  pictures.allNew();
}

/**
 * The posteriors of the first test digits, with their labels.
 *
 * @param {number} limit
 */
function encodeTestDigits(limit) {
  if (!session) throw new Error("The model is not loaded yet; wait until it is and try again.");
  const { lab } = session;
  const { testImages, testLabels } = lab.dataStatus();
  if (!testImages.complete || !testLabels.complete) throw new Error("The test digits are still on their way; try again in a moment.");
  const count = Math.min(limit, testImages.received);
  const pixels = new Uint8Array(count * DIGIT_PIXELS);
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index += 1) {
    const digit = lab.digit("test", index);
    pixels.set(digit.pixels, index * DIGIT_PIXELS);
    labels[index] = digit.label ?? 0;
  }
  const model = shownLab();
  return { ...model.encode(pixels, model.config().model.conditional ? labels : undefined), labels };
}

/** @param {string} name  of a grid of codes */
function codesPicture(name) {
  return `codes:${name}`;
}

// --------------------------------------------------------------------------------------------------- downloads

let booting = false;

/** Loads the wasm module, then makes a new model from the first preset: it shows noise until it learns. */
async function boot() {
  if (session || booting) return;
  booting = true;
  try {
    const wasm = await import("./pkg/vae_lab.js").catch((error) => {
      throw new Error(`The model's program did not load: ${textOf(error)}. Check the connection and try again.`);
    });
    const progress = createProgress("model");
    const { total, body } = await openDownload(new URL(`./pkg/${moduleFile(bestBuild())}`, import.meta.url).href, {
      name: "the model",
      onBytes: progress.add,
    });
    progress.expect(total);
    const module = await compile(body);
    const { memory } = await wasm.default({ module_or_path: module });
    const lab = new wasm.Lab();
    const presets = wasm.presets();
    const [first] = presets;
    if (!first) throw new Error("The model's program must offer at least one preset, found none.");
    lab.start(first.config);
    session = { wasm, lab, memory, module };
    progress.done();
    port.postMessage({
      type: "booted",
      version: wasm.version(),
      presets,
      hyperParameters: wasm.hyperParameters(),
      session: { config: lab.config(), status: lab.status() },
    });
    wake();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) crash(error);
    else port.postMessage({ type: "stageFailed", stage: "model", error: bootErrorText(error) });
  } finally {
    booting = false;
  }
}

/** @type {Set<Stage>} */
const loading = new Set();

/**
 * Downloads and unpacks one part of MNIST into the session, chunk by chunk; training may run on what has arrived.
 *
 * @param {Exclude<Stage, "model">} stage
 */
async function loadData(stage) {
  if (!session || loading.has(stage)) return;
  const { lab } = session;
  const { name, files } = DATA[stage];
  const status = lab.dataStatus();
  const missing = files.filter(({ part }) => !status[part].complete);
  if (missing.length === 0) return;
  loading.add(stage);
  const abort = new AbortController();
  try {
    for (const { part } of missing) lab.clearData(part);
    const progress = createProgress(stage);
    const downloads = await Promise.all(
      missing.map(async ({ part, url }) => ({
        part,
        download: await openDownload(new URL(url, SITE).href, { name, onBytes: progress.add, signal: abort.signal }),
      })),
    );
    const totals = downloads.map(({ download }) => download.total);
    progress.expect(totals.reduce((sum, total) => (sum === null || total === null ? null : sum + total), 0));
    for (const { part, download } of downloads) {
      for await (const chunk of inflate(download.body, name)) {
        if (dead) return;
        lab.pushData(part, chunk);
        waitingForImages = false;
        wake();
      }
      lab.finishData(part);
    }
    progress.done();
    waitingForImages = false;
    wake();
  } catch (error) {
    abort.abort();
    if (isCrash(error)) crash(error);
    else if (!dead) port.postMessage({ type: "stageFailed", stage, error: textOf(error) });
  } finally {
    loading.delete(stage);
  }
}

/**
 * Changes what training learns from. MNIST is fetched again where it is wanted, before anything is given up.
 *
 * @param {Lab} lab
 * @param {Extract<Request, { type: "trainOn" }>} message
 */
async function trainOn(lab, { images, labels, withMnist }) {
  if (loading.has("train")) throw new Error("The training digits are still on their way; try again when they are here.");
  const mnist = withMnist ? await Promise.all(DATA.train.files.map(({ url }) => wholeFile(url))) : [new Uint8Array(8), new Uint8Array(16)];
  running = false;
  endCrew();
  const count = labels.length + (withMnist ? new DataView((mnist[0] ?? new Uint8Array(8)).buffer).getUint32(4) : 0);
  const [labelHeader, imageHeader] = [idxHeader(0x801, count), idxHeader(0x803, count, DIGIT_SIDE, DIGIT_SIDE)];
  for (const { part } of DATA.train.files) lab.clearData(part);
  for (const bytes of [labelHeader, mnist[0]?.subarray(8), labels]) if (bytes) lab.pushData("trainLabels", bytes);
  for (const bytes of [imageHeader, mnist[1]?.subarray(16), images]) if (bytes) lab.pushData("trainImages", bytes);
  for (const { part } of DATA.train.files) lab.finishData(part);
  waitingForImages = false;
  report();
  port.postMessage({ type: "stageDone", stage: "train", received: count * DIGIT_PIXELS });
}

/** The header of an IDX file. @param {number[]} values */
function idxHeader(...values) {
  const header = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, i) => header.setUint32(i * 4, value));
  return new Uint8Array(header.buffer);
}

/** @param {string} url */
async function wholeFile(url) {
  const { name } = DATA.train;
  const { body } = await openDownload(new URL(url, SITE).href, { name, onBytes() {} });
  const chunks = [];
  for await (const chunk of inflate(body, name)) chunks.push(/** @type {Uint8Array<ArrayBuffer>} */ (chunk));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/**
 * Tells the page of a download at most ten times a second.
 *
 * @param {Stage} stage
 */
function createProgress(stage) {
  let received = 0;
  /** @type {number | null} */
  let total = null;
  let told = -Infinity;
  const tell = () => {
    const now = performance.now();
    if (now - told < 100) return;
    told = now;
    port.postMessage({ type: "stageProgress", stage, received, total });
  };
  return {
    /** @param {number} bytes */
    add(bytes) {
      received += bytes;
      tell();
    },
    /** @param {number | null} bytes */
    expect(bytes) {
      total = bytes;
      told = -Infinity;
      tell();
    },
    done() {
      port.postMessage({ type: "stageDone", stage, received });
    },
  };
}

// ------------------------------------------------------------------------------------------------------- turns

const channel = new MessageChannel();
let awake = false;

channel.port1.onmessage = () => {
  awake = false;
  if (dead) return;
  guard(turn);
  if (!dead && hasWork()) wake();
};

/** Asks for a turn, unless one is on its way. */
function wake() {
  if (awake || dead || !session) return;
  awake = true;
  channel.port2.postMessage(null);
}

function hasWork() {
  return pendingDrawing !== null || (evaluation !== null && !busy) || (mayTrain() && !busy) || duePicture(performance.now()) !== null;
}

function mayTrain() {
  return running && !waitingForImages && resting === null && session !== null && (stepLimit === Infinity || session.lab.status().step < stepLimit);
}

function turn() {
  if (!session) return;
  const { lab, wasm } = session;
  if (pendingDrawing) {
    takeDrawing(wasm, pendingDrawing);
    if (digit) paint("reconstruction");
    return;
  }
  const picture = duePicture(performance.now());
  if (picture) {
    paint(picture);
  } else if (busy) {
    return;
  } else if (evaluation) {
    evaluate(lab, evaluation);
  } else if (mayTrain()) {
    train(lab);
  }
}

/**
 * @param {Wasm} wasm
 * @param {Extract<Command, { type: "draw" }>} message
 */
function takeDrawing(wasm, { serial, drawing }) {
  pendingDrawing = null;
  const seen =
    drawing.kind === "ink" ? wasm.prepareDrawing(drawing.ink, drawing.width, drawing.height) : drawing.kind === "digit" ? drawing.pixels : undefined;
  digit = seen ? { serial, seen } : null;
  pictures.stale("variations", performance.now() - (view?.paintEveryMs ?? 0) / 2);
  if (!digit) port.postMessage({ type: "reconstruction", serial, step: session?.lab.status().step ?? 0, shown: null });
}

/**
 * The picture to paint now, if one is due. While the worker trains or evaluates, each waits for its interval.
 *
 * @param {number} now
 */
function duePicture(now) {
  if (!view) return null;
  const occupied = (running && !waitingForImages) || evaluation !== null;
  const possible = (/** @type {string} */ name) => digit !== null || (name !== "reconstruction" && name !== "variations");
  return pictures.due({ now, everyMs: occupied ? view.paintEveryMs : null, possible });
}

/** @param {string} picture */
function paint(picture) {
  const began = performance.now();
  const lab = shownLab();
  const { step } = lab.status();
  if (picture === "reconstruction") paintReconstruction(lab, step);
  else if (picture === "samples" || picture === "variations") paintGrid(lab, step, picture);
  else paintCodes(lab, step, picture);
  pictures.painted(picture, began, performance.now());
}

/**
 * @param {Lab} lab
 * @param {number} step
 */
function paintReconstruction(lab, step) {
  if (!digit) return;
  const { serial, seen } = digit;
  const { pixels, mu, logvar, recon, kl, elbo, label } = lab.reconstruct(seen, RECONSTRUCTION_SEED, view?.digitLabel ?? undefined);
  const copy = seen.slice();
  port.postMessage(
    { type: "reconstruction", serial, step, shown: { seen: copy, given: pixels, mu, logvar, recon, kl, elbo, label } },
    [copy.buffer, pixels.buffer, mu.buffer, logvar.buffer],
  );
}

/**
 * @param {Lab} lab
 * @param {number} step
 * @param {"samples" | "variations"} grid
 */
function paintGrid(lab, step, grid) {
  if (!view) return;
  canvas ??= new OffscreenCanvas(1, 1);
  const { columns, rows, seed } = view[grid];
  if (grid === "samples") lab.paintSamples(canvas, columns, rows, seed, view.sampleLabel ?? undefined);
  else if (digit) lab.paintVariations(canvas, columns, rows, digit.seen, seed, view.digitLabel ?? undefined);
  else return;
  const bitmap = canvas.transferToImageBitmap();
  port.postMessage({ type: "grid", grid, bitmap, step, serial: digit?.serial ?? 0 }, [bitmap]);
}

/**
 * A grid of codes. The page may have chosen it for a model of another shape, which has just been replaced: then it waits for
 * the page's next choice.
 *
 * @param {Lab} lab
 * @param {number} step
 * @param {string} picture
 */
function paintCodes(lab, step, picture) {
  for (const [name, { columns, rows, z, labels }] of codeGrids) {
    if (codesPicture(name) !== picture) continue;
    const { latentDim, conditional } = lab.config().model;
    if (z.length !== columns * rows * latentDim || conditional !== (labels !== null)) return;
    canvas ??= new OffscreenCanvas(1, 1);
    lab.paintCodes(canvas, columns, rows, z, labels ?? undefined);
    const bitmap = canvas.transferToImageBitmap();
    port.postMessage({ type: "codes", name, bitmap, step }, [bitmap]);
  }
}

/** @param {Lab} lab */
function train(lab) {
  const config = lab.config();
  const workers = workersFor(config);
  // The first step of a run may still change its start, and so comes before the helpers.
  const first = lab.status().step === 0;
  if (workers === 1 || first) {
    endCrew();
    const slice = trainAlone(lab, first || performance.now() - lastInk < DRAWING_MS ? 0 : SLICE_MS);
    if (slice) account(lab, slice);
    return;
  }
  const work = workers === null ? findFastest(config) : trainTogether(lab, workers);
  busy = work.catch(failTraining).finally(() => {
    busy = null;
    wake();
  });
}

/**
 * How many workers are to train; null if that must be measured first.
 *
 * @param {import("./protocol.js").TrainingConfig} config
 * @returns {number | null}
 */
function workersFor(config) {
  if (config.engine !== "fused" || mostWorkers === 1) return 1;
  if (chosenWorkers !== null) return Math.min(chosenWorkers, mostWorkers);
  const fastest = fastestWorkers.get(sizesOf(config));
  return fastest === undefined ? null : Math.min(fastest, mostWorkers);
}

/** @param {import("./protocol.js").TrainingConfig} config */
function sizesOf({ model, batchSize }) {
  return JSON.stringify([model, batchSize]);
}

/** @param {import("./protocol.js").TrainingConfig} config */
async function findFastest(config) {
  if (!session) return;
  const { wasm, module } = session;
  const createLab = () => new wasm.Lab();
  fastestWorkers.set(sizesOf(config), await measureCrewSize({ module, createLab, config, most: mostWorkers }));
}

/**
 * A slice of training by several workers. It ends early for whatever the visitor does.
 *
 * @param {Lab} lab
 * @param {number} count
 */
async function trainTogether(lab, count) {
  if (!session) return;
  if (crew?.count !== count) {
    endCrew();
    try {
      crew = await Crew.start({ count, module: session.module, lead: lab });
    } catch (error) {
      if (isCrash(error)) throw error;
      // No helpers to be had: alone it goes as well.
      mostWorkers = 1;
      return;
    }
  }
  const begin = performance.now();
  const slice = { steps: 0, elapsedMs: 0, waiting: false, points: /** @type {import("./protocol.js").StepMetrics[]} */ ([]), last, evaluationDue: false };
  do {
    const step = await crew.step();
    if (dead) return;
    if (crew.broken) {
      mostWorkers = Math.max(1, count - 1);
      endCrew();
    }
    if (!step) {
      slice.waiting = true;
      break;
    }
    slice.steps += 1;
    slice.points.push(...step.points);
    slice.last = step.last;
    slice.evaluationDue = step.evaluationDue;
    slice.elapsedMs = performance.now() - begin;
  } while (crew && running && !slice.evaluationDue && !pendingDrawing && waitingRequests === 0 && slice.elapsedMs < SLICE_MS);
  account(lab, slice);
}

function endCrew() {
  crew?.stop();
  crew = null;
}

/**
 * Does something as soon as no step is under way.
 *
 * @param {() => void} work
 */
async function settled(work) {
  if (busy) await busy;
  if (!dead) guard(work);
}

/**
 * After a slice of training.
 *
 * @param {Lab} lab
 * @param {import("./pkg/vae_lab.js").TrainingSlice} slice
 */
function account(lab, slice) {
  if (slice.steps > 0) {
    const { batchSize } = lab.config();
    rest(slice.elapsedMs);
    rate.add(performance.now(), slice.steps, slice.elapsedMs, slice.steps * batchSize);
    modelChanged();
  }
  points.push(...slice.points);
  if (slice.last) last = slice.last;
  if (slice.waiting && slice.steps === 0) {
    waitingForImages = true;
    rate.reset();
    report();
  }
  if (slice.evaluationDue) beginEvaluation(lab);
  const now = performance.now();
  // Whoever set the limit waits to hear that it is reached.
  if (now - lastReport >= REPORT_EVERY_MS || lab.status().step >= stepLimit) report();
  if (now - lastCheckpoint >= CHECKPOINT_EVERY_MS) sendCheckpoint();
}

/**
 * Leaves the processor to others for as long as the visitor's share asks for.
 *
 * @param {number} workedMs
 */
function rest(workedMs) {
  endRest();
  if (pace === 1) return;
  resting = setTimeout(() => {
    endRest();
    wake();
  }, workedMs * (1 / pace - 1));
}

function endRest() {
  if (resting !== null) clearTimeout(resting);
  resting = null;
}

/**
 * @param {Lab} lab
 * @param {number} budgetMs
 */
function trainAlone(lab, budgetMs) {
  try {
    return lab.trainFor(budgetMs);
  } catch (error) {
    failTraining(error);
    return null;
  }
}

/**
 * An error in training stops it and says why; the model stays as it was.
 *
 * @param {unknown} error
 */
function failTraining(error) {
  if (isCrash(error)) {
    crash(error);
    return;
  }
  running = false;
  endCrew();
  report();
  port.postMessage({ type: "stopped", error: textOf(error) });
}

/** @param {Lab} lab */
function beginEvaluation(lab) {
  const data = lab.dataStatus();
  if (!data.testImages.complete || !data.testLabels.complete) return;
  beginOwnEvaluation(lab, lab.status().stepInEpoch === 0);
}

/**
 * @param {Lab} lab
 * @param {boolean} full
 */
function beginOwnEvaluation(lab, full) {
  lab.beginEvaluation(full ? { split: "test" } : { split: "test", limit: QUICK_EVALUATION_IMAGES });
  evaluation = { full, asked: null };
  report();
}

/**
 * The visitor's evaluation. Training waits for it, as for its own; one that training had begun is begun anew afterwards.
 *
 * @param {Lab} lab
 * @param {{ limit: number | null, samples: number }} message
 * @returns {Promise<EvaluationResult | null>}
 */
function evaluateAsAsked(lab, { limit, samples }) {
  const { testImages, testLabels } = lab.dataStatus();
  if (!testImages.complete || !testLabels.complete) throw new Error("The test digits are still on their way; try again in a moment.");
  endAskedEvaluation(null);
  lab.beginEvaluation(limit === null ? { split: "test", samples } : { split: "test", limit, samples });
  interrupted = evaluation;
  rate.reset();
  return new Promise((resolve) => {
    evaluation = { full: false, asked: resolve };
    wake();
  });
}

/**
 * What a classifier reads in the model's samples, beside the evaluation; without the classifier the rest is still good.
 *
 * @param {Lab} lab
 * @param {EvaluationResult | null} result
 * @returns {Promise<import("./protocol.js").FullEvaluation | null>}
 */
async function withSampleQuality(lab, result) {
  if (!result) return null;
  try {
    classifier ??= await loadClassifier();
    const quality = { ...lab.sampleQuality(classifier.weights, JUDGED_SAMPLES, JUDGED_SEED), accuracy: classifier.accuracy };
    return { ...result, quality };
  } catch (error) {
    console.info(`Samples were not judged: ${error instanceof Error ? error.message : error}`);
    return { ...result, quality: null };
  }
}

/** @returns {Promise<NonNullable<typeof classifier>>} */
async function loadClassifier() {
  const [weights, card] = await Promise.all(
    ["safetensors", "json"].map(async (extension) => {
      const response = await fetch(new URL(`classifier.${extension}`, MODELS));
      if (!response.ok) throw new Error(`models/classifier.${extension} must be there, found status ${response.status}`);
      return response;
    }),
  );
  if (!weights || !card) throw new Error("the classifier has weights and a card");
  return { weights: new Uint8Array(await weights.arrayBuffer()), accuracy: Number((await card.json()).testAccuracy) };
}

/** @param {EvaluationResult | null} result */
function endAskedEvaluation(result) {
  if (!evaluation?.asked || !session) return;
  evaluation.asked(result);
  evaluation = null;
  if (interrupted) beginOwnEvaluation(session.lab, interrupted.full);
  interrupted = null;
}

/**
 * @param {Lab} lab
 * @param {NonNullable<typeof evaluation>} current
 */
function evaluate(lab, { full, asked }) {
  const { done, total, result } = lab.advanceEvaluation(SLICE_MS);
  if (asked) {
    const now = performance.now();
    if (result || now - lastReport >= REPORT_EVERY_MS) {
      lastReport = now;
      port.postMessage({ type: "evaluationProgress", done, total });
    }
    if (result) {
      endAskedEvaluation(result);
      report();
    }
    return;
  }
  if (!result) return;
  evaluation = null;
  port.postMessage({ type: "evaluated", result, full });
  report();
}

/** Waits until no step is under way, and the model that training evaluates may change. */
async function atRest() {
  while (!dead && (busy || (evaluation && !evaluation.asked))) await (busy ?? new Promise((resolve) => setTimeout(resolve, 5)));
}

function report() {
  if (!session) return;
  const { lab, memory } = session;
  lastReport = performance.now();
  port.postMessage({
    type: "training",
    running,
    waiting: running && waitingForImages,
    evaluating: evaluation?.full ?? false,
    status: lab.status(),
    last,
    points,
    rate: running ? rate.read() : null,
    memoryBytes: memory.buffer.byteLength,
    workers: crew?.count ?? 1,
  });
  points = [];
}

function sendCheckpoint() {
  if (!session) return;
  const { lab } = session;
  lastCheckpoint = performance.now();
  const { step } = lab.status();
  if (step === 0 || step === checkpointStep) return;
  checkpointStep = step;
  port.postMessage({ type: "checkpoint", step, file: fileOf(lab.saveCheckpoint()) });
}

// ------------------------------------------------------------------------------------------------------ errors

/**
 * Runs a piece of work; whatever it throws becomes a message.
 *
 * @param {() => void} work
 */
function guard(work) {
  try {
    work();
  } catch (error) {
    crash(error);
  }
}

/** @param {unknown} error */
function crash(error) {
  if (dead) return;
  dead = true;
  endCrew();
  const complaint = lastComplaint.split("\n")[0] ?? "";
  const reason = error instanceof WebAssembly.RuntimeError && complaint ? complaint : textOf(error);
  port.postMessage({ type: "crashed", reason });
}

/**
 * A trap of the wasm module, or memory it could not get: after either the module must not be used again.
 *
 * @param {unknown} error
 */
function isCrash(error) {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** @param {unknown} error */
function bootErrorText(error) {
  if (!(error instanceof WebAssembly.CompileError)) return textOf(error);
  return `This browser cannot run the model's program, which needs WebAssembly with SIMD; a current Firefox, Chrome, Edge or Safari can. (${error.message})`;
}

/** @param {unknown} error */
function textOf(error) {
  return error instanceof Error ? error.message : String(error);
}
