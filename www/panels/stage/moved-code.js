/**
 * The code that the visitor made by moving bars, until the digit's own comes back. The worker decodes it anew whenever it or the
 * model changes; an answer to an older one is not lost, but one from before it was begun is.
 */

export class MovedCode {
  /** @type {Float32Array | null} */
  #z = null;
  /** @type {number | null} */
  #label = null;
  #serial = 0;
  #since = 0;
  #send;

  /** @param {(command: import("../../protocol.js").Command<"code">) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** The code; null while the digit's own is shown. */
  get z() {
    return this.#z;
  }

  /**
   * @param {Float32Array} from  the code that is shown
   * @param {number} dimension
   * @param {number} value
   * @param {number | null} label  what a conditional model is told
   */
  move(from, dimension, value, label) {
    if (!this.#z) this.#since = this.#serial + 1;
    const z = (this.#z ?? from).slice();
    z[dimension] = value;
    this.#z = z;
    this.#label = label;
    this.#tell();
  }

  /** A conditional model reads the digit as another class now. @param {number | null} label */
  relabel(label) {
    if (!this.#z || label === this.#label) return;
    this.#label = label;
    this.#tell();
  }

  /** The digit's own code is shown again. Says whether another one was. */
  takeBack() {
    if (!this.#z) return false;
    this.#z = null;
    this.#tell();
    return true;
  }

  /** Whether an answer is to the code that is shown, or to one on the way to it. @param {number} serial */
  answers(serial) {
    return this.#z !== null && serial >= this.#since;
  }

  #tell() {
    this.#serial += 1;
    this.#send({ type: "code", serial: this.#serial, z: this.#z, label: this.#label });
  }
}
