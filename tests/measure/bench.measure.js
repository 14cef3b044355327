/**
 * How fast the built site trains, in headless Chromium: drives bench.html, prints a table, and writes everything to
 * BENCH_JSON if that is set. The configurations take turns over BENCH_ROUNDS rounds, so that a machine that is busy for a
 * while slows all of them, and each waits up to BENCH_PATIENCE milliseconds for a quiet machine.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { gzipSync } from "node:zlib";

import { test } from "@playwright/test";

import { CODE } from "../published.js";
import { quiet } from "./quiet.js";

const CASES = [
  { hidden: 400, latent: 20, batch: 128 },
  { hidden: 200, latent: 200, batch: 128 },
  { hidden: 400, latent: 20, batch: 512 },
];
const MODULES = { simd: `dist/${CODE}pkg/vae_lab_bg.wasm`, relaxed: `dist/${CODE}pkg/vae_lab_relaxed_bg.wasm` };
const TRAINING_IMAGES = 60_000;
const STEPS = 150;
const BUDGET_MS = 3_000;

const patience = Number(process.env.BENCH_PATIENCE ?? 10_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const workerCounts = (process.env.BENCH_WORKERS ?? `1,${Math.max(2, Math.min(cpus().length, 8))}`).split(",").map(Number);

test("bench", async ({ page, browser }) => {
  await page.goto("bench.html");
  const builds = await page.evaluate(async (code) => {
    const { hasRelaxedSimd } = await import(new URL(`${code}lib/instructions.js`, location.href).href);
    return hasRelaxedSimd() ? ["simd", "relaxed"] : ["simd"];
  }, CODE);
  const configurations = CASES.flatMap((sizes) => [
    ...builds.flatMap((build) => workerCounts.map((workers) => ({ ...sizes, build, workers, engine: "fused" }))),
    { ...sizes, build: builds.at(-1), workers: 1, engine: "burn" },
  ]);
  const load = loadavg()[0];
  const measured = configurations.map(() => []);
  let disturbed = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [index, configuration] of configurations.entries()) {
      if (!(await quiet(patience))) disturbed += 1;
      const result = await page.evaluate((options) => window.benchStep(options), { ...configuration, steps: STEPS, budgetMs: BUDGET_MS });
      measured[index].push(...result.stepMs);
    }
  }
  const inference = {};
  for (const build of builds) {
    await quiet(patience);
    inference[build] = await page.evaluate((build) => window.benchInference({ build }), build);
  }

  const results = configurations.map((configuration, index) => {
    const { hidden, latent, batch } = configuration;
    const ms = quantile(measured[index], 0.5);
    const first = 784 * hidden;
    const flops = 2 * batch * (3 * (2 * first + 3 * hidden * latent) - first);
    return {
      ...configuration,
      steps: measured[index].length,
      msPerStep: ms,
      lowerQuartileMs: quantile(measured[index], 0.25),
      upperQuartileMs: quantile(measured[index], 0.75),
      imagesPerSecond: (1000 * batch) / ms,
      gigaflops: flops / ms / 1e6,
      secondsPerEpoch: (ms * TRAINING_IMAGES) / batch / 1000,
    };
  });
  const sizes = Object.fromEntries(
    Object.entries(MODULES).map(([build, file]) => {
      const bytes = readFileSync(file);
      return [build, { bytes: bytes.length, gzipped: gzipSync(bytes, { level: 6 }).length }];
    }),
  );
  const report = {
    browser: `Chromium ${browser.version()}`,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    loadBefore: load,
    loadAfter: loadavg()[0],
    measurements: rounds * configurations.length,
    disturbed,
    results,
    inference,
    sizes,
  };
  print(report);
  if (process.env.BENCH_JSON) writeFileSync(process.env.BENCH_JSON, `${JSON.stringify(report, null, 2)}\n`);
});

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function print({ browser, processor, cores, loadBefore, loadAfter, measurements, disturbed, results, inference, sizes }) {
  const lines = [
    `${browser} on ${cores} x ${processor}; load ${loadBefore.toFixed(1)} before, ${loadAfter.toFixed(1)} after`,
    `${measurements - disturbed} of ${measurements} measurements began on a quiet machine`,
    "",
    "| hidden, latent, batch | engine | build | workers | ms/step (quartiles) | images/s | GFLOP/s | s/epoch |",
    "|---|---|---|---:|---:|---:|---:|---:|",
    ...results.map((row) => {
      const spread = `${row.msPerStep.toFixed(1)} (${row.lowerQuartileMs.toFixed(1)} to ${row.upperQuartileMs.toFixed(1)})`;
      const numbers = [Math.round(row.imagesPerSecond).toLocaleString("en"), row.gigaflops.toFixed(0), row.secondsPerEpoch.toFixed(1)];
      return `| ${[`${row.hidden}, ${row.latent}, ${row.batch}`, row.engine, row.build, row.workers, spread, ...numbers].join(" | ")} |`;
    }),
    "",
    "| build | wasm, gzipped | encode + decode one digit | decode 20 x 20 | encode 10,000 |",
    "|---|---:|---:|---:|---:|",
    ...Object.entries(inference).map(([build, { oneDigitMs, gridMs, testSetMs }]) => {
      const times = [oneDigitMs.toFixed(2), gridMs.toFixed(1), testSetMs.toFixed(0)].map((ms) => `${ms} ms`);
      return `| ${[build, `${(sizes[build].gzipped / 1000).toFixed(0)} kB`, ...times].join(" | ")} |`;
    }),
  ];
  console.log(`\n${lines.join("\n")}\n`);
}
