import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { test } from "node:test";

import { importFiles } from "./helpers.js";

const CASES = new URL("../../fixtures/cases/", import.meta.url).pathname;
const FILES = readdirSync(CASES, { recursive: true }).filter((name) => /(^|\/)[cinoz]\d\d/.test(name) && statSync(CASES + name).isFile() && !/i04|i08/.test(name));

/** Numbers that look like chance, and are the same each time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("whatever is damaged in a file, it is either read or refused with words", async () => {
  const next = chance(11);
  let [read, refused] = [0, 0];
  for (const name of FILES) {
    const whole = readFileSync(CASES + name);
    for (let round = 0; round < 12; round += 1) {
      const bytes = Uint8Array.from(round % 3 === 0 ? whole.subarray(0, next(whole.length)) : whole);
      // The first bytes are where the headers are.
      const reach = round % 2 === 0 ? bytes.length : Math.min(bytes.length, 160);
      for (let times = round % 3 === 0 ? 0 : 1 + next(4); times > 0 && reach > 0; times -= 1) bytes[next(reach)] = next(256);
      const { set, problems } = await importFiles({ [name]: bytes });
      assert.equal(set.images.length, 784 * set.labels.length);
      if (set.labels.length > 0) read += 1;
      if (problems.length > 0) refused += 1;
    }
  }
  assert.ok(read > 50 && refused > 50, `${read} read, ${refused} refused`);
});
