/** Walks: the pins, the strip between them, and a player that goes along it. */

import { find, findAll } from "../../lib/find.js";
import { rename, tell } from "../../lib/fixed-words.js";
import { nextFrame, offerFilm, offerPicture } from "../../lib/offer.js";
import { createPicture } from "../../ui/picture.js";
import { DIGIT_SIDE } from "../../protocol.js";
import { TEXTS } from "../../texts.js";
import { createFilmButton } from "../../ui/film-button.js";

const SAYS = TEXTS.walks;
/** The strip shows every so many frames. */
const EVERY = 4;
/** From one end to the other. */
const WAY_MS = 2_000;

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(index: number) => void} handlers.onPinMine
 * @param {(index: number) => void} handlers.onPinTest
 * @param {(kind: import("../../lib/walk.js").WalkKind) => void} handlers.onKind
 * @param {(error: unknown) => void} handlers.onError
 */
export function createWalks(element, { onPinMine, onPinTest, onKind, onError }) {
  const slots = findAll(element, "[data-pin]", HTMLElement);
  const kind = find(element, "#walk-kind", HTMLSelectElement);
  const strip = find(element, "#walk-strip", HTMLCanvasElement);
  const player = find(element, "#walk-player", HTMLCanvasElement);
  const play = find(element, "#walk-play", HTMLButtonElement);
  const scrub = find(element, "#walk-scrub", HTMLInputElement);
  const savePicture = find(element, "#walk-picture", HTMLButtonElement);
  const hint = find(element, "#walk-hint", HTMLElement);
  /** All frames of the walk, side by side. @type {ImageBitmap | null} */
  let frames = null;
  /** Where the player is, from 0 to 1. */
  let place = 0;
  let playing = false;
  let whole = false;

  slots.forEach((slot, index) => {
    find(slot, "[data-pin-mine]", HTMLButtonElement).addEventListener("click", () => onPinMine(index));
    find(slot, "[data-pin-test]", HTMLButtonElement).addEventListener("click", () => onPinTest(index));
  });
  kind.addEventListener("change", () => onKind(/** @type {import("../../lib/walk.js").WalkKind} */ (kind.value)));
  scrub.addEventListener("input", () => {
    stop();
    go(Number(scrub.value));
  });
  play.addEventListener("click", () => (playing ? stop() : void loop()));
  savePicture.addEventListener("click", () => void offerPicture(strip, 4, "vae-lab-walk.png").catch(onError));
  const film = createFilmButton(find(element, "#walk-film", HTMLButtonElement), { record: makeFilm, onChange: enable, onError });

  /** @param {number} to */
  function go(to) {
    place = to;
    scrub.value = String(to);
    tell(scrub, () => SAYS.place(to), "aria-valuetext");
    drawPlayer();
  }

  function drawPlayer() {
    const context = player.getContext("2d");
    if (!context || !frames) return;
    const last = frames.width / DIGIT_SIDE - 1;
    context.imageSmoothingEnabled = false;
    context.drawImage(frames, Math.round(place * last) * DIGIT_SIDE, 0, DIGIT_SIDE, DIGIT_SIDE, 0, 0, player.width, player.height);
    const at = place;
    tell(player, () => SAYS.player(at), "aria-label");
  }

  /** There and back, until it is stopped. */
  async function loop() {
    playing = true;
    rename(play, "walks.pause");
    const ahead = Math.acos(1 - 2 * place) / Math.PI;
    const began = await nextFrame();
    for (let now = began; playing; now = await nextFrame()) go(thereAndBack((now - began) / WAY_MS + ahead));
  }

  function stop() {
    playing = false;
    rename(play, "walks.play");
  }

  /** @param {AbortSignal} end */
  async function makeFilm(end) {
    stop();
    const play = async () => {
      const began = await nextFrame();
      for (let now = began; now - began < 2 * WAY_MS && !end.aborted; now = await nextFrame()) go(thereAndBack((now - began) / WAY_MS));
    };
    await offerFilm(player, play, "vae-lab-walk");
  }

  /** While a film is made, only it moves the player. */
  function enable() {
    savePicture.disabled = !whole;
    for (const control of [play, scrub]) control.disabled = !whole || film.isRecording();
    film.update(whole);
  }

  return {
    /**
     * @param {number} index
     * @param {{ pixels: Uint8Array, name: () => string }} pin
     */
    pin(index, { pixels, name }) {
      const canvas = find(/** @type {HTMLElement} */ (slots[index]), "canvas", HTMLCanvasElement);
      createPicture(canvas)(pixels);
      canvas.hidden = false;
      tell(canvas, () => SAYS.pin(index, name()), "aria-label");
    },
    /**
     * @param {ImageBitmap} bitmap  every frame of the walk
     * @param {number} step
     */
    show(bitmap, step) {
      frames?.close();
      frames = bitmap;
      const shown = Math.floor((bitmap.width / DIGIT_SIDE - 1) / EVERY) + 1;
      strip.width = shown * DIGIT_SIDE;
      strip.height = DIGIT_SIDE;
      const context = strip.getContext("2d");
      for (let i = 0; i < shown; i += 1) context?.drawImage(bitmap, i * EVERY * DIGIT_SIDE, 0, DIGIT_SIDE, DIGIT_SIDE, i * DIGIT_SIDE, 0, DIGIT_SIDE, DIGIT_SIDE);
      tell(strip, () => SAYS.strip(shown, step), "aria-label");
      drawPlayer();
    },
    /** @param {{ kind: import("../../lib/walk.js").WalkKind, mine: boolean, test: boolean, whole: boolean, frames: number }} data */
    update(data) {
      whole = data.whole;
      kind.value = data.kind;
      slots.forEach((slot, index) => {
        slot.hidden = index === 2 && data.kind !== "arithmetic";
        find(slot, "[data-pin-mine]", HTMLButtonElement).disabled = !data.mine;
        find(slot, "[data-pin-test]", HTMLButtonElement).disabled = !data.test;
      });
      enable();
      scrub.step = String(1 / (data.frames - 1));
      hint.hidden = data.whole;
      player.hidden = !data.whole;
    },
  };
}

/** A smooth way from 0 to 1 and back again, twice as long as one way. @param {number} ways */
function thereAndBack(ways) {
  return (1 - Math.cos(ways * Math.PI)) / 2;
}
