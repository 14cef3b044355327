/** Tells the page of a download, at most ten times a second. */

const TELL_EVERY_MS = 100;

/**
 * @param {object} options
 * @param {import("../protocol.js").Stage} options.stage
 * @param {(event: import("../protocol.js").WorkerEvent) => void} options.tell
 * @param {() => number} options.now
 */
export function createProgress({ stage, tell, now }) {
  let received = 0;
  /** @type {number | null} */
  let total = null;
  let told = -Infinity;

  function tellSometimes() {
    if (now() - told < TELL_EVERY_MS) return;
    told = now();
    tell({ type: "stageProgress", stage, received, total });
  }

  return {
    /** @param {number} bytes */
    add(bytes) {
      received += bytes;
      tellSometimes();
    },
    /** @param {number | null} bytes */
    expect(bytes) {
      total = bytes;
      told = -Infinity;
      tellSometimes();
    },
    done() {
      tell({ type: "stageDone", stage, received });
    },
  };
}
