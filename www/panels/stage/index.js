/**
 * The stage: the visitor's digit from x to x-hat, with the model's own numbers between them. What the encoder made of the digit is
 * shown as bars; whoever moves one sees at once what the decoder makes of it.
 */

import { find } from "../../lib/find.js";
import { tell } from "../../lib/fixed-words.js";
import { nats } from "../../lib/format.js";
import { TEXTS } from "../../texts.js";
import { createPicture } from "../../ui/picture.js";
import { createBars } from "./bars.js";
import { createCosts } from "./costs.js";
import { MovedCode } from "./moved-code.js";
import { calmlySorted, sortedByKl } from "./order.js";
import { createTiles } from "./tiles.js";

/** @typedef {import("../../protocol.js").Shown} Shown */

/** @param {import("../../app/laboratory.js").Laboratory} lab */
export function createStage({ store, client, announce }) {
  const stage = find(document.body, "#draw", HTMLElement);
  const seen = find(stage, "#seen", HTMLCanvasElement);
  const answer = find(stage, "#answer", HTMLCanvasElement);
  const readout = find(stage, "#code-readout", HTMLElement);
  const back = find(stage, "#code-of-digit", HTMLButtonElement);
  const paintSeen = createPicture(seen);
  const paintAnswer = createPicture(answer);
  const encoder = createTiles(find(stage, "#encoder-tiles", HTMLElement), (layer, units) => TEXTS.stage.encoderLayer(layer, units));
  const decoder = createTiles(find(stage, "#decoder-tiles", HTMLElement), (layer, units) => TEXTS.stage.decoderLayer(layer, units));
  const bars = createBars(find(stage, "#code-bars", HTMLElement), { onMove: move, onPoint: point });
  const costs = createCosts(find(stage, "#costs", HTMLElement));
  const moved = new MovedCode((command) => client.send(command));
  /** What the decoder makes of the moved code. @type {import("../../protocol.js").Answer | null} */
  let movedAnswer = null;
  /** The drawing that the bars are sorted for, and their order. */
  let sorted = { serial: -1, order: /** @type {readonly number[]} */ ([]) };
  /** @type {number | null} */
  let pointed = null;

  back.addEventListener("click", () => {
    if (takeBack()) announce(TEXTS.stage.back, { kind: "code" });
    update(store.state);
    find(stage, "#code-bars [tabindex='0']", HTMLElement).focus();
  });
  store.subscribe((state, event) => {
    if (event.type === "reconstruction" && event.shown) sort(event.serial, event.shown);
    if (event.type === "answer" && moved.answers(event.serial)) movedAnswer = event.answer;
    if (event.type === "sessionReplaced" || event.type === "crashed") takeBack();
    if (state.shown === null) pointed = null;
  });

  /**
   * @param {number} serial
   * @param {Shown} shown
   */
  function sort(serial, { klPerDim }) {
    // Nothing changes places under a hand.
    if (sorted.order.length === klPerDim.length && (moved.z || bars.inUse)) return;
    sorted = { serial, order: serial === sorted.serial ? calmlySorted(klPerDim, sorted.order) : sortedByKl(klPerDim) };
  }

  /**
   * @param {number} dimension
   * @param {number} value
   */
  function move(dimension, value) {
    const { shown } = store.state;
    if (!shown) return;
    if (!moved.z) announce(TEXTS.stage.moved, { kind: "code" });
    moved.move(shown.mu, dimension, value, shown.label);
    // The bar follows the hand before the answer is there.
    update(store.state);
  }

  function takeBack() {
    movedAnswer = null;
    return moved.takeBack();
  }

  /** @param {number | null} dimension */
  function point(dimension) {
    pointed = dimension;
    showReadout(store.state.shown);
  }

  /** @param {Shown | null} shown */
  function showReadout(shown) {
    const z = moved.z ?? shown?.mu;
    const at = pointed;
    const text =
      at !== null && shown && z && at < z.length
        ? TEXTS.stage.readout(at + 1, TEXTS.stage.value(z[at] ?? 0, shown.mu[at] ?? 0, sigmaOf(shown)[at] ?? null, shown.klPerDim[at] ?? 0))
        : moved.z
          ? TEXTS.stage.movedNote
          : shown
            ? TEXTS.stage.hint(shown.logvar.length > 0)
            : TEXTS.stage.empty;
    if (readout.textContent !== text) readout.textContent = text;
  }

  /** @param {import("../../app/store.js").State} state */
  function update({ shown, config }) {
    const model = config?.model;
    // What was moved may be a code of a model that has just been replaced.
    if (moved.z && (!shown || moved.z.length !== shown.mu.length)) takeBack();
    moved.relabel(shown?.label ?? null);
    const decoded = (moved.z && movedAnswer) ?? shown;
    stage.dataset["moved"] = String(moved.z !== null);
    paintSeen(shown?.seen ?? null);
    paintAnswer(decoded?.given ?? null);
    encoder.update(model?.encoderHidden ?? [], shown?.encoderActivations ?? null);
    decoder.update(model?.decoderHidden ?? [], decoded?.decoderActivations ?? null);
    bars.update(shown && codeOf(shown), model?.latentDim ?? 0);
    costs.update(shown, config);
    back.disabled = moved.z === null;
    showReadout(shown);
    tell(seen, () => (shown ? TEXTS.stage.seen : TEXTS.stage.nothingSeen), "aria-label");
    const isMoved = moved.z !== null;
    tell(answer, () => (!shown ? TEXTS.stage.nothingAnswered : isMoved ? TEXTS.stage.movedAnswer : TEXTS.stage.answer(nats(shown.recon), nats(shown.kl))), "aria-label");
  }

  /** @param {Shown} shown @returns {import("./bars.js").Code} */
  function codeOf(shown) {
    // A model of another size may have been answered for before its bars were sorted.
    const order = sorted.order.length === shown.mu.length ? sorted.order : sortedByKl(shown.klPerDim);
    return { z: moved.z ?? shown.mu, mu: shown.mu, sigma: sigmaOf(shown), kl: shown.klPerDim, order };
  }

  return { update, takeBack };
}

/** @param {Shown} shown */
function sigmaOf({ logvar }) {
  return logvar.map((value) => Math.exp(value / 2));
}
