/** Wires the parts of the worker together. What they need of the outside world is handed in. */

import { Crash } from "./crash.js";
import { Crews } from "./crews.js";
import { DataSets } from "./data-sets.js";
import { Evaluator } from "./evaluator.js";
import { Figures } from "./figures.js";
import { createCommands, createRequests } from "./handlers.js";
import { Painter } from "./painter.js";
import { Port } from "./port.js";
import { Program } from "./program.js";
import { Scheduler } from "./scheduler.js";
import { Trainer } from "./trainer.js";

/**
 * @typedef {object} Outside
 * @property {import("./port.js").Post} post
 * @property {() => number} now  milliseconds
 * @property {{ setTimeout: (work: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} timers
 * @property {typeof fetch} fetcher
 * @property {(turn: () => void) => () => void} connect  how turns follow one another
 * @property {() => string} newRun  an id for the first run
 * @property {number} most  workers
 */

/**
 * What a test may replace besides.
 *
 * @typedef {object} Replaced
 * @property {NonNullable<ConstructorParameters<typeof Program>[0]["load"]>} [load]
 * @property {ConstructorParameters<typeof Crews>[0]["startCrew"]} [startCrew]
 * @property {ConstructorParameters<typeof Crews>[0]["measure"]} [measure]
 * @property {ConstructorParameters<typeof Painter>[0]["newCanvas"]} [newCanvas]
 * @property {ConstructorParameters<typeof Evaluator>[0]["loadClassifier"]} [loadClassifier]
 * @property {() => number} [random]
 */

/**
 * @param {Outside} outside
 * @param {Replaced} [replaced]
 */
export function compose({ post, now, timers, fetcher, connect, newRun, most }, { load, startCrew, measure, newCanvas, loadClassifier, random } = {}) {
  /** @param {import("../protocol.js").WorkerEvent} event */
  const tell = (event) => post(event);
  const wake = () => scheduler.wake();

  const crash = new Crash({ tell, onEnd: () => crews.end() });
  const program = new Program({ tell, crash, now, newRun, onReady: wake, load });
  const crews = new Crews({ program, most, startCrew, measure });
  const painter = new Painter({ program, post, now, occupied: () => trainer.occupied || evaluator.working, newCanvas });
  const trainer = new Trainer({ program, crash, crews, evaluator: () => evaluator, painter, post, now, timers, wake });
  const evaluator = new Evaluator({ program, crash, tell, now, report: () => trainer.report(), onAsked: () => trainer.interrupted(), onEnd: wake, loadClassifier });
  const dataSets = new DataSets({ program, crash, tell, now, timers, fetcher, onArrived: () => trainer.dataArrived() });
  const figures = new Figures({ program, fetcher });
  const parts = { program, dataSets, trainer, evaluator, painter, figures };

  /** @type {import("./scheduler.js").Work} */
  const evaluation = {
    // A step under way has the model to itself.
    pending: () => evaluator.working && !trainer.busy,
    turn: () => evaluator.turn(),
    failed: (error) => evaluator.failed(error),
  };
  const scheduler = new Scheduler({ works: [painter, evaluation, trainer], crash, ready: () => program.loaded !== null, connect });
  const port = new Port({
    post,
    crash,
    commands: createCommands(parts),
    requests: createRequests(parts, random),
    settled: () => trainer.settled(),
    run: () => program.run,
    wake,
  });
  return { ...parts, crash, port };
}
