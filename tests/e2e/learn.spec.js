import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect, test } from "./fixture.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ONE = [[0.5, 0.15], [0.5, 0.85]];
const BETAS = ["learn-beta-0-2", "learn-beta-1", "learn-beta-5"];

test.use({ shippedModels: true });

const figure = (page, name) => page.locator(`[data-figure="${name}"]`);
const pictureOf = (name, of) => `[data-figure="${name}"] canvas[data-of="${of}"]`;

/** Scrolls to a figure in the room Learn, which is then painted. */
async function see(page, name) {
  await page.locator("#tab-learn").click();
  await figure(page, name).scrollIntoViewIfNeeded();
  await expect(figure(page, name)).toBeInViewport();
}

test("the figures show the visitor's digit and its numbers, and follow it", async ({ page, lab }) => {
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  await lab.settledText("#costs");
  await see(page, "autoencoder");
  await expect(figure(page, "autoencoder").locator(".numbers")).toHaveAttribute("aria-label", /24 numbers: −?\d/);
  const three = await lab.settledFingerprint(pictureOf("autoencoder", "pad"));
  const restored = await lab.settledFingerprint(pictureOf("autoencoder", "answer"));
  await see(page, "loss");
  const [recon, kl] = [await lab.cost("recon"), await lab.cost("kl")].map((cost) => cost.toFixed(1));
  await expect(figure(page, "loss").locator(".sum")).toContainText(`${recon} + ${kl} = `);
  await see(page, "use");
  await figure(page, "use").getByRole("slider").fill("2");
  await expect(figure(page, "use")).toContainText("784 bytes become 6, about 1 in 131.");
  await expect(figure(page, "use").locator("code")).toHaveText(/^[0-3]( [0-3]){23}$/);

  await lab.clear();
  await lab.draw(ONE);
  await lab.waitForReconstruction();
  await see(page, "autoencoder");
  await expect.poll(() => lab.fingerprint(pictureOf("autoencoder", "pad"))).not.toBe(three);
  await expect.poll(() => lab.fingerprint(pictureOf("autoencoder", "answer"))).not.toBe(restored);
  await lab.clear();
  await see(page, "loss");
  await expect(figure(page, "loss").locator(".sum")).toHaveText("Draw a digit, and the figure shows it.");
});

test("noise and one latent number change the reconstruction; without them it is the same", async ({ page, lab }) => {
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  await see(page, "autoencoder");
  const restored = await lab.settledFingerprint(pictureOf("autoencoder", "answer"));

  await see(page, "reparameterization");
  const noise = figure(page, "reparameterization").getByRole("slider", { name: "Noise" });
  await noise.fill("0");
  await expect(figure(page, "reparameterization")).toContainText("The code has moved by 0.00.");
  await expect.poll(() => lab.fingerprint(pictureOf("reparameterization", "answer"))).toBe(restored);
  await noise.fill("4");
  await expect.poll(() => lab.fingerprint(pictureOf("reparameterization", "answer"))).not.toBe(restored);
  const noisy = await lab.settledFingerprint(pictureOf("reparameterization", "answer"));
  await page.getByRole("button", { name: "New ε" }).click();
  await expect.poll(() => lab.fingerprint(pictureOf("reparameterization", "answer"))).not.toBe(noisy);

  await see(page, "vae");
  await expect.poll(() => lab.fingerprint(pictureOf("vae", "answer"))).toBe(restored);
  const value = figure(page, "vae").getByRole("slider", { name: "Its value" });
  for (const end of ["-4", "4"]) {
    await value.fill(end);
    await expect.poll(() => lab.fingerprint(pictureOf("vae", "answer"))).not.toBe(restored);
  }
  await page.getByRole("button", { name: "Back to μ" }).click();
  await expect.poll(() => lab.fingerprint(pictureOf("vae", "answer"))).toBe(restored);
  await figure(page, "vae").getByRole("spinbutton", { name: "Latent number" }).fill("3");
  await expect(figure(page, "vae")).toContainText("for number 3");
});

test("three small models are fetched when their figure is seen, and leave the run at work alone", async ({ page, lab }) => {
  const fetched = [];
  page.on("request", (request) => request.url().includes("learn-beta") && fetched.push(request.url()));
  await lab.open();
  await lab.draw();
  await lab.waitForReconstruction();
  const costs = await lab.settledText("#costs");
  const step = await lab.steps();
  await see(page, "autoencoder");
  await lab.settledFingerprint(pictureOf("autoencoder", "answer"));
  expect(fetched).toEqual([]);

  await see(page, "beta");
  const [restored, samples] = ["1", "2"].map((at) => `[data-figure="beta"] .row > :nth-child(${at}) canvas`);
  await expect(figure(page, "beta")).toContainText(/Your digit: reconstruction error \d/);
  const seen = new Set();
  for (const id of BETAS) {
    const { test: card } = JSON.parse(await readFile(`www/models/${id}.json`, "utf8"));
    const option = figure(page, "beta").locator(`label:has(input[value="${id}"])`);
    await expect(option).toContainText(`reconstruction ${card.recon.toFixed(1)} + KL ${card.kl.toFixed(1)}`);
    await option.click();
    await expect(option.locator("input")).toBeChecked();
    seen.add(await lab.settledFingerprint(restored));
    seen.add(await lab.settledFingerprint(samples));
  }
  expect(seen.size).toBe(6);
  expect(await lab.settledText("#costs")).toBe(costs);
  expect(await lab.steps()).toBe(step);
});

test("a term lights up what it is about, by pointer and by keys, and the other way round", async ({ page, lab }) => {
  await lab.open();
  await see(page, "loss");
  for (const part of ["recon", "kl", "bound"]) {
    const cost = page.locator(`#costs [data-value="${part}"]`);
    const term = page.locator(`#how-objective .formula .term[data-part="${part}"]`).first();
    await term.hover();
    await expect(cost).toHaveClass(/lit/);
    await page.mouse.move(2, 2);
    await expect(cost).not.toHaveClass(/lit/);
    await term.focus();
    await expect(cost).toHaveClass(/lit/);
    await term.blur();
    await expect(cost).not.toHaveClass(/lit/);
  }
  await expect(figure(page, "loss")).toBeInViewport();
  await page.locator('#costs [data-value="kl"]').dispatchEvent("pointerover");
  await expect(page.locator('#how .term[data-part="kl"]').first()).toHaveClass(/lit/);
  await expect(page.locator('#how .term[data-part="recon"]').first()).not.toHaveClass(/lit/);
});

test("where the numbers have no room, a term of the loss lights up the scene that it is measured at", async ({ page, lab }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await lab.open();
  await see(page, "loss");
  for (const [part, scene] of Object.entries({ recon: "answer", kl: "code", bound: "answer" })) {
    await page.locator(`#how-objective .formula .term[data-part="${part}"]`).first().click();
    await expect(page.locator(`[data-scene="${scene}"]`)).toHaveClass(/lit/);
  }
});

test.describe("on a new model", () => {
  test.use({ shippedModels: false });

  test("while it trains the figures follow, and the way of the digit is kept", async ({ page, lab }) => {
    await lab.open();
    await lab.draw();
    await lab.waitForReconstruction();
    await see(page, "training");
    await expect(figure(page, "training")).toContainText("Press Train above");
    await lab.train.click();
    await lab.waitForStep(60);
    await see(page, "training");
    await expect.poll(() => figure(page, "training").locator("canvas:visible").count()).toBeGreaterThan(2);
    await expect(figure(page, "training").locator(".numbers")).toHaveAttribute("aria-label", /from \d+\.\d to \d+\.\d nats/);
    await see(page, "generative");
    const first = '[data-figure="generative"] canvas >> nth=0';
    const before = await lab.fingerprint(first);
    await expect.poll(() => lab.fingerprint(first)).not.toBe(before);
    await lab.pause();
  });
});

test("the article is written anew when the language changes, and keeps what was chosen", async ({ page, lab }) => {
  await lab.open();
  await see(page, "reparameterization");
  await figure(page, "reparameterization").getByRole("slider").fill("3");
  await page.evaluate(() => {
    document.querySelector("#how h3").textContent = "in another language";
    document.documentElement.lang = "en-GB";
  });
  await expect(page.locator("#how h3").first()).toHaveText("An autoencoder");
  await see(page, "reparameterization");
  await expect(figure(page, "reparameterization").getByRole("slider")).toHaveValue("3");
});

for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]]) {
  test(`the article is accessible and fits, ${width} pixels wide, ${colorScheme}`, async ({ page, lab }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await lab.open();
    await lab.draw();
    await lab.waitForReconstruction();
    await see(page, "beta");
    await expect(figure(page, "beta")).toContainText(/Your digit: reconstruction error \d/);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run("#how"));
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
