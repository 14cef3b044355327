/**
 * A plane through the latent space: two dimensions vary over a square, the others keep the values of a base code. Pure
 * arithmetic between the plane's coordinates, codes, and places on a picture of the plane.
 *
 * @typedef {object} Plane
 * @property {Float32Array} base  a code
 * @property {[number, number]} axes  the dimensions that vary, to the right and upwards; twice the same where there is one only
 * @property {number} range  the square reaches from -range to range
 */

/**
 * The code at a point of the plane.
 *
 * @param {Plane} plane
 * @param {number} u
 * @param {number} v
 */
export function codeAt({ base, axes: [right, up] }, u, v) {
  const code = base.slice();
  code[up] = v;
  code[right] = u;
  return code;
}

/**
 * The codes of a grid of `side` by `side` cells, each at the middle of its cell, row by row from the top left.
 *
 * @param {Plane} plane
 * @param {number} side
 */
export function gridCodes(plane, side) {
  const { base, range } = plane;
  const z = new Float32Array(side * side * base.length);
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const u = ((column + 0.5) / side) * 2 * range - range;
      const v = range - ((row + 0.5) / side) * 2 * range;
      z.set(codeAt(plane, u, v), (row * side + column) * base.length);
    }
  }
  return z;
}

/**
 * Where a point of the plane lies on its picture, in parts of the side from the top left.
 *
 * @param {number} range
 * @param {number} u
 * @param {number} v
 * @returns {[number, number]}
 */
export function toPicture(range, u, v) {
  return [(u / range + 1) / 2, (1 - v / range) / 2];
}

/**
 * The point of the plane at a place on its picture, never outside the square.
 *
 * @param {number} range
 * @param {number} x
 * @param {number} y
 * @returns {[number, number]}
 */
export function fromPicture(range, x, y) {
  const within = (/** @type {number} */ value) => Math.min(range, Math.max(-range, value));
  return [within((2 * x - 1) * range), within((1 - 2 * y) * range)];
}

/**
 * The mean KL divergence of each dimension from the standard normal, in nats: (mu² + sigma² - log sigma² - 1) / 2, Kingma and
 * Welling 2014, appendix B. Without variances, in a plain autoencoder, the variance of mu instead: both rank dimensions by use.
 *
 * @param {{ mu: Float32Array, logvar: Float32Array }} codes
 * @param {number} latentDim
 */
export function dimensionUse({ mu, logvar }, latentDim) {
  const rows = mu.length / latentDim;
  const use = new Float64Array(latentDim);
  const mean = new Float64Array(latentDim);
  for (let i = 0; i < mu.length; i += 1) mean[i % latentDim] = (mean[i % latentDim] ?? 0) + (mu[i] ?? 0) / rows;
  for (let i = 0; i < mu.length; i += 1) {
    const j = i % latentDim;
    const m = mu[i] ?? 0;
    const l = logvar[i];
    const part = l === undefined ? (m - (mean[j] ?? 0)) ** 2 : (m * m + Math.exp(l) - l - 1) / 2;
    use[j] = (use[j] ?? 0) + part / rows;
  }
  return [...use];
}
