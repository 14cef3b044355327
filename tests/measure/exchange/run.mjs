// What shared memory would save between two workers that train together: `node tests/measure/exchange/run.mjs`.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

import { chromium } from "@playwright/test";

const HEADERS = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const server = createServer(async ({ url }, response) => {
  const script = url === "/worker.js";
  response.writeHead(200, { ...HEADERS, "Content-Type": script ? "text/javascript" : "text/html" });
  response.end(script ? await readFile(new URL("./worker.js", import.meta.url)) : "<title>Exchange</title>");
}).listen(0, "127.0.0.1");

const browser = await chromium.launch({ executablePath: process.env.VAE_LAB_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.goto(`http://127.0.0.1:${server.address().port}/`);
for (let round = 1; round <= 5; round += 1) {
  const { messages, sharedMemory } = await page.evaluate(exchange);
  console.log(`there and back, median: ${messages.toFixed(2)} ms by messages, ${sharedMemory.toFixed(2)} ms by shared memory`);
}
await browser.close();
server.close();

function exchange() {
  const { port1, port2 } = new MessageChannel();
  const [memory, signals] = [653_000 * 8, 8].map((bytes) => new SharedArrayBuffer(bytes));
  const [lead, helper] = [0, 1].map(() => new Worker("./worker.js"));
  const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
  helper.postMessage({ leads: false, port: port2, memory, signals }, [port2]);
  lead.postMessage({ leads: true, port: port1, memory, signals }, [port1]);
  return new Promise((resolve) => {
    lead.onmessage = ({ data }) => {
      for (const worker of [lead, helper]) worker.terminate();
      resolve({ messages: median(data.messages), sharedMemory: median(data.sharedMemory) });
    };
  });
}
