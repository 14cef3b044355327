/**
 * The composition root: the only file that wires the store, the client and the views together.
 */

import { createAnnouncer } from "./lib/announcer.js";
import { find } from "./lib/find.js";
import { checkpointFileName, count, nats } from "./lib/format.js";
import { RunHistory } from "./lib/history.js";
import { comparable, conventionText, downloadWeights, listModels } from "./lib/models.js";
import { boundWord, differences, matchingPreset, readPath, writePath } from "./lib/settings.js";
import { allLoaded, Store, untouchedCard } from "./store.js";
import { DIGIT_SIDE, MOST_WORKERS } from "./protocol.js";
import { TrainingClient, WorkerGone } from "./training-client.js";
import { createCharts } from "./views/charts.js";
import { createControls } from "./views/controls.js";
import { createEvaluation } from "./views/evaluation.js";
import { createEvaluations } from "./views/evaluations.js";
import { createGrid } from "./views/grid.js";
import { createLabels } from "./views/labels.js";
import { createMirror } from "./views/mirror.js";
import { createModel, offerDownload } from "./views/model.js";
import { createNotices } from "./views/notices.js";
import { createOrigin } from "./views/origin.js";
import { createPad } from "./views/pad.js";
import { createSettings } from "./views/settings.js";
import { createShelf } from "./views/shelf.js";
import { createStages } from "./views/stages.js";

/**
 * @typedef {import("./protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("./protocol.js").HyperParameter} HyperParameter
 * @typedef {import("./protocol.js").Stage} Stage
 * @typedef {import("./protocol.js").Download} Download
 * @typedef {import("./lib/models.js").ModelCard} ModelCard
 * @typedef {import("./store.js").Shipped} Shipped
 */

/** Where the trained models lie. */
const MODELS = new URL("./models/", import.meta.url);
const SAMPLES = { columns: 8, rows: 8 };
/** A conditional model writes the digits by turns, so each has a column of its own. */
const SAMPLES_BY_LABEL = { columns: 10, rows: 10 };
const VARIATIONS = { columns: 8, rows: 3 };
/** Charts follow a run four times a second; faster tells nobody more. */
const CHARTS_EVERY_MS = 250;

const store = new Store();
const history = new RunHistory();

/** The newest automatic copy of the model, for a restart after a crash. @type {{ step: number, bytes: Uint8Array<ArrayBuffer>, shipped: Shipped | null } | null} */
let safeCopy = null;
/** The settings of a model that crashed, for its successor. @type {TrainingConfig | null} */
let settingsToRestore = null;
/** The model before the last reset, until it is not wanted any more. @type {{ bytes: Uint8Array<ArrayBuffer>, curves: ReturnType<RunHistory["snapshot"]>, shipped: Shipped | null } | null} */
let beforeReset = null;
/** The first of the models that come with the page, from its arrival until it is at work. @type {{ card: ModelCard, bytes: Uint8Array<ArrayBuffer> } | null} */
let arrived = null;
/** What is on the pad, numbered: an answer to a drawing that was cleared since is dropped. */
let drawingSerial = 0;
let clearedSerial = 0;

// On a metered connection the ten megabytes of training digits wait until they are asked for.
const connection = /** @type {{ saveData?: boolean } | undefined} */ (Reflect.get(navigator, "connection"));
const trainOnDemand = connection?.saveData === true;
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

// ------------------------------------------------------------------------------------------------------- views

const body = document.body;
const announcerElement = find(body, "#announcer", HTMLElement);
const announce = createAnnouncer((text) => {
  announcerElement.textContent = text;
});

const stages = createStages(find(body, "#stages", HTMLElement), { onRetry: retry }, { trainOnDemand });
const controls = createControls(find(body, "#bar", HTMLElement), {
  onTrain: () => (untouchedCard(store.state) ? void eraseAndTrain() : train()),
  onPause: pause,
  onStep: step,
  onReset: reset,
});
const origin = createOrigin(find(body, "#origin", HTMLElement), {
  onErase: eraseAndTrain,
  onTrainFurther: train,
  onBringBack: takeFromShelf,
});
const pad = createPad(find(body, "#draw", HTMLElement), { onDrawing: sendDrawing, onTestDigit: giveTestDigit });
const mirror = createMirror(find(body, "#mirror", HTMLElement), find(body, "#costs", HTMLElement));
const samples = createGrid(find(body, "#samples-grid", HTMLCanvasElement));
const variations = createGrid(find(body, "#variations-grid", HTMLCanvasElement));
const variationsEmpty = find(body, "#variations-empty", HTMLElement);
const sampleLabels = createLabels(find(body, "#sample-labels", HTMLElement), {
  title: "Which digit to write",
  none: "all",
  name: (digit) => `Write me a ${digit}`,
  onChoose: (label) => chooseLabel("sample", label),
});
const digitLabels = createLabels(find(body, "#digit-labels", HTMLElement), {
  title: "As which digit to read yours",
  none: "guess",
  name: (digit) => `Read it as a ${digit}`,
  onChoose: (label) => chooseLabel("digit", label),
});
const evaluation = createEvaluation(find(body, "#evaluation", HTMLElement), {
  onEvaluate: evaluate,
  onCancel: () => client.send({ type: "cancelEvaluation" }),
});
const shelf = createShelf(find(body, "#shelf", HTMLElement), { onLoad: takeFromShelf });
const charts = createCharts(find(body, "#charts", HTMLElement));
const evaluations = createEvaluations(find(body, "#evaluations", HTMLElement));
const model = createModel(find(body, "#training", HTMLElement), { onSave: save, onLoad: load, onWorkers: chooseWorkers }, Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS));
const notices = createNotices(find(body, "#notices", HTMLElement), {
  onRestart: start,
  onUndoReset: undoReset,
  onDismiss: (id) => store.dispatch({ type: "noticeDismissed", id }),
});
const settings = createSettings(
  {
    drawer: find(body, "#settings", HTMLElement),
    toggle: find(body, "#settings-toggle", HTMLButtonElement),
    presetName: find(body, "#preset-name", HTMLElement),
  },
  {
    onChange: changeSetting,
    onRefused: ({ key }, error) => store.dispatch({ type: "fieldRefused", key, error }),
    onPreset: choosePreset,
    onApply: applyAndRestart,
    onDiscard: () => store.dispatch({ type: "draftDiscarded" }),
  },
);
const version = find(body, "#version", HTMLElement);

find(body, "#new-samples", HTMLButtonElement).addEventListener("click", () => newNoise("samples"));
find(body, "#new-variations", HTMLButtonElement).addEventListener("click", () => newNoise("variations"));

// ------------------------------------------------------------------------------------------------------ events

const client = new TrainingClient({
  createWorker: () => new Worker(new URL("./training-worker.js", import.meta.url), { type: "module" }),
  onEvent: (event) => store.dispatch(event),
});

let frame = 0;
let chartsDrawn = -Infinity;

store.subscribe((state, event) => {
  switch (event.type) {
    case "training":
      history.addTraining(event.points);
      break;
    case "evaluated":
      history.addEvaluation(event.result, event.full);
      if (event.full) announce(`Epoch ${event.result.epoch.toFixed(0)}: test ${boundWord(state.config).toLowerCase()} ${nats(-event.result.elbo)} nats`);
      break;
    case "grid":
      showGrid(event);
      break;
    case "checkpoint":
      safeCopy = { step: event.step, bytes: event.bytes, shipped: state.shipped };
      break;
    case "booted":
      void booted();
      break;
    case "stageDone":
      if (event.stage === "test" && !trainOnDemand && store.state.stages.train.state === "waiting") loadStage("train");
      break;
    case "stageFailed":
      announce(event.error);
      break;
    case "crashed":
      settingsToRestore = state.config;
      announce("The model stopped working. Press Restart.");
      break;
  }
  // However many events there are, the page is painted once a frame; a hidden page is painted when it is seen again.
  if (frame === 0) frame = requestAnimationFrame(render);
});

function render() {
  frame = 0;
  const { state } = store;
  stages.update(state.stages);
  controls.update(state);
  settings.update(state);
  pad.update({ testDigits: state.stages.test.state === "done" && state.phase !== "failed" });
  mirror.update(state.shown, state.config);
  const conditional = state.config?.model.conditional ?? false;
  sampleLabels.update({ conditional, chosen: state.labels.sample });
  const found = state.shown?.label ?? null;
  digitLabels.update({ conditional, chosen: state.labels.digit, found, text: found === null ? "Draw a digit to see as what it is read." : `Read as ${found}. Or as another:` });
  origin.update(state);
  evaluation.update(state);
  shelf.update(state);
  model.update(state);
  notices.update(state);
  version.textContent = state.version ? `VAE Lab ${state.version}.` : "";
  body.dataset["phase"] = state.phase;

  const now = performance.now();
  if (state.phase === "training" && now - chartsDrawn < CHARTS_EVERY_MS) return;
  chartsDrawn = now;
  const { config, before } = state;
  charts.update(history, {
    objectiveDiffers: objectiveDiffers(config),
    config,
    before: before && config && comparable(before, config) ? before : null,
  });
  evaluations.update(history.full, config);
}

/**
 * Whether training minimises something else than the bound itself.
 *
 * @param {TrainingConfig | null} config
 */
function objectiveDiffers(config) {
  if (config === null) return false;
  const { klWeight, klWarmupEpochs, freeBits, l2, reduction } = config;
  return klWeight !== 1 || klWarmupEpochs !== 0 || freeBits !== 0 || l2 !== 0 || reduction !== "sum";
}

/** @param {Extract<import("./protocol.js").WorkerEvent, { type: "grid" }>} event */
function showGrid({ grid, bitmap, step: atStep, serial }) {
  const images = (bitmap.width / DIGIT_SIDE) * (bitmap.height / DIGIT_SIDE);
  if (grid === "variations" && serial <= clearedSerial) {
    bitmap.close();
    return;
  }
  const { config, labels } = store.state;
  const drawn =
    labels.sample !== null ? `samples of the digit ${labels.sample}` : config?.model.conditional ? "samples, the digits 0 to 9 by turns" : "samples from noise";
  const what = grid === "samples" ? drawn : "variations of your digit";
  (grid === "samples" ? samples : variations).update({ bitmap, label: `${images} ${what}, by the model at step ${count(atStep)}` });
  if (grid === "variations") variationsEmpty.hidden = true;
}

// ------------------------------------------------------------------------------------------ starting and loading

/** Starts the worker: the first time, and again after a crash. */
function start() {
  store.dispatch({ type: "bootRequested" });
  client.restart();
}

/** The model's program is there: hand it what the page holds. */
async function booted() {
  loadStage("test");
  const wanted = store.state.wantsTraining;
  if (safeCopy) {
    const { bytes, step: atStep, shipped } = safeCopy;
    try {
      // The bytes are copied: should this worker die as well, the copy is still here.
      const session = await client.request("load", { bytes: bytes.slice() });
      store.dispatch({ type: "sessionReplaced", session, shipped });
      history.truncate(atStep);
      announce(`Restarted. The model is back at step ${count(atStep)}.`);
    } catch (error) {
      complain("The automatic copy of the model could not be restored", error);
    }
  } else if (settingsToRestore) {
    try {
      await replaceModel(settingsToRestore);
      announce("Restarted with a new model.");
    } catch (error) {
      complain("The settings could not be restored", error);
    }
  } else if (arrived && !wanted) {
    await takeArrived();
  } else {
    announce("The model is ready. It knows nothing yet: press Train.");
  }
  sendWorkers();
  // Only now: the first pictures are of the model that stays.
  sendView();
  sendDrawing(pad.drawing());
  if (wanted) train();
}

/**
 * Downloads the first of the models that come with the page; it goes to work unless the visitor has begun something of
 * their own by then.
 */
async function loadFirstModel() {
  store.dispatch({ type: "stageRequested", stage: "weights" });
  try {
    const cards = await listModels(MODELS);
    store.dispatch({ type: "cardsListed", cards });
    const [card] = cards;
    if (!card) {
      store.dispatch({ type: "stageDone", stage: "weights", received: 0 });
      return;
    }
    arrived = { card, bytes: await fetchWeights(card) };
    const { phase, status, presets, rows, config } = store.state;
    const [preset] = presets;
    if (phase === "ready" && status?.step === 0 && preset && config && differences(rows, preset.config, config).length === 0) {
      await takeArrived();
      sendView();
    }
  } catch (error) {
    withoutFirstModel(error);
  }
}

/** @param {unknown} error */
function withoutFirstModel(error) {
  arrived = null;
  store.dispatch({ type: "stageFailed", stage: "weights", error: "not available" });
  store.dispatch({
    type: "noticed",
    tone: "info",
    text: `The trained model could not be had, so this one knows nothing yet: press Train. (${messageOf(error)})`,
  });
}

/**
 * @param {ModelCard} card
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function fetchWeights(card) {
  let told = -Infinity;
  const bytes = await downloadWeights(MODELS, card, {
    onProgress(received, total) {
      const now = performance.now();
      if (now - told < 100) return;
      told = now;
      store.dispatch({ type: "stageProgress", stage: "weights", received, total });
    },
  });
  store.dispatch({ type: "stageDone", stage: "weights", received: bytes.length });
  return bytes;
}

async function takeArrived() {
  if (!arrived) return;
  const { card, bytes } = arrived;
  arrived = null;
  try {
    await takeShipped(card, bytes);
  } catch (error) {
    if (error instanceof WorkerGone) arrived = { card, bytes };
    else withoutFirstModel(error);
  }
}

/**
 * Puts a model that came with the page to work.
 *
 * @param {ModelCard} card
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function takeShipped(card, bytes) {
  const session = await client.request("load", { bytes: bytes.slice() });
  const shipped = { card, step: session.status.step };
  safeCopy = { step: shipped.step, bytes, shipped };
  history.clear();
  store.dispatch({ type: "sessionReplaced", session, shipped });
  announce(`${card.name} is ready, trained for ${count(card.epochs)} epochs. Draw a digit.`);
}

/** @param {ModelCard} card */
async function takeFromShelf(card) {
  store.dispatch({ type: "stageRequested", stage: "weights" });
  try {
    const bytes = await fetchWeights(card);
    const offer = await keepForUndo();
    await takeShipped(card, bytes);
    sendView();
    offer(card.name);
  } catch (error) {
    if (store.state.stages.weights.state === "loading") store.dispatch({ type: "stageFailed", stage: "weights", error: "not available" });
    complain(`“${card.name}” was not loaded, and the model is as it was`, error);
  }
}

/**
 * Keeps the model at work, if there is something of the visitor's in it. What comes back offers to undo the replacement
 * that followed.
 *
 * @returns {Promise<(what: string) => void>}
 */
async function keepForUndo() {
  const { status, shipped } = store.state;
  const atStep = status?.step ?? 0;
  beforeReset = null;
  if (atStep === 0 || untouchedCard(store.state)) return () => {};
  client.send({ type: "pause" });
  beforeReset = { bytes: await client.request("save", {}), curves: history.snapshot(), shipped };
  return (what) =>
    store.dispatch({
      type: "noticed",
      tone: "info",
      text: `${what} took the place of the one at step ${count(atStep)}.`,
      action: { label: "Bring it back", name: "undoReset" },
    });
}

/** @param {Exclude<Stage, "model">} stage */
function loadStage(stage) {
  if (store.state.stages[stage].state === "done" || store.state.stages[stage].state === "loading") return;
  store.dispatch({ type: "stageRequested", stage });
  client.send({ type: "loadStage", stage });
}

/** @param {Download} stage */
function retry(stage) {
  if (stage === "model") start();
  else if (stage === "weights") void loadFirstModel();
  else loadStage(stage);
}

function sendView() {
  const { seeds, labels, config } = store.state;
  const conditional = config?.model.conditional ?? false;
  client.send({
    type: "view",
    samples: { ...(conditional ? SAMPLES_BY_LABEL : SAMPLES), seed: seeds.samples },
    variations: { ...VARIATIONS, seed: seeds.variations },
    sampleLabel: conditional ? labels.sample : null,
    digitLabel: conditional ? labels.digit : null,
    paintEveryMs: reducedMotion.matches ? 1000 : 200,
  });
}
reducedMotion.addEventListener("change", sendView);

// ------------------------------------------------------------------------------------------------------ drawing

/** @param {import("./protocol.js").Drawing} drawing */
function sendDrawing(drawing) {
  drawingSerial += 1;
  if (drawing.kind === "empty") {
    clearedSerial = drawingSerial;
    variationsEmpty.hidden = false;
    if (store.state.labels.digit !== null) chooseLabel("digit", null);
    variations.update({ bitmap: null, label: "Variations of your digit: nothing drawn yet" });
  }
  const transfer = drawing.kind === "ink" ? [drawing.ink.buffer] : drawing.kind === "digit" ? [drawing.pixels.buffer] : [];
  client.send({ type: "draw", serial: drawingSerial, drawing }, transfer);
}

async function giveTestDigit() {
  try {
    const { pixels, label, index } = await client.request("digit", { split: "test", index: null });
    pad.place({ kind: "digit", pixels, label, index });
    announce(label === null ? "A test digit is on the pad." : `A test digit is on the pad: a ${label}.`);
  } catch (error) {
    complain("There is no test digit to give", error);
  }
}

/**
 * @param {"sample" | "digit"} of
 * @param {number | null} label
 */
function chooseLabel(of, label) {
  store.dispatch({ type: "labelChosen", of, label });
  sendView();
}

/** @param {"samples" | "variations"} grid */
function newNoise(grid) {
  store.dispatch({ type: "seedChanged", grid, seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 1 });
  sendView();
}

// ----------------------------------------------------------------------------------------------------- training

function train() {
  store.dispatch({ type: "trainRequested" });
  if (store.state.wantsTraining) return;
  const { train: stage } = store.state.stages;
  if (stage.state === "waiting" || stage.state === "failed") loadStage("train");
  client.send({ type: "train" });
  announce(allLoaded(store.state) ? "Training." : "Training begins with the first digits that arrive.");
}

function pause() {
  store.dispatch({ type: "pauseRequested" });
  client.send({ type: "pause" });
  const newest = history.quick.at(-1) ?? history.full.at(-1);
  announce(`Paused at step ${count(store.state.status?.step ?? 0)}${newest ? `; test ${boundWord(store.state.config).toLowerCase()} ${nats(-newest.elbo)} nats` : ""}.`);
}

/** Erases a model that came trained: the visitor's own begins with the settings of its preset. */
async function eraseAndTrain() {
  const { presets, config, draft, rows, shipped } = store.state;
  if (!config || !draft || !shipped) return;
  const preset = presets.find(({ id }) => id === shipped.card.preset);
  // The schedule of a shipped model may be as long as its training was; a preset's suits a visitor.
  const wanted = differences(rows, config, draft).length > 0 || !preset ? draft : structuredClone(preset.config);
  try {
    await replaceModel(wanted);
    train();
  } catch (error) {
    complain("The model was not erased", error);
  }
}

/** One step; while training runs, it is stopped first. */
async function step() {
  if (store.state.phase === "training") pause();
  try {
    const metrics = await client.request("step", {});
    if (metrics === null) {
      loadStage("train");
      store.dispatch({ type: "noticed", tone: "info", text: "The digits for this step are still on their way; try again in a moment." });
    }
  } catch (error) {
    complain("The step could not be done", error);
  }
}

/** A new model by the settings of the form; the old one can be had back. */
async function reset() {
  const { draft } = store.state;
  if (!draft) return;
  client.send({ type: "pause" });
  try {
    const offer = await keepForUndo();
    await replaceModel(draft);
    offer("A new model");
  } catch (error) {
    complain("The model was not reset", error);
  }
}

/** @param {TrainingConfig} config */
async function replaceModel(config) {
  const session = await client.request("start", { config });
  safeCopy = null;
  history.clear();
  store.dispatch({ type: "sessionReplaced", session });
  sendView();
}

async function undoReset() {
  if (!beforeReset) return;
  const { bytes, curves, shipped } = beforeReset;
  beforeReset = null;
  try {
    const session = await client.request("load", { bytes: bytes.slice() });
    history.restore(curves);
    store.dispatch({ type: "sessionReplaced", session, shipped });
    safeCopy = { step: session.status.step, bytes, shipped };
    sendView();
    for (const { id, action } of store.state.notices) if (action?.name === "undoReset") store.dispatch({ type: "noticeDismissed", id });
  } catch (error) {
    complain("The former model could not be brought back", error);
  }
}

// ----------------------------------------------------------------------------------------------------- settings

/**
 * One setting of the form: checked by Rust with everything that waits for a restart, and put to work at once where that
 * is possible.
 *
 * @param {HyperParameter} row
 * @param {import("./lib/settings.js").FieldValue} value
 */
async function changeSetting(row, value) {
  const { draft } = store.state;
  if (!draft) return;
  try {
    const checked = await client.request("checkConfig", { config: writePath(draft, row.key, value) });
    // Another field may have changed in the meantime: only this one's value is taken over.
    const newest = store.state.draft ?? draft;
    store.dispatch({ type: "draftChanged", draft: writePath(newest, row.key, readPath(checked, row.key)), key: row.key });
    if (row.live) await applyLive([row]);
    else if ((store.state.status?.step ?? 0) === 0) await applyWhereItStands();
  } catch (error) {
    if (error instanceof WorkerGone) return;
    store.dispatch({ type: "fieldRefused", key: row.key, error: messageOf(error) });
  }
}

/**
 * Puts live settings of the form to work, and marks the change on the charts.
 *
 * @param {readonly HyperParameter[]} rows
 */
async function applyLive(rows) {
  const { config, draft, status } = store.state;
  if (!config || !draft) return;
  const changes = differences(rows, config, draft);
  if (changes.length === 0) return;
  /** @type {{ [key: string]: number }} */
  const values = {};
  for (const { row } of changes) values[row.key] = Number(readPath(draft, row.key));
  const applied = await client.request("setHyper", { values });
  store.dispatch({ type: "configChanged", config: applied });
  const at = store.state.status?.step ?? status?.step ?? 0;
  for (const { row, before, after } of changes) {
    if (at > 0) history.addMarker({ step: at, text: `${row.label} ${before} → ${after}` });
  }
}

/** Before the first step there is nothing to lose: a new model takes the settings at once. */
async function applyWhereItStands() {
  const { draft, phase } = store.state;
  if (draft && phase === "ready") await replaceModel(draft);
}

/** @param {string} id */
async function choosePreset(id) {
  const preset = store.state.presets.find((candidate) => candidate.id === id);
  if (!preset) return;
  store.dispatch({ type: "draftChanged", draft: structuredClone(preset.config), key: null });
  try {
    if ((store.state.status?.step ?? 0) === 0) await applyWhereItStands();
  } catch (error) {
    complain("The preset could not be used", error);
  }
}

async function applyAndRestart() {
  const wasTraining = store.state.phase === "training";
  await reset();
  if (wasTraining) train();
}

/** @param {number | null} workers */
function chooseWorkers(workers) {
  store.dispatch({ type: "workersChosen", count: workers });
  sendWorkers();
}

function sendWorkers() {
  client.send({ type: "workers", count: store.state.chosenWorkers });
}

// -------------------------------------------------------------------------------------------------------- files

async function save() {
  const { presets, rows, config, status } = store.state;
  try {
    const bytes = await client.request("save", {});
    const name = (config && matchingPreset(presets, rows, config)?.name) ?? "own settings";
    offerDownload(bytes, checkpointFileName(name, status?.step ?? 0));
    announce("The model was saved to a file.");
  } catch (error) {
    complain("The model could not be saved", error);
  }
}

/** @param {File} file */
async function load(file) {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const kept = bytes.slice();
    // Only a whole and valid file replaces the model: training goes on until then, and after an error.
    const session = await client.request("load", { bytes }, [bytes.buffer]);
    safeCopy = { step: session.status.step, bytes: kept, shipped: null };
    history.clear();
    store.dispatch({ type: "sessionReplaced", session });
    sendView();
    announce(`Loaded ${file.name}: a model at step ${count(session.status.step)}.`);
  } catch (error) {
    complain(`“${file.name}” was not loaded, and the model is as it was`, error);
  }
}

// --------------------------------------------------------------------------------------------------- evaluation

/** @param {{ limit: number | null, samples: number }} options */
async function evaluate(options) {
  store.dispatch({ type: "evaluationBegan", total: options.limit ?? 10_000 });
  try {
    const result = await client.request("evaluate", options);
    store.dispatch({ type: "evaluationEnded", result });
    const word = boundWord(store.state.config).toLowerCase();
    announce(result ? `Evaluated: test ${word} ${nats(-result.elbo)} nats, ${conventionText(result.convention)}.` : "The evaluation was stopped.");
  } catch (error) {
    store.dispatch({ type: "evaluationEnded", result: null });
    complain("The model could not be evaluated", error);
  }
}

// ------------------------------------------------------------------------------------------------------- errors

/**
 * @param {string} what
 * @param {unknown} error
 */
function complain(what, error) {
  // A crash has its own notice, with the way out.
  if (error instanceof WorkerGone) return;
  store.dispatch({ type: "noticed", tone: "error", text: `${what}: ${messageOf(error)}` });
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

start();
void loadFirstModel();
