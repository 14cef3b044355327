/**
 * Ways through the latent space from code to code.
 *
 * @typedef {"linear" | "spherical" | "arithmetic"} WalkKind
 *   linear, spherical: from A to B; arithmetic: from C to C + (A − B), which adds to C what sets A apart from B
 */

/** How many of the pins A, B and C each kind needs. @type {Record<WalkKind, number>} */
export const PINS = { linear: 2, spherical: 2, arithmetic: 3 };

/**
 * The codes along a walk, both ends included, one after the other.
 *
 * @param {WalkKind} kind
 * @param {readonly Float32Array[]} pins  A, B and, for arithmetic, C; all of the same length
 * @param {number} frames  at least two
 */
export function walkCodes(kind, pins, frames) {
  const [a, b, c] = pins;
  if (!a || !b || pins.length < PINS[kind]) throw new Error(`a ${kind} walk needs ${PINS[kind]} pins, found ${pins.length}`);
  const [from, to] = kind === "arithmetic" && c ? [c, c.map((value, i) => value + (a[i] ?? 0) - (b[i] ?? 0))] : [a, b];
  const between = kind === "spherical" ? spherical : linear;
  const z = new Float32Array(frames * from.length);
  for (let frame = 0; frame < frames; frame += 1) z.set(between(from, to, frame / (frames - 1)), frame * from.length);
  return z;
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} t
 */
function linear(from, to, t) {
  return from.map((value, i) => (1 - t) * value + t * (to[i] ?? 0));
}

/**
 * Along the great circle (Shoemake 1985; White 2016 for latent spaces): in many dimensions nearly all of the prior lies at one
 * distance from the centre, which a straight line leaves and an arc keeps.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} t
 */
function spherical(from, to, t) {
  const dot = from.reduce((sum, value, i) => sum + value * (to[i] ?? 0), 0);
  const cosine = dot / (Math.hypot(...from) * Math.hypot(...to));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  // Codes in line with the centre have no arc between them, or any.
  if (!(sine > 1e-4)) return linear(from, to, t);
  return from.map((value, i) => (Math.sin((1 - t) * angle) * value + Math.sin(t * angle) * (to[i] ?? 0)) / sine);
}
