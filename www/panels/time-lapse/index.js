/**
 * Looking back in time: the weights are kept now and then while the model learns, and every picture of the page can be of one
 * of those moments. Training goes on meanwhile, untouched.
 */

import { find } from "../../lib/find.js";
import { TEXTS } from "../../texts.js";
import { WorkerGone } from "../../app/client.js";
import { createTimeLapse } from "./view.js";

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("../models/index.js").createModels>} others.models
 */
export function createTimeLapseFeature({ store, client, atWork, announce, complain }, { models }) {
  const { moments } = atWork;
  let asking = false;
  /** The newest moment that was asked for while another was on its way. @type {import("../../lib/moments.js").Moment | null | undefined} */
  let next;
  let showing = false;

  const view = createTimeLapse(
    { panel: find(document.body, "#time-lapse", HTMLElement), back: find(document.body, "#back-to-now", HTMLButtonElement) },
    { onShow: show, onResume: resume, onError: (error) => complain(() => TEXTS.timeLapse.notSaved, error), samples: find(document.body, "#samples-grid", HTMLCanvasElement) },
  );

  store.subscribe((state, event) => {
    if (event.type === "training") void takeIfDue(event.status.step);
    if (event.type === "grid" && event.grid === "samples") view.painted();
    if (event.type === "sessionReplaced") void takeIfDue(event.session.status.step);
    if (event.type === "booted") void takeIfDue(state.status?.step ?? 0);
  });

  /** @param {number} step */
  async function takeIfDue(step) {
    if (asking || !moments.isDue(step)) return;
    asking = true;
    try {
      const { run, step: at, file } = await client.request("snapshot", {});
      // Not of a model that has been replaced meanwhile.
      if (run === atWork.identity?.id) moments.add({ step: at, file: new Blob([file]) });
    } catch (error) {
      if (!(error instanceof WorkerGone)) console.info(`No moment was kept: ${error instanceof Error ? error.message : error}`);
    } finally {
      asking = false;
    }
  }

  /** @param {import("../../lib/moments.js").Moment | null} moment  null: now */
  async function show(moment) {
    next = moment;
    if (showing) return;
    showing = true;
    try {
      while (next !== undefined) {
        const wanted = next;
        next = undefined;
        const step = await client.request("show", { file: wanted ? await wanted.file.arrayBuffer() : null });
        store.dispatch({ type: "pastShown", step: wanted ? step : null });
      }
    } catch (error) {
      complain(() => TEXTS.timeLapse.notShown, error);
    } finally {
      showing = false;
    }
  }

  /** @param {import("../../lib/moments.js").Moment} moment */
  async function resume(moment) {
    await models.goBack(moment);
    announce(TEXTS.timeLapse.resumed(moment.step));
  }

  return {
    /** @param {import("../../app/store.js").State} state */
    update({ past, status, phase, config }) {
      view.update({ moments: moments.list, past, step: status?.step ?? 0, alive: config !== null && phase !== "failed" && phase !== "loading" });
    },
  };
}
