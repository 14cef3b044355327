/**
 * What the page keeps from one visit to the next, in IndexedDB: one record, written whole, so that its parts belong together.
 *
 * @typedef {object} Kept
 * @property {Uint8Array<ArrayBuffer>} bytes  a checkpoint
 * @property {number} step
 * @property {number} savedAt  milliseconds since 1970
 * @property {ReturnType<import("./history.js").RunHistory["plain"]>} curves
 */

const DATABASE = "vae-lab";
const STORE = "kept";
const KEY = "run";

/** @param {Kept} kept */
export async function keep(kept) {
  await transact("readwrite", (store) => store.put(kept, KEY));
}

/** @returns {Promise<Kept | undefined>} */
export async function kept() {
  return transact("readonly", (store) => store.get(KEY));
}

export async function forget() {
  await transact("readwrite", (store) => store.delete(KEY));
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function transact(mode, work) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error ?? new Error("the browser's storage refused what was to be kept"));
    });
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
