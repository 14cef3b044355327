/** Downloads and compiles the wasm module. The compiled module can be handed to other workers, which then need no download. */

import { CODE } from "./addresses.js";
import { CodedError } from "./coded-error.js";
import { bestBuild, moduleFile } from "./instructions.js";

/**
 * @param {import("./instructions.js").Build} [build]
 * @returns {Promise<WebAssembly.Module>}
 */
export async function fetchModule(build = bestBuild()) {
  const url = new URL(`pkg/${moduleFile(build)}`, CODE);
  const response = await fetch(url);
  if (!response.ok) throw new CodedError("downloadRefused", { what: "model", status: `${response.status} ${response.statusText}`.trim(), file: moduleFile(build) });
  return compile(response.body, new Headers());
}

/**
 * Compiles while the bytes arrive.
 *
 * @param {BodyInit | null} body
 */
export function compile(body, headers = new Headers()) {
  // Some servers name another type, which a streaming compiler refuses.
  headers.set("content-type", "application/wasm");
  return WebAssembly.compileStreaming(new Response(body, { headers }));
}
