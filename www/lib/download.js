/**
 * Downloads with progress in real bytes, and errors that say what failed and why.
 */

import { CodedError, told } from "./coded-error.js";

/**
 * @typedef {object} Download
 * @property {number | null} total  bytes to come, as the server says; null when it does not say
 * @property {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @property {Headers} headers
 */

/**
 * Opens a download. `onBytes` is called with the size of every chunk as it arrives over the network.
 *
 * @param {string} url
 * @param {object} options
 * @param {string} options.what  for errors: see lib/coded-error.js
 * @param {(bytes: number) => void} options.onBytes
 * @param {AbortSignal} [options.signal]
 * @param {typeof fetch} [options.fetcher]
 * @returns {Promise<Download>}
 */
export async function openDownload(url, { what, onBytes, signal, fetcher = fetch }) {
  let response;
  try {
    response = await fetcher(url, signal ? { signal } : {});
  } catch (error) {
    throw new CodedError("downloadNotStarted", { what, why: told(error) });
  }
  if (!response.ok || !response.body) {
    const status = `${response.status} ${response.statusText}`.trim();
    throw new CodedError("downloadRefused", { what, status, file: fileName(url) });
  }
  // A body that the browser already inflated is longer than its Content-Length, which then says nothing useful.
  const length = Number(response.headers.get("content-length"));
  const encoded = response.headers.has("content-encoding");
  const total = length > 0 && !encoded ? length : null;

  let received = 0;
  const reader = response.body.getReader();
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const body = new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        received += value.length;
        onBytes(value.length);
        controller.enqueue(value);
      } catch (error) {
        const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
        const values = { what, received: megabytes(received), total: total ? megabytes(total) : "", why: told(error) };
        controller.error(new CodedError("downloadBroken", values));
      }
    },
    cancel: (why) => reader.cancel(why),
  });
  return { total, body, headers: response.headers };
}

/**
 * The bytes of a file that may or may not be gzip-compressed: some servers inflate `.gz` files on the way, others
 * send them as they are, so the first two bytes decide.
 *
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @param {string} what  for errors
 * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>}
 */
export async function* inflate(body, what) {
  const reader = body.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const head = [];
  let headBytes = 0;
  let ended = false;
  while (headBytes < 2 && !ended) {
    const { done, value } = await reader.read();
    if (done) ended = true;
    else if (value.length > 0) {
      head.push(value);
      headBytes += value.length;
    }
  }
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const whole = new ReadableStream({
    async pull(controller) {
      const first = head.shift();
      if (first) {
        controller.enqueue(first);
        return;
      }
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
  const [one, two] = firstBytes(head);
  const gzip = one === 0x1f && two === 0x8b;
  const source = gzip ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
  const output = source.getReader();
  for (;;) {
    let chunk;
    try {
      chunk = await output.read();
    } catch (error) {
      // An error of the download itself says what it is; the inflater's does not.
      if (error instanceof CodedError) throw error;
      throw new CodedError("notUnpacked", { what, why: told(error) });
    }
    if (chunk.done) return;
    yield chunk.value;
  }
}

/** @param {Uint8Array[]} chunks */
function firstBytes(chunks) {
  const bytes = [];
  for (const chunk of chunks) {
    for (const byte of chunk.subarray(0, 2)) bytes.push(byte);
    if (bytes.length >= 2) break;
  }
  return bytes;
}

/** @param {string} url */
function fileName(url) {
  return url.split("/").pop() ?? url;
}
