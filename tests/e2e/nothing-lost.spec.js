/**
 * Nothing that was kept is ever lost: the worker, the tab and the storage die at random moments while the visitor trains, pauses,
 * comes back, in one tab and in two, and each run is found again at the step of its newest copy or later. To repeat a run that
 * failed as nearly as clocks allow: VAE_LAB_SEED=seed.
 */

import { expect, test } from "@playwright/test";

import { Tab, tellWhatIsKept } from "./found-again.js";
import { crash, endWorkers, letThingsDie, letTheModelTrap, trap } from "./killers.js";

const MOMENTS = 20;
/** How long after the visitor came back something may die. */
const LONGEST_MS = 600;
const SEED = Number(process.env.VAE_LAB_SEED ?? Date.now() % 1_000_000);

test.setTimeout(300_000);

for (const tabs of [1, 2]) {
  for (const [what, kill] of Object.entries({ worker: killWorker, tab: killTab, storage: killStorage })) {
    const where = tabs === 1 ? "one tab" : "two tabs";
    test(`the ${what} dies ${MOMENTS} times in ${where}, and what was kept is found again`, async ({ context }) => {
      console.log(`VAE_LAB_SEED=${SEED}`);
      const visit = new Visit(context, SEED);
      await visit.begin(tabs);
      for (let moment = 0; moment < MOMENTS; moment += 1) {
        await visit.workForAMoment();
        await kill(visit);
      }
      await visit.findAll();
      for (const tab of visit.tabs) await tab.trainAndPause();
      expect(visit.problems).toEqual([]);
    });
  }
}

/** @param {Visit} visit */
async function killWorker(visit) {
  const victim = visit.one();
  if (!victim.opened) return;
  if (victim.latent === null || visit.random() < 0.4) await endWorkers(victim);
  else {
    await trap(victim);
    await visit.verify(victim);
    // It goes on where it was; from time to time the visitor leaves.
    if (visit.random() < 0.3) await visit.leave(victim);
  }
}

/** @param {Visit} visit */
async function killTab(visit) {
  const victims = visit.random() < 0.5 ? [...visit.tabs] : [visit.one()];
  for (const victim of victims) {
    if (visit.random() < 0.6 && !victim.crashed) await crash(victim);
    await visit.leave(victim);
  }
  // Tabs may share a process.
  for (const tab of [...visit.tabs]) if (tab.crashed) await visit.leave(tab);
}

/** @param {Visit} visit */
async function killStorage(visit) {
  for (const { page, opened } of visit.tabs) if (opened) await page.evaluate("endStorage()");
  await visit.work(visit.random() * LONGEST_MS);
  for (const tab of [...visit.tabs]) {
    if (visit.random() < 0.3 || tab.latent === null) await visit.leave(tab);
    else {
      await tab.page.evaluate("bringStorageBack()");
      const step = await tab.trainAndPause();
      const again = { message: `the run is kept again at step ${step}, now that storage is there`, intervals: [50] };
      await expect.poll(() => visit.kept(tab), again).toBeGreaterThanOrEqual(step);
    }
  }
}

/** A visitor with one or more tabs, each with a run of its own. */
class Visit {
  /** @type {Tab[]} */
  tabs = [];
  /** @type {string[]} */
  problems = [];
  /** The step at which each run must at least be found, by the size of its code. @type {Map<number, number>} */
  #kept = new Map();
  #context;
  #state;

  /** @param {import("@playwright/test").BrowserContext} context @param {number} seed */
  constructor(context, seed) {
    this.#context = context;
    this.#state = seed;
  }

  /** Begins a run in each tab, and waits until the first copy of each is kept. @param {number} tabs */
  async begin(tabs) {
    await this.#context.exposeBinding("toldAsKept", ({ page }, /** @type {{ latent: number | null, step: number }} */ told) => {
      const latent = told.latent ?? this.tabs.find((tab) => tab.page === page)?.latent ?? null;
      if (latent !== null) this.#kept.set(latent, Math.max(told.step, this.#kept.get(latent) ?? 0));
    });
    await this.#context.addInitScript(() => {
      if (location.protocol === "about:") return;
      // So small a model learns all it can within the test, and would stop by itself. One tab's training leaves the others room. Earlier
      // runs stand in the room Train.
      localStorage.setItem("vae-lab.preferences", JSON.stringify({ stopOnPlateau: false, workers: 1, share: 0.25, room: "train" }));
    });
    await this.#context.addInitScript(letThingsDie);
    await this.#context.addInitScript(tellWhatIsKept);
    await this.#context.route("**/models/index.json", (route) => route.fulfill({ json: [] }));
    await letTheModelTrap(this.#context);
    for (let i = 0; i < tabs; i += 1) {
      const tab = await this.#newTab();
      this.tabs.push(tab);
      await tab.begin(2 + i);
      const step = await tab.trainAndPause();
      await expect.poll(() => this.kept(tab), { message: "the run is kept for the first time", intervals: [50] }).toBeGreaterThanOrEqual(step);
    }
  }

  /** A number from 0 to 1 that follows from the seed (mulberry32). */
  random() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** One of the tabs. */
  one() {
    return /** @type {Tab} */ (this.tabs[Math.floor(this.random() * this.tabs.length)]);
  }

  /** The step of the newest copy that the browser told as kept. @param {Tab} tab */
  kept({ latent }) {
    return this.#kept.get(latent ?? NaN) ?? 0;
  }

  /** Finds every run that is at work nowhere, and works on it until a random moment; sometimes it comes before the run is back. */
  async workForAMoment() {
    const first = this.tabs.find(({ latent, pressed }) => latent === null && !pressed);
    if (first && this.random() < 0.25) {
      await first.open();
      await first.press(this.#missing());
      await pass(this.random() * 200);
    } else {
      await this.findAll();
      await this.work(this.random() * LONGEST_MS);
    }
  }

  async findAll() {
    for (const tab of this.tabs) {
      if (tab.latent !== null) continue;
      await tab.open();
      if (!tab.pressed) await tab.press(this.#missing());
      await tab.takenUp(this.#missing());
      await this.verify(tab);
    }
  }

  /** Presses Train and Pause in all tabs for so long. @param {number} ms */
  async work(ms) {
    const end = Date.now() + ms;
    const ready = this.tabs.filter(({ latent }) => latent !== null);
    const hands = ready.map(async (tab) => {
      while (Date.now() < end) {
        await tab.toggle();
        await pass(Math.min(50 + this.random() * 250, end - Date.now()));
      }
    });
    await Promise.all(hands);
  }

  /** The run of this tab is where its newest copy was, or further. @param {Tab} tab */
  async verify(tab) {
    const kept = this.kept(tab);
    await expect.poll(() => tab.steps(), { message: `the run is found at step ${kept} or later`, intervals: [50] }).toBeGreaterThanOrEqual(kept);
  }

  /** The visitor closes a tab, to come back in a new one. @param {Tab} tab */
  async leave(tab) {
    this.tabs[this.tabs.indexOf(tab)] = await this.#newTab();
    await tab.page.close();
  }

  async #newTab() {
    const page = await this.#context.newPage();
    page.on("pageerror", (error) => this.problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().startsWith("panicked at")) this.problems.push(message.text());
    });
    return new Tab(page);
  }

  /** The runs that are at work in no tab. */
  #missing() {
    const atWork = this.tabs.map(({ latent }) => latent);
    return this.tabs.map((_, i) => 2 + i).filter((latent) => !atWork.includes(latent));
  }
}

/** Time that passes while something happens: the moments of this test are random, and stand for no event. @param {number} ms */
function pass(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
