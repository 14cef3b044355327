/**
 * Other libraries' time for the same training step, in the same browser, beside this site's: a dense VAE 784-400-20 with
 * Bernoulli likelihood, ReLU and Adam, batch 128, on one fixed batch with 20% non-zero pixels, each step forced to its end.
 *
 *     cargo xtask build
 *     npm ci --prefix tests/measure/peers
 *     node tests/measure/peers/run.mjs [rounds]
 *
 * The contestants take turns, right after one another.
 */

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { loadavg } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "@playwright/test";

import { quiet } from "../quiet.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const site = fileURLToPath(new URL("../../../dist/", import.meta.url));
const rounds = Number(process.argv[2] ?? 3);
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".css": "text/css", ".svg": "image/svg+xml" };

const CONTESTANTS = [
  { name: "VAE Lab, one worker", page: "site/bench.html", site: { workers: 1 } },
  { name: "VAE Lab, one worker, without relaxed SIMD", page: "site/bench.html", site: { workers: 1, build: "simd" } },
  { name: "VAE Lab, two workers", page: "site/bench.html", site: { workers: 2 } },
  { name: "plain Burn (ndarray), same page", page: "site/bench.html", site: { workers: 1, engine: "burn" } },
  { name: "jax-js 0.1.25, wasm, one thread", page: "peers/jax.html" },
  { name: "jax-js 0.1.25, wasm, its workers (cross-origin isolated)", page: "isolated/jax.html" },
  { name: "TensorFlow.js 4.22, wasm", page: "peers/tensorflow.html?wasm" },
  { name: "TensorFlow.js 4.22, wasm, its threads (cross-origin isolated)", page: "isolated/tensorflow.html?wasm" },
  { name: "TensorFlow.js 4.22, cpu", page: "peers/tensorflow.html?cpu" },
];

const server = createServer((request, response) => {
  const [, kind, path] = /^\/(site|peers|isolated)\/([^?]*)/.exec(decodeURIComponent(request.url)) ?? [];
  const file = kind && join(kind === "site" ? site : here, normalize(path));
  if (!file || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream" };
  // Shared memory, which the threads of others need, is for isolated pages only.
  if (kind === "isolated") Object.assign(headers, { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" });
  response.writeHead(200, headers).end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}/`;

const usualPlaces = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.VAE_LAB_CHROMIUM ?? usualPlaces.find((place) => existsSync(place));
const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const times = CONTESTANTS.map(() => []);
console.log(`Chromium ${browser.version()}, load ${loadavg()[0].toFixed(2)}`);
for (let round = 0; round < rounds; round++) {
  for (const [index, contestant] of CONTESTANTS.entries()) {
    const page = await browser.newPage();
    try {
      await page.goto(origin + contestant.page);
      const calm = await quiet(10_000);
      const options = { steps: 50, budgetMs: 5_000, ...contestant.site };
      const { stepMs, losses } = await page.evaluate((options) => window.benchStep(options), options);
      times[index].push(median(stepMs));
      const [first, last] = [losses[0], losses.at(-1)].map((loss) => loss.toFixed(1));
      console.error(`round ${round + 1}: ${contestant.name}: ${median(stepMs).toFixed(1)} ms over ${stepMs.length} steps, loss ${first} to ${last}, ${calm ? "quiet" : `load ${loadavg()[0].toFixed(2)}`} before`);
    } catch (error) {
      console.error(`round ${round + 1}: ${contestant.name}: ${error.message.split("\n")[0]}`);
    }
    await page.close();
  }
}
console.log("\n| what | ms/step, median of the rounds | best round | times as long |\n|---|---:|---:|---:|");
const own = median(times[0]);
for (const [index, { name }] of CONTESTANTS.entries()) {
  if (times[index].length === 0) continue;
  const ms = median(times[index]);
  console.log(`| ${name} | ${ms.toFixed(1)} | ${Math.min(...times[index]).toFixed(1)} | ${(ms / own).toFixed(1)} |`);
}
await browser.close();
server.close();

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
