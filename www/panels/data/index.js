/**
 * The Data panel: images of the visitor's own. Files are read by the import worker, shown with what was done to them, and join the set
 * when the visitor says so; training learns from MNIST, from the set, or from both. They never leave the machine.
 */

import { createImporter } from "../../import/importer.js";
import { joined } from "../../import/join.js";
import { UNDECIDED } from "../../import/choices.js";
import { UNKNOWN, emptySet } from "../../import/set.js";
import { chosen, droppedItems, walk } from "../../import/walk.js";
import { find } from "../../lib/find.js";
import { count } from "../../lib/format.js";
import { TEXTS } from "../../texts.js";
import { createReview } from "./review.js";
import { createDataView } from "./view.js";
import { exportSet } from "./export.js";

/** @typedef {import("../../import/types.js").ImageSet} ImageSet */
/** @typedef {"mnist" | "own" | "both"} Source */

/**
 * What the panel asks of the rest of the page.
 *
 * @typedef {object} Plumbing
 * @property {(kind: Source, set: ImageSet) => Promise<void>} use  begins a new model on these images
 * @property {(set: ImageSet) => Promise<void>} keep  keeps the set for the next visit
 * @property {() => Promise<ImageSet | null>} recall  the set of an earlier visit
 * @property {() => void} show  opens the room of the panel
 */

const SAYS = TEXTS.dataPanel;

/**
 * @param {import("../../app/laboratory.js").Laboratory} lab
 * @param {Plumbing} plumbing
 */
export function createDataPanel({ store, announce, complain }, { use, keep, recall, show }) {
  const importer = createImporter();
  let set = emptySet();
  /** The set that was removed, until another takes its place. @type {ImageSet | null} */
  let removed = null;
  /** What is shown and has not joined yet. @type {import("../../import/importer.js").Shown | null} */
  let shown = null;
  /** Ends the reading that is under way. @type {AbortController | null} */
  let reading = null;
  let choices = UNDECIDED;
  /** Whether the browser keeps the set as it is here. */
  let kept = true;
  /** Ends when the newest images have joined. @type {Promise<unknown>} */
  let joining = Promise.resolve();

  const element = find(document.body, "#data", HTMLElement);
  const view = createDataView(element, {
    onFiles: (files) => void read((signal) => chosen(files, { signal, onProgress: view.showWalk })),
    onDrop: (transfer) => readDropped(droppedItems(transfer)),
    onCancel: () => reading?.abort(),
    onDrawing: () => void addDrawing(),
    onExport: () => exportSet(set),
    onClear: () => change(emptySet(), set),
    onBringBack: () => removed && change(removed),
    onUse: (wanted) => void begin(wanted),
  });
  const review = createReview(element, { onChoice: (name) => void choose(name), onJoin: () => void join(), onLeave: putAside });

  /**
   * @param {ImageSet} next
   * @param {ImageSet | null} [instead]  the set that was removed for it, and can be brought back
   */
  function change(next, instead = null) {
    set = next;
    removed = instead;
    // Where nothing is kept, the images last as long as the page; the notice about the model says so.
    void keep(set).then(
      () => (kept = true),
      () => (kept = false),
    );
    refresh();
  }

  /**
   * Images join one after the other, each to the set as it is kept by then: another tab of the page may have added to it.
   *
   * @param {ImageSet} next
   */
  function add(next) {
    const added = joining.then(async () => {
      if (kept) set = (await recall().catch(() => null)) ?? set;
      const result = await joined(set, next);
      change(result.set);
      return result;
    });
    joining = added.catch(() => {});
    return added;
  }

  function refresh() {
    view.showSet(set, removed !== null);
    update(store.state);
  }

  /** @param {(FileSystemEntry | File)[]} dropped */
  function readDropped(dropped) {
    void read(async (signal) => {
      const { files, unreadable } = await walk(dropped, { signal, onProgress: view.showWalk });
      view.showUnreadable(unreadable);
      return files;
    });
  }

  /** Reads files and shows what is in them; a reading that is under way ends. @param {(signal: AbortSignal) => Promise<import("../../import/walk.js").PathFile[]>} files */
  async function read(files) {
    reading?.abort();
    const own = new AbortController();
    reading = own;
    // Wherever the files came from: what is in them is to be seen, and asked about.
    show();
    hide();
    view.showProblems([]);
    view.showWalk(0);
    announce(SAYS.reading);
    try {
      const found = await files(own.signal);
      view.showProgress({ files: 0, totalFiles: found.length, images: 0 });
      choices = UNDECIDED;
      const imported = await importer.read(found, { onProgress: view.showProgress, signal: own.signal });
      if (reading === own) present(imported);
    } catch (error) {
      if (reading !== own) return;
      if (own.signal.aborted) announce(SAYS.cancelled);
      else complain(() => SAYS.notRead, error);
    } finally {
      if (reading === own) {
        reading = null;
        view.showProgress(null);
      }
    }
  }

  /** @param {import("../../import/importer.js").Shown} imported */
  function present(imported) {
    const images = imported.set.labels.length;
    shown = images > 0 ? imported : null;
    view.showProblems(imported.problems);
    view.showDoubts(images > 0 ? [] : imported.doubts);
    review.show(shown);
    announce(SAYS.read(count(images), imported.doubts.length, imported.problems.reduce((sum, problem) => sum + problem.count, 0)));
  }

  /** @param {keyof import("../../import/job.js").AllSwitches} name */
  async function choose(name) {
    const seen = shown;
    if (!seen) return;
    const before = choices;
    const wanted = { ...choices, [name]: !seen.applied[name] };
    choices = wanted;
    review.setBusy(true);
    try {
      const imported = await importer.redo(wanted);
      // Meanwhile it may have been put aside, or other files chosen.
      if (shown === seen) present(imported);
    } catch (error) {
      if (choices === wanted) choices = before;
      if (!(error instanceof DOMException)) complain(() => SAYS.notRead, error);
    }
    review.setBusy(false);
  }

  /** What is shown joins the set. */
  async function join() {
    if (!shown) return;
    const next = shown.set;
    putAside();
    const { leftOut, problems } = await add(next);
    if (leftOut > 0) view.showProblems(problems.map((problem) => ({ ...problem, files: [SAYS.yours] })));
    announce(SAYS.added(count(next.labels.length - leftOut)));
    view.focusWords();
  }

  /** Nothing is shown any more. */
  function hide() {
    shown = null;
    review.show(null);
    view.showDoubts([]);
  }

  /** Nothing is shown any more, and the worker need not keep what it was made of. */
  function putAside() {
    hide();
    importer.forget();
  }

  async function addDrawing() {
    const drawing = store.state.shown;
    if (!drawing) return;
    await add({ images: drawing.seen.slice(), labels: Uint8Array.of(UNKNOWN), classes: null });
    announce(SAYS.added("1"));
  }

  /** Another source is another task: a new model begins, and the one before can be had back. @param {Source} wanted */
  async function begin(wanted) {
    try {
      await use(wanted, set);
      announce(SAYS.used[wanted]);
    } catch (error) {
      complain(() => SAYS.notUsed, error);
    }
    update(store.state);
  }

  /** @param {import("../../app/store.js").State} state */
  function update({ phase, shown: drawing, stages, run }) {
    const alive = phase !== "failed" && phase !== "loading" && phase !== "idle";
    view.update({ source: run?.data.kind ?? "mnist", usable: alive && stages.train.state !== "loading", drawing: drawing !== null, images: set.labels.length });
  }

  return {
    update,

    /** The set of an earlier visit. */
    async recall() {
      try {
        const stored = await recall();
        if (stored && set.labels.length === 0) set = stored;
      } catch {
        // Nothing can be recalled where nothing is stored.
      }
      refresh();
    },
  };
}
