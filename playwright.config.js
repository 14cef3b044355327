// Tests in Chromium, and of what a visitor does in Firefox and WebKit too, against dist/, served under a sub-path as GitHub Pages does.

import { existsSync } from "node:fs";

import { defineConfig } from "@playwright/test";

const port = Number(process.env.VAE_LAB_TEST_PORT ?? 41873);
const base = `http://127.0.0.1:${port}/vae-lab/`;

const usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];
const executablePath = process.env.VAE_LAB_CHROMIUM ?? usualPlaces.find((place) => existsSync(place));
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // Training wants the machine for itself.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  // A machine that many share may hiccup. What passed only at the second try is named at the end of `cargo xtask test`.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: base,
    viewport: { width: 1440, height: 900 },
    trace: "off",
  },
  projects: [
    {
      name: "chromium",
      testMatch: ["wasm-contract/**/*.spec.js", "e2e/**/*.spec.js", "engines/**/*.spec.js"],
      use: {
        browserName: "chromium",
        colorScheme: "light",
        // What a service worker fetches, a test cannot replace; those about it allow it.
        serviceWorkers: "block",
        launchOptions: {
          executablePath,
          args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
          ],
        },
      },
    },
    { name: "firefox", testMatch: ["engines/**/*.spec.js"], use: { engine: "firefox" } },
    { name: "webkit", testMatch: ["engines/**/*.spec.js"], use: { engine: "webkit" } },
  ],
  webServer: {
    command: `cargo xtask serve --no-build --port ${port} --base /vae-lab/`,
    url: base,
    timeout: 180_000,
    reuseExistingServer: false,
  },
});
