/**
 * Which pictures no longer show the model, and whose turn it is to be painted. While the worker is busy each waits for its
 * interval, and one that is slow to make comes less often.
 */

/** A picture that is slow to make is made less often, so that it takes one part in this many of the worker's time… */
const SHARE = 30;
/** …but never less often than every so many intervals. */
const SLOWEST = 2;

export class PictureQueue {
  /** By name, the most urgent first. @type {Map<string, { stale: boolean, painted: number, cost: number }>} */
  #pictures = new Map();

  /** @param {readonly string[]} names  the most urgent first */
  constructor(names) {
    for (const name of names) this.add(name);
  }

  /** A picture that was not there before, or of something else than before: it is painted as soon as possible. @param {string} name */
  add(name) {
    this.#pictures.set(name, { stale: true, painted: -Infinity, cost: this.#pictures.get(name)?.cost ?? 0 });
  }

  /** @param {string} name */
  remove(name) {
    this.#pictures.delete(name);
  }

  /** The model changed. */
  allStale() {
    for (const picture of this.#pictures.values()) picture.stale = true;
  }

  /** The model was replaced: nothing waits for its interval. */
  allNew() {
    for (const name of [...this.#pictures.keys()]) this.add(name);
  }

  /**
   * Marks a picture as stale that was painted at a time, which decides when it is due.
   *
   * @param {string} name
   * @param {number} [paintedBefore]  it counts as painted no later than this
   */
  stale(name, paintedBefore = Infinity) {
    const picture = this.#pictures.get(name);
    if (!picture) return;
    picture.stale = true;
    picture.painted = Math.min(picture.painted, paintedBefore);
  }

  /**
   * The picture to paint now, if one is due.
   *
   * @param {object} when
   * @param {number} when.now
   * @param {number | null} when.everyMs  the interval; null: nothing else is to be done, and nothing waits
   * @param {(name: string) => boolean} when.possible
   */
  due({ now, everyMs, possible }) {
    for (const [name, { stale, painted, cost }] of this.#pictures) {
      if (!stale || !possible(name)) continue;
      if (everyMs === null || now - painted >= Math.min(Math.max(everyMs, cost * SHARE), everyMs * SLOWEST)) return name;
    }
    return null;
  }

  /**
   * @param {string} name
   * @param {number} began
   * @param {number} ended
   */
  painted(name, began, ended) {
    const picture = this.#pictures.get(name);
    if (!picture) return;
    picture.stale = false;
    picture.painted = began;
    // A calm average, so that one slow picture does not hold up the next ones.
    picture.cost = 0.7 * picture.cost + 0.3 * (ended - began);
  }
}
