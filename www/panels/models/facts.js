/**
 * What the model at work is, and its way to a file and back.
 */

import { find, make } from "../../lib/find.js";
import { rename } from "../../lib/fixed-words.js";
import { count, megabytes } from "../../lib/format.js";
import { PYTORCH_SNIPPET } from "../../lib/pytorch.js";
import { shapeText } from "../../lib/settings.js";
import { TEXTS } from "../../texts.js";

const SAYS = TEXTS.model;

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {() => void} handlers.onSave
 * @param {(file: File) => void} handlers.onLoad
 * @param {(count: number | null) => void} handlers.onWorkers
 * @param {number} cores
 */
export function createModel(element, { onSave, onLoad, onWorkers }, cores) {
  const layers = find(element, "#fact-layers", HTMLElement);
  const parameters = find(element, "#fact-parameters", HTMLElement);
  const memory = find(element, "#fact-memory", HTMLElement);
  const workersNow = find(element, "#fact-workers", HTMLElement);
  const workersChoice = find(element, "#workers", HTMLSelectElement);
  const save = find(element, "#save", HTMLButtonElement);
  const load = find(element, "#load", HTMLButtonElement);
  const file = find(element, "#load-file", HTMLInputElement);

  const copy = find(element, "#copy-python", HTMLButtonElement);
  find(element, "#python code", HTMLElement).textContent = PYTORCH_SNIPPET;

  workersChoice.append(
    make("option", { value: "", "data-text": "model.automatic" }),
    ...Array.from({ length: cores }, (_, index) => make("option", { value: String(index + 1), text: String(index + 1) })),
  );
  workersChoice.addEventListener("change", () => onWorkers(workersChoice.value === "" ? null : Number(workersChoice.value)));
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(PYTORCH_SNIPPET);
      rename(copy, "model.copied");
    } catch {
      // Without permission, or outside a secure context, the text can still be selected by hand.
      rename(copy, "model.copyByHand");
    }
    setTimeout(() => rename(copy, "model.copy"), 3000);
  });
  save.addEventListener("click", onSave);
  load.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    if (chosen) onLoad(chosen);
    // The same file may be chosen again.
    file.value = "";
  });

  return {
    /** @param {import("../../app/store.js").State} state */
    update({ phase, config, status, memoryBytes, workers, chosenWorkers }) {
      layers.textContent = config ? shapeText(config) : "–";
      parameters.textContent = status ? count(status.parameters) : "–";
      memory.textContent = memoryBytes > 0 ? TEXTS.units.megabytes(megabytes(memoryBytes)) : "–";
      workersChoice.value = chosenWorkers === null ? "" : String(chosenWorkers);
      // What was chosen by hand says it already.
      workersNow.textContent = phase === "training" && workers !== chosenWorkers ? SAYS.now(workers) : "";
      const usable = phase === "ready" || phase === "training" || phase === "paused";
      save.disabled = !usable;
      load.disabled = !usable;
    },
  };
}
