/** The article: seven sections from the texts, each with its formulas and its live figure. */

import { find, make } from "../../lib/find.js";
import { fill } from "../../lib/words.js";
import { TEXTS } from "../../texts.js";
import { createAutoencoderFigure } from "./figures/autoencoder.js";
import { createBetaFigure } from "./figures/beta.js";
import { createGenerativeFigure } from "./figures/generative.js";
import { createLossFigure } from "./figures/loss.js";
import { createReparameterizationFigure } from "./figures/reparameterization.js";
import { createTrainingFigure } from "./figures/training.js";
import { createUseFigure } from "./figures/use.js";
import { createVaeFigure } from "./figures/vae.js";
import { formula } from "./formulas.js";
import { SMALL_MODELS } from "./small-models.js";

/** @typedef {import("./codes.js").Choices} Choices */

/**
 * What the figures show.
 *
 * @typedef {object} View
 * @property {import("../../protocol.js").Shown | null} shown  the visitor's digit
 * @property {import("./codes.js").OwnCodes | null} own  its codes
 * @property {readonly Float32Array[]} prior  codes of plain noise
 * @property {Pictures | null} pictures  what was decoded last
 * @property {Choices} choices
 * @property {number} step  of the model that the pictures show
 * @property {import("./way.js").Way} way
 * @property {import("./small-models.js").Small} small
 */

/** @typedef {{ number: Uint8Array | null, noisy: Uint8Array | null, kept: Uint8Array | null, prior: readonly Uint8Array[] }} Pictures */
/** @typedef {{ element: HTMLElement, update: (view: View) => void }} Figure */
/** @typedef {{ choose: (change: (before: Choices) => Partial<Choices>) => void }} Actions */

/**
 * Writes the article into its sections, in the language of the texts.
 *
 * @param {HTMLElement} article
 * @param {Actions} actions
 * @returns {Figure[]}
 */
export function writeArticle(article, actions) {
  const SAYS = TEXTS.learn;
  const figures = {
    autoencoder: createAutoencoderFigure(),
    generative: createGenerativeFigure(actions),
    vae: createVaeFigure(actions),
    reparameterization: createReparameterizationFigure(actions),
    loss: createLossFigure(),
    beta: createBetaFigure(actions, SMALL_MODELS),
    training: createTrainingFigure(),
    use: createUseFigure(actions),
  };
  fill(find(article, "#how-title", HTMLElement), SAYS.title);
  fill(find(article, ".lede", HTMLElement), SAYS.lede);

  /**
   * @param {string} id
   * @param {string} title
   * @param {Node[]} words
   * @param {...Figure} live
   */
  function section(id, title, words, ...live) {
    const heading = make("h3", { text: title });
    find(article, `#${id}`, HTMLElement).replaceChildren(make("div", { class: "words" }, heading, ...words), make("div", { class: "beside" }, ...live.map(({ element }) => element)));
  }

  section("how-autoencoder", SAYS.autoencoder.title, [...paragraphs(SAYS.autoencoder.text), formula("autoencoder")], figures.autoencoder);
  section("how-generative", SAYS.generative.title, [...paragraphs(SAYS.generative.text), formula("generative")], figures.generative);
  section("how-vae", SAYS.vae.title, [...paragraphs(SAYS.vae.text), formula("vae"), sources(SAYS.vae.sources)], figures.vae);
  const { reparameterization } = SAYS;
  section("how-code", reparameterization.title, [...paragraphs(reparameterization.text), formula("reparameterization"), sources(reparameterization.sources)], figures.reparameterization);
  const { loss } = SAYS;
  const costs = [
    ...[...paragraphs(loss.text), formula("bound")],
    ...[make("h4", { text: loss.recon.title }), ...paragraphs([loss.recon.text]), formula("recon")],
    ...[make("h4", { text: loss.kl.title }), ...paragraphs([loss.kl.text]), formula("kl")],
    ...paragraphs(loss.after),
  ];
  const weights = [make("h4", { text: loss.beta.title }), ...paragraphs([loss.beta.text]), formula("beta"), sources(loss.sources)];
  section("how-objective", loss.title, costs, figures.loss);
  find(article, "#how-objective", HTMLElement).append(make("div", { class: "words" }, ...weights), make("div", { class: "beside" }, figures.beta.element));
  section("how-work", SAYS.training.title, [...paragraphs(SAYS.training.text), formula("adam"), sources(SAYS.training.sources)], figures.training);
  find(article, "#how-work", HTMLElement).append(steps());
  section("how-use", SAYS.use.title, paragraphs(SAYS.use.text), figures.use);
  return Object.values(figures);
}

/** @param {readonly string[]} texts */
function paragraphs(texts) {
  return texts.map((text) => fill(make("p"), text));
}

/** @param {string} text */
function sources(text) {
  return fill(make("p", { class: "note" }), TEXTS.learn.sourcesAre + text);
}

function steps() {
  const list = TEXTS.learn.training.steps.map(([name = "", text = ""]) => make("div", {}, make("dt", { text: name }), fill(make("dd"), text)));
  return make("dl", { class: "steps" }, ...list);
}
