/**
 * A plane through the latent space: a point, and two directions from it. Pure arithmetic between the plane's coordinates, codes,
 * and places on a picture of the plane.
 *
 * @typedef {object} Plane
 * @property {Float32Array} base  the code at the middle
 * @property {Float32Array} right  a direction of length 1
 * @property {Float32Array} up  another
 * @property {number} range  the square reaches from -range to range
 */

/**
 * The plane of two dimensions, or of one that is both; the others keep the values of the base.
 *
 * @param {Float32Array} base
 * @param {readonly [number, number]} axes
 * @param {number} range
 * @returns {Plane}
 */
export function axisPlane(base, [right, up], range) {
  const middle = base.slice();
  middle[right] = 0;
  middle[up] = 0;
  const direction = (/** @type {number} */ axis) => Float32Array.from(base, (_, i) => Number(i === axis));
  return { base: middle, right: direction(right), up: up === right ? new Float32Array(base.length) : direction(up), range };
}

/**
 * The plane of the two directions in which codes differ most (principal components), through their middle.
 *
 * @param {Float32Array} mu  codes, one after the other
 * @param {number} latentDim
 * @returns {Plane}
 */
export function principalPlane(mu, latentDim) {
  const rows = mu.length / latentDim;
  const base = new Float32Array(latentDim);
  mu.forEach((value, i) => (base[i % latentDim] = (base[i % latentDim] ?? 0) + value / rows));
  const centred = mu.map((value, i) => value - (base[i % latentDim] ?? 0));
  const right = principal(centred, latentDim, null);
  const up = principal(centred, latentDim, right);
  let spread = 0;
  for (let row = 0; row < rows; row += 1) spread += dot(centred.subarray(row * latentDim, (row + 1) * latentDim), right) ** 2 / rows;
  return { base, right, up, range: Math.max(0.1, Math.round(30 * Math.sqrt(spread)) / 10) };
}

/**
 * The direction of the largest variance, without a direction that is taken: power iteration on the covariance.
 *
 * @param {Float32Array} centred
 * @param {number} latentDim
 * @param {Float32Array | null} taken
 */
function principal(centred, latentDim, taken) {
  // Begins unevenly, so that it is not at right angles to what is looked for.
  let direction = unit(Float32Array.from({ length: latentDim }, (_, i) => 1 + (i % 7) / 7), taken);
  for (let turn = 0; turn < 60; turn += 1) {
    const next = new Float32Array(latentDim);
    for (let start = 0; start < centred.length; start += latentDim) {
      const row = centred.subarray(start, start + latentDim);
      const along = dot(row, direction);
      for (let i = 0; i < latentDim; i += 1) next[i] = (next[i] ?? 0) + along * (row[i] ?? 0);
    }
    direction = unit(next, taken);
  }
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  // Of the two signs the one whose largest part is positive.
  return largest < 0 ? direction.map((value) => -value) : direction;
}

/**
 * @param {Float32Array} vector
 * @param {Float32Array | null} taken
 */
function unit(vector, taken) {
  const along = taken ? dot(vector, taken) : 0;
  const rest = taken ? vector.map((value, i) => value - along * (taken[i] ?? 0)) : vector;
  const length = Math.hypot(...rest);
  return length > 1e-12 ? rest.map((value) => value / length) : rest;
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/**
 * The code at a point of the plane.
 *
 * @param {Plane} plane
 * @param {number} u
 * @param {number} v
 */
export function codeAt({ base, right, up }, u, v) {
  return base.map((value, i) => value + u * (right[i] ?? 0) + v * (up[i] ?? 0));
}

/**
 * Where a code lies when it is looked at straight from above the plane.
 *
 * @param {Plane} plane
 * @param {Float32Array} code
 */
export function placeOf({ base, right, up }, code) {
  const from = code.map((value, i) => value - (base[i] ?? 0));
  return { u: dot(from, right), v: dot(from, up) };
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
