/** Settings to and from a link. The link stays on the machine until the visitor sends it to somebody. */

import { find } from "../lib/find.js";
import { hashToSettings, settingsToHash } from "../lib/share-link.js";
import { messageOf } from "../laboratory.js";
import { TEXTS } from "../texts.js";

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 */
export function createShare({ store, client, announce }, { models }) {
  const button = find(document.body, "#share", HTMLButtonElement);
  const line = find(document.body, "#share-line", HTMLElement);
  const field = find(document.body, "#share-link", HTMLInputElement);
  let taken = false;

  button.addEventListener("click", async () => {
    const { presets, rows, config } = store.state;
    if (!config) return;
    const link = new URL(settingsToHash(presets, rows, config), location.href).href;
    line.hidden = false;
    field.value = link;
    try {
      await navigator.clipboard.writeText(link);
      announce(TEXTS.share.copied);
      button.textContent = TEXTS.share.copied;
      setTimeout(() => (button.textContent = TEXTS.share.copy), 3_000);
    } catch {
      // Without permission the link can be copied by hand.
      field.select();
    }
  });

  /** Once a visit: what the link that led here asks for. */
  async function take() {
    if (taken) return;
    taken = true;
    const { presets, rows } = store.state;
    const wanted = hashToSettings(presets, rows, location.hash);
    if (!wanted) return;
    const { mended } = wanted;
    let { config } = wanted;
    try {
      config = await client.request("checkConfig", { config });
      await models.begin(config);
    } catch (error) {
      store.dispatch({ type: "noticed", tone: "error", text: TEXTS.share.refused(messageOf(error)) });
      return;
    }
    store.dispatch({ type: "noticed", tone: "info", text: mended.length === 0 ? TEXTS.share.taken : TEXTS.share.mended(mended) });
  }

  return {
    take,
    /** @param {import("../store.js").State} state */
    update({ config, phase }) {
      button.disabled = config === null || phase === "failed";
    },
  };
}
