/** Ways in which a worker, a tab and the browser's storage die. */

import { expect } from "@playwright/test";

import { PRESS } from "./found-again.js";

/** Runs in the page, before everything else: lets a test end the workers, and the storage for a while. */
export function letThingsDie() {
  /** @type {Set<Worker>} */
  const workers = new Set();
  const Original = Worker;
  globalThis.Worker = class extends Original {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor(url, options) {
      super(url, options);
      workers.add(this);
    }
  };

  /** @type {Set<IDBDatabase>} */
  const connections = new Set();
  /** @type {Set<IDBTransaction>} */
  const transactions = new Set();
  let dead = false;
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = function (name, version) {
    if (!dead) {
      const request = open.call(this, name, version);
      request.addEventListener("success", () => connections.add(request.result));
      return request;
    }
    // A database of no name that anybody knows never comes to be, and whoever asked hears an error.
    const request = open.call(this, `dead ${Math.random()}`, 1);
    request.addEventListener("upgradeneeded", (event) => {
      event.stopImmediatePropagation();
      request.transaction?.abort();
    });
    return request;
  };
  const { transaction: begin } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...of) {
    const transaction = begin.apply(this, of);
    transactions.add(transaction);
    for (const end of ["complete", "abort"]) transaction.addEventListener(end, () => transactions.delete(transaction));
    return transaction;
  };

  Object.assign(globalThis, {
    endWorkers() {
      for (const worker of workers) worker.terminate();
    },
    /** What a browser does that takes the storage away, as Safari after a while in the background. */
    endStorage() {
      dead = true;
      for (const transaction of transactions) {
        try {
          transaction.abort();
        } catch {
          // What is committed already cannot be taken back.
        }
      }
      for (const connection of connections) {
        connection.close();
        connection.dispatchEvent(new Event("close"));
      }
      connections.clear();
    },
    bringStorageBack() {
      dead = false;
    },
  });
}

/** Makes every call of the model's program able to trap. @param {import("@playwright/test").BrowserContext} context */
export async function letTheModelTrap(context) {
  await context.route(/\/pkg\/vae_lab\.js/, async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const classes = [...text.matchAll(/\bexport class (\w+)/g)].map(([, name]) => name);
    // The module's own contract: a panic writes to the console and throws a RuntimeError.
    const hook = `
      for (const type of [${classes}]) {
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
          if (typeof value !== "function" || name === "constructor" || name === "free") continue;
          type.prototype[name] = function (...values) {
            if (globalThis.panicNow) {
              console.error("panicked at " + name + ": the test wants it");
              throw new WebAssembly.RuntimeError("unreachable");
            }
            return value.apply(this, values);
          };
        }
      }`;
    await route.fulfill({ response, body: text + hook });
  });
}

/** @typedef {import("./found-again.js").Tab} Tab */

/** The model's program traps; the visitor restarts it. @param {Tab} tab */
export async function trap(tab) {
  const restart = tab.page.getByRole("button", { name: "Restart" });
  for (const worker of tab.page.workers()) {
    const arm = () => void Object.assign(globalThis, { panicNow: true });
    // A helper may just have been sent home.
    await worker.evaluate(arm).catch(() => {});
  }
  // A model at rest calls nothing: something must be asked of it.
  const provoke = async () => {
    if (await restart.isVisible()) return true;
    if (!(await tab.trains())) await tab.train.press(PRESS, { timeout: 1_000 }).catch(() => {});
    return restart.isVisible();
  };
  await expect.poll(provoke, { message: "the page says that the model stopped", intervals: [50] }).toBe(true);
  await restart.press(PRESS);
  await expect(tab.page.locator("#step")).toBeEnabled();
}

/** The workers are gone without a word; the visitor reloads. @param {Tab} tab */
export async function endWorkers(tab) {
  await tab.page.evaluate("endWorkers()");
  await tab.reload();
}

/** The process of the page dies. @param {Tab} tab */
export async function crash(tab) {
  const session = await tab.page.context().newCDPSession(tab.page);
  const died = tab.page.waitForEvent("crash");
  // Whoever dies does not answer.
  void session.send("Page.crash").catch(() => {});
  await died;
}
