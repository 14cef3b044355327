/** The time-lapse: a scrubber over the moments of a run, a player, and a button in the bar that leads back to now. */

import { find } from "../../lib/find.js";
import { rename } from "../../lib/fixed-words.js";
import { count } from "../../lib/format.js";
import { offerFile, offerFilm } from "../../lib/offer.js";
import { TEXTS } from "../../texts.js";
import { createFilmButton } from "../../ui/film-button.js";

const SAYS = TEXTS.timeLapse;
/** How long each moment is shown at least while it plays. */
const MOMENT_MS = 180;
/** A hidden page paints nothing: the player does not wait for ever. */
const PATIENCE_MS = 2_000;

/** @typedef {import("../../lib/moments.js").Moment} Moment */

/**
 * @param {{ panel: HTMLElement, back: HTMLButtonElement }} elements
 * @param {object} handlers
 * @param {(moment: Moment | null) => Promise<void>} handlers.onShow
 * @param {(moment: Moment) => Promise<void>} handlers.onResume
 * @param {(error: unknown) => void} handlers.onError
 * @param {HTMLCanvasElement} handlers.samples  the grid that a film shows
 */
export function createTimeLapse({ panel, back }, { onShow, onResume, onError, samples }) {
  const scrub = find(panel, "#moment-scrub", HTMLInputElement);
  const play = find(panel, "#moment-play", HTMLButtonElement);
  const resume = find(panel, "#moment-resume", HTMLButtonElement);
  const save = find(panel, "#moment-save", HTMLButtonElement);
  const words = find(panel, "#moment-words", HTMLElement);
  /** @type {readonly Moment[]} */
  let moments = [];
  /** The moment that is shown; null: now. @type {Moment | null} */
  let chosen = null;
  /** The player at work. Whoever stops it takes it away: so it does not go on beside the next one. @type {object | null} */
  let playing = null;
  let painted = () => {};

  const film = createFilmButton(find(panel, "#moment-film", HTMLButtonElement), { record: makeFilm, onChange: paint, onError });
  scrub.addEventListener("input", () => {
    playing = null;
    choose(Number(scrub.value));
  });
  back.addEventListener("click", () => {
    playing = null;
    choose(moments.length);
    scrub.focus({ preventScroll: true });
  });
  play.addEventListener("click", () => (playing ? stop() : void playAll(() => {})));
  resume.addEventListener("click", () => {
    if (chosen) void onResume(chosen).catch(onError);
  });
  save.addEventListener("click", () => {
    if (chosen) offerFile(chosen.file, `vae-lab-step-${chosen.step}-f16.safetensors`);
  });

  /** @param {number} index  the number of moments means now */
  function choose(index) {
    chosen = moments[index] ?? null;
    void onShow(chosen);
    paint();
  }

  function stop() {
    playing = null;
    paint();
  }

  /** Through all moments up to now. @param {(moment: Moment) => void} onMoment */
  async function playAll(onMoment) {
    const player = {};
    playing = player;
    paint();
    for (const moment of [...moments]) {
      if (playing !== player) return;
      const seen = new Promise((resolve) => {
        painted = () => resolve(undefined);
        setTimeout(resolve, PATIENCE_MS);
      });
      const enough = new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
      chosen = moment;
      await onShow(moment);
      paint();
      await Promise.all([seen, enough]);
      onMoment(moment);
    }
    if (playing !== player) return;
    choose(moments.length);
    stop();
  }

  /** @param {AbortSignal} end */
  async function makeFilm(end) {
    const canvas = document.createElement("canvas");
    const scale = 2;
    const caption = 28;
    canvas.width = samples.width * scale;
    canvas.height = samples.height * scale + caption;
    const context = canvas.getContext("2d");
    if (!context) return;
    const draw = (/** @type {string} */ text) => {
      context.imageSmoothingEnabled = false;
      context.fillStyle = "#000000";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(samples, 0, 0, canvas.width, canvas.height - caption);
      context.fillStyle = "#ffffff";
      context.font = "16px system-ui, sans-serif";
      context.fillText(text, 8, canvas.height - 9);
    };
    draw("");
    end.addEventListener("abort", stop);
    try {
      await offerFilm(canvas, () => playAll(({ step }) => draw(SAYS.caption(step))), "vae-lab-time-lapse");
    } finally {
      stop();
    }
  }

  function paint() {
    const index = chosen ? moments.indexOf(chosen) : moments.length;
    scrub.max = String(moments.length);
    scrub.value = String(index < 0 ? moments.length : index);
    scrub.setAttribute("aria-valuetext", chosen ? SAYS.at(chosen.step) : SAYS.now);
    for (const button of [resume, save]) button.disabled = chosen === null || playing !== null;
    play.disabled = scrub.disabled || film.isRecording();
    film.update(!scrub.disabled);
    rename(play, playing ? "timeLapse.pause" : "timeLapse.play");
  }

  return {
    /** The samples have been painted. */
    painted() {
      painted();
    },
    /** @param {{ moments: readonly Moment[], past: number | null, step: number, alive: boolean }} data */
    update(data) {
      moments = data.moments;
      if (chosen && !moments.includes(chosen)) {
        // Its place was given to another, or the run was replaced: what is seen is told by the page's state.
        chosen = moments.find(({ step }) => step === data.past) ?? null;
        playing = null;
      }
      if (data.past === null && chosen && !playing && document.activeElement !== scrub) chosen = null;
      back.hidden = data.past === null;
      if (data.past !== null) back.textContent = SAYS.back(data.past);
      scrub.disabled = !data.alive || moments.length === 0;
      words.textContent = data.past === null ? SAYS.live(moments.length, count(data.step)) : SAYS.shown(data.past, count(data.step));
      paint();
    },
  };
}
