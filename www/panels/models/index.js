/**
 * What may take the place of the model at work: a new one, one that came with the page, one from a file, an earlier moment. Each is a
 * run for the model switch; what was the visitor's is kept and can be had back.
 */

import { MNIST, newRun } from "../../app/run.js";
import { MODELS } from "../../lib/addresses.js";
import { find } from "../../lib/find.js";
import { checkpointFileName, count } from "../../lib/format.js";
import { downloadWeights, listModels } from "../../lib/models.js";
import { offerFile } from "../../lib/offer.js";
import { differences, matchingName } from "../../lib/settings.js";
import { CodedError, told } from "../../lib/coded-error.js";
import { wordsOfError } from "../../lib/error-words.js";
import { TEXTS } from "../../texts.js";
import { untouchedCard } from "../../app/store.js";
import { WorkerGone } from "../../app/client.js";
import { createModelChoice } from "./choice.js";
import { createShelf } from "./shelf.js";

/**
 * @typedef {import("../../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../../lib/models.js").ModelCard} ModelCard
 * @typedef {import("../../app/run.js").Run} Run
 */

const SAYS = TEXTS.models;
/** MNIST's classes, and as many as a model can be told. */
const [DIGITS, MOST_CLASSES] = [10, 100];

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {Pick<typeof import("../../first.js"), "fetchFirst" | "dropFirst">} first  what was asked for before all else
 */
export function createModels({ store, client, atWork, modelSwitch, announce, complain }, { fetchFirst, dropFirst }) {
  /** The first of the models that come with the page, from its arrival until it is at work. @type {{ card: ModelCard, file: ArrayBuffer } | null} */
  let arrived = null;

  const shelf = createShelf(find(document.body, "#shelf", HTMLElement), { onLoad: takeFromShelf });
  const choice = createModelChoice(find(document.body, "#model-choice", HTMLSelectElement), { onChoose: takeFromShelf });

  /** A new worker is there after a crash: it gets the run at work. @param {import("../../protocol.js").Session} session */
  async function restore(session) {
    try {
      await modelSwitch.restore(session);
      const step = store.state.status?.step ?? 0;
      announce(step > 0 ? SAYS.restored(count(step)) : SAYS.restarted);
    } catch (error) {
      complain(() => SAYS.notRestored, error);
    }
  }

  /**
   * Downloads the first of the models that come with the page; it goes to work unless the visitor has begun something of
   * their own by then.
   */
  async function loadFirst() {
    store.dispatch({ type: "stageRequested", stage: "weights" });
    try {
      const cards = await listModels(MODELS, { fetcher: fetchFirst });
      store.dispatch({ type: "cardsListed", cards });
      const [listed] = cards;
      if (!listed) {
        store.dispatch({ type: "stageDone", stage: "weights", received: 0 });
        return;
      }
      const { quick } = listed;
      const card = quick ? { ...listed, name: SAYS.inEightBits(listed.name), test: quick.test } : listed;
      arrived = { card, file: await fetchWeights(card, quick?.file) };
      if (store.state.phase === "ready") await takeArrived();
    } catch (error) {
      withoutFirst(error);
    } finally {
      dropFirst();
    }
  }

  /** @param {unknown} error */
  function withoutFirst(error) {
    arrived = null;
    store.dispatch({ type: "stageFailed", stage: "weights", error: told(new CodedError("weightsNotThere", {})) });
    store.dispatch({ type: "noticed", tone: "info", text: () => SAYS.noneTrained(wordsOfError(error)) });
  }

  /**
   * @param {ModelCard} card
   * @param {string} [name]  of the file
   * @returns {Promise<ArrayBuffer>}
   */
  async function fetchWeights(card, name) {
    let told = -Infinity;
    const bytes = await downloadWeights(MODELS, card, {
      name,
      fetcher: fetchFirst,
      onProgress(received, total) {
        const now = performance.now();
        if (now - told < 100) return;
        told = now;
        store.dispatch({ type: "stageProgress", stage: "weights", received, total });
      },
    });
    store.dispatch({ type: "stageDone", stage: "weights", received: bytes.length });
    return bytes.buffer;
  }

  /** Whether nothing has been begun yet: the model is the one that the worker began with. */
  function isUntouched() {
    const { status, presets, rows, config, wantsTraining, phase, run } = store.state;
    const [preset] = presets;
    if (wantsTraining || phase !== "ready" || status?.step !== 0 || run?.origin.kind !== "new" || run.data.kind !== "mnist") return false;
    return preset !== undefined && config !== null && differences(rows, preset.config, config).length === 0;
  }

  /** The program is there, and what the page begins with may be. */
  async function takeArrived() {
    try {
      const taken = await modelSwitch.switchTo(() => (arrived && isUntouched() ? shippedRun(arrived.card, arrived.file) : null));
      if (!taken || !arrived) {
        announce(SAYS.ready);
        return;
      }
      const { card } = arrived;
      arrived = null;
      announce(SAYS.taken(card.name, count(card.epochs)));
    } catch (error) {
      if (!(error instanceof WorkerGone)) withoutFirst(error);
    }
  }

  /**
   * @param {ModelCard} card
   * @param {ArrayBuffer} file
   */
  function shippedRun(card, file) {
    return newRun({ name: card.name, origin: { kind: "shipped", card, step: null }, checkpoint: { step: 0, file } });
  }

  /** @param {ModelCard} wanted */
  async function takeFromShelf(wanted) {
    // What was there in eight bits comes back as it was made.
    const card = store.state.cards.find(({ id }) => id === wanted.id) ?? wanted;
    store.dispatch({ type: "stageRequested", stage: "weights" });
    try {
      const file = await fetchWeights(card);
      await modelSwitch.switchTo(() => shippedRun(card, file), card.name);
      announce(SAYS.taken(card.name, count(card.epochs)));
    } catch (error) {
      if (store.state.stages.weights.state === "loading") store.dispatch({ type: "stageFailed", stage: "weights", error: told(new CodedError("weightsNotThere", {})) });
      complain(() => SAYS.notLoaded(card.name), error);
    }
  }

  /** A new model by the settings of the form; the old one can be had back. */
  async function reset() {
    try {
      const { draft } = store.state;
      if (draft) await begin(draft);
    } catch (error) {
      complain(() => SAYS.notReset, error);
    }
  }

  /**
   * A new model by these settings, which knows nothing; the one before can be had back.
   *
   * @param {TrainingConfig} config
   * @param {Run["data"]} [data]  what it learns from; otherwise what the one before learnt from
   */
  async function begin(config, data) {
    await modelSwitch.switchTo(() => runWith(config, data), () => SAYS.newOne);
  }

  /**
   * The settings of the form, put to work where nothing is lost by that: where the model at work knows nothing yet. Whether that is so
   * is asked when its turn has come.
   */
  async function applyDraft() {
    await modelSwitch.switchTo(() => {
      const { draft, phase, shipped, status } = store.state;
      return draft && phase === "ready" && !shipped && status?.step === 0 ? runWith(draft) : null;
    });
  }

  /**
   * @param {TrainingConfig} config
   * @param {Run["data"]} [data]
   */
  function runWith(config, data = atWork.identity?.data ?? MNIST) {
    const { presets, rows } = store.state;
    const name = matchingName(presets, rows, config) ?? TEXTS.settings.own;
    return newRun({ name, config: fitted(config, data), data });
  }

  async function undo() {
    try {
      await modelSwitch.undo();
    } catch (error) {
      complain(() => SAYS.notBroughtBack, error);
    }
  }

  /**
   * Goes on from an earlier moment of this run, with what it had seen until then; the model of now can be had back.
   *
   * @param {import("../../lib/moments.js").Moment} moment
   */
  async function goBack({ step, file }) {
    const now = atWork.whole();
    if (!now) return;
    const { name, data, curves, snapshots } = now;
    const origin = /** @type {const} */ ({ kind: "moment", of: now.id, step: null });
    const checkpoint = { step, file: await file.arrayBuffer() };
    await modelSwitch.switchTo(() => newRun({ name, data, origin, curves, snapshots, checkpoint }), () => SAYS.earlier(count(step)));
  }

  /**
   * Makes a side of a comparison the model at work, with its curves.
   *
   * @param {ArrayBuffer} file
   * @param {Run["curves"]} curves
   * @param {string} name
   */
  async function takeOver(file, curves, name) {
    const run = newRun({ name, curves, origin: { kind: "comparison", step: null }, checkpoint: { step: 0, file } });
    await modelSwitch.switchTo(() => run, () => SAYS.other(name));
  }

  async function save() {
    const { presets, rows, config } = store.state;
    const shipped = untouchedCard(store.state)?.name;
    try {
      const { step, file } = await client.request("save", {});
      const name = shipped ?? (config && matchingName(presets, rows, config)) ?? TEXTS.settings.own;
      offerFile(new Blob([file], { type: "application/octet-stream" }), checkpointFileName(name, step));
      announce(SAYS.saved);
    } catch (error) {
      complain(() => SAYS.notSaved, error);
    }
  }

  /** @param {File} chosen */
  async function load(chosen) {
    try {
      // A copy: the file on the disk may change.
      const file = await chosen.arrayBuffer();
      const { name } = chosen;
      const run = newRun({ name: name.replace(/\.safetensors$/, ""), origin: { kind: "file", name, step: null }, checkpoint: { step: 0, file } });
      await modelSwitch.switchTo(() => run, () => SAYS.other(name));
      announce(SAYS.loaded(name, count(store.state.status?.step ?? 0)));
    } catch (error) {
      // Only a whole and valid file replaces the model.
      complain(() => SAYS.notLoaded(chosen.name), error);
    }
  }

  return {
    restore,
    loadFirst,
    takeArrived,
    takeFromShelf,
    reset,
    begin,
    applyDraft,
    undo,
    goBack,
    takeOver,
    save,
    load,
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      shelf.update(state);
      choice.update(state);
    },
  };
}

/**
 * Settings for what is to be learnt: a model that is told labels knows as many classes as the data has.
 *
 * @param {TrainingConfig} config
 * @param {Run["data"]} data
 * @returns {TrainingConfig}
 */
function fitted(config, { kind, unlabelled, classes }) {
  const { model } = config;
  if (!model.conditional) return config;
  if (unlabelled > 0) throw new CodedError("needsLabels", { images: unlabelled });
  if (classes && classes.length > MOST_CLASSES) throw new CodedError("tooManyClasses", { classes: classes.length, most: MOST_CLASSES });
  if (classes && kind === "both") throw new CodedError("otherClasses", {});
  return { ...config, model: { ...model, classes: classes?.length ?? DIGITS } };
}
