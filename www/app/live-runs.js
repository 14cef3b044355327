/**
 * Which runs are at work in some tab: each holds a Web Lock for as long as it is. The browser gives a lock back when its tab ends,
 * however it ends.
 */

export class LiveRuns {
  #locks;
  #prefix;
  /** What ends each lock of this tab, by run. @type {Map<string, () => void>} */
  #mine = new Map();

  /**
   * @param {LockManager | undefined} locks  a browser without them has no second tab to tell of
   * @param {string} prefix  names this page among others of the same origin
   */
  constructor(locks, prefix) {
    this.#locks = locks;
    this.#prefix = prefix;
  }

  /**
   * Marks a run as at work here. False: it is at work in another tab.
   *
   * @param {string} id
   * @returns {Promise<boolean>}
   */
  async claim(id) {
    if (this.#mine.has(id)) return true;
    const locks = this.#locks;
    if (!locks) {
      this.#mine.set(id, () => {});
      return true;
    }
    do {
      if (await this.#tryToClaim(locks, id)) return true;
      // Somebody who only waits to hear that it is free may have held it for a moment.
    } while (!(await this.elsewhere()).has(id));
    return false;
  }

  /**
   * @param {LockManager} locks
   * @param {string} id
   * @returns {Promise<boolean>}
   */
  #tryToClaim(locks, id) {
    return new Promise((resolve, reject) => {
      const claimed = locks.request(this.#prefix + id, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise((/** @type {(value: null) => void} */ release) => this.#mine.set(id, () => release(null)));
      });
      claimed.catch(reject);
    });
  }

  /**
   * Waits until a run is at work in no other tab.
   *
   * @param {string} id
   */
  async free(id) {
    if (!this.#mine.has(id)) await this.#locks?.request(this.#prefix + id, { mode: "shared" }, () => null);
  }

  /** @param {string} id */
  release(id) {
    this.#mine.get(id)?.();
    this.#mine.delete(id);
  }

  /** The runs at work in other tabs. @returns {Promise<Set<string>>} */
  async elsewhere() {
    const held = (await this.#locks?.query())?.held ?? [];
    const ids = held.flatMap(({ name }) => (name?.startsWith(this.#prefix) ? [name.slice(this.#prefix.length)] : []));
    return new Set(ids.filter((id) => !this.#mine.has(id)));
  }
}
