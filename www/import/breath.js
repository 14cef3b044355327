/** Long work on the page's own thread is done in turns. */

/** Everything else that is due gets its turn. */
export const breath = () => new Promise((/** @type {(value?: unknown) => void} */ resolve) => setTimeout(resolve));
