/** A helper in a crew: computes the gradients of its share of every batch, and makes the same updates as all others. */

import init, { Replica } from "./pkg/vae_lab.js";
import { Exchange } from "./crew.js";

/**
 * @typedef {import("./crew.js").Welcome} Welcome
 * @typedef {import("./crew.js").CrewMessage} CrewMessage
 */

/** The scope is typed as a window by the DOM library, hence the cast. */
const scope = /** @type {{ onmessage: ((event: MessageEvent<Welcome>) => void) | null }} */ (/** @type {unknown} */ (globalThis));

scope.onmessage = ({ data }) => void join(data);

/** @param {Welcome} welcome */
async function join({ index, module, state, ports }) {
  const lead = ports[0];
  /** @param {unknown} error */
  const fail = (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    lead?.postMessage({ type: "failed", reason });
    for (const port of ports) if (port) port.onmessage = null;
  };
  try {
    await init({ module_or_path: module });
    const replica = new Replica(state);
    const exchange = new Exchange(ports, state.parameters.length);
    /** The share of the next step may come before the last gradients of this one. @type {import("./crew.js").Share[]} */
    const shares = [];
    let computed = false;
    const goOn = () => {
      if (computed && exchange.complete) {
        replica.update(index, exchange.take().map(({ gradients }) => gradients));
        computed = false;
      }
      const share = computed ? undefined : shares.shift();
      if (!share) return;
      exchange.send(replica, replica.gradients(share));
      computed = true;
    };
    ports.forEach((port, from) => {
      if (!port) return;
      port.onmessage = (/** @type {MessageEvent<CrewMessage>} */ { data: message }) => {
        try {
          if (message.type === "share") shares.push(message.share);
          else if (message.type === "gradients") exchange.receive(from, message);
          goOn();
        } catch (error) {
          fail(error);
        }
      };
    });
    lead?.postMessage({ type: "ready" });
  } catch (error) {
    fail(error);
  }
}
