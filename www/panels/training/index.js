/**
 * Training and everything that steers or follows it: the control bar, the settings, the charts and the evaluations.
 */

import { find } from "../../lib/find.js";
import { rename } from "../../lib/fixed-words.js";
import { count, nats } from "../../lib/format.js";
import { comparable, conventionText } from "../../lib/models.js";
import { prefer, readPreferences } from "../../lib/preferences.js";
import { boundWord, differences, labelOf, readPath, writePath } from "../../lib/settings.js";
import { wordsOfError } from "../../lib/error-words.js";
import { MOST_WORKERS } from "../../protocol.js";
import { allLoaded, untouchedCard } from "../../app/store.js";
import { TEXTS } from "../../texts.js";
import { WorkerGone } from "../../app/client.js";
import { createCharts } from "../../ui/charts.js";
import { createControls } from "./controls.js";
import { createEvaluation } from "../evaluation/view.js";
import { createEvaluations } from "./evaluations.js";
import { createModel } from "../models/facts.js";
import { createOrigin } from "./origin.js";
import { createSettings } from "./settings.js";

/**
 * @typedef {import("../../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../../protocol.js").HyperParameter} HyperParameter
 */

const SAYS = TEXTS.training;
/** Charts follow a run by turns, each about twice a second; faster tells nobody more. */
const CHARTS_EVERY_MS = 150;

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../models/index.js").createModels>} others.models
 * @param {ReturnType<typeof import("../downloads/index.js").createDownloads>} others.downloads
 */
export function createTraining({ store, client, history, modelSwitch, announce, complain }, { models, downloads }) {
  const { body } = document;
  /** Charts are due. @type {ReturnType<typeof setTimeout> | undefined} */
  let due;
  /** Train was pressed last, and not Pause. */
  let wanted = false;

  const controls = createControls(find(body, "#bar", HTMLElement), {
    onTrain: () => (untouchedCard(store.state) ? void eraseAndTrain() : train()),
    onPause: pause,
    onStep: step,
    onReset: models.reset,
  });
  const origin = createOrigin(find(body, "#origin", HTMLElement), find(body, "#ways", HTMLElement), {
    onErase: eraseAndTrain,
    onTrainFurther: train,
    onBringBack: models.takeFromShelf,
  });
  const settings = createSettings(
    {
      drawer: find(body, "#settings", HTMLElement),
      place: find(body, "#settings-place", HTMLElement),
      toggle: find(body, "#settings-toggle", HTMLButtonElement),
    },
    {
      onChange: changeSetting,
      onRefused: ({ key }, error) => store.dispatch({ type: "fieldRefused", key, error }),
      onPreset: choosePreset,
      onApply: applyAndRestart,
      onDiscard: () => store.dispatch({ type: "draftDiscarded" }),
    },
  );
  /** All curves stand in the room Train, the bound alone in Play. Only the open room's are drawn. @type {Partial<Record<import("../../app/rooms.js").Room, ReturnType<typeof createCharts>>>} */
  const charts = { train: createCharts(find(body, "#charts", HTMLElement)), play: createCharts(find(body, "#bound-chart", HTMLElement), ["bound"]) };
  const evaluations = createEvaluations(find(body, "#evaluations", HTMLElement));
  const evaluation = createEvaluation(find(body, "#evaluation", HTMLElement), {
    onEvaluate: evaluate,
    onCancel: () => client.send({ type: "cancelEvaluation" }),
  });
  const model = createModel(
    find(body, "#model", HTMLElement),
    { onSave: models.save, onLoad: models.load, onWorkers: chooseWorkers },
    Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS),
  );

  const boundTitle = find(body, "#bound-title", HTMLElement);
  const chartsBy = find(body, "#charts-by", HTMLSelectElement);
  chartsBy.value = readPreferences().chartsBy;
  chartsBy.addEventListener("change", () => {
    prefer({ chartsBy: by() });
    drawCharts(store.state);
  });
  store.dispatch({ type: "workersChosen", count: readPreferences().workers });

  store.subscribe((_state, event) => {
    if (event.type === "training") {
      history.tick(event.running && !event.waiting, performance.now());
      history.addTraining(event.points);
    }
    if (event.type === "evaluated") {
      history.addEvaluation(event.result, event.full);
      if (event.full) announce(SAYS.epoch(event.result.epoch.toFixed(0), resultText(event.result)), { kind: "epoch" });
    }
  });

  function train() {
    store.dispatch({ type: "trainRequested" });
    if (store.state.wantsTraining) return;
    const { train: stage } = store.state.stages;
    // What it is measured by belongs to it.
    if (stage.state === "waiting" || stage.state === "failed") for (const part of /** @type {const} */ (["test", "train"])) downloads.load(part);
    wanted = true;
    // A new model that is on its way is the one that is to train.
    void modelSwitch.inTurn(async () => {
      if (wanted) client.send({ type: "train" });
    });
    announce(allLoaded(store.state) ? SAYS.began : SAYS.begins, { kind: "training" });
  }

  function pause() {
    store.dispatch({ type: "pauseRequested" });
    wanted = false;
    client.send({ type: "pause" });
    const newest = history.quick.at(-1) ?? history.full.at(-1);
    announce(SAYS.paused(count(store.state.status?.step ?? 0), newest ? resultText(newest) : null), { kind: "training" });
  }

  /** @param {{ elbo: number }} result */
  function resultText({ elbo }) {
    return TEXTS.measures.test(boundWord(store.state.config), nats(-elbo));
  }

  /** Erases a model that came trained: the visitor's own begins with the settings of its preset. */
  async function eraseAndTrain() {
    const { presets, config, draft, rows, shipped } = store.state;
    if (!config || !draft || !shipped) return;
    const preset = presets.find(({ id }) => id === shipped.card.preset);
    // The schedule of a shipped model may be as long as its training was; a preset's suits a visitor.
    const wanted = differences(rows, config, draft).length > 0 || !preset ? draft : structuredClone(preset.config);
    try {
      await models.begin(wanted);
      train();
    } catch (error) {
      complain(() => SAYS.notErased, error);
    }
  }

  /** One step; while training runs, it is stopped first. */
  async function step() {
    if (store.state.phase === "training") pause();
    try {
      const metrics = await modelSwitch.inTurn(() => client.request("step", {}));
      if (metrics === null) {
        downloads.load("train");
        store.dispatch({ type: "noticed", tone: "info", text: () => SAYS.stepWaits });
      }
    } catch (error) {
      complain(() => SAYS.noStep, error);
    }
  }

  /**
   * One setting of the form: checked by Rust with everything that waits for a restart, and put to work at once where that
   * is possible.
   *
   * @param {HyperParameter} row
   * @param {import("../../lib/settings.js").FieldValue} value
   */
  async function changeSetting(row, value) {
    const { draft } = store.state;
    if (!draft) return;
    try {
      const checked = await client.request("checkConfig", { config: writePath(draft, row.key, value) });
      // Another field may have changed in the meantime: only this one's value is taken over.
      const newest = store.state.draft ?? draft;
      store.dispatch({ type: "draftChanged", draft: writePath(newest, row.key, readPath(checked, row.key)), key: row.key });
      // A new model that is on its way must not miss the change.
      if (row.live) await modelSwitch.inTurn(() => applyLive([row]));
      else await models.applyDraft();
    } catch (error) {
      if (error instanceof WorkerGone) return;
      store.dispatch({ type: "fieldRefused", key: row.key, error: () => wordsOfError(error) });
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
      if (at > 0) history.addMarker({ step: at, text: `${labelOf(row)} ${before} → ${after}` });
    }
  }

  /** Fills the form, and puts it to work where no model is lost by that. @param {TrainingConfig} config */
  async function useSettings(config) {
    store.dispatch({ type: "draftChanged", draft: structuredClone(config), key: null });
    await models.applyDraft();
  }

  /** @param {string} id */
  async function choosePreset(id) {
    const preset = store.state.presets.find((candidate) => candidate.id === id);
    if (!preset) return;
    try {
      await useSettings(preset.config);
    } catch (error) {
      complain(() => SAYS.presetNotUsed, error);
    }
  }

  async function applyAndRestart() {
    const wasTraining = store.state.phase === "training";
    await models.reset();
    if (wasTraining) train();
  }

  /** @param {number | null} workers */
  function chooseWorkers(workers) {
    store.dispatch({ type: "workersChosen", count: workers });
    prefer({ workers });
    sendWorkers();
  }

  function sendWorkers() {
    client.send({ type: "workers", count: store.state.chosenWorkers });
  }

  /** @param {{ limit: number | null, samples: number }} options */
  async function evaluate(options) {
    store.dispatch({ type: "evaluationBegan", total: options.limit ?? 10_000 });
    try {
      const answer = await client.request("evaluate", options);
      const result = answer && answer.result;
      store.dispatch({ type: "evaluationEnded", result });
      announce(result ? TEXTS.evaluation.done(resultText(result), conventionText(result.convention)) : TEXTS.evaluation.stopped);
    } catch (error) {
      store.dispatch({ type: "evaluationEnded", result: null });
      complain(() => TEXTS.evaluation.failed, error);
    }
  }

  /** @returns {"step" | "seconds"} */
  function by() {
    return chartsBy.value === "seconds" ? "seconds" : "step";
  }

  function drawDue() {
    due = undefined;
    drawCharts(store.state);
  }

  /** @param {import("../../app/store.js").State} state */
  function drawCharts({ config, before, runs, phase, room }) {
    charts[room]?.update(history, {
      by: by(),
      earlier: runs.filter(({ shown }) => shown),
      objectiveDiffers: objectiveDiffers(config),
      config,
      before: before && config && comparable(before, config) ? before : null,
      oneAtATime: phase === "training",
    });
    if (room === "train") evaluations.update(history.full, config);
    rename(boundTitle, boundWord(config) === TEXTS.measures.bound ? "charts.boundTitle" : "charts.lossTitle");
  }

  return {
    train,
    pause,
    useSettings,
    sendWorkers,
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      controls.update(state);
      settings.update(state);
      origin.update(state);
      evaluation.update(state);
      model.update(state);

      // Apart from all else, so that no frame takes long on a slow machine.
      if (state.phase !== "training") drawCharts(state);
      else due ??= setTimeout(drawDue, CHARTS_EVERY_MS);
    },
  };
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
