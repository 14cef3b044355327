/**
 * The page's side of importing: sends files to the import worker, which is started when it is first needed, and ends it to cancel.
 *
 * @typedef {import("./job.js").Shown} Shown
 * @typedef {import("./job.js").Choices} Choices
 * @typedef {{ files: number, totalFiles: number, images: number }} Progress
 */

import { CODE } from "../lib/addresses.js";
import { CodedError, untold } from "../lib/coded-error.js";
import { breath } from "./breath.js";
import { UNDECIDED } from "./choices.js";

/** Files go to the worker in parts, with a breath between them: ten thousand at once would hold up the page. */
const FILES_A_MESSAGE = 40;

/**
 * @param {object} [parts]
 * @param {() => Worker} [parts.createWorker]
 */
export function createImporter({ createWorker = () => new Worker(new URL("import/worker.js", CODE), { type: "module" }) } = {}) {
  /** @type {Worker | null} */
  let worker = null;
  /** What is waited for. @type {{ reject: (reason: unknown) => void } | null} */
  let waiting = null;

  /** @param {import("./worker.js").ToWorker} message */
  function post(message) {
    worker ??= createWorker();
    worker.postMessage(message);
  }

  /** Whatever the worker is doing, it does no more of it. @param {unknown} reason */
  function end(reason) {
    worker?.terminate();
    worker = null;
    waiting?.reject(reason);
    waiting = null;
  }

  /**
   * The worker's next set.
   *
   * @param {(progress: { files: number, images: number }) => void} onProgress
   * @returns {Promise<Shown>}
   */
  function answer(onProgress) {
    if (waiting) end(new DOMException("another choice took its place", "AbortError"));
    worker ??= createWorker();
    const at = worker;
    return new Promise((resolve, reject) => {
      waiting = { reject };
      at.onmessage = ({ data }) => {
        const message = /** @type {import("./worker.js").FromWorker} */ (data);
        if (message.type === "progress") onProgress(message);
        else if (message.type === "failed") end(untold(message.error));
        else {
          waiting = null;
          resolve(message.shown);
        }
      };
      at.onerror = (event) => {
        event.preventDefault();
        end(event.message ? new Error(event.message) : new CodedError("scriptNotLoaded", {}));
      };
    });
  }

  return {
    /**
     * Reads files into a set. An import that is still under way is ended.
     *
     * @param {readonly import("./walk.js").PathFile[]} files
     * @param {object} [options]
     * @param {(progress: Progress) => void} [options.onProgress]
     * @param {AbortSignal} [options.signal]  ends it: nothing is kept of it
     * @returns {Promise<Shown>}
     */
    async read(files, { onProgress = () => {}, signal } = {}) {
      signal?.throwIfAborted();
      const answered = answer(({ files: done, images }) => onProgress({ files: done, totalFiles: files.length, images }));
      const own = waiting;
      // It may fail while files are still sent; whoever waits hears of it below.
      answered.catch(() => {});
      const cancel = () => end(signal?.reason);
      signal?.addEventListener("abort", cancel);
      try {
        post({ type: "begin" });
        for (let i = 0; i < files.length && waiting === own; i += FILES_A_MESSAGE) {
          post({ type: "files", files: files.slice(i, i + FILES_A_MESSAGE) });
          await breath();
        }
        if (waiting === own) post({ type: "assemble", choices: UNDECIDED });
        return await answered;
      } finally {
        signal?.removeEventListener("abort", cancel);
      }
    },

    /** The same files by other choices. @param {Choices} choices */
    redo(choices) {
      const answered = answer(() => {});
      post({ type: "assemble", choices });
      return answered;
    },

    /** Frees what the worker keeps of the files. */
    forget() {
      end(new DOMException("the files were put aside", "AbortError"));
    },
  };
}
