/** The codes that the figures decode: of the visitor's digit and its neighbours, and of plain noise. */

import { deviations, divergences, indexOfLargest, noise, noisyCode, rounded, withNumber } from "./arithmetic.js";

/** Codes of plain noise: one a picture of the generative figure, and one for the last figure. */
export const PRIOR = 7;

/**
 * What the visitor has chosen in the figures.
 *
 * @typedef {object} Choices
 * @property {number | null} index  the latent number that moves; null: the one that costs most
 * @property {number | null} value  where it stands; null: at the mean
 * @property {number} scale  of the noise
 * @property {number} noiseSeed
 * @property {number} priorSeed
 * @property {number} bits  that are kept of each number
 * @property {string} model  the small model that is shown
 */

/** @typedef {ReturnType<typeof ownCodes>} OwnCodes */

/**
 * @param {import("../../protocol.js").Shown} shown
 * @param {Choices} choices
 */
export function ownCodes({ mu, logvar }, choices) {
  const sigma = deviations(mu, logvar);
  const costs = divergences(mu, logvar);
  const most = indexOfLargest(costs);
  // The model may have been replaced by one with fewer numbers since.
  const index = choices.index !== null && choices.index < mu.length ? choices.index : most;
  const value = choices.value ?? mu[index] ?? 0;
  const eps = noise(choices.noiseSeed, mu.length);
  return {
    mu,
    sigma,
    costs,
    most,
    index,
    value,
    eps,
    number: withNumber(mu, index, value),
    noisy: noisyCode(mu, sigma, eps, choices.scale),
    kept: rounded(mu, choices.bits),
  };
}

/**
 * @param {number} latentDim
 * @param {number} seed
 */
export function priorCodes(latentDim, seed) {
  return Array.from({ length: PRIOR }, (_, at) => noise(seed + at, latentDim));
}

/**
 * Codes, one after the other.
 *
 * @param {readonly Float32Array[]} codes
 */
export function joined(codes) {
  const all = new Float32Array(codes.reduce((sum, code) => sum + code.length, 0));
  codes.reduce((at, code) => {
    all.set(code, at);
    return at + code.length;
  }, 0);
  return all;
}
