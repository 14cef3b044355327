/** The arithmetic of the figures: codes near the visitor's, and what they cost. Plain functions of numbers. */

/** What a rounded code can hold: nearly every mean that a VAE gives lies within. */
export const KEPT_RANGE = 4;

/**
 * The standard deviations of a cloud; 0 everywhere in a plain autoencoder, which has none.
 *
 * @param {Float32Array} mu
 * @param {Float32Array} logvar  empty in a plain autoencoder
 */
export function deviations(mu, logvar) {
  return mu.map((_, j) => (logvar.length > 0 ? Math.exp((logvar[j] ?? 0) / 2) : 0));
}

/**
 * The KL divergence of each latent number from standard noise, in nats: Kingma and Welling 2013, appendix B.
 *
 * @param {Float32Array} mu
 * @param {Float32Array} logvar
 */
export function divergences(mu, logvar) {
  return mu.map((mean, j) => {
    const logVariance = logvar[j] ?? 0;
    return logvar.length > 0 ? 0.5 * (mean * mean + Math.exp(logVariance) - logVariance - 1) : 0;
  });
}

/** Where the largest of them stands. @param {Float32Array} values */
export function indexOfLargest(values) {
  return values.reduce((best, value, j) => (value > (values[best] ?? -Infinity) ? j : best), 0);
}

/**
 * Standard noise: the same for the same seed (mulberry32, then Box and Muller).
 *
 * @param {number} seed
 * @param {number} count
 */
export function noise(seed, count) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()));
}

/**
 * z = mu + scale * sigma * eps: Kingma and Welling 2013, section 2.4, with the noise scaled.
 *
 * @param {Float32Array} mu
 * @param {Float32Array} sigma
 * @param {Float32Array} eps
 * @param {number} scale
 */
export function noisyCode(mu, sigma, eps, scale) {
  return mu.map((mean, j) => mean + scale * (sigma[j] ?? 0) * (eps[j] ?? 0));
}

/**
 * A code with one number changed.
 *
 * @param {Float32Array} mu
 * @param {number} index
 * @param {number} value
 */
export function withNumber(mu, index, value) {
  return mu.map((mean, j) => (j === index ? value : mean));
}

/** How far one code is from another. @param {Float32Array} a @param {Float32Array} b */
export function distance(a, b) {
  return Math.hypot(...a.map((value, j) => value - (b[j] ?? 0)));
}

/**
 * A code of which each number keeps so many bits: which level it is nearest to, and the code that the levels stand for.
 *
 * @param {Float32Array} mu
 * @param {number} bits
 */
export function rounded(mu, bits) {
  const most = 2 ** bits - 1;
  const levels = Array.from(mu, (mean) => Math.round((Math.min(Math.max(mean / KEPT_RANGE, -1), 1) * 0.5 + 0.5) * most));
  return { levels, code: Float32Array.from(levels, (level) => ((level / most) * 2 - 1) * KEPT_RANGE) };
}

/**
 * Where a reconstruction errs: the cross-entropy of each pixel beyond what its target costs by itself, in bytes. The brightest
 * stand for `full` nats and more.
 *
 * @param {Uint8Array} seen
 * @param {Uint8Array} given
 * @param {number} [full]
 */
export function pixelErrors(seen, given, full = 2) {
  return seen.map((byte, i) => {
    const x = byte / 255;
    // A byte is a probability up to half a level: never 0, never 1.
    const p = Math.min(Math.max((given[i] ?? 0) / 255, 1 / 510), 1 - 1 / 510);
    const entropy = x > 0 && x < 1 ? -x * Math.log(x) - (1 - x) * Math.log(1 - x) : 0;
    const error = -x * Math.log(p) - (1 - x) * Math.log(1 - p) - entropy;
    return Math.round((Math.min(Math.max(error / full, 0), 1)) * 255);
  });
}
