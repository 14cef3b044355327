/**
 * What a visitor is given before the page is there: a pad that takes ink, and the downloads that it waits for, begun. `main.js`, which
 * runs as soon as the whole page has come, takes them over.
 */

// Before everything that asks for the visitor's language while it is loaded.
import "./lib/language.js";
import { beginLanguage } from "./app/language.js";
import { CODE, MODELS } from "./lib/addresses.js";
import { find } from "./lib/find.js";
import { createPad } from "./panels/draw/pad.js";

/** @typedef {Parameters<typeof createPad>[1]} PadHandlers */

/** The first model of `models/index.json`, in eight bits: a test compares. */
const FIRST_WEIGHTS = new URL("best-mlp.8bit.safetensors.gz", MODELS).href;

/** What the page does with the pad, once it is there. @type {PadHandlers | null} */
let handlers = null;

export const pad = createPad(find(document.body, "#draw", HTMLElement), {
  onDrawing: (drawing) => handlers?.onDrawing(drawing),
  onTestDigit: () => handlers?.onTestDigit(),
});

// The page paints in English and follows: most visitors wait for nothing.
void beginLanguage();

/** From now on the page hears of the pad, and of what is on it already. @param {PadHandlers} page */
export function connectPad(page) {
  handlers = page;
  if (pad.items().length > 0) page.onDrawing(pad.drawing());
}

/** The worker, which downloads the model's program as soon as it runs; null once it was taken, or if it failed. @type {Worker | null} */
let early = createWorker();
early.onerror = () => (early = null);

/** The worker that is at work already; another one after a crash. */
export function takeWorker() {
  const worker = early ?? createWorker();
  early = null;
  return worker;
}

function createWorker() {
  return new Worker(new URL("worker/main.js", CODE), { type: "module" });
}

/** Answers on their way, until they are taken: the list of models and the weights. @type {Map<string, Promise<Response>>} */
const asked = new Map([new URL("index.json", MODELS).href, FIRST_WEIGHTS].map((address) => [address, fetch(address)]));
for (const answer of asked.values()) answer.catch(() => {});

/** `fetch`, but for what is on its way already; if that fails, another try asks anew. @type {typeof fetch} */
export function fetchFirst(input, init) {
  const answer = asked.get(String(input));
  asked.delete(String(input));
  return answer ?? fetch(input, init);
}

/** What nobody took is not wanted. */
export function dropFirst() {
  for (const answer of asked.values()) void answer.then(({ body }) => body?.cancel()).catch(() => {});
  asked.clear();
}
