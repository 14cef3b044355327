/**
 * Turns: each does one piece of work, the most urgent first. They follow one another through a MessageChannel, so that the page's
 * messages get in between.
 */

/**
 * One kind of work that is done in turns.
 *
 * @typedef {object} Work
 * @property {() => boolean} pending  whether there is something to do now
 * @property {() => void} turn  does a short slice of it
 * @property {(error: unknown) => void} failed  drops the piece of work that threw an ordinary error, and tells of it
 */

export class Scheduler {
  #awake = false;
  #post;
  #crash;
  #ready;
  #works;

  /**
   * @param {object} options
   * @param {Work[]} options.works  the most urgent first
   * @param {import("./crash.js").Crash} options.crash
   * @param {() => boolean} options.ready  whether the model's program is there
   * @param {(turn: () => void) => () => void} options.connect  what comes back asks for a turn, behind the messages that wait
   */
  constructor({ works, crash, ready, connect }) {
    this.#works = works;
    this.#crash = crash;
    this.#ready = ready;
    this.#post = connect(() => this.#turn());
  }

  /** Asks for a turn, unless one is on its way. */
  wake() {
    if (this.#awake || this.#crash.dead || !this.#ready()) return;
    this.#awake = true;
    this.#post();
  }

  #turn() {
    this.#awake = false;
    if (this.#crash.dead) return;
    const work = this.#next();
    if (!work) return;
    this.#crash.guard(
      () => work.turn(),
      (error) => work.failed(error),
    );
    if (!this.#crash.dead && this.#next()) this.wake();
  }

  #next() {
    return this.#works.find((work) => work.pending());
  }
}

/**
 * Turns through a MessageChannel: each comes behind the messages that arrived before it was asked for.
 *
 * @param {() => void} turn
 */
export function connectByChannel(turn) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = turn;
  return () => port2.postMessage(null);
}
