/**
 * Lets everything else that is due have its turn, a pointer above all. A timer would do too, but those of a page that is not seen come
 * once a second.
 *
 * @returns {Promise<void>}
 */
export function nextTask() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
