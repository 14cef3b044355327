/** How much of the machine training may take. */

import { find } from "../../lib/find.js";
import { TEXTS } from "../../texts.js";

/** @typedef {import("../../lib/preferences.js").Preferences} Preferences */

/**
 * @param {HTMLElement} element
 * @param {object} handlers
 * @param {(change: Partial<Preferences>) => void} handlers.onChange
 */
export function createGentle(element, { onChange }) {
  const share = find(element, "#cpu-share", HTMLInputElement);
  const shareText = find(element, "#cpu-share-text", HTMLElement);
  const hidden = find(element, "#when-hidden", HTMLSelectElement);
  const awake = find(element, "#keep-awake", HTMLInputElement);
  const plateau = find(element, "#stop-plateau", HTMLInputElement);

  share.addEventListener("input", () => onChange({ share: Number(share.value) / 100 }));
  hidden.addEventListener("change", () => onChange({ whenHidden: hidden.value === "pause" ? "pause" : "go on" }));
  awake.addEventListener("change", () => onChange({ keepAwake: awake.checked }));
  plateau.addEventListener("change", () => onChange({ stopOnPlateau: plateau.checked }));

  return {
    /** @param {Preferences} preferences */
    update(preferences) {
      share.value = String(Math.round(preferences.share * 100));
      shareText.textContent = TEXTS.gentle.share(preferences.share);
      share.setAttribute("aria-valuetext", TEXTS.gentle.share(preferences.share));
      hidden.value = preferences.whenHidden ?? "go on";
      awake.checked = preferences.keepAwake;
      plateau.checked = preferences.stopOnPlateau;
    },
  };
}
