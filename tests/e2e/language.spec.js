// The page in English and Chinese: how the language is chosen, and that a change loses nothing and forgets no word.

import { expect, test } from "./fixture.js";

const ROOMS = ["play", "explore", "train", "compare", "data", "models", "learn"];
/** Names, formulas and file formats, which are the same in both languages. */
const NAMES = [
  ...["VAE", "Lab", "Best", "MLP", "Adam", "MNIST", "MB", "PNG", "JPEG", "WebP", "GIF", "BMP", "AVIF", "IDX", "CSV", "NPY", "NPZ", "ZIP", "Python", "ELBO", "KL", "English", "GitHub"],
  ...["LeCun", "Cortes", "Burges", "CC", "BY", "SA", "Kingma", "Welling", "Rezende", "Mohamed", "Wierstra", "Higgins", "Burda", "et", "al", "Grosse", "Salakhutdinov", "Sohn", "Lee", "Yan"],
  ...["pytorch", "examples", "PyTorch", "LEARNING", "md", "Bernoulli", "Gaussian", "tanh", "logit", "Burn", "Adagrad", "He", "none", "threshold", "dynamic", "safetensors", "log", "ln", "exp", "Shift", "Space", "Ba"],
  // Pretrained models, by the names that their cards have.
  ...["Digits", "Map", "Conditional"],
  // The values of choices, as they stand in files and links.
  ...["relu", "elu", "silu", "bernoulli", "gaussian", "constant", "cosine", "stages", "sum", "mean", "uniform", "he", "random", "dataMean", "fused", "burn", "gelu", "sigmoid", "softplus", "leakyRelu"],
];

/** Words of the open room, and of what stands around it, that are neither Chinese nor names, with where they stand. @param {import("@playwright/test").Page} page */
async function leftOver(page) {
  return page.evaluate((names) => {
    const strange = (text) => (text ?? "").match(/[A-Za-z]{2,}/g)?.filter((word) => !names.includes(word)) ?? [];
    const skip = "script, style, noscript, code, pre, math, svg, [lang]:not(html), .preset-name, #shelf b";
    const found = [];
    for (const element of [document.querySelector("title"), ...document.body.querySelectorAll("*")]) {
      if (element.closest(skip) || element.closest(".room[hidden]")) continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map(({ data }) => data);
      const attributes = ["aria-label", "title", "aria-roledescription", "aria-valuetext", "placeholder"].map((name) => element.getAttribute(name));
      for (const text of [...own, ...attributes]) {
        const words = strange(text);
        if (words.length > 0) found.push(`${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""}: ${text.trim()}`);
      }
    }
    return [...new Set(found)];
  }, NAMES);
}

/** What is wider than its place: words that are cut, or that make the page scroll sideways. @param {import("@playwright/test").Page} page */
async function cut(page) {
  return page.evaluate(() => {
    const found = document.documentElement.scrollWidth > innerWidth + 1 ? [`the page is ${document.documentElement.scrollWidth} wide`] : [];
    for (const element of document.body.querySelectorAll("button, a, h1, h2, h3, label, legend, th, dt, dd, p, summary, span")) {
      if (!element.checkVisibility() || element.closest(".visually-hidden, .pad-keys, [role=tooltip], #origin, .notices, #stats dd")) continue;
      const { overflowX, display } = getComputedStyle(element);
      if (display === "inline" || !(element.textContent ?? "").trim()) continue;
      const room = overflowX === "visible" ? element.clientWidth + 1 : element.clientWidth;
      // The numbers of the bar have no width of their own, by design. What only a screen reader reads is one pixel wide.
      if (element.clientWidth > 1 && element.scrollWidth > room + 1) found.push(`${element.tagName.toLowerCase()}#${element.id}.${element.className}: “${element.textContent.trim().slice(0, 40)}” ${element.scrollWidth} in ${element.clientWidth}`);
    }
    return found;
  });
}

test("the button in the header changes the language while training runs: nothing is lost, training goes on", async ({ page, lab }) => {
  await lab.open();
  await lab.draw();
  await expect(page.locator("#answer")).toHaveAttribute("aria-label", /^The reconstruction: reconstruction error/);
  const pad = await lab.pad.evaluate((canvas) => canvas.toDataURL());
  await lab.train.click();
  await expect.poll(() => lab.steps()).toBeGreaterThan(20);
  const document = await page.evaluateHandle(() => document);

  await page.locator("#language").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(lab.train).toHaveText("暂停");
  await expect(page.locator("#language")).toHaveText("English");
  await expect(page.locator("#tab-explore")).toHaveText("探索");
  await expect(page).toHaveTitle(/手写数字/);
  const before = await lab.steps();
  await expect.poll(() => lab.steps()).toBeGreaterThan(before);
  expect(await lab.pad.evaluate((canvas) => canvas.toDataURL())).toBe(pad);
  await expect(page.locator("#answer")).toHaveAttribute("aria-label", /^重构：/);
  expect(await document.evaluate((first) => first === window.document)).toBe(true);

  await page.locator("#language").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(lab.train).toHaveText("Pause");
  expect(await lab.steps()).toBeGreaterThanOrEqual(before);
});

test.describe("with errors on the page", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("errors that are shown follow the language: of the core, in a field and in a notice, and of a download", async ({ page, lab }) => {
    await page.route("**/data/train-images*", (route) => route.fulfill({ status: 503, body: "" }));
    await lab.open("train");
    await expect(lab.stage("train")).toContainText('The download of the training digits failed: the server answered "503');
    await lab.openSettings();
    await lab.setField("learningRate", "-1");
    const field = lab.field("learningRate").locator(".error");
    await expect(field).toHaveText("Learning rate must be a number from 0.000001 to 1, got -1");
    await page.locator("#load-file").setInputFiles({ name: "model.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("<!doctype html>") });
    await expect(lab.notices).toContainText("this file is not a VAE Lab checkpoint: it is a web page (HTML)");

    await page.locator("#language").click();
    await expect(field).toHaveText("学习率必须是 0.000001 到 1 的数，实际为 -1");
    await expect(lab.notices).toContainText("此文件不是 VAE Lab 的检查点：它是网页（HTML）");
    await expect(lab.stage("train")).toContainText("训练数字下载失败：服务器对 train-images-idx3-ubyte.gz 返回“503");
    await expect(lab.notices).not.toContainText("checkpoint");
  });
});

test("the address asks for a language, a choice is remembered, and the address gives way to it", async ({ page, lab }) => {
  await page.goto("./?lang=zh");
  await lab.ready();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(lab.train).toHaveText("训练");
  await page.locator("#language").click();
  await expect(lab.train).toHaveText("Train");
  await page.reload();
  await lab.ready();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await page.locator("#language").click();
  await expect(lab.train).toHaveText("训练");
  await page.goto("./");
  await lab.ready();
  await expect(lab.train).toHaveText("训练");
  await page.goto("./bench.html");
  await expect(page.locator("h1")).toHaveText("我的设备有多快？");
});

test.describe("a browser that speaks Chinese", () => {
  test.use({ locale: "zh-CN", shippedModels: true });

  test("has the page in Chinese, with no English word left in any room", async ({ page, lab }) => {
    await lab.open();
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
    await lab.draw();
    await expect(page.locator("#answer")).toHaveAttribute("aria-label", /^重构：/);
    for (const room of ROOMS) {
      await lab.openRoom(room);
      if (room === "learn") await expect(page.locator("#how-use")).toContainText("压缩");
      expect(await leftOver(page), room).toEqual([]);
    }
  });

  for (const [width, height] of [[1440, 900], [390, 844]]) {
    test(`cuts no word at ${width} × ${height}`, async ({ page, lab }) => {
      await page.setViewportSize({ width, height });
      await lab.open();
      await lab.draw();
      for (const room of ROOMS) {
        await lab.openRoom(room);
        if (room === "learn") await expect(page.locator("#how-use")).toContainText("压缩");
        expect(await cut(page), room).toEqual([]);
      }
    });
  }
});

test("English is what a browser of another language gets", async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL, locale: "fr-FR", serviceWorkers: "block" });
  const page = await context.newPage();
  await page.goto("./");
  await expect(page.locator("#tab-train")).toHaveText("Train");
  await expect(page.locator("#step")).toBeEnabled();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await context.close();
});
