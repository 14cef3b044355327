/**
 * The import worker: reads files, decodes pictures and assembles the set, so that the page's main thread does none of it. It holds one
 * import at a time; cancelling is ending the worker.
 *
 * @typedef {import("./job.js").Shown} Shown
 *
 * @typedef {{ type: "begin" }
 *   | { type: "files", files: import("./job.js").PathFile[] }
 *   | { type: "assemble", choices: import("./job.js").Choices }} ToWorker  the files of a choice come in several messages; each `assemble` is answered
 *
 * @typedef {{ type: "progress", files: number, images: number }
 *   | { type: "assembled", shown: Shown }
 *   | { type: "failed", error: import("../lib/coded-error.js").ToldError }} FromWorker
 */

import { told } from "../lib/coded-error.js";
import { ImportJob } from "./job.js";
import { decodePicture } from "./picture.js";

/** Progress is told no more often than it can be read. */
const TELL_EVERY_MS = 100;

/** The scope of a worker, as far as it is used; the DOM library types a window. */
const scope = /** @type {{ onmessage: ((event: MessageEvent<ToWorker>) => void) | null, postMessage(message: FromWorker, transfer: Transferable[]): void }} */ (/** @type {unknown} */ (globalThis));

let job = newJob();
/** Messages are worked on one after the other. */
let turn = Promise.resolve();

scope.onmessage = ({ data }) => {
  turn = turn.then(() => handle(data)).catch((error) => scope.postMessage({ type: "failed", error: told(error) }, []));
};

/** @param {ToWorker} message */
async function handle(message) {
  if (message.type === "begin") job = newJob();
  if (message.type === "files") await job.add(message.files);
  if (message.type === "assemble") {
    const shown = await job.assembled(message.choices);
    scope.postMessage({ type: "assembled", shown }, [shown.set.images.buffer, shown.set.labels.buffer]);
  }
}

function newJob() {
  let told = 0;
  return new ImportJob({
    decode: decodePicture,
    onProgress(progress) {
      const now = performance.now();
      if (now - told < TELL_EVERY_MS) return;
      told = now;
      scope.postMessage({ type: "progress", ...progress }, []);
    },
  });
}
