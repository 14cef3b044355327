/**
 * How fast training goes, over the last two seconds: long enough to be calm, short enough to be true.
 */

const WINDOW_MS = 2000;

/**
 * @typedef {object} RateMeter
 * @property {(nowMs: number, steps: number, trainingMs: number, images: number) => void} add
 * @property {() => import("../protocol.js").Rate | null} read
 * @property {() => void} reset
 */

/** @returns {RateMeter} */
export function createRateMeter() {
  /** @type {{ now: number, steps: number, trainingMs: number, images: number }[]} */
  let slices = [];
  return {
    add(now, steps, trainingMs, images) {
      slices.push({ now, steps, trainingMs, images });
      const oldest = now - WINDOW_MS;
      while (slices.length > 2 && (slices[0]?.now ?? now) < oldest) slices.shift();
    },
    read() {
      const first = slices[0];
      const last = slices.at(-1);
      if (!first || !last || last.now <= first.now) return null;
      // The first slice only marks where the window begins: what it did happened before.
      let steps = 0;
      let trainingMs = 0;
      let images = 0;
      for (const slice of slices.slice(1)) {
        steps += slice.steps;
        trainingMs += slice.trainingMs;
        images += slice.images;
      }
      if (steps === 0) return null;
      return { imagesPerSecond: (images * 1000) / (last.now - first.now), msPerStep: trainingMs / steps };
    },
    reset() {
      slices = [];
    },
  };
}
