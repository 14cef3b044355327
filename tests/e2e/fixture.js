/**
 * What every end-to-end test shares: a page on which any console error, any uncaught error and any request to another
 * origin fails the test, and the words for what a visitor does.
 */

import { test as base, expect } from "@playwright/test";

export { expect };

export const test = base.extend({
  /** Errors that a test provokes on purpose. @type {RegExp[]} */
  expectedErrors: [[], { option: true }],

  /** Whether the page finds the models that come with it. Without them it starts with one that knows nothing. */
  shippedModels: [false, { option: true }],

  page: async ({ page, expectedErrors, shippedModels, baseURL }, use) => {
    if (!shippedModels) await page.route("**/models/index.json", (route) => route.fulfill({ json: [] }));
    const problems = [];
    const note = (text) => {
      if (text.includes("Service Worker registration blocked by Playwright")) return;
      if (!expectedErrors.some((pattern) => pattern.test(text))) problems.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") note(`console ${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => note(`page error: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(new URL("/", baseURL).href) && !/^(data|blob):/.test(url)) note(`request to another origin: ${url}`);
    });
    await use(page);
    expect(problems).toEqual([]);
  },

  lab: async ({ page }, use) => {
    await use(new LabPage(page));
  },
});

/** A three, in parts of the pad's side. */
export const THREE = [
  [0.32, 0.24],
  [0.5, 0.17],
  [0.67, 0.26],
  [0.65, 0.4],
  [0.48, 0.49],
  [0.67, 0.58],
  [0.69, 0.74],
  [0.5, 0.83],
  [0.31, 0.75],
];

export class LabPage {
  /** @param {import("@playwright/test").Page} page */
  constructor(page) {
    this.page = page;
    this.pad = page.locator("#pad canvas");
    this.train = page.locator("#train");
    this.step = page.locator("#step");
    this.reset = page.locator("#reset");
    this.notices = page.locator(".notice");
  }

  /** Opens the page, in the room where it begins or in this one, and waits until the model and the test digits are there. */
  async open(room = "play") {
    // A browser that is at this address already would load nothing.
    await this.page.goto("about:blank");
    await this.page.goto(room === "play" ? "./" : `./#${room}`);
    await this.ready();
  }

  /** Walks to a room by its tab, and waits until it has been painted. */
  async openRoom(room) {
    await this.page.locator(`#tab-${room}`).click();
    await expect(this.page.locator(`#room-${room}`)).toBeVisible();
    await this.page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
  }

  /** Walks to the room where an element stands, if it stands in one. */
  async go(selector) {
    const room = await this.page.locator(selector).first().evaluate((element) => element.closest(".room")?.dataset.room ?? null);
    if (room) await this.openRoom(room);
  }

  /** Walks to the room of a button, or whatever else it is, and presses it. */
  async press(selector) {
    await this.go(selector);
    await this.page.locator(selector).click();
  }

  async ready() {
    await expect(this.step).toBeEnabled();
    await expect(this.stage("test")).toHaveAttribute("data-state", "done");
  }

  stage(name) {
    return this.page.locator(`.stage-row[data-stage="${name}"]`);
  }

  /** Draws a line with the mouse, as a hand does: in many small moves. */
  async draw(points = THREE) {
    await this.pad.scrollIntoViewIfNeeded();
    const box = await this.pad.boundingBox();
    const at = ([x, y]) => [box.x + box.width * x, box.y + box.height * y];
    const { mouse } = this.page;
    await mouse.move(...at(points[0]));
    await mouse.down();
    for (const point of points.slice(1)) await mouse.move(...at(point), { steps: 4 });
    await mouse.up();
  }

  /** Takes everything off the pad, also what was kept from an earlier visit. */
  async clear() {
    await this.pad.focus();
    await this.page.keyboard.press("Delete");
    await expect(this.pad).toHaveAttribute("aria-label", /empty/);
  }

  /** The number of optimizer updates done. */
  async steps() {
    const text = (await this.page.locator("#stat-step").textContent()) ?? "";
    return Number(text.replaceAll(",", ""));
  }

  async waitForStep(step, timeout = 60_000) {
    await expect.poll(() => this.steps(), { timeout, intervals: [100] }).toBeGreaterThanOrEqual(step);
  }

  /** A number of the table under the pictures: "recon", "kl" or "bound"; null when there is none. */
  async cost(name) {
    const text = (await this.page.locator(`#costs [data-value="${name}"]`).textContent()) ?? "–";
    return text === "–" ? null : Number(text.replace("−", "-"));
  }

  async waitForReconstruction() {
    await expect.poll(() => this.cost("bound")).not.toBeNull();
  }

  /** The text of an element, once it has stayed the same for most of a second. */
  async settledText(selector) {
    const element = this.page.locator(selector);
    let text = null;
    const unchanged = async () => {
      const before = text;
      text = await element.textContent();
      return text === before;
    };
    await expect.poll(unchanged, { intervals: [700] }).toBe(true);
    return text;
  }

  /** What a chart of the open room says in words, or else one of the room Train: { step, train, quick, full }; null where it has no point. */
  async chart(metric) {
    const plot = this.page.locator(`.chart[data-metric="${metric}"] .plot:visible`);
    if ((await plot.count()) === 0) await this.openRoom("train");
    const label = (await plot.getAttribute("aria-label")) ?? "";
    const read = (pattern) => {
      const found = pattern.exec(label)?.[1]?.replaceAll(",", "").replace("−", "-");
      return found === undefined ? null : Number(found);
    };
    return {
      step: read(/step ([\d,]+)/),
      train: read(/training (−?[\d.]+)/),
      quick: read(/, test (−?[\d.]+)/),
      full: read(/all test images (−?[\d.]+)/),
    };
  }

  async pause() {
    await this.train.click();
    await expect(this.train).toHaveText(/Resume|Train/);
  }

  /** The pixels of a canvas as the page shows them, through a copy: one number that changes with any of them. */
  async fingerprint(selector) {
    return this.page.locator(selector).evaluate((canvas) => {
      const copy = document.createElement("canvas");
      copy.width = canvas.width;
      copy.height = canvas.height;
      const context = copy.getContext("2d");
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let hash = 2166136261;
      for (const byte of data) hash = Math.imul(hash ^ byte, 16777619);
      return `${copy.width}x${copy.height}:${hash >>> 0}`;
    });
  }

  /** The fingerprint of a canvas, once it has stayed the same for most of a second. */
  async settledFingerprint(selector) {
    let last = null;
    const unchanged = async () => {
      const before = last;
      last = await this.fingerprint(selector);
      return last === before;
    };
    await expect.poll(unchanged, { intervals: [700] }).toBe(true);
    return last;
  }

  /** The brightness of every pixel of a canvas, 0 to 255. */
  async pixels(selector) {
    return this.page.locator(selector).evaluate((canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
      copy.drawImage(canvas, 0, 0);
      return [...copy.getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 === 0);
    });
  }

  async openSettings() {
    const drawer = this.page.locator("#settings");
    if (await drawer.isHidden()) await this.page.locator("#settings-toggle").click();
    await expect(drawer).toBeVisible();
    const rest = drawer.locator("details");
    if (!(await rest.evaluate((element) => element.open))) await rest.locator("summary").click();
  }

  /** The sentence that tells where the model at work comes from. */
  get origin() {
    return this.page.locator("#origin p");
  }

  field(key) {
    return this.page.locator(`.field[data-key="${key}"]`);
  }

  async setField(key, value) {
    const choice = this.field(key).locator("select");
    if ((await choice.count()) > 0) {
      await choice.selectOption(value);
      return;
    }
    const input = this.field(key).locator("input");
    await input.fill(value);
    await input.press("Enter");
  }
}
