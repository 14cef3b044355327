/** The numbers of a plain array of any type and byte order, as typed arrays. */

/** @typedef {"b" | "i" | "u" | "f"} Kind  truth value, signed, unsigned, floating point */
/** @typedef {{ kind: Kind, size: number, little: boolean }} Element */
/** @typedef {Uint8Array | Uint16Array | Float32Array | Float64Array} Numbers */

/** @type {Record<string, (view: DataView, at: number, little: boolean) => number>} */
const READERS = {
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => half(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** @param {{ kind: string, size: number }} element @returns {boolean} */
export function isPlain({ kind, size }) {
  return size === 1 ? ["b", "i", "u"].includes(kind) : `${kind}${size}` in READERS;
}

/**
 * @param {Uint8Array} bytes
 * @param {Element} element  a plain one
 * @param {number} at
 * @param {number} count
 * @param {boolean} exact  in doubles, where the numbers are names of something and not shades
 * @returns {Numbers}
 */
export function readNumbers(bytes, { kind, size, little }, at, count, exact) {
  if (size === 1 && kind === "u") return bytes.subarray(at, at + count);
  if (size === 1 && kind === "b") return bytes.subarray(at, at + count).map((value) => Number(value !== 0));
  const read = READERS[`${kind}${size}`];
  if (!read) throw new RangeError(`no reader for ${kind}${size}`);
  // A copy begins where typed arrays may begin. All machines that run browsers are little-endian.
  if (kind === "f" && size === 4 && little && !exact) return new Float32Array(bytes.slice(at, at + 4 * count).buffer);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, count * size);
  const values = kind === "u" && size === 2 ? new Uint16Array(count) : exact ? new Float64Array(count) : new Float32Array(count);
  for (let i = 0; i < count; i += 1) values[i] = read(view, i * size, little);
  return values;
}

/** IEEE 754 half precision. @param {number} bits */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
