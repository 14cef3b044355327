/** What a visitor does, in every engine: each of the visits in a browser that nobody has used before. */

import { writeFile } from "node:fs/promises";

import { test as base, expect } from "@playwright/test";

import * as chromium from "./drivers/chromium.js";
import * as firefox from "./drivers/firefox.js";
import * as webkit from "./drivers/webkit.js";
import { Visitor } from "./visitor.js";
import { VISITS } from "./visits.js";

const ENGINES = { chromium, firefox, webkit };
/** The slowest engine takes ten times as long for a step as the fastest. */
const VISIT_MS = 180_000;

const test = base.extend({
  /** @type {any} */
  engine: ["chromium", { option: true }],

  /** The locale of the visitor's desktop. */
  desktop: ["en_US.UTF-8", { option: true }],

  visitor: async ({ engine, desktop, launchOptions, baseURL }, use, testInfo) => {
    const driver = await ENGINES[/** @type {keyof ENGINES} */ (engine)].launch({ site: baseURL ?? "", locale: desktop, launchOptions });
    // `cargo xtask test` names the engines that ran.
    testInfo.annotations.push({ type: "engine", description: driver.version });
    try {
      await use(new Visitor(driver));
      if (testInfo.status !== testInfo.expectedStatus) {
        await writeFile(testInfo.outputPath("page.png"), await driver.screenshot());
      }
      expect(driver.problems, "the page's errors").toEqual([]);
    } finally {
      await driver.close();
    }
  },
});

test.beforeEach(({ engine }) => {
  const why = ENGINES[/** @type {keyof ENGINES} */ (engine)].missing();
  test.skip(why !== null, why ?? "");
  test.setTimeout(VISIT_MS);
});

for (const { name, visit, desktop } of VISITS) {
  test.describe(() => {
    if (desktop) test.use({ desktop });
    test(`a visitor ${name}`, ({ visitor }) => visit(visitor));
  });
}
