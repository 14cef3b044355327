/**
 * The weights of a run at some of its moments, bounded in memory: dense at the beginning, where most happens, and ever sparser,
 * each about a third later than the one before.
 *
 * @typedef {{ step: number, file: Blob }} Moment  a blob: so the browser keeps its bytes, and not the page
 */

const GROWTH = 1.3;
const MOST_BYTES = 64 * 1024 * 1024;

export class Moments {
  #mostBytes;
  /** @type {Moment[]} */
  list = [];
  /** The step from which the next is due. */
  #due = 0;

  /** @param {number} [mostBytes] */
  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /** @param {number} step */
  isDue(step) {
    return step >= this.#due;
  }

  /** @param {Moment} moment */
  add(moment) {
    const newest = this.list.at(-1);
    this.#due = Math.floor(moment.step * GROWTH) + 1;
    if (newest && moment.step <= newest.step) return;
    this.list.push(moment);
    // When there is no more room, every second of those between the ends makes it.
    while (this.list.length > 3 && this.list.reduce((sum, { file }) => sum + file.size, 0) > this.#mostBytes) {
      this.list = this.list.filter((_, i, { length }) => i % 2 === 0 || i === length - 1);
    }
  }

  /**
   * Takes up the moments of a run that stands at a step: those of another run are none of its own.
   *
   * @param {number} step
   * @param {readonly Moment[]} moments
   */
  startAt(step, moments) {
    this.list = moments.filter((moment) => moment.step <= step);
    this.#due = this.list.length === 0 ? 0 : Math.floor(step * GROWTH) + 1;
  }
}
