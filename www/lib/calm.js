/**
 * Delivers events in their order: those that can wait together, a few times a second, and all others at once.
 *
 * @template E
 * @param {object} options
 * @param {number} options.everyMs
 * @param {(event: E) => boolean} options.canWait
 * @param {(event: E) => void} options.deliver
 * @returns {{ add: (event: E) => void, flush: () => void }}
 */
export function createCalm({ everyMs, canWait, deliver }) {
  /** @type {E[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    for (const event of events) deliver(event);
  }

  return {
    add(event) {
      waiting.push(event);
      if (canWait(event)) timer ??= setTimeout(flush, everyMs);
      else flush();
    },
    flush,
  };
}
