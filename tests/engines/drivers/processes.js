/** Programs that a driver starts: waited for by what they say or answer, and ended whatever happens to the test. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** How long a program may take to be ready on a machine that is busy. */
const PATIENCE_MS = 30_000;
/** How long a program may take to end by itself when it is asked to. */
const FAREWELL_MS = 3_000;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/**
 * Starts a program that leads a process group of its own, so that whatever it starts ends with it.
 *
 * @param {string} program
 * @param {string[]} options
 * @param {{ env?: NodeJS.ProcessEnv, stdio: import("node:child_process").StdioOptions }} how
 */
export function start(program, options, { env, stdio }) {
  const child = spawn(program, options, { env, stdio, detached: true });
  // Not even a test that is broken off leaves it behind.
  const endNow = () => signal(child, "SIGKILL");
  process.once("exit", endNow);
  // A program that cannot be started says so by never being ready; without a listener the error would end Node.
  child.once("error", () => {});
  child.once("exit", () => process.off("exit", endNow));
  return child;
}

/** Ends a program and everything it started: asks first, and insists when that does not help. @param {ChildProcess} child */
export async function end(child) {
  if (child.pid === undefined) return;
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, "exit");
  signal(child, "SIGTERM");
  const insist = setTimeout(() => signal(child, "SIGKILL"), FAREWELL_MS);
  await gone;
  clearTimeout(insist);
  // What it started may outlive it.
  signal(child, "SIGKILL");
}

/** @param {ChildProcess} child @param {NodeJS.Signals} name */
function signal(child, name) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The whole group has ended already.
  }
}

/** A port that is free at this moment. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Asks again and again until the answer is yes.
 *
 * @template T
 * @param {string} what  is waited for
 * @param {() => Promise<T | null | false>} ask  an error counts as not yet
 * @returns {Promise<T>}
 */
export async function until(what, ask) {
  const begin = Date.now();
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    if (Date.now() - begin > PATIENCE_MS) throw new Error(`${what} must be ready within ${PATIENCE_MS / 1000} s, and was not`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
