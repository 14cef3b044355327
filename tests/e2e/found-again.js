/**
 * How a visitor's run is told as kept, and how it is found again: everything about it that the tests of losing nothing know of the
 * page stands here.
 */

import { expect } from "@playwright/test";

const RESUME = "Resume where you were";
/** What the button says while the model trains, and while it waits for the digits that it is to learn from. */
const TRAINING = ["Pause", "Waiting…"];
/**
 * Buttons are pressed by the keyboard, which finds them wherever they are. A pointer would miss those that a notice has just pushed
 * away, or wait until they stand still; and of two tabs one is behind the other, and paints once a second.
 */
export const PRESS = "Enter";
const ELSEWHERE = "is at work in another tab of this page";
/** Models so small that a copy is made within milliseconds. They are told apart by the size of their code. */
const HIDDEN = 16;

/** The address of a new model with a code of this size. @param {number} latent */
export function smallModel(latent) {
  return `./#lab=1&seed=1&model.latentDim=${latent}&model.encoderHidden=${HIDDEN}&model.decoderHidden=${HIDDEN}`;
}

/** How the page writes the layers of such a model. @param {number} latent */
function layers(latent) {
  return `→ ${latent} →`;
}

/**
 * Runs in the page, before everything else: tells what the browser has finished keeping of a model. Whatever is put with a number
 * "step", at most one level down, is a model's; where its settings stand beside it, they tell which.
 */
export function tellWhatIsKept() {
  /** @param {any} value @param {number} depth @returns {number[]} */
  const stepsOf = (value, depth) => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return [];
    const own = typeof value.step === "number" ? [value.step] : [];
    return depth === 0 ? own : [...own, ...Object.values(value).flatMap((part) => stepsOf(part, depth - 1))];
  };
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, ...key) {
    const steps = stepsOf(value, 1);
    const request = put.call(this, value, ...key);
    if (steps.length > 0) {
      const kept = { latent: value.config?.model?.latentDim ?? null, step: Math.max(...steps) };
      // @ts-expect-error: the test's own.
      request.transaction?.addEventListener("complete", () => globalThis.toldAsKept(kept));
    }
    return request;
  };
}

/** One tab of the page, with the run that is live in it. */
export class Tab {
  /** The size of the code of the model at work here; null: the run is still to be found. @type {number | null} */
  latent = null;
  /** Something was pressed to bring its run back, and it is not known yet what came of it. */
  pressed = false;
  opened = false;
  crashed = false;

  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
    this.train = page.locator("#train");
    page.on("crash", () => {
      this.crashed = true;
    });
  }

  /** Opens the page, unless it is open. */
  async open() {
    if (this.opened) return;
    await this.page.goto("./");
    this.opened = true;
  }

  /** The page is loaded anew: what it held is gone from it. */
  async reload() {
    this.latent = null;
    this.pressed = false;
    await this.page.reload();
  }

  async steps() {
    return Number(((await this.page.locator("#stat-step").textContent()) ?? "").replaceAll(",", ""));
  }

  async trains() {
    return TRAINING.includes(((await this.train.textContent()) ?? "").trim());
  }

  /** Begins a new run. @param {number} latent */
  async begin(latent) {
    await this.page.goto(smallModel(latent));
    await expect(this.page.locator("#step")).toBeEnabled();
    await expect(this.page.locator("#fact-layers")).toContainText(layers(latent));
    this.opened = true;
    this.latent = latent;
  }

  /** Presses Train or Pause, and waits until the page says so. */
  async toggle() {
    const before = await this.trains();
    await expect(this.train).toBeEnabled();
    await this.train.press(PRESS);
    await expect.poll(() => this.trains(), { message: `pressed while training is ${before ? "on" : "off"}`, intervals: [20] }).toBe(!before);
  }

  /** Trains for at least one more step, and pauses. @returns the step at which it rests */
  async trainAndPause() {
    const before = await this.steps();
    if (!(await this.trains())) await this.toggle();
    await expect.poll(() => this.steps(), { intervals: [20] }).toBeGreaterThan(before);
    await this.toggle();
    let step = -1;
    const rests = async () => {
      const last = step;
      step = await this.steps();
      return last === step;
    };
    await expect.poll(rests, { intervals: [100] }).toBe(true);
    return step;
  }

  /** Presses what brings one of these runs back, as soon as it is there: an eager visitor waits for nothing. @param {number[]} wanted */
  async press(wanted) {
    const offer = this.page.getByRole("button", { name: RESUME });
    const rows = this.page.locator("#runs tr[data-run]").filter({ hasText: new RegExp(wanted.map(layers).join("|")) });
    // What is at work in the other tab, or on its way there, has none.
    const back = rows.locator("[data-back]:visible");
    await expect(offer.or(back).first(), `one of the runs with codes of ${wanted} numbers is offered`).toBeVisible();
    await ((await offer.isVisible()) ? offer : back.first()).press(PRESS);
    this.pressed = true;
  }

  /**
   * Waits until the run that was pressed is at work again; only then it shows which it is.
   *
   * @param {number[]} wanted
   */
  async takenUp(wanted) {
    const facts = this.page.locator("#fact-layers");
    const atWork = async () => {
      // Another tab may have been quicker: then there is the other run.
      const late = this.page.locator(".notice").filter({ hasText: ELSEWHERE });
      if (await late.isVisible()) {
        await late.getByRole("button", { name: "Dismiss" }).press(PRESS);
        await this.press(wanted);
      }
      return this.steps();
    };
    await expect.poll(atWork, { message: "the run that was pressed is at work", intervals: [50] }).toBeGreaterThan(0);
    await expect(facts).toContainText(new RegExp(wanted.map(layers).join("|")));
    const words = (await facts.textContent()) ?? "";
    const latent = wanted.find((candidate) => words.includes(layers(candidate)));
    if (latent === undefined) throw new Error(`the layers must be those of a wanted run, found ${words}`);
    this.latent = latent;
    this.pressed = false;
  }
}
