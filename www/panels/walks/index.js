/**
 * Walks through the latent space between pinned digits. Pins are pictures: while the model learns, their codes and the walk
 * between them follow.
 */

import { hasOtherClasses } from "../../lib/class-names.js";
import { find } from "../../lib/find.js";
import { PINS, walkCodes } from "../../lib/walk.js";
import { DIGIT_SIDE } from "../../protocol.js";
import { TEXTS } from "../../texts.js";
import { WorkerGone } from "../../app/client.js";
import { createWalks } from "./view.js";

/** Fine enough for a smooth film; the strip shows every fourth. */
const FRAMES = 33;
/** While the model learns, the pins' codes follow about once a second. */
const ENCODE_EVERY_MS = 1000;

/** @typedef {{ pixels: Uint8Array<ArrayBuffer>, label: number | null, name: () => string }} Pin */

/** @param {import("../../app/laboratory.js").Laboratory} lab */
export function createWalksFeature({ store, client, announce, complain }) {
  const element = find(document.body, "#walks", HTMLElement);
  /** @type {(Pin | null)[]} */
  const pins = [null, null, null];
  /** @type {import("../../lib/walk.js").WalkKind} */
  let kind = "spherical";
  let visible = false;
  let encoding = false;
  let encoded = "";
  let asked = -Infinity;
  /** Grows with every pin: an answer about others is dropped. */
  let revision = 0;

  const walks = createWalks(element, { onPinMine: pinMine, onPinTest: pinTest, onKind: chooseKind, onError: (error) => complain(() => TEXTS.walks.notSaved, error) });

  new IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting ?? visible;
    refresh();
  }).observe(element);

  store.subscribe((_state, event) => {
    if (event.type === "codes" && event.name === "walk") walks.show(event.bitmap, event.step);
    if (event.type === "booted" || event.type === "sessionReplaced" || event.type === "pastShown") forget();
  });

  function forget() {
    encoded = "";
    asked = -Infinity;
  }

  function refresh() {
    update(store.state);
  }

  /**
   * @param {number} index
   * @param {Pin} pin
   */
  function put(index, pin) {
    pins[index] = pin;
    revision += 1;
    forget();
    walks.pin(index, pin);
    announce(TEXTS.walks.pinned(index, pin.name()));
    refresh();
  }

  /** @param {number} index */
  function pinMine(index) {
    const { shown } = store.state;
    if (shown) put(index, { pixels: shown.seen.slice(), label: shown.label, name: () => TEXTS.walks.mine });
  }

  /** @param {number} index */
  async function pinTest(index) {
    try {
      const { pixels, label } = await client.request("digit", { split: "test", index: null });
      // To a model of other classes a digit's label means nothing.
      put(index, { pixels, label: hasOtherClasses(store.state) ? null : label, name: () => TEXTS.walks.test(label) });
    } catch (error) {
      complain(() => TEXTS.walks.noTestDigit, error);
    }
  }

  /** @param {import("../../lib/walk.js").WalkKind} chosen */
  function chooseKind(chosen) {
    kind = chosen;
    forget();
    refresh();
  }

  /** The pins of this kind of walk, if all of them are there. @returns {Pin[] | null} */
  function wanted() {
    const needed = pins.slice(0, PINS[kind]);
    return needed.every((pin) => pin !== null) ? /** @type {Pin[]} */ (needed) : null;
  }

  /** Encodes the pins by the model that the pictures show, and asks for the walk between them. */
  async function send() {
    const { config, status, past, phase } = store.state;
    const needed = wanted();
    const key = JSON.stringify([visible, kind, revision, past ?? status?.step]);
    const now = performance.now();
    if (encoding || !config || !needed || key === encoded || (phase === "training" && now - asked < ENCODE_EVERY_MS)) return;
    if (!visible) {
      encoded = key;
      client.send({ type: "codes", name: "walk", grid: null });
      return;
    }
    encoding = true;
    asked = now;
    const { conditional, latentDim } = config.model;
    try {
      const pixels = new Uint8Array(needed.length * DIGIT_SIDE * DIGIT_SIDE);
      needed.forEach((pin, i) => pixels.set(pin.pixels, i * DIGIT_SIDE * DIGIT_SIDE));
      const labels = conditional ? Uint8Array.from(needed, ({ label }) => label ?? 0) : null;
      const { mu } = await client.request("encode", { pixels, labels });
      encoded = key;
      if (mu.length !== needed.length * latentDim) return;
      const codes = needed.map((_, i) => mu.slice(i * latentDim, (i + 1) * latentDim));
      client.send({ type: "codes", name: "walk", grid: { columns: FRAMES, rows: 1, z: walkCodes(kind, codes, FRAMES), labels: labels && labelsAlong(labels) } });
    } catch (error) {
      if (!(error instanceof WorkerGone)) complain(() => TEXTS.walks.failed, error);
      encoded = key;
    } finally {
      encoding = false;
    }
  }

  /** A label has nothing between it and the next: it changes half way. @param {Uint8Array} labels */
  function labelsAlong(labels) {
    const [from = 0, to = from] = kind === "arithmetic" ? [labels[2], labels[2]] : labels;
    return Uint8Array.from({ length: FRAMES }, (_, frame) => (frame < FRAMES / 2 ? from : to));
  }

  /** @param {import("../../app/store.js").State} state */
  function update(state) {
    const alive = state.phase !== "failed" && state.phase !== "loading" && state.phase !== "idle";
    walks.update({ kind, mine: alive && state.shown !== null, test: alive && state.stages.test.state === "done", whole: wanted() !== null, frames: FRAMES });
    if (alive) void send();
  }

  return { update };
}
