/**
 * The model at work and what may take its place: a new one, one that came with the page, one from a file, the one before, or
 * the page's own copy after a crash. Nothing is replaced before its successor is there, and what was the visitor's can be had
 * back.
 */

import { MODELS } from "../lib/addresses.js";
import { find } from "../lib/find.js";
import { checkpointFileName, count } from "../lib/format.js";
import { downloadWeights, listModels } from "../lib/models.js";
import { offerFile } from "../lib/offer.js";
import { differences, matchingPreset } from "../lib/settings.js";
import { messageOf } from "../laboratory.js";
import { untouchedCard } from "../store.js";
import { TEXTS } from "../texts.js";
import { WorkerGone } from "../training-client.js";
import { createShelf } from "../views/shelf.js";

/**
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 * @typedef {import("../lib/history.js").RunHistory} RunHistory
 * @typedef {import("../store.js").Shipped} Shipped
 */

const SAYS = TEXTS.models;

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} options
 * @param {() => void} options.onReplaced  another model is at work: its pictures are wanted
 */
export function createModels({ store, client, history, announce, complain }, { onReplaced }) {
  /** The newest automatic copy of the model, for a restart after a crash. @type {{ step: number, file: Blob, shipped: Shipped | null } | null} */
  let safeCopy = null;
  /** The settings of a model that crashed, for its successor. @type {TrainingConfig | null} */
  let settingsToRestore = null;
  /** The model before the last reset, until it is not wanted any more. @type {{ file: Blob, curves: ReturnType<RunHistory["snapshot"]>, shipped: Shipped | null } | null} */
  let beforeReset = null;
  /** The first of the models that come with the page, from its arrival until it is at work. @type {{ card: ModelCard, file: Blob } | null} */
  let arrived = null;

  const shelf = createShelf(find(document.body, "#shelf", HTMLElement), { onLoad: takeFromShelf });

  store.subscribe((state, event) => {
    if (event.type === "checkpoint") safeCopy = { step: event.step, file: event.file, shipped: state.shipped };
    if (event.type === "crashed") settingsToRestore = state.config;
  });

  /** A worker has started, the first one or the next after a crash: it gets the model that the page holds, if it holds one. */
  async function restore() {
    if (safeCopy) {
      const { file, step, shipped } = safeCopy;
      try {
        const session = await client.request("load", { file });
        store.dispatch({ type: "sessionReplaced", session, shipped });
        history.truncate(step);
        announce(SAYS.restored(count(step)));
      } catch (error) {
        complain(SAYS.notRestored, error);
      }
    } else if (settingsToRestore) {
      try {
        await replace(settingsToRestore);
        announce(SAYS.restarted);
      } catch (error) {
        complain(SAYS.settingsNotRestored, error);
      }
    } else if (arrived && !store.state.wantsTraining) {
      await takeArrived();
    } else {
      announce(SAYS.ready);
    }
  }

  /**
   * Downloads the first of the models that come with the page; it goes to work unless the visitor has begun something of
   * their own by then.
   */
  async function loadFirst() {
    store.dispatch({ type: "stageRequested", stage: "weights" });
    try {
      const cards = await listModels(MODELS);
      store.dispatch({ type: "cardsListed", cards });
      const [card] = cards;
      if (!card) {
        store.dispatch({ type: "stageDone", stage: "weights", received: 0 });
        return;
      }
      arrived = { card, file: await fetchWeights(card) };
      const { phase, status, presets, rows, config } = store.state;
      const [preset] = presets;
      if (phase === "ready" && status?.step === 0 && preset && config && differences(rows, preset.config, config).length === 0) {
        await takeArrived();
        onReplaced();
      }
    } catch (error) {
      withoutFirst(error);
    }
  }

  /** @param {unknown} error */
  function withoutFirst(error) {
    arrived = null;
    store.dispatch({ type: "stageFailed", stage: "weights", error: TEXTS.stages.notAvailable });
    store.dispatch({ type: "noticed", tone: "info", text: SAYS.noneTrained(messageOf(error)) });
  }

  /**
   * @param {ModelCard} card
   * @returns {Promise<Blob>}
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
    return new Blob([bytes]);
  }

  async function takeArrived() {
    if (!arrived) return;
    const { card, file } = arrived;
    arrived = null;
    try {
      await takeShipped(card, file);
    } catch (error) {
      if (error instanceof WorkerGone) arrived = { card, file };
      else withoutFirst(error);
    }
  }

  /**
   * Puts a model that came with the page to work.
   *
   * @param {ModelCard} card
   * @param {Blob} file
   */
  async function takeShipped(card, file) {
    const session = await client.request("load", { file });
    history.clear();
    takePlace(session, file, { card, step: session.status.step });
    announce(SAYS.taken(card.name, count(card.epochs)));
  }

  /** @param {ModelCard} card */
  async function takeFromShelf(card) {
    store.dispatch({ type: "stageRequested", stage: "weights" });
    try {
      const file = await fetchWeights(card);
      const offer = await keepForUndo();
      await takeShipped(card, file);
      onReplaced();
      offer(card.name);
    } catch (error) {
      if (store.state.stages.weights.state === "loading") store.dispatch({ type: "stageFailed", stage: "weights", error: TEXTS.stages.notAvailable });
      complain(SAYS.notLoaded(card.name), error);
    }
  }

  /**
   * Another model has taken the place of the one before. The curves are its own already: when those of the former run ended, its
   * newest copy was still here.
   *
   * @param {import("../protocol.js").Session} session
   * @param {Blob | null} file  a copy of it, where there is one
   * @param {Shipped | null} [shipped]
   */
  function takePlace(session, file, shipped = null) {
    safeCopy = file && { step: session.status.step, file, shipped };
    store.dispatch({ type: "sessionReplaced", session, shipped });
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
    if (atStep === 0 || untouchedCard(store.state)) return () => {};
    client.send({ type: "pause" });
    const former = { file: await client.request("save", {}), curves: history.snapshot(), shipped };
    return (what) => {
      beforeReset = former;
      store.dispatch({
        type: "noticed",
        tone: "info",
        text: SAYS.replaced(what, count(atStep)),
        action: { label: SAYS.bringBack, name: "undoReset" },
      });
    };
  }

  /** A new model by the settings of the form; the old one can be had back. */
  async function reset() {
    const { draft } = store.state;
    if (!draft) return;
    client.send({ type: "pause" });
    try {
      const offer = await keepForUndo();
      await replace(draft);
      offer(SAYS.newOne);
    } catch (error) {
      complain(SAYS.notReset, error);
    }
  }

  /**
   * A new model, which knows nothing.
   *
   * @param {TrainingConfig} config
   */
  async function replace(config) {
    const session = await client.request("start", { config });
    history.clear();
    takePlace(session, null);
    onReplaced();
  }

  async function undoReset() {
    if (!beforeReset) return;
    const { file, curves, shipped } = beforeReset;
    beforeReset = null;
    try {
      const session = await client.request("load", { file });
      history.restore(curves);
      takePlace(session, file, shipped);
      onReplaced();
      for (const { id, action } of store.state.notices) if (action?.name === "undoReset") store.dispatch({ type: "noticeDismissed", id });
    } catch (error) {
      complain(SAYS.notBroughtBack, error);
    }
  }

  /**
   * Goes back to the weights of an earlier moment of this run; the model of now can be had back.
   *
   * @param {Blob} file
   * @param {number} step
   */
  async function goBack(file, step) {
    const offer = await keepForUndo();
    const curves = history.snapshot();
    const session = await client.request("load", { file });
    history.restore(curves);
    history.truncate(step);
    takePlace(session, file);
    onReplaced();
    offer(SAYS.earlier(count(step)));
  }

  /**
   * Makes a model that learned before, or elsewhere on the page, the one at work, with its curves; the one before can be had back.
   *
   * @param {Blob} file
   * @param {ReturnType<RunHistory["plain"]>} curves
   * @param {string} name
   */
  async function takeOver(file, curves, name) {
    const offer = await keepForUndo();
    const session = await client.request("load", { file });
    history.takeUp(curves);
    takePlace(session, file);
    onReplaced();
    offer(SAYS.other(name));
  }

  async function save() {
    const { presets, rows, config, status } = store.state;
    try {
      const file = await client.request("save", {});
      const name = (config && matchingPreset(presets, rows, config)?.name) ?? TEXTS.settings.own;
      offerFile(file, checkpointFileName(name, status?.step ?? 0));
      announce(SAYS.saved);
    } catch (error) {
      complain(SAYS.notSaved, error);
    }
  }

  /** @param {File} chosen */
  async function load(chosen) {
    const wasTraining = store.state.phase === "training";
    try {
      // A copy: the file on the disk may change.
      const file = new Blob([await chosen.arrayBuffer()]);
      const offer = await keepForUndo();
      const session = await client.request("load", { file });
      history.clear();
      takePlace(session, file);
      onReplaced();
      offer(SAYS.other(chosen.name));
      announce(SAYS.loaded(chosen.name, count(session.status.step)));
    } catch (error) {
      // Only a whole and valid file replaces the model.
      if (wasTraining) client.send({ type: "train" });
      complain(SAYS.notLoaded(chosen.name), error);
    }
  }

  return {
    /** The newest copy of the model at work that the page holds. */
    newestCopy: () => safeCopy,
    restore,
    loadFirst,
    takeFromShelf,
    reset,
    replace,
    undoReset,
    goBack,
    takeOver,
    save,
    load,
    /** @param {import("../store.js").State} state */
    update(state) {
      shelf.update(state);
    },
  };
}
