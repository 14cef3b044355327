/** Dropped files and folders: every file below them, with its path, since the names of folders may be classes. */

import { breath } from "./breath.js";

/** @typedef {{ path: string, file: File }} PathFile */

/** So many files are opened at once… */
const AT_ONCE = 50;
/** …and so many are taken from a list before everything else gets a turn. */
const A_TURN = 250;

/**
 * What was dropped, taken while the event lasts: the list of items is empty after it.
 *
 * @param {DataTransfer} transfer
 * @returns {(FileSystemEntry | File)[]}
 */
export function droppedItems(transfer) {
  const items = [...transfer.items].filter(({ kind }) => kind === "file");
  if (items.length === 0) return [...transfer.files];
  return items.flatMap((item) => item.webkitGetAsEntry?.() ?? item.getAsFile() ?? []);
}

/**
 * Every file below what was dropped, folder by folder. What the browser cannot open is named, and the rest comes in.
 *
 * @param {readonly (FileSystemEntry | File)[]} dropped
 * @param {object} [options]
 * @param {AbortSignal} [options.signal]
 * @param {(found: number) => void} [options.onProgress]
 * @returns {Promise<{ files: PathFile[], unreadable: string[] }>}
 */
export async function walk(dropped, { signal, onProgress = () => {} } = {}) {
  /** @type {PathFile[]} */
  const files = [];
  /** @type {string[]} */
  const unreadable = [];
  await visit(dropped);
  return { files, unreadable };

  /** @param {readonly (FileSystemEntry | File)[]} entries */
  async function visit(entries) {
    for (let i = 0; i < entries.length; ) {
      signal?.throwIfAborted();
      const some = filesFrom(entries, i);
      const opened = await Promise.all(some.map(open));
      files.push(...opened.flatMap((file) => file ?? []));
      onProgress(files.length);
      i += some.length;
      await breath();
      const folder = entries[i];
      if (!folder || !isFolder(folder)) continue;
      await visit(await entriesOf(folder).catch(() => refuse(folder)));
      i += 1;
    }
  }

  /** @param {FileSystemEntry | File} entry @returns {Promise<PathFile | null>} */
  async function open(entry) {
    if (entry instanceof File) return { path: entry.name, file: entry };
    const file = await fileOf(/** @type {FileSystemFileEntry} */ (entry)).catch(() => null);
    if (!file) refuse(entry);
    return file && { path: pathOf(entry), file };
  }

  /** @param {FileSystemEntry} entry @returns {FileSystemEntry[]} */
  function refuse(entry) {
    unreadable.push(pathOf(entry));
    return [];
  }
}

/** The files from a place on, up to the next folder: so many are opened at once. @param {readonly (FileSystemEntry | File)[]} entries @param {number} from */
function filesFrom(entries, from) {
  const some = entries.slice(from, from + AT_ONCE);
  const folder = some.findIndex(isFolder);
  return folder < 0 ? some : some.slice(0, folder);
}

/**
 * Files that were chosen, with the path inside the chosen folder. The browser makes each of them when it is asked for: ten thousand
 * at once would hold up the page.
 *
 * @param {ArrayLike<File>} list
 * @param {object} [options]
 * @param {AbortSignal} [options.signal]
 * @param {(found: number) => void} [options.onProgress]
 * @returns {Promise<PathFile[]>}
 */
export async function chosen(list, { signal, onProgress = () => {} } = {}) {
  /** @type {PathFile[]} */
  const files = [];
  for (let i = 0; i < list.length; i += 1) {
    const file = list[i];
    if (file) files.push({ path: file.webkitRelativePath || file.name, file });
    if (files.length % A_TURN !== 0) continue;
    onProgress(files.length);
    await breath();
    signal?.throwIfAborted();
  }
  return files;
}

/** @param {FileSystemEntry | File} entry @returns {entry is FileSystemDirectoryEntry} */
function isFolder(entry) {
  return !(entry instanceof File) && entry.isDirectory;
}

/** @param {FileSystemEntry} entry */
function pathOf(entry) {
  return entry.fullPath.replace(/^\//, "");
}

/** A folder gives its entries a hundred at a time, until there are none. @param {FileSystemDirectoryEntry} folder */
async function entriesOf(folder) {
  const reader = folder.createReader();
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const some = await new Promise((/** @type {(entries: FileSystemEntry[]) => void} */ resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** @param {FileSystemFileEntry} entry @returns {Promise<File>} */
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
