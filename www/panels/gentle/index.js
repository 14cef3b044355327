/**
 * Training that is a good guest: it takes the share of the processor it is given, asks about hidden tabs once, keeps the screen
 * awake only while it runs, and stops where there is nothing more to learn.
 */

import { find } from "../../lib/find.js";
import { PATIENCE, onPlateau } from "../../lib/plateau.js";
import { prefer, readPreferences } from "../../lib/preferences.js";
import { TEXTS } from "../../texts.js";
import { createGentle } from "./view.js";

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {{ train: () => void, pause: () => void }} others.training
 */
export function createGentleFeature({ store, client, history }, { training }) {
  let preferences = readPreferences();
  /** Training was running when the tab was hidden. */
  let hiddenWhileTraining = false;
  let pausedByHiding = false;
  /** Plateaus are looked for from this step on. */
  let since = 0;
  /** @type {WakeLockSentinel | null} */
  let lock = null;
  let locking = false;

  const view = createGentle(find(document.body, "#gentle", HTMLElement), { onChange: change });
  view.update(preferences);

  document.addEventListener("visibilitychange", () => (document.hidden ? hidden() : seen()));
  store.subscribe((_state, event) => {
    if (event.type === "booted") sendShare();
    if (event.type === "sessionReplaced") since = event.session.status.step;
    if (event.type === "configChanged") since = store.state.status?.step ?? 0;
    if (event.type === "evaluated" && event.full) stopOnPlateau();
  });

  /** @param {Partial<import("../../lib/preferences.js").Preferences>} part */
  function change(part) {
    preferences = { ...preferences, ...part };
    prefer(part);
    view.update(preferences);
    sendShare();
  }

  function sendShare() {
    client.send({ type: "pace", share: preferences.share });
  }

  function hidden() {
    hiddenWhileTraining = store.state.phase === "training";
    pausedByHiding = hiddenWhileTraining && preferences.whenHidden === "pause";
    if (pausedByHiding) training.pause();
  }

  function seen() {
    if (pausedByHiding) training.train();
    else if (hiddenWhileTraining && preferences.whenHidden === null) {
      change({ whenHidden: "go on" });
      store.dispatch({ type: "noticed", tone: "info", text: () => TEXTS.gentle.wentOn, actions: [{ label: () => TEXTS.gentle.pauseNextTime, name: "pauseWhenHidden" }] });
    }
    pausedByHiding = false;
    hiddenWhileTraining = false;
  }

  function stopOnPlateau() {
    const { config, phase } = store.state;
    if (!config || phase !== "training" || !preferences.stopOnPlateau) return;
    if (!onPlateau(history.full, { since, variational: config.model.variational })) return;
    training.pause();
    const { variational } = config.model;
    const text = () => TEXTS.gentle.plateau(PATIENCE, variational);
    store.dispatch({ type: "noticed", tone: "info", text, actions: [{ label: () => TEXTS.gentle.goOn, name: "goOn" }] });
  }

  async function keepAwake() {
    const wanted = preferences.keepAwake && store.state.phase === "training" && !document.hidden;
    if (locking || wanted === (lock !== null && !lock.released) || !("wakeLock" in navigator)) return;
    locking = true;
    try {
      if (wanted) lock = await navigator.wakeLock.request("screen");
      else await lock?.release();
    } catch {
      // The browser may refuse, for instance to save the battery: then the screen goes dark as ever.
    }
    if (!wanted) lock = null;
    locking = false;
  }

  return {
    pauseWhenHidden() {
      change({ whenHidden: "pause" });
      store.dispatch({ type: "offerEnded", name: "pauseWhenHidden" });
    },
    goOn() {
      since = (store.state.status?.step ?? 0) + 1;
      store.dispatch({ type: "offerEnded", name: "goOn" });
      training.train();
    },
    update() {
      void keepAwake();
    },
  };
}
