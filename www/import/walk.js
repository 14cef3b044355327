/** Dropped files and folders: every file below them, with its path, since the names of folders may be classes. */

/** @typedef {{ path: string, file: File }} PathFile */

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
 * Every file below what was dropped. A folder that the browser cannot open is an error of its own: the rest comes in.
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
  const waiting = [...dropped].reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    signal?.throwIfAborted();
    try {
      if (next instanceof File) files.push({ path: next.name, file: next });
      else if (isFolder(next)) waiting.push(...(await entriesOf(next)).reverse());
      else files.push({ path: pathOf(next), file: await fileOf(/** @type {FileSystemFileEntry} */ (next)) });
    } catch {
      unreadable.push(next instanceof File ? next.name : pathOf(next));
    }
    onProgress(files.length);
  }
  return { files, unreadable };
}

/** Files that were chosen, with the path inside the chosen folder. @param {Iterable<File>} files @returns {PathFile[]} */
export function chosen(files) {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** @param {FileSystemEntry} entry @returns {entry is FileSystemDirectoryEntry} */
function isFolder(entry) {
  return entry.isDirectory;
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
