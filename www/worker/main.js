/**
 * The worker: owns the wasm session, trains in short slices and answers in between. It never sees the DOM. This file wires its
 * parts together and does nothing else.
 *
 * One turn does one thing, the most urgent first: the visitor's drawing or a picture that is due, a slice of an evaluation, a
 * slice of training.
 */

import { MOST_WORKERS } from "../protocol.js";
import { Crash } from "./crash.js";
import { Crews } from "./crews.js";
import { DataSets } from "./data-sets.js";
import { Evaluator } from "./evaluator.js";
import { createCommands, createRequests } from "./handlers.js";
import { Painter } from "./painter.js";
import { Port } from "./port.js";
import { Program } from "./program.js";
import { Scheduler, connectByChannel } from "./scheduler.js";
import { Trainer } from "./trainer.js";

/**
 * The worker's side of the wire. Its scope is typed as a window by the DOM library, hence the one cast.
 *
 * @typedef {object} Scope
 * @property {import("./port.js").Post} postMessage
 * @property {((event: MessageEvent<import("../protocol.js").ToWorker>) => void) | null} onmessage
 */
const scope = /** @type {Scope} */ (/** @type {unknown} */ (globalThis));

compose();

function compose() {
  /** @type {import("./port.js").Post} */
  const post = (message, transfer) => scope.postMessage(message, transfer);
  /** @param {import("../protocol.js").WorkerEvent} event */
  const tell = (event) => post(event);
  const now = () => performance.now();
  const timers = {
    setTimeout: (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimeout(work, ms),
    clearTimeout: (/** @type {ReturnType<typeof setTimeout>} */ timer) => clearTimeout(timer),
  };
  const wake = () => scheduler.wake();

  const crash = new Crash({ tell, onEnd: () => crews.end() });
  crash.listenTo(console);
  const program = new Program({ tell, crash, now, newRun: () => crypto.randomUUID(), onReady: wake });
  const crews = new Crews({ program, most: Math.min(navigator.hardwareConcurrency || 1, MOST_WORKERS) });
  const painter = new Painter({ program, post, now, occupied: () => trainer.occupied || evaluator.working });
  const trainer = new Trainer({ program, crash, crews, evaluator: () => evaluator, painter, post, now, timers, wake });
  const evaluator = new Evaluator({ program, crash, tell, now, report: () => trainer.report(), onAsked: () => trainer.interrupted(), onEnd: wake });
  const dataSets = new DataSets({ program, crash, tell, now, timers, fetcher: (...what) => fetch(...what), onArrived: () => trainer.dataArrived() });

  const evaluation = { pending: () => evaluator.working && !trainer.busy, turn: () => evaluator.turn(), failed: (/** @type {unknown} */ error) => evaluator.failed(error) };
  const scheduler = new Scheduler({ works: [painter, evaluation, trainer], crash, ready: () => program.loaded !== null, connect: connectByChannel });
  const parts = { program, dataSets, trainer, evaluator, painter };
  const port = new Port({
    post,
    crash,
    commands: createCommands(parts),
    requests: createRequests(parts),
    settled: () => trainer.settled(),
    run: () => program.run,
    wake,
  });
  scope.onmessage = ({ data }) => port.receive(data);
}
