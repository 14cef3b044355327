/**
 * What an earlier version of the page kept, in a database of its own: it is taken over whole, once. That version may still be open in
 * another tab, and goes on with its database.
 */

import { RunHistory } from "../lib/history.js";
import { summarise } from "../lib/runs.js";
import { deleteDB, openDB } from "../vendor/idb/index.js";
import { UNKNOWN } from "../import/set.js";
import { MNIST } from "./run.js";
import { hashOf } from "./set-shelf.js";

/**
 * @typedef {import("./run-library.js").RunRecord} RunRecord
 * @typedef {import("./run-library.js").ModelRecord} ModelRecord
 * @typedef {import("./set-shelf.js").ImageSet} ImageSet
 *
 * @typedef {object} Former  what is to be taken over
 * @property {{ record: RunRecord, model: ModelRecord | null }[]} runs
 * @property {Record<string, unknown>} notes
 * @property {Record<string, ImageSet>} sets  by hash
 */

const DATABASE = "vae-lab";
const STORE = "kept";

/**
 * Hands over what the earlier version kept, and forgets it when that is done.
 *
 * @param {(former: Former) => Promise<void>} adopt
 */
export async function takeOverFormerVisit(adopt) {
  let existed = true;
  const database = await openDB(DATABASE, undefined, {
    upgrade(_database, before) {
      existed = before > 0;
    },
  });
  try {
    if (!existed || !database.objectStoreNames.contains(STORE)) return;
    const [keys, values] = await Promise.all([database.getAllKeys(STORE), database.getAll(STORE)]);
    if (keys.length === 0) return;
    const kept = new Map(keys.map((key, i) => [String(key), values[i]]));
    await adopt(await formerOf(kept));
    const transaction = database.transaction(STORE, "readwrite");
    for (const key of keys) {
      // An old tab may have gone on meanwhile: that is taken over at the next visit.
      const now = await transaction.store.get(key);
      if (now?.savedAt === kept.get(String(key))?.savedAt) await transaction.store.delete(key);
    }
    await transaction.done;
  } finally {
    database.close();
    if (!existed) await deleteDB(DATABASE);
  }
}

/**
 * @param {Map<string, any>} kept
 * @returns {Promise<Former>}
 */
async function formerOf(kept) {
  const own = kept.get("data");
  /** @type {ImageSet | null} */
  const set = own?.images ? { images: own.images, labels: own.labels, classes: null } : null;
  const hash = set && (await hashOf(set));
  /** @type {Former} */
  const former = { runs: [], notes: {}, sets: set && hash ? { [hash]: set } : {} };
  for (const line of kept.get("runs") ?? []) {
    const model = kept.get(`run ${line.id}`);
    former.runs.push(await runOf({ line, model, atWork: false, data: MNIST }));
  }
  const last = kept.get("run");
  if (last?.file) {
    const data = set && hash && own.source !== "mnist" ? { kind: own.source, hash, images: set.labels.length, unlabelled: set.labels.filter((label) => label === UNKNOWN).length, classes: null } : MNIST;
    former.runs.push(await runOf({ line: null, model: last, atWork: true, data }));
  }
  if (set) former.notes["own set"] = set;
  for (const name of ["settings", "drawing"]) if (kept.has(name)) former.notes[name] = kept.get(name);
  return former;
}

/**
 * @param {{ line: any, model: any, atWork: boolean, data: RunRecord["data"] }} parts
 * @returns {Promise<{ record: RunRecord, model: ModelRecord | null }>}
 */
async function runOf({ line, model, atWork, data }) {
  const file = model?.file instanceof Blob ? await model.file.arrayBuffer() : (model?.file ?? null);
  const past = new RunHistory();
  if (model) past.takeUp(model.curves);
  const summary = line ?? summarise(past, { config: model.config, presets: [], rows: [], status: model });
  const { settings, steps, seconds, variational, curve } = summary;
  return {
    record: {
      id: line?.id ?? model.curves.id,
      name: line?.name ?? "",
      ...{ settings, steps, seconds, variational, curve },
      config: model?.config ?? null,
      data,
      origin: { kind: "new", step: 0 },
      shown: line?.shown ?? true,
      kept: file !== null,
      atWork,
      savedAt: model?.savedAt ?? 0,
    },
    model: file && { step: model.step, file, curves: model.curves },
  };
}
