/**
 * Hears what goes wrong on a page in a browser whose driver says nothing of its console: every page comes through a small server
 * that puts a script before all others, and the script reports to it.
 */

import { once } from "node:events";
import { createServer, request } from "node:http";

const SCRIPT = "witness.js";
const REPORTS = "witness-reports";

/** Runs in the page. */
function watch() {
  const report = (/** @type {unknown[]} */ ...words) => void navigator.sendBeacon(new URL("witness-reports", document.baseURI), words.map(String).join(" "));
  const { error } = console;
  console.error = (...words) => {
    report("console error:", ...words);
    error(...words);
  };
  addEventListener("unhandledrejection", ({ reason }) => report("unhandled rejection:", reason));
  // Caught on the way down, since what a missing file says does not come up again.
  addEventListener(
    "error",
    (event) => {
      const { target } = event;
      const file = target instanceof Element ? target.getAttribute("src") ?? target.getAttribute("href") : null;
      report(file === null ? `page error: ${event.message}` : `did not load: ${file}`);
    },
    true,
  );
}

/**
 * @param {string} site  the address of the page
 * @param {string[]} problems  where the reports go
 */
export async function startWitness(site, problems) {
  const { origin, pathname } = new URL(site);
  const server = createServer((asked, answer) => {
    const path = asked.url ?? "/";
    if (path === pathname + SCRIPT) {
      answer.writeHead(200, { "content-type": "text/javascript" }).end(`(${watch})();`);
    } else if (path === pathname + REPORTS) {
      void text(asked).then((words) => {
        problems.push(words);
        answer.writeHead(204).end();
      });
    } else forward(origin + path, asked, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    /** Where the same site is found, with its witness. */
    site: `http://127.0.0.1:${port}${pathname}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @param {string} url @param {import("node:http").IncomingMessage} asked @param {import("node:http").ServerResponse} answer */
function forward(url, asked, answer) {
  const { host, "accept-encoding": _packed, ...headers } = asked.headers;
  const onward = request(url, { method: asked.method, headers }, async (response) => {
    const { statusCode = 502, headers: told } = response;
    if (!/^text\/html/.test(told["content-type"] ?? "") || statusCode !== 200) {
      response.pipe(answer.writeHead(statusCode, told));
      return;
    }
    const page = (await text(response)).replace("<head>", `<head><script src="./${SCRIPT}"></script>`);
    const { "content-length": _length, ...rest } = told;
    answer.writeHead(statusCode, rest).end(page);
  });
  onward.once("error", () => answer.destroy());
  asked.pipe(onward);
}

/** @param {import("node:http").IncomingMessage} message */
async function text(message) {
  message.setEncoding("utf8");
  let whole = "";
  for await (const part of message) whole += part;
  return whole;
}
