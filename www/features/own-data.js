/** Images of the visitor's own, and what training learns from: MNIST, them, or both. They never leave the machine. */

import { find } from "../lib/find.js";
import { count } from "../lib/format.js";
import { readPicture } from "../lib/own-data/picture.js";
import { readFile } from "../lib/own-data/read.js";
import { PIXELS, UNKNOWN, emptySet, inverted, joined } from "../lib/own-data/set.js";
import { messageOf } from "../laboratory.js";
import { TEXTS } from "../texts.js";
import { MNIST } from "../app/run.js";
import { createOwnData } from "../views/own-data.js";

/** @typedef {"mnist" | "own" | "both"} Source */

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 */
export function createOwnDataFeature({ store, library, announce, complain }, { models }) {
  let set = emptySet();
  /** @type {{ name: string, why: string }[]} */
  let problems = [];
  const view = createOwnData(find(document.body, "#data", HTMLElement), {
    onFiles: addFiles,
    onDrawing: addDrawing,
    onInvert: () => change(inverted(set)),
    onClear: () => change(emptySet()),
    onUse: use,
  });

  /** @param {import("../lib/own-data/set.js").OwnSet} next */
  function change(next) {
    set = next;
    remember();
    refresh();
  }

  function remember() {
    // Where nothing is kept, the images last as long as the page; the notice about the model says so.
    void library.keepNote("own set", { ...set, classes: null }).catch(() => {});
  }

  function refresh() {
    view.show({ set, problems, labelled: set.labels.reduce((sum, label) => sum + Number(label !== UNKNOWN), 0) });
    update(store.state);
  }

  /**
   * @param {readonly File[]} files
   * @param {boolean} cut
   */
  async function addFiles(files, cut) {
    problems = [];
    const before = set.labels.length;
    let read = 0;
    /** @type {Uint8Array | null} */
    let labels = null;
    let next = set;
    for (const file of files) {
      try {
        const found = await readFile(new Uint8Array(await file.arrayBuffer()), (bytes) => readPicture(bytes, cut));
        if (found.kind === "labels") labels = found.labels;
        else {
          read += found.set.labels.length;
          next = joined(next, found.set);
        }
      } catch (error) {
        problems.push({ name: file.webkitRelativePath || file.name, why: messageOf(error) });
      }
    }
    const added = next.labels.length - before;
    if (read > added) problems.push({ name: TEXTS.ownData.tooMany, why: TEXTS.ownData.leftOut(read - added) });
    if (labels && labels.length === added) next.labels.set(labels, before);
    else if (labels) problems.push({ name: TEXTS.ownData.labelFile, why: TEXTS.ownData.otherCount(labels.length, added) });
    change(next);
    announce(TEXTS.ownData.added(count(added), problems.length));
  }

  function addDrawing() {
    const { shown } = store.state;
    if (!shown) return;
    problems = [];
    change(joined(set, { images: shown.seen.slice(), labels: Uint8Array.of(UNKNOWN) }));
    announce(TEXTS.ownData.added("1", 0));
  }

  /** Another source is another task: a new model begins, and the one before can be had back. @param {Source} wanted */
  async function use(wanted) {
    const { config, draft } = store.state;
    if (!draft) return;
    if (wanted !== "mnist" && config?.model.conditional && set.labels.includes(UNKNOWN)) {
      store.dispatch({ type: "noticed", tone: "error", text: TEXTS.ownData.needsLabels });
      return;
    }
    try {
      await models.begin(draft, await dataOf(wanted));
      announce(TEXTS.ownData.used[wanted]);
    } catch (error) {
      complain(TEXTS.ownData.notUsed, error);
    }
    update(store.state);
  }

  /**
   * @param {Source} wanted
   * @returns {Promise<import("../app/run.js").RunData>}
   */
  async function dataOf(wanted) {
    if (wanted === "mnist") return MNIST;
    return { kind: wanted, hash: await library.sets.keep({ ...set, classes: null }), images: set.labels.length, classes: null };
  }

  /** The set of an earlier visit. */
  async function recall() {
    try {
      const stored = /** @type {import("../lib/own-data/set.js").OwnSet | undefined} */ (await library.note("own set"));
      if (stored && set.labels.length === 0 && stored.images.length === stored.labels.length * PIXELS) set = stored;
    } catch {
      // Nothing can be recalled where nothing is stored.
    }
    refresh();
  }

  /** @param {import("../store.js").State} state */
  function update({ phase, shown, stages, run }) {
    const alive = phase !== "failed" && phase !== "loading" && phase !== "idle";
    view.update({ source: run?.data.kind ?? "mnist", usable: alive && stages.train.state !== "loading", drawing: shown !== null, images: set.labels.length });
  }

  return { recall, update };
}
