/** The Data panel's own part: how files come in, what is wrong with them, the set, and what is learnt from. */

import { UNKNOWN } from "../../import/set.js";
import { find, make } from "../../lib/find.js";
import { tell, telling } from "../../lib/fixed-words.js";
import { count } from "../../lib/format.js";
import { TEXTS } from "../../texts.js";
import { paintSome } from "./pictures.js";
import { tellDoubt, tellProblem } from "./words.js";

const SAYS = TEXTS.dataPanel;
const [COLUMNS, ROWS] = [14, 4];
/** So many files are taken from a choice without holding up the page. */
const FEW = 250;

/** @typedef {import("./index.js").Source} Source */

/**
 * @param {HTMLElement} element  the panel: a heading, which the view is put behind
 * @param {object} handlers
 * @param {(files: ArrayLike<File>) => void} handlers.onFiles
 * @param {(transfer: DataTransfer) => void} handlers.onDrop
 * @param {() => void} handlers.onCancel
 * @param {() => void} handlers.onDrawing
 * @param {() => void} handlers.onExport
 * @param {() => void} handlers.onClear
 * @param {() => void} handlers.onBringBack
 * @param {(source: Source) => void} handlers.onUse
 */
export function createDataView(element, { onFiles, onDrop, onCancel, onDrawing, onExport, onClear, onBringBack, onUse }) {
  const button = (/** @type {string} */ id, /** @type {string} */ key, /** @type {() => void} */ onClick) => {
    const made = make("button", { type: "button", class: "button small", id, "data-text": `dataPanel.${key}` });
    made.addEventListener("click", onClick);
    return made;
  };
  /** Also the files of the last time can be chosen again. @param {HTMLInputElement} input */
  const choose = (input) => {
    input.value = "";
    input.click();
  };
  const file = make("input", { type: "file", id: "data-file", multiple: "", hidden: "", "data-text-label": "dataPanel.files", tabindex: "-1" });
  const folder = make("input", { type: "file", id: "data-folder", multiple: "", webkitdirectory: "", hidden: "", "data-text-label": "dataPanel.folder", tabindex: "-1" });
  const drawing = button("data-drawing", "addDrawing", onDrawing);
  const zone = make(
    "div",
    { class: "drop-zone" },
    make("p", { "data-text": "dataPanel.drop" }),
    make("div", { class: "tools" }, button("data-choose", "chooseFiles", () => choose(file)), button("data-choose-folder", "chooseFolder", () => choose(folder)), drawing, file, folder),
  );
  const bar = make("progress", { "aria-labelledby": "data-progress-words" });
  const progressWords = make("p", { id: "data-progress-words" });
  const progress = make("div", { id: "data-progress", hidden: "" }, progressWords, bar, button("data-cancel", "cancel", onCancel));
  const unreadable = make("ul", { id: "data-unreadable", "data-text-label": "dataPanel.unreadable" });
  const problems = make("ul", { id: "data-problems", "data-text-label": "dataPanel.problems" });
  const doubts = make("ul", { id: "data-nothing", "data-text-label": "dataPanel.doubts" });
  const words = make("p", { id: "data-words", tabindex: "-1" });
  const preview = make("canvas", { id: "data-preview", width: "392", height: "28", role: "img", hidden: "" });
  const exporting = button("data-export", "export", onExport);
  const clear = button("data-clear", "clear", onClear);
  const bringBack = button("data-bring-back", "bringBack", onBringBack);
  const source = make("select", { id: "data-source" }, ...Object.keys(SAYS.sources).map((value) => make("option", { value, "data-text": `dataPanel.sources.${value}` })));
  const use = button("data-use", "use", () => onUse(/** @type {Source} */ (source.value)));
  use.classList.remove("small");
  const now = make("span", { class: "note", id: "data-now" });
  element.append(
    make("p", { class: "note", "data-text": "dataPanel.about" }),
    zone,
    progress,
    unreadable,
    problems,
    doubts,
    words,
    preview,
    make("div", { class: "tools" }, exporting, clear, bringBack),
    make("div", { class: "source-choice choices" }, make("label", {}, make("span", { "data-text": "dataPanel.trainOn" }), " ", source), use, now),
    make("p", { class: "note", "data-text": "dataPanel.small" }),
  );

  for (const input of [file, folder]) {
    input.addEventListener("change", () => {
      const { files } = input;
      if (!files || files.length === 0) return;
      if (files.length > FEW) {
        onFiles(files);
        return;
      }
      // The list is the input's own and is emptied with it; then the same files can be chosen again at once.
      const few = [...files];
      input.value = "";
      onFiles(few);
    });
  }
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset["over"] = "true";
  });
  zone.addEventListener("dragleave", () => delete zone.dataset["over"]);
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset["over"];
    if (event.dataTransfer) onDrop(event.dataTransfer);
  });
  document.addEventListener("paste", ({ clipboardData, target }) => {
    const files = [...(clipboardData?.files ?? [])];
    // Text fields keep what is pasted into them.
    if (files.length > 0 && !(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) onFiles(files);
  });

  /** @param {HTMLElement} list @param {readonly Node[]} items */
  function fill(list, items) {
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
  }
  for (const list of [unreadable, problems, doubts]) fill(list, []);
  tell(words, () => SAYS.words(0, 0));
  tell(preview, () => SAYS.preview(0, 0), "aria-label");
  bringBack.hidden = true;

  return {
    /** Folders are gone through. @param {number} found */
    showWalk(found) {
      progress.hidden = false;
      tell(progressWords, () => SAYS.walking(count(found)));
      bar.removeAttribute("value");
    },
    /** @param {import("../../import/importer.js").Progress | null} data  null: nothing is read any more */
    showProgress(data) {
      const hadFocus = progress.contains(document.activeElement);
      progress.hidden = data === null;
      if (!data) {
        if (hadFocus) find(zone, "#data-choose", HTMLButtonElement).focus();
        return;
      }
      tell(progressWords, () => SAYS.progress(count(data.files), count(data.totalFiles), count(data.images)));
      bar.max = Math.max(1, data.totalFiles);
      bar.value = data.files;
    },
    /** @param {readonly import("../../import/types.js").Problem[]} list */
    showProblems(list) {
      fill(problems, list.map((problem) => telling(make("li"), () => tellProblem(problem))));
      if (list.length === 0) fill(unreadable, []);
    },
    /** Folders and files that the browser did not open. @param {readonly string[]} paths */
    showUnreadable(paths) {
      fill(unreadable, paths.length > 0 ? [telling(make("li"), () => SAYS.notOpened(paths.slice(0, 3).join(", "), paths.length))] : []);
    },
    /** What to think of where no image was found. @param {readonly import("../../import/types.js").Remark[]} list */
    showDoubts(list) {
      fill(doubts, list.map((doubt) => telling(make("li"), () => tellDoubt(doubt))));
    },
    /** @param {import("../../import/types.js").ImageSet} set @param {boolean} canBringBack */
    showSet(set, canBringBack) {
      const images = set.labels.length;
      const labelled = set.labels.reduce((sum, label) => sum + Number(label !== UNKNOWN), 0);
      const painted = paintSome(preview, set.images, COLUMNS, ROWS);
      preview.hidden = images === 0;
      tell(preview, () => SAYS.preview(painted, images), "aria-label");
      tell(words, () => SAYS.words(images, labelled));
      if (document.activeElement === bringBack && !canBringBack) words.focus();
      bringBack.hidden = !canBringBack;
    },
    focusWords() {
      words.focus();
    },
    /** @param {{ source: Source, usable: boolean, drawing: boolean, images: number }} data */
    update(data) {
      drawing.disabled = !data.drawing;
      for (const each of [exporting, clear]) each.disabled = data.images === 0;
      for (const option of source.options) option.disabled = option.value !== "mnist" && data.images === 0;
      use.disabled = !data.usable || (source.value !== "mnist" && data.images === 0);
      now.textContent = SAYS.now[data.source];
    },
  };
}
