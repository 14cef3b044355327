/**
 * What the page keeps from one visit to the next, in IndexedDB: a few records, each written whole, so that its parts belong
 * together. "run" is the run at work; "runs" the table of those that have ended, and "run ID" the model of one of them; "settings"
 * the form as it was left; "data" the visitor's own images; "drawing" what is on the pad.
 *
 * @typedef {"run" | "runs" | `run ${string}` | "settings" | "data" | "drawing"} Record
 *
 * @typedef {object} Kept
 * @property {ArrayBuffer} file  a checkpoint
 * @property {import("../protocol.js").TrainingConfig} config
 * @property {number} step
 * @property {number} savedAt  milliseconds since 1970
 * @property {ReturnType<import("./history.js").RunHistory["plain"]>} curves
 */

const DATABASE = "vae-lab";
const STORE = "kept";

/**
 * @param {Record} record
 * @param {unknown} value
 */
export async function keep(record, value) {
  await transact("readwrite", (store) => store.put(value, record));
}

/** @param {Record} record @returns {Promise<any>} */
export async function kept(record) {
  const value = await transact("readonly", (store) => store.get(record));
  // An earlier version of the page kept models as blobs.
  return value?.file instanceof Blob ? { ...value, file: await value.file.arrayBuffer() } : value;
}

/** @param {Record} record */
export async function forget(record) {
  await transact("readwrite", (store) => store.delete(record));
}

/** Opened once: what is kept in the last moment before the page is left is then on its way at once. @type {Promise<IDBDatabase> | null} */
let database = null;

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function transact(mode, work) {
  database ??= open();
  const transaction = (await database).transaction(STORE, mode);
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error("the browser's storage refused what was to be kept"));
  });
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      database = null;
      reject(request.error);
    };
  });
}
