/**
 * The page's state, and every way it can change. `reduce` is pure: an event and the state before give the state after.
 *
 *     idle -> loading -> ready <-> training <-> paused        any -> failed -> loading (restart)
 *
 * Curves are not in here: they are long, and live in a RunHistory beside the store.
 *
 * @typedef {import("../protocol.js").Stage} Stage
 * @typedef {import("../protocol.js").Download} Download
 * @typedef {import("../lib/models.js").ModelCard} ModelCard
 * @typedef {import("../protocol.js").TrainingConfig} TrainingConfig
 * @typedef {import("../protocol.js").WorkerEvent} WorkerEvent
 * @typedef {import("../lib/said.js").Said} Said
 */

import { MNIST } from "./run.js";
import { wordsOfError } from "../lib/error-words.js";
import { said } from "../lib/said.js";
import { wordsOfPreset } from "../lib/settings.js";
import { STAGES } from "../protocol.js";
import { TEXTS } from "../texts.js";

/** @typedef {"idle" | "loading" | "ready" | "training" | "paused" | "failed"} Phase */

/**
 * @typedef {object} StageState
 * @property {"waiting" | "loading" | "done" | "failed"} state
 * @property {number} received
 * @property {number | null} total
 * @property {import("../protocol.js").ToldError | null} error
 */

/**
 * What a notice can offer.
 * @typedef {"undoReset" | "resume" | "downloadUnreadable" | "forgetUnreadable" | "pauseWhenHidden" | "goOn" | "update"} NoticeAction
 */

/** @typedef {{ label: Said, name: NoticeAction }} OfferedAction */

/**
 * Something the page has to say that stays until it is answered, with what it offers.
 * @typedef {{ id: number, tone: "info" | "error", text: Said, actions: readonly OfferedAction[] }} Notice
 */

/**
 * @typedef {object} State
 * @property {Phase} phase
 * @property {import("./rooms.js").Room} room  the open one: what is in the others is not painted
 * @property {Record<Download, StageState>} stages
 * @property {import("../protocol.js").ToldError | null} failure  why the model stopped for good, in phase "failed"
 * @property {string} version
 * @property {import("../protocol.js").Preset[]} presets
 * @property {import("../protocol.js").HyperParameter[]} rows
 * @property {AtWork | null} run  the run at work
 * @property {TrainingConfig | null} config  the settings of the model at work
 * @property {TrainingConfig | null} draft  the settings of the form: differs where a change waits for a restart
 * @property {Record<string, Said>} fieldErrors  by key: why what stands in that field was refused
 * @property {import("../protocol.js").SessionStatus | null} status
 * @property {import("../protocol.js").StepMetrics | null} last
 * @property {import("../protocol.js").Rate | null} rate
 * @property {boolean} waiting  training waits for images that are still on their way
 * @property {boolean} evaluating  every test image is being looked at
 * @property {boolean} wantsTraining  Train was pressed before the model was there
 * @property {number} memoryBytes
 * @property {number} workers  how many train
 * @property {number | null} chosenWorkers  how many the visitor wants; null: the fastest number
 * @property {import("../protocol.js").Shown | null} shown
 * @property {{ samples: number, variations: number }} seeds
 * @property {readonly ModelCard[]} cards  the models that come with the page
 * @property {Shipped | null} shipped  where the model at work comes from, if it came with the page
 * @property {ModelCard | null} before  the newest of those that was at work: what the visitor's own model is compared with
 * @property {{ sample: number | null, digit: number | null }} labels  what a conditional model is asked for
 * @property {readonly ListedRun[]} runs  all others that are kept, the newest first
 * @property {number | null} past  the step of the earlier model that all pictures show; null: they show the one that trains
 * @property {{ done: number, total: number } | null} evaluation  the visitor's own evaluation, while it runs
 * @property {import("../protocol.js").FullEvaluation | null} evaluated  its result, of this model
 * @property {Notice[]} notices
 */

/**
 * @typedef {import("./run-library.js").ListedRun} ListedRun
 * @typedef {Pick<import("./run.js").Run, "id" | "name" | "data" | "origin">} AtWork
 */

/**
 * @typedef {object} Shipped
 * @property {ModelCard} card
 * @property {number | null} step  where it stood when it was loaded: at that step it is still as it came
 */

/**
 * @typedef {WorkerEvent
 *   | { type: "bootRequested" }
 *   | { type: "roomOpened", room: import("./rooms.js").Room }
 *   | { type: "stageRequested", stage: Download }
 *   | { type: "trainRequested" }
 *   | { type: "pauseRequested" }
 *   | { type: "workersChosen", count: number | null }
 *   | { type: "stageProgress", stage: "weights", received: number, total: number | null }
 *   | { type: "stageDone", stage: "weights", received: number }
 *   | { type: "stageFailed", stage: "weights", error: import("../protocol.js").ToldError }
 *   | { type: "cardsListed", cards: readonly ModelCard[] }
 *   | { type: "sessionReplaced", session: import("../protocol.js").Session, run: AtWork }
 *   | { type: "runsChanged", runs: readonly ListedRun[] }
 *   | { type: "pastShown", step: number | null }
 *   | { type: "labelChosen", of: "sample" | "digit", label: number | null }
 *   | { type: "evaluationBegan", total: number }
 *   | { type: "evaluationEnded", result: import("../protocol.js").FullEvaluation | null }
 *   | { type: "configChanged", config: TrainingConfig }
 *   | { type: "draftChanged", draft: TrainingConfig, key: string | null }
 *   | { type: "fieldRefused", key: string, error: Said }
 *   | { type: "draftDiscarded" }
 *   | { type: "seedChanged", grid: "samples" | "variations", seed: number }
 *   | { type: "noticed", tone: Notice["tone"], text: Said, actions?: Notice["actions"] }
 *   | { type: "offerEnded", name: NoticeAction }
 *   | { type: "noticeDismissed", id: number }} PageEvent
 */

/** @returns {State} */
export function initialState() {
  return {
    phase: "idle",
    room: "play",
    stages: { model: waitingStage(), weights: waitingStage(), test: waitingStage(), train: waitingStage() },
    failure: null,
    version: "",
    presets: [],
    rows: [],
    run: null,
    config: null,
    draft: null,
    fieldErrors: {},
    status: null,
    last: null,
    rate: null,
    waiting: false,
    evaluating: false,
    wantsTraining: false,
    memoryBytes: 0,
    workers: 1,
    chosenWorkers: null,
    shown: null,
    seeds: { samples: 1, variations: 1 },
    cards: [],
    shipped: null,
    before: null,
    labels: { sample: null, digit: null },
    runs: [],
    past: null,
    evaluation: null,
    evaluated: null,
    notices: [],
  };
}

/** @returns {StageState} */
function waitingStage() {
  return { state: "waiting", received: 0, total: null, error: null };
}

/**
 * @param {State} state
 * @param {PageEvent} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "bootRequested":
      return {
        ...state,
        phase: "loading",
        failure: null,
        waiting: false,
        evaluating: false,
        rate: null,
        wantsTraining: false,
        past: null,
        // The page holds the trained weights itself: a new worker does not need them anew.
        stages: { ...initialState().stages, model: { ...waitingStage(), state: "loading" }, weights: state.stages.weights },
      };
    case "roomOpened":
      return { ...state, room: event.room };
    case "stageRequested":
      return withStage(state, event.stage, { ...waitingStage(), state: "loading" });
    case "stageProgress":
      return withStage(state, event.stage, { state: "loading", received: event.received, total: event.total, error: null });
    case "stageDone":
      return withStage(state, event.stage, { state: "done", received: event.received, total: event.received, error: null });
    case "stageFailed": {
      const before = state.stages[event.stage];
      const next = withStage(state, event.stage, { ...before, state: "failed", error: event.error });
      return event.stage === "model" ? { ...next, phase: "failed", failure: null, wantsTraining: false } : next;
    }
    case "booted":
      return {
        ...state,
        phase: "ready",
        version: event.version,
        presets: event.presets,
        rows: event.hyperParameters,
        ...replaced(event.session),
        run: { id: event.session.run, name: event.presets[0] ? wordsOfPreset(event.presets[0]).name : TEXTS.settings.own, data: MNIST, origin: { kind: "new", step: 0 } },
      };
    case "trainRequested":
      return state.phase === "loading" || state.phase === "idle" ? { ...state, wantsTraining: true } : { ...state, wantsTraining: false };
    case "workersChosen":
      return { ...state, chosenWorkers: event.count };
    case "pauseRequested":
      return { ...state, wantsTraining: false };
    case "training":
      return {
        ...state,
        phase: event.running ? "training" : event.status.step > 0 ? "paused" : "ready",
        status: event.status,
        last: event.last,
        rate: event.rate,
        waiting: event.waiting,
        evaluating: event.evaluating,
        memoryBytes: event.memoryBytes,
        workers: event.workers,
        notices: event.running && event.status.step > 0 ? withoutOffer(state.notices, "undoReset") : state.notices,
      };
    case "sessionReplaced":
      return {
        ...state,
        phase: event.session.status.step > 0 ? "paused" : "ready",
        ...replaced(event.session),
        run: event.run,
        shipped: shippedOf(event.run),
        before: shippedOf(event.run)?.card ?? state.before,
      };
    case "cardsListed":
      return { ...state, cards: event.cards };
    case "runsChanged":
      return { ...state, runs: event.runs };
    case "pastShown":
      return { ...state, past: event.step };
    case "labelChosen":
      return { ...state, labels: { ...state.labels, [event.of]: event.label } };
    case "evaluationBegan":
      return { ...state, evaluation: { done: 0, total: event.total } };
    case "evaluationProgress":
      return state.evaluation ? { ...state, evaluation: { done: event.done, total: event.total } } : state;
    case "evaluationEnded":
      return { ...state, evaluation: null, evaluated: event.result ?? state.evaluated };
    case "configChanged":
      return { ...state, config: event.config };
    case "draftChanged":
      return { ...state, draft: event.draft, fieldErrors: event.key === null ? {} : without(state.fieldErrors, event.key) };
    case "fieldRefused":
      return { ...state, fieldErrors: { ...state.fieldErrors, [event.key]: event.error } };
    case "draftDiscarded":
      return { ...state, draft: state.config, fieldErrors: {} };
    case "seedChanged":
      return { ...state, seeds: { ...state.seeds, [event.grid]: event.seed } };
    case "reconstruction":
      return { ...state, shown: event.shown };
    case "failed":
      return withNotice(state, "error", () => TEXTS.worker.failed[event.what](wordsOfError(event.error)));
    case "stopped":
      return withNotice(state, "error", () => TEXTS.training.stopped(wordsOfError(event.error)));
    case "crashed":
      return { ...state, phase: "failed", failure: event.reason, waiting: false, evaluating: false, rate: null, evaluation: null };
    case "noticed":
      return withNotice(state, event.tone, event.text, event.actions);
    case "offerEnded":
      return { ...state, notices: withoutOffer(state.notices, event.name) };
    case "noticeDismissed":
      return { ...state, notices: state.notices.filter(({ id }) => id !== event.id) };
    case "evaluated":
    case "grid":
    case "codes":
    case "answer":
    case "checkpoint":
      return state;
  }
}

/** @param {AtWork} run @returns {Shipped | null} */
function shippedOf({ origin }) {
  return origin.kind === "shipped" ? { card: origin.card, step: origin.step } : null;
}

/** @param {import("../protocol.js").Session} session */
function replaced({ config, status }) {
  /** @type {Pick<State, "config" | "draft" | "fieldErrors" | "status" | "last" | "rate" | "waiting" | "evaluating" | "shipped" | "evaluation" | "evaluated" | "labels" | "past">} */
  const fresh = {
    config,
    draft: config,
    fieldErrors: {},
    status,
    last: null,
    rate: null,
    waiting: false,
    evaluating: false,
    shipped: null,
    evaluation: null,
    evaluated: null,
    labels: { sample: null, digit: null },
    past: null,
  };
  return fresh;
}

/**
 * @param {State} state
 * @param {Download} stage
 * @param {StageState} value
 * @returns {State}
 */
function withStage(state, stage, value) {
  return { ...state, stages: { ...state.stages, [stage]: value } };
}

/**
 * @param {State} state
 * @param {Notice["tone"]} tone
 * @param {Said} text
 * @param {Notice["actions"]} [actions]
 * @returns {State}
 */
function withNotice(state, tone, text, actions = []) {
  const id = Math.max(0, ...state.notices.map((notice) => notice.id)) + 1;
  // The same thing is said once, and only the newest few stay.
  // The newest offer takes the place of those before it.
  const others = state.notices.filter((other) => said(other.text) !== said(text) && !(actions.length > 0 && other.actions.length > 0));
  return { ...state, notices: [...others.slice(-2), { id, tone, text, actions }] };
}

/**
 * @param {readonly Notice[]} notices
 * @param {NoticeAction} name
 */
function withoutOffer(notices, name) {
  return notices.filter(({ actions }) => !actions.some((action) => action.name === name));
}

/**
 * @template T
 * @param {Record<string, T>} record
 * @param {string} key
 */
function without(record, key) {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/** Whether everything that training needs has been downloaded. @param {State} state */
export function allLoaded(state) {
  return STAGES.every((stage) => stage === "weights" || state.stages[stage].state === "done");
}

/**
 * The card of the model at work, if it is one of those that come with the page and has not learned anything since.
 *
 * @param {State} state
 */
export function untouchedCard({ shipped, status }) {
  return shipped && status?.step === shipped.step ? shipped.card : null;
}

/** @typedef {(state: State, event: PageEvent) => void} Listener */

/** Holds the state; listeners hear of every event, after it took effect. */
export class Store {
  /** @type {State} */
  state = initialState();
  /** @type {Set<Listener>} */
  #listeners = new Set();

  /** @param {PageEvent} event */
  dispatch(event) {
    this.state = reduce(this.state, event);
    for (const listener of this.#listeners) listener(this.state, event);
  }

  /** @param {Listener} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
