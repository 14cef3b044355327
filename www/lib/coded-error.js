/**
 * Errors without words: a code with its values, which pass from the model's program through the worker to the page. Only the page
 * words them, by lib/error-words.js: the worker does not know the visitor's language.
 *
 * @typedef {{ message: string, code: string | null, values: Record<string, unknown> }} ToldError  message: for logs, and where there is no code
 */

/**
 * The errors of scripts. Those of the model's program have the same form: see `CoreError` in its types.
 *
 * `what` is what is downloaded: "model", "test", "train", "models", or a name; `why` is another error.
 *
 * @typedef {{ code: "downloadNotStarted", values: { what: string, why: ToldError } }
 *   | { code: "downloadRefused", values: { what: string, status: string, file: string } }
 *   | { code: "downloadBroken", values: { what: string, received: string, total: string, why: ToldError } }
 *   | { code: "notUnpacked", values: { what: string, why: ToldError } }
 *   | { code: "notJson", values: { what: string, beginning: string } }
 *   | { code: "stalled", values: { seconds: number } }
 *   | { code: "programNotLoaded", values: { why: ToldError } }
 *   | { code: "noWebAssembly", values: { why: ToldError } }
 *   | { code: "noPresets", values: {} }
 *   | { code: "modelNotLoaded", values: {} }
 *   | { code: "digitsOnTheirWay", values: {} }
 *   | { code: "noTestLabels", values: {} }
 *   | { code: "trainDigitsCut", values: { expected: number, bytes: number, labels: number } }
 *   | { code: "setNotHere", values: {} }
 *   | { code: "helperFailed", values: { why: ToldError } }
 *   | { code: "helperLost", values: {} }
 *   | { code: "helperSilent", values: { milliseconds: number } }
 *   | { code: "scriptNotLoaded", values: {} }
 *   | { code: "messageUnreadable", values: {} }
 *   | { code: "workerGone", values: {} }
 *   | { code: "weightsNotThere", values: {} }
 *   | { code: "cardDamaged", values: { field: string, found: string } }
 *   | { code: "modelListDamaged", values: { found: string } }
 *   | { code: "atWorkElsewhere", values: { run: string } }
 *   | { code: "imagesGone", values: {} }
 *   | { code: "runGone", values: {} }
 *   | { code: "needsLabels", values: { images: number } }
 *   | { code: "tooManyClasses", values: { classes: number, most: number } }
 *   | { code: "otherClasses", values: {} }} ScriptError
 */

/** @typedef {import("../pkg/vae_lab.js").CoreError | ScriptError} AnyError */

/**
 * @template {AnyError["code"]} C
 * @typedef {Extract<AnyError, { code: C }>["values"]} ValuesOf
 */

/** @template {AnyError["code"]} [C=AnyError["code"]] */
export class CodedError extends Error {
  /**
   * @param {C} code
   * @param {ValuesOf<C>} values
   */
  constructor(code, values) {
    super(`${code} ${JSON.stringify(values)}`);
    this.code = code;
    this.values = values;
  }
}

/** An error again, of what was told of one. @param {ToldError} told */
export function untold({ message, code, values }) {
  return Object.assign(new Error(message), { code, values });
}

/**
 * An error as it can be posted to the page.
 *
 * @param {unknown} error
 * @returns {ToldError}
 */
export function told(error) {
  if (typeof error !== "object" || error === null) return { message: String(error), code: null, values: {} };
  const { message, code, values } = /** @type {Partial<ToldError>} */ (error);
  // Errors of the browser may have a code too, a number.
  if (typeof code !== "string") return { message: message || String(error), code: null, values: {} };
  return { message: message ?? code, code, values: values ?? {} };
}
