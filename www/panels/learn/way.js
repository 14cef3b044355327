/** The way of one digit while a model trains: what it cost, and how it looked now and then. Bounded, however long it goes. */

/** Pictures that are kept. */
export const MOST_MOMENTS = 6;
/** Costs that are kept; of more, every second one goes. */
const MOST_COSTS = 400;
/** The next picture is kept when the steps since the first have grown by this much: most happens at the beginning. */
const GROWTH = 3;
const FIRST_STEPS = 10;

/** @typedef {{ step: number, bound: number, given: Uint8Array }} Moment */

export class Way {
  /** @type {Moment[]} */
  moments = [];
  /** @type {number[]} */
  costs = [];
  #seen = 0;
  #stride = 1;
  #next = 0;
  #last = -1;

  /** Another digit, or another model. */
  begin() {
    this.moments = [];
    this.costs = [];
    this.#seen = 0;
    this.#stride = 1;
    this.#next = 0;
    this.#last = -1;
  }

  /**
   * What the digit became at a step. The last picture is always the newest.
   *
   * @param {number} step
   * @param {{ given: Uint8Array, recon: number, kl: number }} shown
   */
  add(step, { given, recon, kl }) {
    if (step < this.#last) this.begin();
    if (step === this.#last) return;
    this.#last = step;
    const moment = { step, bound: recon + kl, given };
    if (this.#seen++ % this.#stride === 0) this.costs.push(moment.bound);
    if (this.costs.length > MOST_COSTS) {
      this.costs = this.costs.filter((_, index) => index % 2 === 0);
      this.#stride *= 2;
    }
    const first = this.moments[0]?.step ?? step;
    if (this.moments.length > 1 && step - first < this.#next) this.moments.pop();
    else this.#next = this.moments.length === 0 ? 0 : Math.max(FIRST_STEPS, (step - first) * GROWTH);
    this.moments.push(moment);
    // The first stays: the oldest of the others goes.
    if (this.moments.length > MOST_MOMENTS) this.moments.splice(1, 1);
  }
}
