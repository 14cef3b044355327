/**
 * Speaks to screen readers, sparsely: at most one sentence every five seconds, and of those that wait only the newest.
 *
 * @param {(text: string) => void} say
 * @param {object} [options]
 * @param {number} [options.everyMs]
 * @param {() => number} [options.now]
 * @param {(callback: () => void, ms: number) => void} [options.later]
 * @returns {(text: string) => void}
 */
export function createAnnouncer(say, { everyMs = 5000, now = () => performance.now(), later = (f, ms) => void setTimeout(f, ms) } = {}) {
  let last = -Infinity;
  /** @type {string | null} */
  let waiting = null;
  const flush = () => {
    if (waiting === null) return;
    last = now();
    say(waiting);
    waiting = null;
  };
  return (text) => {
    const alreadyWaiting = waiting !== null;
    waiting = text;
    if (alreadyWaiting) return;
    const wait = last + everyMs - now();
    if (wait <= 0) flush();
    else later(flush, wait);
  };
}
