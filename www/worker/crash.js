/**
 * What ends the session for good, and what is an ordinary error. After a trap the memory of the wasm module means nothing any
 * more: nothing may run then. Every other error belongs to the piece of work that threw it, and the session goes on.
 */

import { told } from "../lib/coded-error.js";

/**
 * Whether the wasm module trapped, or ran out of stack: both leave its work half done. Any other RangeError (an array that
 * was too long, memory that JavaScript did not get) leaves the module whole.
 *
 * @param {unknown} error
 */
export function isTrap(error) {
  if (error instanceof WebAssembly.RuntimeError) return true;
  if (!(error instanceof Error)) return false;
  // An overflow of the stack has no class of its own: V8 and JavaScriptCore throw a RangeError, Firefox an InternalError.
  return (error instanceof RangeError && /call stack/i.test(error.message)) || (error.name === "InternalError" && /too much recursion/i.test(error.message));
}

/** An error that the page can do something about, by its reason. */
export class Refusal extends Error {
  /**
   * @param {unknown} error  what is refused, and why
   * @param {import("../protocol.js").RefusalReason} reason
   */
  constructor(error, reason) {
    const { message, code, values } = told(error);
    super(message);
    this.code = code;
    this.values = values;
    this.reason = reason;
  }
}

export class Crash {
  #dead = false;
  /** What Rust's panic hook wrote last; the exception that follows says only "unreachable". */
  #lastComplaint = "";
  #tell;
  #onEnd;

  /**
   * @param {object} options
   * @param {(event: import("../protocol.js").WorkerEvent) => void} options.tell
   * @param {() => void} options.onEnd  told once, before the page is
   */
  constructor({ tell, onEnd }) {
    this.#tell = tell;
    this.#onEnd = onEnd;
  }

  /** Whether the session has ended: nothing may touch the module any more. */
  get dead() {
    return this.#dead;
  }

  /** Listens to what the panic hook writes. @param {Pick<Console, "error">} console */
  listenTo(console) {
    const write = console.error.bind(console);
    console.error = (...parts) => {
      this.#lastComplaint = parts.map(String).join(" ");
      write(...parts);
    };
  }

  /**
   * Runs a piece of work. A trap ends the session; any other error goes to `otherwise`.
   *
   * @param {() => void} work
   * @param {(error: unknown) => void} otherwise
   */
  guard(work, otherwise) {
    if (this.#dead) return;
    try {
      work();
    } catch (error) {
      this.sort(error, otherwise);
    }
  }

  /**
   * For errors of work that could not be run under `guard`, because it took its time.
   *
   * @param {unknown} error
   * @param {(error: unknown) => void} otherwise
   */
  sort(error, otherwise) {
    if (this.#dead) return;
    if (isTrap(error)) {
      this.#end(error);
      return;
    }
    try {
      otherwise(error);
    } catch (another) {
      // Whoever cannot even tell of an error cannot go on.
      this.#end(another);
    }
  }

  /** @param {unknown} error */
  #end(error) {
    this.#dead = true;
    this.#onEnd();
    const complaint = this.#lastComplaint.split("\n")[0] ?? "";
    const reason = error instanceof WebAssembly.RuntimeError && complaint ? complaint : error;
    this.#tell({ type: "crashed", reason: told(reason) });
  }
}
