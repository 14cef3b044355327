/** A helper in a crew: computes the gradients of its share of every batch, and makes the same updates as all others. */

import init, { Replica } from "../pkg/vae_lab.js";
import { helpCrew, tellFailure } from "./crew.js";

/** @typedef {import("./crew.js").Welcome} Welcome */

/** The scope is typed as a window by the DOM library, hence the cast. */
const scope = /** @type {{ onmessage: ((event: MessageEvent<Welcome>) => void) | null }} */ (/** @type {unknown} */ (globalThis));

scope.onmessage = ({ data }) => void join(data);

/** @param {Welcome} welcome */
async function join({ index, module, state, ports }) {
  try {
    await init({ module_or_path: module });
    helpCrew({ index, ports, replica: new Replica(state), parameters: state.parameters.length });
  } catch (error) {
    tellFailure(ports, error);
  }
}
