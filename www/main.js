/**
 * The composition root: the only file that wires the store, the client and the views together.
 */

import { createAnnouncer } from "./lib/announcer.js";
import { find } from "./lib/find.js";
import { checkpointFileName, count, nats } from "./lib/format.js";
import { RunHistory } from "./lib/history.js";
import { differences, matchingPreset, readPath, writePath } from "./lib/settings.js";
import { allLoaded, Store } from "./store.js";
import { TrainingClient, WorkerGone } from "./training-client.js";
import { createCharts } from "./views/charts.js";
import { createControls } from "./views/controls.js";
import { createEvaluations } from "./views/evaluations.js";
import { createGrid } from "./views/grid.js";
import { createMirror } from "./views/mirror.js";
import { createModel, offerDownload } from "./views/model.js";
import { createNotices } from "./views/notices.js";
import { createPad } from "./views/pad.js";
import { createSettings } from "./views/settings.js";
import { createStages } from "./views/stages.js";

/**
 * @typedef {import("./protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("./protocol.js").HyperParameter} HyperParameter
 * @typedef {import("./protocol.js").Stage} Stage
 */

const SAMPLES = { columns: 8, rows: 8 };
const VARIATIONS = { columns: 8, rows: 3 };
/** Charts follow a run four times a second; faster tells nobody more. */
const CHARTS_EVERY_MS = 250;

const store = new Store();
const history = new RunHistory();

/** The newest automatic copy of the model, for a restart after a crash. @type {{ step: number, bytes: Uint8Array<ArrayBuffer> } | null} */
let safeCopy = null;
/** The settings of a model that crashed, for its successor. @type {TrainingConfig | null} */
let settingsToRestore = null;
/** The model before the last reset, until it is not wanted any more. @type {{ bytes: Uint8Array<ArrayBuffer>, curves: ReturnType<RunHistory["snapshot"]> } | null} */
let beforeReset = null;
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
const controls = createControls(find(body, "#bar", HTMLElement), { onTrain: train, onPause: pause, onStep: step, onReset: reset });
const pad = createPad(find(body, "#draw", HTMLElement), { onDrawing: sendDrawing, onTestDigit: giveTestDigit });
const mirror = createMirror(find(body, "#mirror", HTMLElement), find(body, "#costs", HTMLElement));
const samples = createGrid(find(body, "#samples-grid", HTMLCanvasElement));
const variations = createGrid(find(body, "#variations-grid", HTMLCanvasElement));
const variationsEmpty = find(body, "#variations-empty", HTMLElement);
const charts = createCharts(find(body, "#charts", HTMLElement));
const evaluations = createEvaluations(find(body, "#evaluations", HTMLElement));
const model = createModel(find(body, "#training", HTMLElement), { onSave: save, onLoad: load });
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
      if (event.full) announce(`Epoch ${event.result.epoch.toFixed(0)}: test bound ${nats(-event.result.elbo)} nats`);
      break;
    case "grid":
      showGrid(event);
      break;
    case "checkpoint":
      safeCopy = { step: event.step, bytes: event.bytes };
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
  mirror.update(state.shown);
  model.update(state);
  notices.update(state);
  version.textContent = state.version ? `VAE Lab ${state.version}.` : "";
  body.dataset["phase"] = state.phase;

  const now = performance.now();
  if (state.phase === "training" && now - chartsDrawn < CHARTS_EVERY_MS) return;
  chartsDrawn = now;
  charts.update(history, objectiveDiffers(state.config));
  evaluations.update(history.full);
}

/**
 * Whether training minimises something else than the bound itself.
 *
 * @param {TrainingConfig | null} config
 */
function objectiveDiffers(config) {
  return config !== null && (config.klWeight !== 1 || config.l2 !== 0 || config.reduction !== "sum");
}

/** @param {Extract<import("./protocol.js").WorkerEvent, { type: "grid" }>} event */
function showGrid({ grid, bitmap, step: atStep, serial }) {
  const { columns, rows } = grid === "samples" ? SAMPLES : VARIATIONS;
  if (grid === "variations" && serial <= clearedSerial) {
    bitmap.close();
    return;
  }
  const what = grid === "samples" ? "samples from noise" : "variations of your digit";
  (grid === "samples" ? samples : variations).update({ bitmap, label: `${columns * rows} ${what}, by the model at step ${count(atStep)}` });
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
  sendView();
  sendDrawing(pad.drawing());
  loadStage("test");
  const wanted = store.state.wantsTraining;
  if (safeCopy) {
    const { bytes, step: atStep } = safeCopy;
    try {
      // The bytes are copied: should this worker die as well, the copy is still here.
      const session = await client.request("load", { bytes: bytes.slice() });
      store.dispatch({ type: "sessionReplaced", session });
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
  } else {
    announce("The model is ready. It knows nothing yet: press Train.");
  }
  if (wanted) train();
}

/** @param {Exclude<Stage, "model">} stage */
function loadStage(stage) {
  if (store.state.stages[stage].state === "done" || store.state.stages[stage].state === "loading") return;
  store.dispatch({ type: "stageRequested", stage });
  client.send({ type: "loadStage", stage });
}

/** @param {Stage} stage */
function retry(stage) {
  if (stage === "model") start();
  else loadStage(stage);
}

function sendView() {
  const { seeds } = store.state;
  client.send({
    type: "view",
    samples: { ...SAMPLES, seed: seeds.samples },
    variations: { ...VARIATIONS, seed: seeds.variations },
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
  announce(`Paused at step ${count(store.state.status?.step ?? 0)}${newest ? `; test bound ${nats(-newest.elbo)} nats` : ""}.`);
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
  const { draft, status } = store.state;
  if (!draft) return;
  client.send({ type: "pause" });
  try {
    beforeReset = (status?.step ?? 0) > 0 ? { bytes: await client.request("save", {}), curves: history.snapshot() } : null;
    await replaceModel(draft);
    if (beforeReset) {
      store.dispatch({
        type: "noticed",
        tone: "info",
        text: `A new model took the place of the one at step ${count(status?.step ?? 0)}.`,
        action: { label: "Bring it back", name: "undoReset" },
      });
    }
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
}

async function undoReset() {
  if (!beforeReset) return;
  const { bytes, curves } = beforeReset;
  beforeReset = null;
  try {
    const session = await client.request("load", { bytes: bytes.slice() });
    history.restore(curves);
    store.dispatch({ type: "sessionReplaced", session });
    safeCopy = { step: session.status.step, bytes };
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
    safeCopy = { step: session.status.step, bytes: kept };
    history.clear();
    store.dispatch({ type: "sessionReplaced", session });
    announce(`Loaded ${file.name}: a model at step ${count(session.status.step)}.`);
  } catch (error) {
    complain(`“${file.name}” was not loaded, and the model is as it was`, error);
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
