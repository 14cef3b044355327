/** Waits for a quiet machine, so that a measurement measures only itself. */

import { cpus } from "node:os";

const LOOK_MS = 400;
const QUIET = 0.1;

/** The share of all cores' time that was used since the process began, as two counts. */
function times() {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += Object.values(times).reduce((a, b) => a + b, 0);
  }
  return { idle, all };
}

/**
 * Waits until the cores were idle for a moment, at most so long; false if they never were.
 *
 * @param {number} patienceMs
 */
export async function quiet(patienceMs) {
  const begin = performance.now();
  for (;;) {
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const after = times();
    if (1 - (after.idle - before.idle) / (after.all - before.all) < QUIET) return true;
    if (performance.now() - begin > patienceMs) return false;
  }
}
