/**
 * Settings to and from a link. The link stays on the machine until the visitor sends it to somebody. One that is opened here is
 * taken once, and then no longer stands in the address.
 */

import { find } from "../lib/find.js";
import { rename } from "../lib/fixed-words.js";
import { said } from "../lib/said.js";
import { hashToSettings, isSettingsLink, settingsToHash } from "../lib/share-link.js";
import { wordsOfError } from "../lib/error-words.js";
import { TEXTS } from "../texts.js";
import { WorkerGone } from "../app/client.js";

/**
 * @param {import("../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../panels/models/index.js").createModels>} others.models
 */
export function createShare({ store, client, announce }, { models }) {
  const button = find(document.body, "#share", HTMLButtonElement);
  const line = find(document.body, "#share-line", HTMLElement);
  const field = find(document.body, "#share-link", HTMLInputElement);
  /** The link that is being taken, and those before it. */
  let taking = Promise.resolve();

  button.addEventListener("click", async () => {
    const { presets, rows, config } = store.state;
    if (!config) return;
    const link = new URL(settingsToHash(presets, rows, config), location.href).href;
    line.hidden = false;
    field.value = link;
    try {
      await navigator.clipboard.writeText(link);
      announce(TEXTS.share.copied);
      rename(button, "share.copied");
      setTimeout(() => rename(button, "share.copy"), 3_000);
    } catch {
      // Without permission the link can be copied by hand.
      field.select();
    }
  });

  // A link that is opened in this tab changes no more of its address than what stands behind the "#".
  addEventListener("hashchange", () => {
    const { phase } = store.state;
    // Before there is a model the link waits for it, as one does that led here.
    if (isSettingsLink(location.hash) && phase !== "idle" && phase !== "loading" && phase !== "failed") void take();
  });

  /** Takes what the address asks for, one link after the other. The model before can be brought back. */
  function take() {
    taking = taking.then(takeOne);
    return taking;
  }

  async function takeOne() {
    const { hash } = location;
    const { presets, rows } = store.state;
    const wanted = hashToSettings(presets, rows, hash);
    if (!wanted) return;
    const { mended } = wanted;
    try {
      await models.begin(await client.request("checkConfig", { config: wanted.config }));
      store.dispatch({ type: "noticed", tone: "info", text: () => mended.length === 0 ? TEXTS.share.taken : TEXTS.share.mended(mended.map(said)) });
    } catch (error) {
      // The next worker finds the link where it was.
      if (error instanceof WorkerGone) return;
      store.dispatch({ type: "noticed", tone: "error", text: () => TEXTS.share.refused(wordsOfError(error)) });
    }
    // It has been answered: a reload is about the visitor's own run again.
    if (location.hash === hash) window.history.replaceState(window.history.state, "", location.pathname + location.search);
  }

  return {
    take,
    /** @param {import("../app/store.js").State} state */
    update({ config, phase }) {
      button.disabled = config === null || phase === "failed";
    },
  };
}
