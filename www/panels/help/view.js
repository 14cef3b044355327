/**
 * Explanations of panels and of their parts. A panel's "?" opens a popover, which pointer, keyboard and touch know how to open and
 * close; each part that it names carries the same words as its own tooltip.
 */

import { make } from "../../lib/find.js";
import { tell, telling } from "../../lib/fixed-words.js";
import { TEXTS, onLanguage } from "../../texts.js";

/**
 * @typedef {object} PanelHelp
 * @property {string} about
 * @property {string} link  the place below that tells more
 * @property {readonly (readonly [string, string, string])[]} parts  selector, name, what it is
 */

/**
 * @param {HTMLElement} body
 * @param {Record<string, PanelHelp>} panels  by the id of the panel
 */
export function createHelp(body, panels) {
  /** The one that is open. @type {HTMLElement | null} */
  let open = null;
  for (const [id, panel] of Object.entries(panels)) {
    const heading = body.querySelector(`#${id} h2`);
    if (!heading) continue;
    const popover = make("div", { id: `help-${id}`, class: "help-popover", popover: "auto", role: "dialog" });
    const button = make("button", { type: "button", class: "help-button", text: "?", popovertarget: popover.id });
    for (const named of [popover, button]) tell(named, about, "aria-label");
    tell(button, about, "title");
    onLanguage(write);
    write();
    // Not "toggle", which is told a while later: Escape may come before it.
    popover.addEventListener("beforetoggle", (event) => {
      if (event.newState === "open") open = popover;
      else if (open === popover) open = null;
    });
    heading.after(button);
    button.after(popover);

    function title() {
      return heading?.textContent ?? "";
    }

    function about() {
      return TEXTS.help.about(title());
    }

    function write() {
      const { about, link, parts } = panel;
      const more = make("a", { href: link, "data-text": "help.more" });
      more.addEventListener("click", () => popover.hidePopover());
      popover.replaceChildren(
        telling(make("h3"), title),
        make("p", { text: about }),
        make("dl", {}, ...parts.flatMap(([, name, text]) => [make("dt", { text: name }), make("dd", { text })])),
        make("p", {}, more),
      );
    }
  }

  // Before all else that Escape closes: it lies above everything.
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || open === null) return;
      event.preventDefault();
      open.hidePopover();
    },
    { capture: true },
  );

  /** Parts whose tooltip is from here; others have their own. @type {WeakSet<Element>} */
  const told = new WeakSet();

  function refresh() {
    for (const { parts } of Object.values(panels)) {
      for (const [selector, , text] of parts) {
        for (const part of body.querySelectorAll(selector)) {
          if (part.hasAttribute("title") && !told.has(part)) continue;
          told.add(part);
          part.setAttribute("title", text);
        }
      }
    }
  }

  onLanguage(refresh);
  refresh();
  return { refresh };
}
