/** In which order the numbers of a code are shown, and which of them say nothing. */

/** A latent number whose KL is below this many nats is collapsed: it says nothing about the digit. */
const COLLAPSED_BELOW = 0.01;
/** While the model changes under one digit, two neighbours change places when they differ by more than this: bars do not dance. */
const CALM_NATS = 0.25;

/**
 * The dimensions, the one with the highest KL first; equal ones in their own order.
 *
 * @param {Float32Array} kl  nats of each dimension
 * @returns {number[]}
 */
export function sortedByKl(kl) {
  return [...kl.keys()].sort((a, b) => (kl[b] ?? 0) - (kl[a] ?? 0) || a - b);
}

/**
 * The order of before, with only those dimensions moved that are clearly out of place.
 *
 * @param {Float32Array} kl
 * @param {readonly number[]} before
 * @returns {number[]}
 */
export function calmlySorted(kl, before) {
  if (before.length !== kl.length) return sortedByKl(kl);
  /** @type {number[]} */
  const order = [];
  for (const dimension of before) {
    let place = order.length;
    while (place > 0 && (kl[dimension] ?? 0) > (kl[order[place - 1] ?? 0] ?? 0) + CALM_NATS) place -= 1;
    order.splice(place, 0, dimension);
  }
  return order;
}

/**
 * Whether a latent number says nothing about the digit. A plain autoencoder pays for none, so none of its numbers is.
 *
 * @param {number} kl
 * @param {boolean} variational
 */
export function isCollapsed(kl, variational) {
  return variational && kl < COLLAPSED_BELOW;
}
