/**
 * The worker: owns the wasm session, trains in short slices and answers in between. It never sees the DOM.
 *
 * One turn does one thing, the most urgent first: the visitor's drawing or a picture that is due, a slice of an evaluation, a
 * slice of training. Turns follow one another through a MessageChannel, so that the page's messages get in between.
 */

import { MOST_WORKERS } from "../protocol.js";
import { compose } from "./compose.js";
import { connectByChannel } from "./scheduler.js";

/**
 * The worker's side of the wire. Its scope is typed as a window by the DOM library, hence the one cast.
 *
 * @typedef {object} Scope
 * @property {import("./port.js").Post} postMessage
 * @property {((event: MessageEvent<import("../protocol.js").ToWorker>) => void) | null} onmessage
 */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

const { crash, port, program } = compose({
  post: (message, transfer) => scope.postMessage(message, transfer),
  now: () => performance.now(),
  timers: { setTimeout: (work, ms) => setTimeout(work, ms), clearTimeout: (timer) => clearTimeout(timer) },
  fetcher: (input, init) => fetch(input, init),
  connect: connectByChannel,
  newRun: () => crypto.randomUUID(),
  most: Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS),
});

crash.listenTo(console);
program.prepare();
scope.onmessage = ({ data }) => port.receive(data);
