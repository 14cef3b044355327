/** Whether a run still learns: early stopping by the evaluations on every test digit. */

/** So many evaluations in a row without a new best are a plateau. */
export const PATIENCE = 8;
/** A new best is better by at least this part of the old one: half a tenth of a nat where the bound is a hundred. */
export const IMPROVEMENT = 0.0005;

/**
 * @param {readonly { step: number, recon: number, elbo: number }[]} evaluations  in order
 * @param {object} options
 * @param {number} options.since  what came before this step does not count: a change of settings, or the visitor's wish to go on
 * @param {boolean} options.variational  by the bound, or in a plain autoencoder by the reconstruction error
 */
export function onPlateau(evaluations, { since, variational }) {
  let best = Infinity;
  let waited = 0;
  for (const { step, recon, elbo } of evaluations) {
    if (step < since) continue;
    const value = variational ? -elbo : recon;
    if (value < best - Math.abs(best === Infinity ? 0 : best) * IMPROVEMENT) {
      best = value;
      waited = 0;
    } else {
      waited += 1;
    }
  }
  return waited >= PATIENCE;
}
