/**
 * The control bar: train or pause, step, reset, and where the run stands.
 */

import { find } from "../../lib/find.js";
import { rename } from "../../lib/fixed-words.js";
import { count, milliseconds } from "../../lib/format.js";
import { untouchedCard } from "../../app/store.js";
import { TEXTS } from "../../texts.js";

const SAYS = TEXTS.controls;

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {() => void} handlers.onTrain
 * @param {() => void} handlers.onPause
 * @param {() => void} handlers.onStep
 * @param {() => void} handlers.onReset
 */
export function createControls(element, { onTrain, onPause, onStep, onReset }) {
  const train = find(element, "#train", HTMLButtonElement);
  const label = find(train, ".label", HTMLElement);
  const step = find(element, "#step", HTMLButtonElement);
  const reset = find(element, "#reset", HTMLButtonElement);
  const stats = {
    step: find(element, "#stat-step", HTMLElement),
    epoch: find(element, "#stat-epoch", HTMLElement),
    speed: find(element, "#stat-speed", HTMLElement),
    time: find(element, "#stat-time", HTMLElement),
  };
  let running = false;

  train.addEventListener("click", () => (running ? onPause() : onTrain()));
  step.addEventListener("click", onStep);
  reset.addEventListener("click", onReset);

  return {
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      const { phase, status, rate, waiting, evaluating, evaluation, wantsTraining } = state;
      running = phase === "training" || wantsTraining;
      train.dataset["running"] = String(running);
      const erases = !running && untouchedCard(state) !== null;
      train.dataset["erases"] = String(erases);
      train.disabled = phase === "failed";
      const does = wantsTraining ? "starting" : running ? (waiting ? "waiting" : "pause") : erases ? "erase" : (status?.step ?? 0) > 0 ? "resume" : "train";
      rename(label, `controls.${does}`);
      const usable = phase === "ready" || phase === "training" || phase === "paused";
      step.disabled = !usable;
      reset.disabled = !usable;
      setText(stats.step, count(status?.step ?? 0));
      setText(stats.epoch, (status?.epoch ?? 0).toFixed(2));
      setText(stats.speed, waiting ? SAYS.speedWaiting : evaluating || evaluation ? SAYS.speedTesting : rate ? count(rate.imagesPerSecond) : "–");
      setText(stats.time, rate ? milliseconds(rate.msPerStep) : "–");
    },
  };
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
