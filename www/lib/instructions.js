/** Which of the two wasm modules a browser gets: with relaxed SIMD, multiply and add are one instruction where the processor has it. */

/** @typedef {"simd" | "relaxed"} Build */

/** @type {Record<Build, string>} */
const FILES = { simd: "vae_lab_bg.wasm", relaxed: "vae_lab_relaxed_bg.wasm" };

/** A module with one function that does `f32x4.relaxed_madd` on zeros. */
const RELAXED_PROBE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version 1
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // one type: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // one function of that type
  ...[0x0a, 0x13, 0x01, 0x11, 0x00], // its code: 17 bytes, no locals
  ...[0x41, 0x00, 0xfd, 0x0f], // i32.const 0, i8x16.splat
  ...[0x41, 0x00, 0xfd, 0x0f],
  ...[0x41, 0x00, 0xfd, 0x0f],
  ...[0xfd, 0x85, 0x02, 0x0b], // f32x4.relaxed_madd, end
]);

/** Whether this browser runs the module with relaxed SIMD. */
export function hasRelaxedSimd() {
  return WebAssembly.validate(RELAXED_PROBE);
}

/**
 * The module to download. It is never slower with relaxed SIMD, and up to twice as fast where a multiplication and an
 * addition take as long as both at once.
 *
 * @returns {Build}
 */
export function bestBuild() {
  return hasRelaxedSimd() ? "relaxed" : "simd";
}

/**
 * @param {Build} build
 * @returns {string}
 */
export function moduleFile(build) {
  return FILES[build];
}
