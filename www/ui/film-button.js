/** A button that makes a film. While it records it is the button that ends the film: one film is made at a time. */

import { rename } from "../lib/fixed-words.js";
import { canFilm } from "../lib/offer.js";

/**
 * @param {HTMLButtonElement} button
 * @param {object} handlers
 * @param {(end: AbortSignal) => Promise<void>} handlers.record  resolves when the film is made; after `end` it is made of what there is
 * @param {() => void} handlers.onChange  the recording has begun or ended
 * @param {(error: unknown) => void} handlers.onError
 */
export function createFilmButton(button, { record, onChange, onError }) {
  const words = button.getAttribute("data-text") ?? "";
  /** @type {AbortController | null} */
  let recording = null;

  button.hidden = !canFilm();
  button.addEventListener("click", () => {
    if (recording) recording.abort();
    else void film();
  });

  async function film() {
    recording = new AbortController();
    rename(button, "film.end");
    onChange();
    try {
      await record(recording.signal);
    } catch (error) {
      onError(error);
    }
    recording = null;
    rename(button, words);
    onChange();
  }

  return {
    isRecording: () => recording !== null,
    /** @param {boolean} possible  whether there is something to film */
    update(possible) {
      // A film that has begun can be ended, whatever has become of its subject.
      button.disabled = !possible && recording === null;
    },
  };
}
