/**
 * The visitor's digit and what the model makes of noise: the pad, variations and samples.
 */

import { classNames } from "../../lib/class-names.js";
import { find } from "../../lib/find.js";
import { count } from "../../lib/format.js";
import { DIGIT_SIDE } from "../../protocol.js";
import { TEXTS } from "../../texts.js";
import { createGrid } from "../../ui/grid.js";
import { createLabels } from "../../ui/labels.js";

const SAYS = TEXTS.drawing;
const SAMPLES = { columns: 8, rows: 8 };
/** A conditional model writes its classes by turns: so many stand in a row at most, and with ten each has a column of its own. */
const MOST_COLUMNS = 16;
const SAMPLES_BY_LABEL = 100;
const VARIATIONS = { columns: 8, rows: 3 };
const KEEP_AFTER_MS = 300;
/** A three, in parts of the pad's side: what a newcomer sees first is drawn by nobody in particular. */
const EXAMPLE = /** @type {[number, number][]} */ ([
  ...[[0.31, 0.25], [0.38, 0.19], [0.47, 0.16], [0.57, 0.17], [0.65, 0.22], [0.68, 0.3], [0.66, 0.38], [0.59, 0.44], [0.49, 0.48]],
  ...[[0.59, 0.51], [0.67, 0.57], [0.7, 0.66], [0.67, 0.75], [0.59, 0.81], [0.48, 0.83], [0.38, 0.81], [0.3, 0.75]],
]);

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {typeof import("../../first.js")} first  the pad was there before all else
 * @param {{ onDrawing: () => void }} handlers  onDrawing: what is on the pad has changed
 */
export function createDrawing({ store, client, library, announce, complain }, { pad, connectPad }, { onDrawing }) {
  const { body } = document;
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  /** What is on the pad, numbered: an answer to a drawing that was cleared since is dropped. */
  let drawingSerial = 0;
  let clearedSerial = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let resting;

  const samples = createGrid(find(body, "#samples-grid", HTMLCanvasElement));
  const variations = createGrid(find(body, "#variations-grid", HTMLCanvasElement));
  const variationsEmpty = find(body, "#variations-empty", HTMLElement);
  const sampleLabels = createLabels(find(body, "#sample-labels", HTMLElement), {
    says: SAYS.sampleLabels,
    onChoose: (label) => chooseLabel("sample", label),
  });
  const digitLabels = createLabels(find(body, "#digit-labels", HTMLElement), {
    says: SAYS.digitLabels,
    onChoose: (label) => chooseLabel("digit", label),
  });

  find(body, "#new-samples", HTMLButtonElement).addEventListener("click", () => newNoise("samples"));
  find(body, "#new-variations", HTMLButtonElement).addEventListener("click", () => newNoise("variations"));
  connectPad({ onDrawing: sendDrawing, onTestDigit: giveTestDigit });
  reducedMotion.addEventListener("change", sendView);
  store.subscribe((_state, event) => {
    if (event.type === "grid") showGrid(event);
    if (event.type === "roomOpened") sendView();
    // A newcomer sees at once what the trained model is for.
    if (event.type === "sessionReplaced" && event.run.origin.kind === "shipped") void pad.sketch(EXAMPLE, !reducedMotion.matches);
  });

  /** Tells the worker which pictures to paint, and of what. */
  function sendView() {
    const { seeds, labels, room } = store.state;
    const classes = classNames(store.state).length;
    const conditional = classes > 0;
    client.send({
      type: "view",
      // A film of the time-lapse shows samples too.
      samples: room === "play" || room === "train" ? { ...(conditional ? gridOf(classes) : SAMPLES), seed: seeds.samples } : null,
      variations: room === "explore" ? { ...VARIATIONS, seed: seeds.variations } : null,
      sampleLabel: conditional ? labels.sample : null,
      digitLabel: conditional ? labels.digit : null,
      paintEveryMs: reducedMotion.matches ? 1000 : 200,
    });
  }

  /** @param {Extract<import("../../protocol.js").WorkerEvent, { type: "grid" }>} event */
  function showGrid({ grid, bitmap, step: atStep, serial }) {
    const images = (bitmap.width / DIGIT_SIDE) * (bitmap.height / DIGIT_SIDE);
    if (grid === "variations" && serial <= clearedSerial) {
      bitmap.close();
      return;
    }
    const { labels } = store.state;
    if (grid === "samples") {
      const [name, names] = [nameOf(labels.sample), classNames(store.state)];
      samples.update({ bitmap, label: () => SAYS.samples(images, name, names, count(atStep)) });
    } else {
      variations.update({ bitmap, label: () => SAYS.variations(images, count(atStep)) });
      variationsEmpty.hidden = true;
    }
  }

  /** @param {import("../../protocol.js").Drawing} drawing */
  function sendDrawing(drawing) {
    drawingSerial += 1;
    onDrawing();
    if (drawing.kind === "empty") {
      clearedSerial = drawingSerial;
      variationsEmpty.hidden = false;
      if (store.state.labels.digit !== null) chooseLabel("digit", null);
      variations.update({ bitmap: null, label: () => SAYS.noVariations });
    }
    const transfer = drawing.kind === "ink" ? [drawing.ink.buffer] : drawing.kind === "digit" ? [drawing.pixels.buffer] : [];
    client.send({ type: "draw", serial: drawingSerial, drawing }, transfer);
    remember();
  }

  /** Keeps what is on the pad for the next visit, when the hand rests. */
  function remember() {
    clearTimeout(resting);
    resting = setTimeout(() => void library.keepNote("drawing", pad.items()).catch(() => {}), KEEP_AFTER_MS);
  }

  /** What was on the pad at the last visit. */
  async function recall() {
    try {
      pad.restore(/** @type {Parameters<typeof pad.restore>[0]} */ ((await library.note("drawing")) ?? []));
    } catch {
      // Nothing can be recalled where nothing is stored.
    }
  }

  async function giveTestDigit() {
    try {
      const { pixels, label, index } = await client.request("digit", { split: "test", index: null });
      pad.place({ kind: "digit", pixels, label, index });
      announce(SAYS.testDigit(label), { kind: "test digit" });
    } catch (error) {
      complain(() => SAYS.noTestDigit, error);
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

  /** @param {number | null} label */
  function nameOf(label) {
    return label === null ? null : (classNames(store.state)[label] ?? null);
  }

  /** @param {"samples" | "variations"} grid */
  function newNoise(grid) {
    store.dispatch({ type: "seedChanged", grid, seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 1 });
    sendView();
  }

  return {
    pad,
    recall,
    sendView,
    /** Tells a new worker everything: the pictures that are wanted, and what is on the pad. */
    sendAll() {
      sendView();
      sendDrawing(pad.drawing());
    },
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      pad.update({ testDigits: state.stages.test.state === "done" && state.phase !== "failed" });
      const names = classNames(state);
      sampleLabels.update({ names, chosen: state.labels.sample });
      const found = state.shown?.label ?? null;
      digitLabels.update({ names, chosen: state.labels.digit, found, text: SAYS.read(nameOf(found)) });
    },
  };
}

/**
 * A grid in which a conditional model shows every class at least once.
 *
 * @param {number} classes
 */
function gridOf(classes) {
  const columns = Math.ceil(classes / Math.ceil(classes / MOST_COLUMNS));
  return { columns, rows: Math.max(Math.ceil(classes / columns), Math.round(SAMPLES_BY_LABEL / columns)) };
}
