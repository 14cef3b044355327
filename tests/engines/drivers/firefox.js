/** Firefox as it is published, over WebDriver BiDi. Playwright's own way to Firefox needs one that was changed for it. */

import puppeteer from "puppeteer-core";

import { firstFile, onPath } from "./places.js";

function program() {
  return firstFile(process.env.VAE_LAB_FIREFOX, onPath("firefox-esr"), onPath("firefox"), "/Applications/Firefox.app/Contents/MacOS/firefox");
}

/** What this machine lacks for it, in words; null where nothing is missing. */
export function missing() {
  return program() ? null : "there is no Firefox here; `apt-get install firefox-esr` brings it, or set VAE_LAB_FIREFOX";
}

/**
 * Opens a browser that nobody has used before.
 *
 * @param {import("../visitor.js").Wishes} wishes
 * @returns {Promise<import("../visitor.js").Driver>}
 */
export async function launch({ site, locale }) {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: program(), headless: true, env: { ...process.env, LANG: locale, LC_ALL: locale } });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on("pageerror", (error) => problems.push(`page error: ${/** @type {Error} */ (error).message}`));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console error: ${message.text()}`);
    });
    return {
      version: (await browser.version()).replace("/", " "),
      narrowest: 1,
      problems,
      run: (script, ...args) => page.evaluate(/** @type {any} */ (script), ...args),
      open: async (path) => void (await page.goto(new URL(path, site).href)),
      reload: async () => void (await page.reload()),
      screenshot: async () => Buffer.from(await page.screenshot()),
      resize: (width, height) => page.setViewport({ width, height }),
      async drag([first, ...others]) {
        await page.mouse.move(...first);
        await page.mouse.down();
        for (const point of others) await page.mouse.move(...point);
        await page.mouse.up();
      },
      async press(...keys) {
        for (const key of keys) await page.keyboard.down(/** @type {any} */ (key));
        for (const key of keys.reverse()) await page.keyboard.up(/** @type {any} */ (key));
      },
      async upload(selector, files) {
        const input = await page.$(selector);
        if (!input) throw new Error(`there must be a field ${selector}, found none`);
        await /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement>} */ (input).uploadFile(...files);
      },
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
