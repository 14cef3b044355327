/** What the core's tests share: a browser's database and locks for several tabs, and a worker that answers as it is told. */

import "fake-indexeddb/auto";

import { IDBFactory } from "fake-indexeddb";

import { LiveRuns } from "../../../www/app/live-runs.js";
import { RunLibrary } from "../../../www/app/run-library.js";
import { Storage } from "../../../www/app/storage.js";

/** A browser, empty: its tabs share database, locks and channel. */
export function createBrowser() {
  globalThis.indexedDB = new IDBFactory();
  const locks = new FakeLocks();
  const channels = new Set();
  return {
    locks,
    /** A tab with its library. @param {{ now?: () => number }} [options] */
    tab({ now } = {}) {
      const channel = {
        onmessage: null,
        postMessage: (data) => {
          for (const other of channels) if (other !== channel) other.onmessage?.({ data });
        },
      };
      channels.add(channel);
      const own = locks.tab();
      const storage = new Storage("vae-lab test");
      const library = new RunLibrary({ storage, live: new LiveRuns(own, "run "), channel, now });
      return { library, storage, close: () => own.close() };
    },
  };
}

/** Web Locks as far as they are used: exclusive ones that are held or refused, shared ones that wait. */
class FakeLocks {
  /** By name: the tab that holds it. */
  held = new Map();
  waiting = [];

  tab() {
    const locks = this;
    const tab = {
      async request(name, { ifAvailable = false, mode = "exclusive" }, work) {
        if (locks.held.has(name)) {
          if (ifAvailable) return work(null);
          await new Promise((resolve) => locks.waiting.push({ name, resolve }));
        }
        if (mode === "shared") return work({ name });
        locks.held.set(name, tab);
        try {
          return await work({ name });
        } finally {
          if (locks.held.get(name) === tab) locks.release(name);
        }
      },
      query: async () => ({ held: [...locks.held.keys()].map((name) => ({ name })) }),
      close() {
        for (const [name, holder] of [...locks.held]) if (holder === tab) locks.release(name);
      },
    };
    return tab;
  }

  release(name) {
    this.held.delete(name);
    for (const { resolve } of this.waiting.filter((waiter) => waiter.name === name)) resolve();
    this.waiting = this.waiting.filter((waiter) => waiter.name !== name);
  }
}

export const config = { model: { encoderHidden: [4], latentDim: 2, decoderHidden: [4], variational: true, conditional: false }, seed: 1 };

export const summary = (steps) => ({ settings: "small", steps, seconds: steps / 10, variational: true, curve: [] });

/** A run at a step. */
export const runAt = (id, step, more = {}) => ({
  id,
  name: "Digits",
  config,
  data: { kind: "mnist", hash: null, images: 0, unlabelled: 0, classes: null },
  origin: { kind: "new", step: 0 },
  curves: null,
  checkpoint: { step, file: Uint8Array.of(step, 1, 2).buffer },
  snapshots: [],
  ...more,
});

/** Everything that has been begun comes to its end. */
export async function settled() {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
