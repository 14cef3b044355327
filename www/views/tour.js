/** A small card that leads through the page in a few steps. It takes no focus and covers no panel's controls for long. */

import { find } from "../lib/find.js";
import { TEXTS } from "../texts.js";

/**
 * @param {HTMLElement} element
 * @param {readonly { text: string, panel: string }[]} steps
 * @param {object} handlers
 * @param {() => void} handlers.onEnd
 */
export function createTour(element, steps, { onEnd }) {
  const words = find(element, "p", HTMLElement);
  const next = find(element, "[data-next]", HTMLButtonElement);
  let step = 0;

  next.addEventListener("click", () => {
    step += 1;
    if (step >= steps.length) end();
    else show(true);
  });
  find(element, "[data-end]", HTMLButtonElement).addEventListener("click", end);
  element.addEventListener("keydown", (event) => {
    // For a moment the keyboard is still in a tour that has just been closed.
    if (event.key !== "Escape" || element.hidden || event.defaultPrevented) return;
    event.preventDefault();
    end();
  });

  /** @param {boolean} scroll */
  function show(scroll) {
    const { text, panel } = steps[step] ?? { text: "", panel: "draw" };
    words.textContent = `${TEXTS.tour.place(step + 1, steps.length)} ${text}`;
    next.textContent = step + 1 === steps.length ? TEXTS.tour.done : TEXTS.tour.next;
    element.hidden = false;
    mark(panel);
    if (scroll) document.getElementById(panel)?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  /** @param {string | null} panel */
  function mark(panel) {
    for (const marked of document.querySelectorAll("[data-tour]")) marked.removeAttribute("data-tour");
    if (panel) document.getElementById(panel)?.setAttribute("data-tour", "");
  }

  function end() {
    element.hidden = true;
    mark(null);
    onEnd();
  }

  return {
    begin() {
      step = 0;
      show(false);
    },
  };
}
