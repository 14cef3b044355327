/**
 * The article "How it works" and its live figures. They show the visitor's own digit and the model that all pictures show; what they
 * need beyond that is decoded in one request at a time. A figure that is not seen is not painted, and asks for nothing.
 */

import { WorkerGone } from "../../app/client.js";
import { find } from "../../lib/find.js";
import { writeArticle } from "./article.js";
import { joined, ownCodes, priorCodes } from "./codes.js";
import { apart } from "./figures/generative.js";
import { createSmallModels } from "./small-models.js";
import { lightTerms } from "./terms.js";
import { Way } from "./way.js";

/** While the model learns, the figures follow so often. */
const DECODE_EVERY_MS = 200;
/** Written at the latest after so long: whoever follows a link into the article finds it. */
const WRITE_AFTER_MS = 1500;

/** @param {import("../../app/laboratory.js").Laboratory} lab */
export function createLearnPanel({ store, client }) {
  const article = find(document.body, "#how", HTMLElement);
  /** @type {import("./codes.js").Choices} */
  let choices = { index: null, value: null, scale: 1, noiseSeed: 1, priorSeed: 1, bits: 8, model: "learn-beta-1" };
  /** @type {import("./article.js").Figure[]} */
  let figures = [];
  /** The figures that are seen now. @type {Set<Element>} */
  const seen = new Set();
  /** @type {import("./article.js").Pictures | null} */
  let pictures = null;
  /** What they were decoded for: the visitor's digit, the choices and the model. @type {readonly unknown[]} */
  let decodedFor = [];
  let decoding = false;
  let asked = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let later = null;
  const way = new Way();
  /** The digit whose way it is. @type {Uint8Array | null} */
  let ofDigit = null;
  const terms = lightTerms(article);
  const small = createSmallModels({ client, onChange: refresh });

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) seen.add(target);
      else seen.delete(target);
    }
    terms.open(seen.size > 0);
    refresh();
  });
  observer.observe(article);

  // A timer and not an idle callback, which WebKit does not know.
  const soon = setTimeout(write, WRITE_AFTER_MS);
  new MutationObserver(write).observe(document.documentElement, { attributeFilter: ["lang"] });

  store.subscribe((_state, event) => {
    if (event.type === "reconstruction" && event.shown) follow(event.step, event.shown);
    if (event.type === "booted") small.forget();
    if (event.type === "booted" || event.type === "sessionReplaced" || event.type === "pastShown") {
      pictures = null;
      decodedFor = [];
      way.begin();
    }
  });

  /** Writes the article, in the language that the page has now. What was chosen in the figures stays. */
  function write() {
    clearTimeout(soon);
    const first = figures.length === 0;
    for (const { element } of figures) {
      observer.unobserve(element);
      seen.delete(element);
    }
    figures = writeArticle(article, { choose });
    for (const { element } of figures) observer.observe(element);
    const target = document.getElementById(location.hash.slice(1));
    // What a link led to has moved.
    if (first && seen.size > 0 && target && article.contains(target)) target.scrollIntoView();
  }

  /** @param {(before: import("./codes.js").Choices) => Partial<import("./codes.js").Choices>} change */
  function choose(change) {
    choices = { ...choices, ...change(choices) };
    refresh();
  }

  /**
   * Keeps the way of the digit, as long as it is the same one.
   *
   * @param {number} step
   * @param {import("../../protocol.js").Shown} shown
   */
  function follow(step, shown) {
    const same = ofDigit?.every((byte, i) => byte === shown.seen[i]) ?? false;
    if (!same) way.begin();
    ofDigit = shown.seen;
    way.add(step, shown);
  }

  function refresh() {
    update(store.state);
  }

  /** Decodes the codes of the figures; of several changes only the newest counts. @param {import("../../app/store.js").State} state */
  async function decode({ shown, config, past, status, phase, run }) {
    if (!config) return;
    const wanted = [shown, choices, run?.id, past ?? status?.step];
    if (decoding || wanted.every((value, i) => value === decodedFor[i])) return;
    const now = performance.now();
    if (phase === "training" && decodedFor[1] === choices && now - asked < DECODE_EVERY_MS) {
      later ??= setTimeout(refreshLater, DECODE_EVERY_MS - (now - asked));
      return;
    }
    decoding = true;
    asked = now;
    const { latentDim, conditional, classes } = config.model;
    const own = shown && shown.mu.length === latentDim ? ownCodes(shown, choices) : null;
    const mine = own ? [own.number, own.noisy, own.kept.code] : [];
    const prior = priorCodes(latentDim, choices.priorSeed);
    const labels = conditional ? Uint8Array.from([...mine.map(() => shown?.label ?? 0), ...prior.map((_, at) => at % classes)]) : null;
    try {
      const made = apart(await client.request("decode", { z: joined([...mine, ...prior]), labels }));
      const [number = null, noisy = null, kept = null] = own ? made : [];
      pictures = { number, noisy, kept, prior: made.slice(mine.length) };
      decodedFor = wanted;
    } catch (error) {
      // The model was replaced by one of another shape meanwhile: the next event is about that one.
      if (!(error instanceof WorkerGone)) decodedFor = wanted;
    } finally {
      decoding = false;
    }
    refresh();
  }

  function refreshLater() {
    later = null;
    refresh();
  }

  /** @param {import("../../app/store.js").State} state */
  function update(state) {
    if (seen.size === 0) return;
    if (figures.length === 0) {
      write();
      return;
    }
    const { shown, config, past, status, phase } = state;
    if (!config || phase === "failed" || phase === "loading") return;
    const { latentDim } = config.model;
    /** @type {import("./article.js").View} */
    const view = {
      shown,
      own: shown && shown.mu.length === latentDim ? ownCodes(shown, choices) : null,
      prior: priorCodes(latentDim, choices.priorSeed),
      pictures,
      choices,
      step: past ?? status?.step ?? 0,
      way,
      small: small.now,
    };
    let painted = false;
    for (const { element, update: paint } of figures) {
      if (!seen.has(element)) continue;
      paint(view);
      painted = true;
      if (element.dataset["figure"] === "beta") void small.ask(choices.model, shown?.seen ?? null);
    }
    if (painted) void decode(state);
  }

  return { update };
}
