/** What scripts say on the page, in one place, so that it can be translated. Texts that never change stand in index.html. */

/** @param {number} value */
const short = (value) => value.toFixed(2).replace("-", "−");

export const TEXTS = {
  map: {
    /** @param {number} step */
    picture: (step) => `Digits decoded over the plane, by the model at step ${step.toLocaleString("en")}`,
    /** @type {(u: number, v: number) => string} */
    digit: (u, v) => `The digit decoded at ${short(u)}, ${short(v)}`,
    /** @type {(number: number, use: number) => string} */
    dimension: (number, use) => `z${number}, ${use < 0.01 ? "collapsed" : `${use.toFixed(2)} nats`}`,
    /** @type {(cursor: [number, number], mine: { u: number, v: number } | null) => string} */
    stage: ([u, v], mine) =>
      `Latent map. The cursor is at ${short(u)}, ${short(v)}.${mine ? ` Your digit lies at ${short(mine.u)}, ${short(mine.v)}.` : ""} Arrow keys move the cursor, with Shift by larger steps.`,
  },
};
