/**
 * Nothing is lost by a reload: the run is kept in the browser as it goes, and offered on the next visit. If another one is begun
 * instead, it joins the table of runs. Where the browser keeps nothing, the page says so once, and works as ever.
 */

import { count } from "../lib/format.js";
import { forget, keep, kept } from "../lib/keep.js";
import { messageOf } from "../laboratory.js";
import { untouchedCard } from "../store.js";
import { TEXTS } from "../texts.js";

/** @typedef {import("../lib/keep.js").Kept} Kept */

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 * @param {{ shelve: (run: Kept) => void }} others.runs
 */
export function createKeeping({ store, client, history, announce, complain }, { models, runs }) {
  /** The run of an earlier visit, until it is taken up. @type {Kept | undefined} */
  let earlier;
  let shelved = false;
  let refused = false;

  store.subscribe((state, event) => {
    if (event.type !== "checkpoint" || untouchedCard(state)) return;
    void write(event.file, event.step);
  });

  /**
   * @param {ArrayBuffer} file
   * @param {number} step
   */
  async function write(file, step) {
    const { config } = store.state;
    if (!config) return true;
    if (earlier && earlier.curves.id !== history.id && !shelved) {
      shelved = true;
      runs.shelve(earlier);
    }
    try {
      await keep("run", /** @type {Kept} */ ({ file, step, config, savedAt: Date.now(), curves: history.plain() }));
      return true;
    } catch (error) {
      if (!refused) store.dispatch({ type: "noticed", tone: "info", text: TEXTS.keeping.refused(messageOf(error)) });
      refused = true;
      return false;
    }
  }

  /** Offers the run of an earlier visit, if there is one. */
  async function offer() {
    try {
      earlier = await kept("run");
      // What a version before this one kept in another form is not offered.
      if (!earlier?.file) earlier = undefined;
    } catch {
      // Without storage there is nothing to offer; when something is to be kept, the page says so.
    }
    if (!earlier) return;
    const text = TEXTS.keeping.offer(count(earlier.step), Math.max(0, Date.now() - earlier.savedAt));
    store.dispatch({ type: "noticed", tone: "info", text, action: { label: TEXTS.keeping.resume, name: "resume" } });
  }

  async function resume() {
    if (!earlier) return;
    const { file, step, curves } = earlier;
    try {
      await models.takeOver(file, curves, TEXTS.keeping.name);
      announce(TEXTS.keeping.resumed(count(step)));
    } catch (error) {
      complain(TEXTS.keeping.failed, error);
      // A run that this version cannot read would be offered for ever.
      if (!shelved) await forget("run").catch(() => {});
    }
    earlier = undefined;
    for (const { id, action } of store.state.notices) if (action?.name === "resume") store.dispatch({ type: "noticeDismissed", id });
  }

  /** Keeps the run as it is at this moment, for the page is about to be left. Whether it is kept, or there was nothing to keep. */
  async function keepNow() {
    const { status } = store.state;
    if (!status || status.step === 0 || untouchedCard(store.state)) return true;
    try {
      const { file, step } = await client.request("save", {});
      return await write(file, step);
    } catch {
      // The model stopped working: there is only the newest automatic copy, which is kept already.
      return true;
    }
  }

  return { offer, resume, keepNow };
}
