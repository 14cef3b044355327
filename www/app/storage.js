/**
 * The page's database in the browser. A connection that died (some browsers end it in the background) or that made way for a newer
 * version of the page is opened anew at the next use.
 */

import { openDB } from "../vendor/idb/index.js";

/**
 * "runs" is what the table shows, "models" the heavy part of each (its copy and curves), "snapshots" the moments of the time-lapse
 * by run and step, "sets" the visitor's images by their hash, "notes" small things by name.
 *
 * @typedef {import("../vendor/idb/index.js").DBSchema & {
 *   runs: { key: string, value: import("./run-library.js").RunRecord },
 *   models: { key: string, value: import("./run-library.js").ModelRecord },
 *   snapshots: { key: [string, number], value: ArrayBuffer },
 *   sets: { key: string, value: import("./set-shelf.js").ImageSet },
 *   notes: { key: string, value: unknown },
 * }} Schema
 *
 * @typedef {import("../vendor/idb/index.js").IDBPDatabase<Schema>} Database
 * @typedef {"runs" | "models" | "snapshots" | "sets" | "notes"} StoreName
 */

const VERSION = 1;

export class Storage {
  #name;
  /** @type {Promise<Database> | null} */
  #opening = null;

  /** @param {string} name  of the database */
  constructor(name) {
    this.#name = name;
  }

  /**
   * Does some work in one transaction: all of it is kept, or nothing.
   *
   * @template T
   * @template {IDBTransactionMode} M
   * @param {StoreName[]} stores
   * @param {M} mode
   * @param {(transaction: import("../vendor/idb/index.js").IDBPTransaction<Schema, StoreName[], M>) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async transact(stores, mode, work) {
    const database = await this.#database();
    try {
      return await attempt(database, stores, mode, work);
    } catch (error) {
      if (!isDead(error)) throw error;
      this.#opening = null;
      return attempt(await this.#database(), stores, mode, work);
    }
  }

  #database() {
    this.#opening ??= this.#open().catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  /** @returns {Promise<Database>} */
  #open() {
    const gone = () => {
      this.#opening = null;
    };
    /** @type {Promise<Database>} */
    const opened = openDB(this.#name, VERSION, {
      upgrade(database) {
        database.createObjectStore("runs", { keyPath: "id" });
        for (const name of /** @type {const} */ (["models", "snapshots", "sets", "notes"])) database.createObjectStore(name);
      },
      // A newer version of the page in another tab waits for this connection.
      blocking() {
        gone();
        void opened.then((database) => database.close());
      },
      terminated: gone,
    });
    return opened;
  }
}

/**
 * @template T
 * @template {IDBTransactionMode} M
 * @param {Database} database
 * @param {StoreName[]} stores
 * @param {M} mode
 * @param {(transaction: import("../vendor/idb/index.js").IDBPTransaction<Schema, StoreName[], M>) => Promise<T>} work
 */
async function attempt(database, stores, mode, work) {
  const transaction = database.transaction(stores, mode);
  // Told apart from the work's own error, which is the one that says why.
  const done = transaction.done.then(
    () => null,
    (error) => error ?? new Error("the browser's storage refused what was to be kept"),
  );
  /** @type {T} */
  let result;
  try {
    result = await work(transaction);
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already.
    }
    await done;
    throw error;
  }
  const failure = await done;
  if (failure) throw failure;
  return result;
}

/** A connection that was ended by the browser. @param {unknown} error */
function isDead(error) {
  return error instanceof DOMException && error.name === "InvalidStateError";
}
