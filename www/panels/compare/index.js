/**
 * Two settings side by side, on the same seed and data, both learning at once and never more than a moment apart. The page's own
 * model rests meanwhile and is not touched.
 */

import { CODE } from "../../lib/addresses.js";
import { find } from "../../lib/find.js";
import { Rival } from "../../lib/rival.js";
import { writePath } from "../../lib/settings.js";
import { TEXTS } from "../../texts.js";
import { createCompare } from "./view.js";

/** Neither side is further ahead of the other than this. */
const LEAD_STEPS = 30;

/** @typedef {import("../../protocol.js").TrainingConfig} TrainingConfig */

/**
 * What can be compared: two settings with their names, from the first preset and the settings of the form.
 *
 * @type {Record<string, (preset: TrainingConfig, draft: TrainingConfig) => [TrainingConfig, TrainingConfig]>}
 */
const PAIRS = {
  variational: (preset) => [preset, writePath(preset, "model.variational", false)],
  beta: (preset) => [writePath(preset, "klWeight", 1), writePath(preset, "klWeight", 4)],
  latent: (preset) => [writePath(preset, "model.latentDim", 2), writePath(preset, "model.latentDim", 20)],
  mine: (preset, draft) => [draft, writePath(preset, "seed", draft.seed)],
};

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../models/index.js").createModels>} others.models
 * @param {{ pause: () => void }} others.training
 */
export function createCompareFeature({ store, announce, complain }, { models, training }) {
  /** @type {Rival[]} */
  let rivals = [];
  let running = false;
  let frame = 0;
  const view = createCompare(find(document.body, "#compare", HTMLElement), { onBegin: begin, onRun: run, onEnd: end, onTake: take });

  /** @param {string} pair */
  function begin(pair) {
    const { presets, draft, phase } = store.state;
    const [preset] = presets;
    const make = PAIRS[pair];
    if (!preset || !draft || !make) return;
    if (phase === "training") training.pause();
    end();
    const names = () => TEXTS.compare.names[/** @type {keyof typeof TEXTS.compare.names} */ (pair)];
    rivals = make(preset.config, draft).map(
      (config, i) =>
        new Rival({
          name: () => names()[i] ?? "",
          config,
          createWorker: () => new Worker(new URL("worker/main.js", CODE), { type: "module" }),
          onChange: changed,
          onPicture: (of, bitmap, step) => view.picture(i, of, bitmap, step),
        }),
    );
    view.begin(rivals);
    run(true);
    announce(TEXTS.compare.began);
  }

  /** @param {boolean} wanted */
  function run(wanted) {
    running = wanted;
    for (const rival of rivals) rival.run(wanted);
    changed();
  }

  function changed() {
    const alive = rivals.filter(({ failure }) => failure === null);
    // Both begin when both can.
    const ready = alive.every((rival) => rival.ready);
    const limit = ready ? Math.min(...alive.map(({ step }) => step)) + LEAD_STEPS : 0;
    for (const rival of alive) rival.limit(limit);
    if (frame === 0) frame = requestAnimationFrame(paint);
  }

  function paint() {
    frame = 0;
    view.update({ rivals, running });
  }

  function end() {
    for (const rival of rivals) rival.end();
    rivals = [];
    running = false;
    changed();
  }

  /** Makes the model of a side the page's own. @param {number} index */
  async function take(index) {
    const rival = rivals[index];
    if (!rival) return;
    try {
      await models.takeOver((await rival.save()).file, rival.history.plain(), rival.name());
      end();
      announce(TEXTS.compare.taken(rival.name()));
    } catch (error) {
      complain(() => TEXTS.compare.notTaken, error);
    }
  }

  return {
    /** @param {import("../../app/store.js").State} state */
    update({ config, phase }) {
      view.enable(config !== null && phase !== "failed");
    },
  };
}
