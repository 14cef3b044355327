/** Chromium, by Playwright: as the other tests start it. */

import { chromium } from "@playwright/test";

/** It is never missing: `cargo xtask test` brings it in. */
export function missing() {
  return null;
}

/**
 * Opens a browser that nobody has used before.
 *
 * @param {import("../visitor.js").Wishes} wishes
 * @returns {Promise<import("../visitor.js").Driver>}
 */
export async function launch({ site, locale, launchOptions }) {
  const browser = await chromium.launch({ ...launchOptions, env: { ...process.env, LANG: locale, LC_ALL: locale } });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const problems = [];
    page.on("pageerror", (error) => problems.push(`page error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(`console error: ${message.text()}`);
    });
    return {
      version: `Chromium ${browser.version()}`,
      narrowest: 1,
      problems,
      run: (script, ...args) => page.evaluate(`(${script})(...${JSON.stringify(args)})`),
      open: async (path) => void (await page.goto(new URL(path, site).href)),
      reload: async () => void (await page.reload()),
      screenshot: () => page.screenshot(),
      resize: (width, height) => page.setViewportSize({ width, height }),
      async drag([first, ...others]) {
        await page.mouse.move(...first);
        await page.mouse.down();
        for (const point of others) await page.mouse.move(...point);
        await page.mouse.up();
      },
      press: (...keys) => page.keyboard.press(keys.join("+")),
      upload: (selector, files) => page.setInputFiles(selector, files),
      close: () => browser.close(),
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
