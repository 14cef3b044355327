/**
 * Nothing is lost by a reload: the run is kept in the browser as it goes, and offered on the next visit. Where the browser keeps
 * nothing, the page says so once, and works as ever.
 */

import { wordsOfError } from "../lib/error-words.js";
import { count } from "../lib/format.js";
import { offerFile } from "../lib/offer.js";
import { RequestRefused } from "../app/client.js";
import { takeOverFormerVisit } from "../app/former-visit.js";
import { TEXTS } from "../texts.js";

const SAYS = TEXTS.keeping;

/** @typedef {import("../app/run-library.js").ListedRun} ListedRun */

/** @param {import("../app/laboratory.js").Laboratory} lab */
export function createKeeping({ store, atWork, library, modelSwitch, announce, complain }) {
  /** The run of an earlier visit that is offered. @type {ListedRun | null} */
  let offered = null;
  /** Nothing is offered any more: it has been, or the visitor has begun something. */
  let over = false;
  let askedToPersist = false;
  /** Only what the newest reading of the library found is told. */
  let refreshes = 0;
  /** A run that could not be read, which can be had as a file. @type {{ id: string, name: string, file: ArrayBuffer } | null} */
  let unreadable = null;

  store.subscribe((_state, event) => {
    if (event.type === "checkpoint") void keep();
    if (event.type === "sessionReplaced") {
      if (event.run.id === offered?.id) withdraw();
      void refresh();
    }
    if (event.type === "runsChanged") {
      if (offered && !event.runs.some(({ id }) => id === offered?.id)) withdraw();
      offer(event.runs);
    }
  });
  library.onChange(() => void refresh());
  // A hidden tab may be ended without a word, on phones above all.
  document.addEventListener("visibilitychange", () => document.hidden && store.state.phase === "training" && void keepNow());

  async function keep() {
    const kept = await modelSwitch.keep({ fresh: false });
    over = over || atWork.isOwnWork;
    // The browser may clear away what it was not asked to keep; some ask the visitor, so not before there is something.
    if (!kept || askedToPersist || !atWork.isOwnWork) return;
    askedToPersist = true;
    await navigator.storage?.persist?.().catch(() => false);
  }

  /** The runs as they are now, here and in other tabs. */
  async function refresh() {
    refreshes += 1;
    const mine = refreshes;
    const runs = await library.list();
    if (mine === refreshes) store.dispatch({ type: "runsChanged", runs: runs.filter(({ id }) => id !== atWork.identity?.id) });
  }

  /** At the start: what an earlier version kept, and the runs of earlier visits. */
  async function recall() {
    try {
      const work = () => takeOverFormerVisit((former) => library.adopt(former));
      await (navigator.locks ? navigator.locks.request("vae-lab former visit", work) : work());
      await library.collect();
    } catch {
      // Where nothing can be read there is nothing to take over; when something is to be kept, the page says so.
    }
    await refresh();
  }

  /** @param {readonly ListedRun[]} runs  the newest first */
  function offer(runs) {
    if (over || offered) return;
    const newest = runs.find((run) => run.atWork && run.kept && !run.elsewhere);
    if (!newest) return;
    offered = newest;
    over = true;
    const { steps, savedAt } = newest;
    const text = () => SAYS.offer(count(steps), Math.max(0, Date.now() - savedAt));
    store.dispatch({ type: "noticed", tone: "info", text, actions: [{ label: () => SAYS.resume, name: "resume" }] });
  }

  function withdraw() {
    offered = null;
    store.dispatch({ type: "offerEnded", name: "resume" });
  }

  async function resume() {
    const run = offered;
    if (!run) return;
    if (await bringBack(run, SAYS.name)) announce(SAYS.resumed(count(store.state.status?.step ?? run.steps)));
  }

  /**
   * Puts a run of the library to work. One that cannot be read stays where it is, and can be had as a file.
   *
   * @param {{ id: string, name: string }} run
   * @param {string} what  for the offer to undo it
   * @returns {Promise<boolean>}
   */
  async function bringBack({ id, name }, what) {
    try {
      await modelSwitch.switchTo(() => library.open(id), what);
      return true;
    } catch (error) {
      if (error instanceof RequestRefused && error.reason === "file") await tellUnreadable(id, name, error);
      else complain(() => TEXTS.runs.notBroughtBack(name), error);
      return false;
    }
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {Error} error
   */
  async function tellUnreadable(id, name, error) {
    const { checkpoint } = await library.open(id);
    if (!checkpoint) return;
    unreadable = { id, name, file: checkpoint.file };
    store.dispatch({
      type: "noticed",
      tone: "error",
      text: () => SAYS.unreadable(name, wordsOfError(error)),
      actions: [
        { label: () => SAYS.download, name: "downloadUnreadable" },
        { label: () => SAYS.forget, name: "forgetUnreadable" },
      ],
    });
  }

  function downloadUnreadable() {
    if (unreadable) offerFile(new Blob([unreadable.file], { type: "application/octet-stream" }), `${unreadable.name || "vae-lab"}.safetensors`);
  }

  async function forgetUnreadable() {
    if (!unreadable) return;
    const { id } = unreadable;
    unreadable = null;
    store.dispatch({ type: "offerEnded", name: "forgetUnreadable" });
    await library.remove(id).catch((error) => complain(() => SAYS.notForgotten, error));
  }

  /** Keeps the run as it is at this moment, for the page is about to be left. Whether it is kept, or there was nothing to keep. */
  async function keepNow() {
    try {
      return await modelSwitch.keep({ fresh: true });
    } catch {
      // The model stopped working: there is only the newest automatic copy, which is kept already.
      return true;
    }
  }

  return { recall, resume, bringBack, keepNow, downloadUnreadable, forgetUnreadable };
}
