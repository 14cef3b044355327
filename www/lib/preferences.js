/** @typedef {"system" | "light" | "dark"} Theme */

/**
 * What the visitor chose for this browser, small and remembered. Where nothing can be stored, choices last until the page is left.
 *
 * @typedef {object} Preferences
 * @property {"go on" | "pause" | null} whenHidden  null: not asked yet
 * @property {number} share  the part of the processor's time that training takes, above 0 to 1
 * @property {boolean} keepAwake  keep the screen on while training
 * @property {boolean} stopOnPlateau
 * @property {number | null} workers
 * @property {"step" | "seconds"} chartsBy
 * @property {string | null} language  null: what the browser says
 * @property {import("../app/rooms.js").Room} room  the one that was open last
 * @property {Theme} theme
 */

import { asRoom } from "../app/rooms.js";

const KEY = "vae-lab.preferences";

/** @type {Preferences} */
const DEFAULTS = { whenHidden: null, share: 1, keepAwake: true, stopOnPlateau: true, workers: null, chartsBy: "step", room: "play", theme: "system", language: null };

/** @returns {Preferences} */
export function readPreferences() {
  /** @type {unknown} */
  let stored;
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    stored = null;
  }
  const found = typeof stored === "object" && stored !== null ? /** @type {Record<string, unknown>} */ (stored) : {};
  const { whenHidden, share, keepAwake, stopOnPlateau, workers, chartsBy, room, theme, language } = found;
  return {
    whenHidden: whenHidden === "go on" || whenHidden === "pause" ? whenHidden : DEFAULTS.whenHidden,
    share: typeof share === "number" && share >= 0.1 && share <= 1 ? share : DEFAULTS.share,
    keepAwake: typeof keepAwake === "boolean" ? keepAwake : DEFAULTS.keepAwake,
    stopOnPlateau: typeof stopOnPlateau === "boolean" ? stopOnPlateau : DEFAULTS.stopOnPlateau,
    workers: typeof workers === "number" && Number.isInteger(workers) && workers > 0 ? workers : DEFAULTS.workers,
    room: asRoom(room) ?? DEFAULTS.room,
    theme: theme === "light" || theme === "dark" ? theme : DEFAULTS.theme,
    chartsBy: chartsBy === "seconds" ? "seconds" : DEFAULTS.chartsBy,
    language: typeof language === "string" ? language : DEFAULTS.language,
  };
}

/** @param {Partial<Preferences>} change */
export function prefer(change) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readPreferences(), ...change }));
  } catch {
    // A browser that stores nothing forgets the choice with the page.
  }
}
