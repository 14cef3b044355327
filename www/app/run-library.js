/**
 * The runs of this browser: what the table shows, and what brings each back. The only user of the browser's database. What it
 * refuses to keep lasts as long as the page, and whoever wanted it kept hears of the refusal.
 */

import { CodedError } from "../lib/coded-error.js";
import { bounded, ownName } from "../lib/runs.js";
import { TEXTS } from "../texts.js";
import { SetShelf } from "./set-shelf.js";

/**
 * @typedef {import("./run.js").Run} Run
 * @typedef {import("../lib/runs.js").Summary} Summary
 *
 * What the table shows of a run.
 * @typedef {Summary & {
 *   id: string,
 *   name: string,
 *   config: Run["config"] | null,
 *   data: Run["data"],
 *   origin: Run["origin"],
 *   shown: boolean,
 *   kept: boolean,
 *   atWork: boolean,
 *   savedAt: number,
 * }} RunRecord  config: null where no model is kept; shown: on the charts; kept: its model is kept, and can be brought back; atWork: when its page was last seen
 *
 * @typedef {{ step: number, file: ArrayBuffer, curves: Run["curves"] }} ModelRecord
 * @typedef {RunRecord & { elsewhere: boolean }} ListedRun  elsewhere: it is at work in another tab
 */

/** The run is not in the library any more. */
export class RunGone extends CodedError {
  constructor() {
    super("runGone", {});
  }
}

export class RunLibrary {
  /** The visitor's images, by their hash. */
  sets;
  #storage;
  #live;
  #channel;
  #now;
  /** What the storage refused. @type {Map<string, { record: RunRecord, run: Run }>} */
  #refused = new Map();
  /** Runs of other tabs whose end is waited for. @type {Set<string>} */
  #watched = new Set();
  /** Changes are made in the order in which they are asked for. @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /**
   * @param {object} options
   * @param {import("./storage.js").Storage} options.storage
   * @param {import("./live-runs.js").LiveRuns} options.live
   * @param {Pick<BroadcastChannel, "postMessage" | "onmessage"> | null} options.channel  tells the other tabs of changes
   * @param {() => number} [options.now]
   */
  constructor({ storage, live, channel, now = Date.now }) {
    this.sets = new SetShelf(storage);
    this.#storage = storage;
    this.#live = live;
    this.#channel = channel;
    this.#now = now;
    if (channel) channel.onmessage = () => this.#tell();
  }

  /** @param {() => void} listener  told whenever the runs may have changed, here or in another tab */
  onChange(listener) {
    this.#listeners.add(listener);
  }

  /** All runs, the newest first. @returns {Promise<ListedRun[]>} */
  async list() {
    const [stored, elsewhere] = await Promise.all([
      // Where nothing can be read there are the runs of this visit.
      this.#storage.transact(["runs"], "readonly", (transaction) => transaction.objectStore("runs").getAll()).catch(() => []),
      this.#live.elsewhere(),
    ]);
    const records = [...stored.filter(({ id }) => !this.#refused.has(id)), ...[...this.#refused.values()].map(({ record }) => record)];
    for (const { id } of records) if (elsewhere.has(id)) void this.#watch(id);
    return records.sort((a, b) => b.savedAt - a.savedAt).map((record) => ({ ...record, elsewhere: elsewhere.has(record.id) }));
  }

  /**
   * A whole run.
   *
   * @param {string} id
   * @returns {Promise<Run>}
   */
  async open(id) {
    const refused = this.#refused.get(id);
    if (refused) return refused.run;
    return this.#storage.transact(["runs", "models", "snapshots"], "readonly", async (transaction) => {
      const [record, model, snapshots] = await Promise.all([
        transaction.objectStore("runs").get(id),
        transaction.objectStore("models").get(id),
        readMoments(transaction.objectStore("snapshots"), id),
      ]);
      if (!record?.config || !model) throw new RunGone();
      const { name, config, data, origin } = record;
      const { step, file, curves } = model;
      return { id, name, config, data, origin, curves, checkpoint: { step, file }, snapshots };
    });
  }

  /**
   * Keeps a run as it is now. Gives back the name under which it is kept.
   *
   * @param {Run} run
   * @param {Summary} summary
   * @param {{ atWork: boolean, shown?: boolean, savedAt?: number }} how
   * @returns {Promise<string>}
   */
  save(run, summary, { atWork, shown = true, savedAt = this.#now() }) {
    const { id, name, config, data, origin } = run;
    /** @type {RunRecord} */
    const record = { ...summary, id, name, config, data, origin, shown, kept: run.checkpoint !== null, atWork, savedAt };
    return this.#inTurn(async () => {
      try {
        const written = await this.#writeMakingRoom(run, record, await this.#live.elsewhere());
        this.#refused.delete(id);
        return written;
      } catch (error) {
        this.#refused.set(id, { record: { ...record, name: this.#refused.get(id)?.record.name ?? name }, run });
        throw error;
      }
    });
  }

  /**
   * In a full storage, moments of other runs give way to this one, and then its own.
   *
   * @param {Run} run
   * @param {RunRecord} record
   * @param {ReadonlySet<string>} elsewhere
   */
  async #writeMakingRoom(run, record, elsewhere) {
    try {
      return await this.#write(run, record, elsewhere);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "QuotaExceededError") throw error;
      await this.#storage.transact(["snapshots"], "readwrite", (transaction) => transaction.objectStore("snapshots").clear());
      return this.#write({ ...run, snapshots: [] }, record, elsewhere);
    }
  }

  /**
   * @param {Run} run
   * @param {RunRecord} record
   * @param {ReadonlySet<string>} elsewhere  runs of other tabs
   */
  async #write(run, record, elsewhere) {
    const news = await this.#newMoments(run);
    return this.#storage.transact(["runs", "models", "snapshots"], "readwrite", async (transaction) => {
      const [runs, models, snapshots] = [transaction.objectStore("runs"), transaction.objectStore("models"), transaction.objectStore("snapshots")];
      const stored = (await runs.getAll()).sort((a, b) => b.savedAt - a.savedAt);
      const before = stored.find(({ id }) => id === record.id);
      const others = stored.filter(({ id }) => id !== record.id);
      // What was changed in the table, here or in another tab, stays.
      const next = { ...record, name: before?.name ?? ownName(record.name, others), shown: before?.shown ?? record.shown };
      await runs.put(next);
      if (run.checkpoint) await models.put({ ...run.checkpoint, curves: run.curves }, run.id);
      await writeMoments(snapshots, run, news);
      const { gone, withoutModel } = bounded([next, ...others], ({ id }) => id === record.id || elsewhere.has(id));
      for (const { id } of gone) await runs.delete(id);
      for (const other of withoutModel) await runs.put({ ...other, kept: false });
      for (const { id } of [...gone, ...withoutModel]) await Promise.all([models.delete(id), snapshots.delete(momentsOf(id))]);
      return next.name;
    });
  }

  /**
   * The moments of a run that are not kept yet, as bytes: a transaction waits for nothing else, and not every browser stores blobs.
   *
   * @param {Run} run
   */
  async #newMoments({ id, snapshots }) {
    const keys = await this.#storage.transact(["snapshots"], "readonly", (transaction) => transaction.objectStore("snapshots").getAllKeys(momentsOf(id)));
    const stored = new Set(keys.map(([, step]) => step));
    return Promise.all(snapshots.filter(({ step }) => !stored.has(step)).map(async ({ step, file }) => ({ step, file: await file.arrayBuffer() })));
  }

  /**
   * Changes what the table shows of a run, or that it is at work.
   *
   * @param {string} id
   * @param {Partial<Pick<RunRecord, "name" | "shown" | "atWork">>} fields
   */
  change(id, fields) {
    return this.#inTurn(async () => {
      const refused = this.#refused.get(id);
      if (refused) refused.record = { ...refused.record, ...fields };
      await this.#storage.transact(["runs"], "readwrite", async (transaction) => {
        const runs = transaction.objectStore("runs");
        const record = await runs.get(id);
        if (record) await runs.put({ ...record, ...fields });
      });
    });
  }

  /** Forgets a run. @param {string} id */
  remove(id) {
    return this.#inTurn(async () => {
      this.#refused.delete(id);
      await this.#storage.transact(["runs", "models", "snapshots"], "readwrite", (transaction) =>
        Promise.all([
          transaction.objectStore("runs").delete(id),
          transaction.objectStore("models").delete(id),
          transaction.objectStore("snapshots").delete(momentsOf(id)),
        ]),
      );
    });
  }

  /**
   * Marks a run as at work in this tab. False: it is at work in another one.
   *
   * @param {string} id
   */
  claim(id) {
    return this.#live.claim(id);
  }

  /** Takes a claim back: the run did not come to work here. @param {string} id */
  release(id) {
    this.#live.release(id);
  }

  /** The run makes room for another one in this tab. @param {string} id */
  async leave(id) {
    this.#live.release(id);
    await this.change(id, { atWork: false }).catch(() => {});
  }

  /**
   * Takes over what an earlier version of the page kept. What is here already, and newer, stays.
   *
   * @param {import("./former-visit.js").Former} former
   */
  async adopt({ runs, notes, sets }) {
    await this.#storage.transact(["runs", "models", "sets", "notes"], "readwrite", async (transaction) => {
      const known = await transaction.objectStore("runs").getAll();
      for (const { record, model } of runs) {
        const same = known.find(({ id }) => id === record.id);
        if (same && same.savedAt >= record.savedAt) continue;
        await transaction.objectStore("runs").put({ ...record, name: record.name || ownName(TEXTS.settings.own, known) });
        if (model) await transaction.objectStore("models").put(model, record.id);
      }
      for (const [hash, set] of Object.entries(sets)) await transaction.objectStore("sets").put(set, hash);
      for (const [name, value] of Object.entries(notes)) {
        if ((await transaction.objectStore("notes").getKey(name)) === undefined) await transaction.objectStore("notes").put(value, name);
      }
    });
    this.#changed();
  }

  /**
   * Removes what belongs to no run any more: models and moments without a line in the table, images that none learns from. Only
   * where no other tab has a run at work, whose images may not be told of yet.
   */
  async collect() {
    if ((await this.#live.elsewhere()).size > 0) return;
    await this.#storage.transact(["runs", "models", "snapshots", "sets"], "readwrite", async (transaction) => {
      const runs = await transaction.objectStore("runs").getAll();
      const ids = new Set(runs.map(({ id }) => id));
      const hashes = new Set(runs.map(({ data }) => data.hash));
      const [models, snapshots, sets] = [transaction.objectStore("models"), transaction.objectStore("snapshots"), transaction.objectStore("sets")];
      for (const id of await models.getAllKeys()) if (!ids.has(id)) await models.delete(id);
      for (const key of await snapshots.getAllKeys()) if (!ids.has(key[0])) await snapshots.delete(key);
      for (const hash of await sets.getAllKeys()) if (!hashes.has(hash)) await sets.delete(hash);
    });
  }

  /**
   * Something small that is kept by name: the settings form, the drawing, the visitor's set.
   *
   * @param {string} name
   * @returns {Promise<unknown>}
   */
  note(name) {
    return this.#storage.transact(["notes"], "readonly", (transaction) => transaction.objectStore("notes").get(name));
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async keepNote(name, value) {
    await this.#storage.transact(["notes"], "readwrite", (transaction) => transaction.objectStore("notes").put(value, name));
  }

  /** Tells when a run of another tab is free. @param {string} id */
  async #watch(id) {
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    await this.#live.free(id);
    this.#watched.delete(id);
    this.#tell();
  }

  /**
   * A change of the runs, after those that were asked for before it.
   *
   * @template T
   * @param {() => Promise<T>} change
   * @returns {Promise<T>}
   */
  #inTurn(change) {
    const turn = this.#last.then(change).finally(() => this.#changed());
    this.#last = turn.catch(() => {});
    return turn;
  }

  #changed() {
    this.#channel?.postMessage("changed");
    this.#tell();
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }
}

/** The keys of a run's moments. @param {string} id */
function momentsOf(id) {
  return IDBKeyRange.bound([id, 0], [id, Infinity]);
}

/**
 * @typedef {import("../vendor/idb/index.js").IDBPObjectStore<import("./storage.js").Schema, any, "snapshots", "readwrite">} Snapshots
 * @typedef {Pick<Snapshots, "getAll" | "getAllKeys">} ReadableSnapshots
 */

/**
 * @param {ReadableSnapshots} snapshots
 * @param {string} id
 */
async function readMoments(snapshots, id) {
  const [keys, files] = await Promise.all([snapshots.getAllKeys(momentsOf(id)), snapshots.getAll(momentsOf(id))]);
  return files.flatMap((file, i) => {
    const key = keys[i];
    return key ? [{ step: key[1], file: new Blob([file]) }] : [];
  });
}

/**
 * Keeps the moments that a run has now: each is written once, and those that it thinned out go.
 *
 * @param {Snapshots} snapshots
 * @param {Run} run
 * @param {readonly { step: number, file: ArrayBuffer }[]} news  those that are not kept yet
 */
async function writeMoments(snapshots, run, news) {
  const wanted = new Set(run.snapshots.map(({ step }) => step));
  for (const [, step] of await snapshots.getAllKeys(momentsOf(run.id))) if (!wanted.has(step)) await snapshots.delete([run.id, step]);
  for (const { step, file } of news) await snapshots.put(file, [run.id, step]);
}
