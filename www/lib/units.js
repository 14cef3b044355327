/** Below this KL, in nats, a latent dimension says nothing about the digit: it has collapsed onto the prior. */
export const COLLAPSED_KL = 0.01;

/**
 * Latent dimensions from the most to the least informative.
 *
 * @param {readonly number[]} klPerDim
 */
export function sortedKl(klPerDim) {
  return klPerDim.map((kl, unit) => ({ unit, kl, collapsed: kl < COLLAPSED_KL })).sort((a, b) => b.kl - a.kl);
}
