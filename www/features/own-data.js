/** Images of the visitor's own, and what training learns from: MNIST, them, or both. They never leave the machine. */

import { find } from "../lib/find.js";
import { count } from "../lib/format.js";
import { keep, kept } from "../lib/keep.js";
import { readPicture } from "../lib/own-data/picture.js";
import { readFile } from "../lib/own-data/read.js";
import { PIXELS, UNKNOWN, emptySet, inverted, joined } from "../lib/own-data/set.js";
import { messageOf } from "../laboratory.js";
import { TEXTS } from "../texts.js";
import { createOwnData } from "../views/own-data.js";

/** @typedef {"mnist" | "own" | "both"} Source */

/** Labels are the digits. */
const CLASSES = 10;

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 */
export function createOwnDataFeature({ store, client, announce, complain }, { models }) {
  let set = emptySet();
  /** @type {{ name: string, why: string }[]} */
  let problems = [];
  /** What training learns from. @type {Source} */
  let source = "mnist";
  /** What the worker was given last, for the next one. @type {import("../protocol.js").ProvidedSet | null} */
  let provided = null;

  const view = createOwnData(find(document.body, "#data", HTMLElement), {
    onFiles: addFiles,
    onDrawing: addDrawing,
    onInvert: () => change(inverted(set)),
    onClear: () => change(emptySet()),
    onUse: use,
  });

  store.subscribe((_state, event) => {
    // Before the page puts a model to work that learns from it.
    if (event.type === "booted" && provided) void client.request("provideSet", provided).catch((error) => complain(TEXTS.ownData.notUsed, error));
  });

  /** @param {import("../lib/own-data/set.js").OwnSet} next */
  function change(next) {
    set = next;
    remember();
    refresh();
  }

  function remember() {
    // Where nothing is kept, the images last as long as the page; the notice about the model says so.
    void keep("data", { ...set, source }).catch(() => {});
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
    const { config } = store.state;
    if (wanted !== "mnist" && config?.model.conditional && set.labels.includes(UNKNOWN)) {
      store.dispatch({ type: "noticed", tone: "error", text: TEXTS.ownData.needsLabels });
      return;
    }
    try {
      // What can fail comes first: until the images are there, nothing is given up.
      models.learnFrom(await provide(wanted));
      await models.reset();
      source = wanted;
      remember();
      announce(TEXTS.ownData.used[wanted]);
    } catch (error) {
      complain(TEXTS.ownData.notUsed, error);
    }
    update(store.state);
  }

  /**
   * Hands the visitor's images to the worker, where they are wanted, and names what is to be learnt from.
   *
   * @param {Source} wanted
   * @returns {Promise<import("../protocol.js").DataKey>}
   */
  async function provide(wanted) {
    if (wanted === "mnist") return { kind: "mnist", hash: null };
    const labels = set.labels.map((label) => (label === UNKNOWN ? 0 : label));
    const digest = await crypto.subtle.digest("SHA-256", await new Blob([set.images, labels]).arrayBuffer());
    const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    provided = { hash, images: set.images, labels, classes: CLASSES };
    if (client.alive && store.state.config) await client.request("provideSet", provided);
    return { kind: wanted, hash };
  }

  /** The set of an earlier visit. */
  async function recall() {
    try {
      const stored = await kept("data");
      if (stored && set.labels.length === 0 && stored.images.length === stored.labels.length * PIXELS) {
        set = { images: stored.images, labels: stored.labels };
        // A run of an earlier visit goes on with what it learnt from.
        source = stored.source;
        models.learnFrom(await provide(source));
        if (store.state.phase === "ready" && !store.state.shipped && store.state.config) await models.replace(store.state.config);
      }
    } catch {
      // Nothing can be recalled where nothing is stored.
    }
    refresh();
  }

  /** @param {import("../store.js").State} state */
  function update({ phase, shown, stages }) {
    const alive = phase !== "failed" && phase !== "loading" && phase !== "idle";
    view.update({ source, usable: alive && stages.train.state !== "loading", drawing: shown !== null, images: set.labels.length });
  }

  return { recall, update };
}
