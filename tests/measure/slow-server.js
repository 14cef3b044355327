/**
 * Serves dist/ as GitHub Pages does, over a slow line. The line is in the server, and not in the browser: there it would hold up the page's
 * own requests alone, and not those of its workers. All answers share the line by turns; each begins a round trip after its request.
 */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { gzipSync } from "node:zlib";

/** `PHONE_SITE`: another build of it, to compare with. */
const SITE = new URL(process.env.PHONE_SITE ?? "../../dist/", import.meta.url);
const BASE = "/vae-lab/";
/** So much of one answer goes over the line before it is another's turn: a packet. */
const PACKET_BYTES = 1400;
const TICK_MS = 5;
/** Types and whether they are compressed on the way. Of other types it is not known; what is large among them must be packed already. */
const TYPES = /** @type {Record<string, [type: string, compressed: boolean]>} */ ({
  ".html": ["text/html; charset=utf-8", true],
  ".css": ["text/css; charset=utf-8", true],
  ".js": ["text/javascript; charset=utf-8", true],
  ".json": ["application/json", true],
  ".webmanifest": ["application/manifest+json", true],
  ".svg": ["image/svg+xml", true],
  ".wasm": ["application/wasm", true],
});

/**
 * @typedef {object} Asked  one request, in milliseconds of `performance.now()`
 * @property {string} path
 * @property {number} asked
 * @property {number} begun
 * @property {number} done  Infinity if it was not
 * @property {number} bytes  of the body
 */

/**
 * @param {{ bitsPerSecond: number, roundTripMs: number }} line
 */
export async function serveSlowly({ bitsPerSecond, roundTripMs }) {
  /** @type {Asked[]} */
  const log = [];
  /** @type {{ response: import("node:http").ServerResponse, rest: Buffer, entry: Asked }[]} */
  let sending = [];
  let credit = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    credit = sending.length === 0 ? 0 : credit + ((now - last) / 8000) * bitsPerSecond;
    last = now;
    while (credit > 0 && sending.length > 0) {
      const [first, ...others] = sending;
      const packet = first.rest.subarray(0, PACKET_BYTES);
      first.rest = first.rest.subarray(PACKET_BYTES);
      credit -= packet.length;
      first.response.write(packet);
      if (first.rest.length > 0) others.push(first);
      else {
        first.entry.done = now;
        first.response.end();
      }
      sending = others;
    }
  }, TICK_MS);

  // Before anybody waits for them.
  const bodies = packedFiles();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname.slice(BASE.length) || "index.html";
    const entry = { path, asked: performance.now(), begun: Infinity, done: Infinity, bytes: 0 };
    log.push(entry);
    const [type, compressed] = typeOf(path);
    const body = bodies.get(path);
    setTimeout(() => {
      entry.begun = performance.now();
      if (!body) {
        response.writeHead(404).end();
        return;
      }
      entry.bytes = body.length;
      const encoding = compressed ? { "content-encoding": "gzip" } : {};
      response.writeHead(200, { "content-type": type, "content-length": body.length, "cache-control": "max-age=600", vary: "Accept-Encoding", ...encoding });
      const turn = { response, rest: body, entry };
      sending.push(turn);
      response.on("close", () => (sending = sending.filter((other) => other !== turn)));
    }, roundTripMs);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}${BASE}`,
    log,
    close() {
      clearInterval(ticking);
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {string} path */
function typeOf(path) {
  return TYPES[extname(path)] ?? /** @type {const} */ (["application/octet-stream", false]);
}

/** What goes over the line for every file. */
function packedFiles() {
  const files = readdirSync(SITE, { recursive: true }).map(String).filter((path) => statSync(new URL(path, SITE)).isFile());
  return new Map(
    files.map((path) => {
      const bytes = readFileSync(new URL(path, SITE));
      return [path, typeOf(path)[1] ? gzipSync(bytes) : bytes];
    }),
  );
}
