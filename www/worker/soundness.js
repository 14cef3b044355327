/**
 * Whether a model's file can be read again. A model that has diverged holds numbers that are none, and its file would be refused: it
 * must not take the place of an earlier copy.
 */

/** The bytes of the length that a file of safetensors begins with. */
const LENGTH_BYTES = 8;

/**
 * @param {ArrayBuffer} file  of safetensors, all tensors in 32 bits
 * @returns {boolean}
 */
export function isSound(file) {
  const header = Number(new DataView(file).getBigUint64(0, true));
  const from = LENGTH_BYTES + header;
  // Headers are padded so that numbers stand at their places; a copy is as good.
  const values = from % 4 === 0 ? new Float32Array(file, from) : new Float32Array(file.slice(from));
  // Nothing times a number is nothing, unless it is none: quicker than to ask each of millions.
  let odd = 0;
  for (let i = 0; i < values.length; i += 1) odd += (values[i] ?? 0) * 0;
  return odd === 0;
}
