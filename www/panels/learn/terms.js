/**
 * Terms of the article and the parts of the page that they are about: pointing at one lights up the other, both ways. A term is
 * `<button class="term" data-part="code">`; its part is the scene of that name, or a cost of the visitor's digit.
 */

import { findAll } from "../../lib/find.js";

/** The scenes at which the costs arise: lit in their place where a narrow strip has no room for numbers. @type {Record<string, string>} */
const COSTS = { recon: "answer", kl: "code", bound: "answer" };

/** @param {string} part */
function elementsOf(part) {
  const scene = COSTS[part];
  const numbers = scene ? findAll(document.body, `#costs [data-value="${part}"]`, HTMLElement).filter((number) => number.checkVisibility()) : [];
  return numbers.length > 0 ? numbers : findAll(document.body, `[data-scene="${scene ?? part}"]`, HTMLElement);
}

/**
 * @param {HTMLElement} article
 */
export function lightTerms(article) {
  /** @type {HTMLElement[]} */
  let lit = [];

  /** @param {HTMLElement[]} elements */
  function light(elements) {
    for (const element of lit) element.classList.remove("lit");
    lit = elements;
    for (const element of lit) element.classList.add("lit");
  }

  /** @param {Event} event */
  function point({ target }) {
    const part = target instanceof Element ? target.closest(".term")?.getAttribute("data-part") : null;
    light(part ? elementsOf(part) : []);
  }

  /** @param {Event} event */
  function pointAtPart({ target }) {
    const part = target instanceof Element ? target.closest("#costs [data-value], [data-scene]") : null;
    const name = part?.getAttribute("data-value") ?? part?.getAttribute("data-scene");
    light(name ? findAll(article, `.term[data-part="${name}"]`, HTMLElement) : []);
  }

  for (const type of ["pointerover", "focusin", "click"]) article.addEventListener(type, point);
  for (const type of ["pointerleave", "focusout"]) article.addEventListener(type, () => light([]));
  return {
    /** While the article is open, the parts light up its terms. @param {boolean} open */
    open(open) {
      const stage = document.querySelector("#draw");
      if (open) stage?.addEventListener("pointerover", pointAtPart);
      else stage?.removeEventListener("pointerover", pointAtPart);
      if (!open) light([]);
    },
  };
}
