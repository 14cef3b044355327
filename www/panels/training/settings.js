/**
 * The settings, built from what Rust says can be set, in the page's words: presets, then what may change while training, then
 * everything else. A refused value is shown with its rule where it stands. In the room Train they are a form of the room, where there
 * is room for it; elsewhere the bar opens them as a drawer.
 */

import { afterPaint } from "../../lib/after-paint.js";
import { find, make } from "../../lib/find.js";
import { said } from "../../lib/said.js";
import { differences, fieldText, labelOf, matchingPreset, parseField, readPath, wordsOfPreset, wordsOfSetting } from "../../lib/settings.js";
import { TEXTS, onLanguage } from "../../texts.js";

const SAYS = TEXTS.settings;

/**
 * @typedef {import("../../protocol.js").HyperParameter} HyperParameter
 * @typedef {import("../../lib/settings.js").FieldValue} FieldValue
 */

/**
 * @param {object} elements
 * @param {HTMLElement} elements.drawer
 * @param {HTMLElement} elements.place  where they stand in the room Train
 * @param {HTMLButtonElement} elements.toggle
 * @param {object} handlers
 * @param {(row: HyperParameter, value: FieldValue) => Promise<void>} handlers.onChange
 * @param {(row: HyperParameter, error: () => string) => void} handlers.onRefused
 * @param {(id: string) => void} handlers.onPreset
 * @param {() => void} handlers.onApply
 * @param {() => void} handlers.onDiscard
 */
export function createSettings({ drawer, place, toggle }, { onChange, onRefused, onPreset, onApply, onDiscard }) {
  /** @type {Map<string, { row: HyperParameter, wrapper: HTMLElement, input: HTMLInputElement | HTMLSelectElement, error: HTMLElement }>} */
  const fields = new Map();
  /** Fields whose new value is being checked: until then they show what was chosen. @type {Set<string>} */
  const checking = new Set();
  /** @type {Map<string, HTMLInputElement>} */
  const presetInputs = new Map();
  /** @type {readonly HyperParameter[] | null} */
  let builtFor = null;
  onLanguage(() => {
    builtFor = null;
  });
  /** @type {HTMLElement | null} */
  let pending = null;
  /** The state, for a drawer that is opened later: a closed one is neither built nor brought up to date. @type {import("../../app/store.js").State | null} */
  let latest = null;

  const bar = drawer.parentElement;
  const wide = matchMedia("(min-width: 761px)");
  /** Whether they stand in the room. */
  let settled = false;
  wide.addEventListener("change", () => latest && settle(latest));

  /** @param {import("../../app/store.js").State} state */
  function settle({ room }) {
    const wanted = room === "train" && wide.matches && !toggle.disabled;
    if (wanted === settled) return;
    settled = wanted;
    (settled ? place : bar)?.append(drawer);
    if (settled) open();
    else close();
  }
  function open() {
    drawer.hidden = false;
    if (latest) fill(latest);
    toggle.setAttribute("aria-expanded", "true");
  }
  function close() {
    drawer.hidden = true;
    toggle.setAttribute("aria-expanded", "false");
  }
  toggle.addEventListener("click", () => {
    if (!drawer.hidden && settled) drawer.scrollIntoView({ block: "center" });
    else if (!drawer.hidden) close();
    else {
      toggle.setAttribute("aria-expanded", "true");
      afterPaint(open);
    }
  });
  document.addEventListener("keydown", (event) => {
    // What lies above the drawer has answered this key already; one that ends the composing of a word means no more than that.
    if (event.key !== "Escape" || drawer.hidden || settled || event.defaultPrevented || event.isComposing) return;
    const inside = drawer.contains(document.activeElement);
    close();
    if (inside) toggle.focus();
  });

  /** @param {HyperParameter} row */
  function buildField(row) {
    const id = `field-${row.key.replace(".", "-")}`;
    const input =
      row.kind === "choice"
        ? make("select", { id }, ...(row.choices ?? []).map((choice) => make("option", { value: choice, text: choice })))
        : row.kind === "switch"
          ? make("input", { id, type: "checkbox" })
          : make("input", { id, type: "text", inputmode: row.kind === "widths" ? "text" : "decimal", autocomplete: "off", spellcheck: "false" });
    input.setAttribute("aria-describedby", `${id}-help ${id}-error`);
    const error = make("p", { class: "error", id: `${id}-error`, role: "alert" });
    error.hidden = true;
    const { label, help } = wordsOfSetting(row);
    const symbol = row.symbol ? ` (${row.symbol})` : "";
    const wrapper = make(
      "div",
      { class: "field", "data-key": row.key },
      make("label", { for: id }, make("span", { text: label + symbol }), ...(row.live ? [make("span", { class: "field-live", "data-text": "settings.live" })] : [])),
      input,
      error,
      make("p", { class: "help", id: `${id}-help`, text: help }),
    );
    input.addEventListener("change", async () => {
      const text = input instanceof HTMLInputElement && row.kind === "switch" ? String(input.checked) : input.value;
      const parsed = parseField(row, text);
      if (!parsed.ok) {
        onRefused(row, parsed.error);
        return;
      }
      checking.add(row.key);
      await onChange(row, parsed.value);
      checking.delete(row.key);
    });
    fields.set(row.key, { row, wrapper, input, error });
    return wrapper;
  }

  /**
   * @param {string} title
   * @param {readonly HyperParameter[]} rows
   */
  function buildGroup(title, rows) {
    return make("fieldset", { class: "fields" }, make("legend", { text: title }), make("div", { class: "fields-grid" }, ...rows.map(buildField)));
  }

  /** @param {import("../../app/store.js").State} state */
  function build({ presets, rows }) {
    fields.clear();
    presetInputs.clear();
    const choices = presets.map((preset) => {
      const { name, source, description } = wordsOfPreset(preset);
      const input = make("input", { type: "radio", name: "preset", value: preset.id });
      input.addEventListener("change", () => onPreset(preset.id));
      presetInputs.set(preset.id, input);
      return make(
        "label",
        { class: "preset" },
        input,
        make("b", { text: name }),
        make("span", { text: description }),
        make("span", { class: "source", text: SAYS.source(source) }),
      );
    });
    const closeButton = make("button", { type: "button", class: "button small", text: SAYS.close });
    closeButton.addEventListener("click", () => {
      close();
      toggle.focus();
    });
    const apply = make("button", { type: "button", class: "button primary small", id: "apply", text: SAYS.apply });
    apply.addEventListener("click", onApply);
    const discard = make("button", { type: "button", class: "button small", text: SAYS.discard });
    discard.addEventListener("click", onDiscard);
    pending = make("div", { class: "pending", role: "status" }, make("p"), make("div", { class: "tools" }, apply, discard));
    pending.hidden = true;
    const live = rows.filter((row) => row.live);
    const model = rows.filter((row) => !row.live && row.key.startsWith("model."));
    const rest = rows.filter((row) => !row.live && !row.key.startsWith("model."));
    drawer.replaceChildren(
      make("div", { class: "settings-head" }, make("h2", { text: SAYS.title }), closeButton),
      make("fieldset", { class: "presets" }, make("legend", { text: SAYS.presets }), ...choices),
      buildGroup(SAYS.anyTime, live),
      make("details", { class: "advanced" }, make("summary", { text: SAYS.rest }), buildGroup(SAYS.model, model), buildGroup(SAYS.training, rest)),
      pending,
    );
  }

  /** @param {import("../../app/store.js").State} state */
  function fill(state) {
    const { rows, presets, config, draft, fieldErrors } = state;
    if (!config || !draft) return;
    if (builtFor !== rows) {
      build(state);
      builtFor = rows;
    }
    const chosen = matchingPreset(presets, rows, draft);
    for (const [id, input] of presetInputs) input.checked = id === chosen?.id;

    const changes = differences(rows, config, draft);
    const changed = new Set(changes.map(({ row }) => row.key));
    for (const { row, wrapper, input, error } of fields.values()) {
      const refused = fieldErrors[row.key];
      const message = refused && said(refused);
      error.hidden = message === undefined;
      if (error.textContent !== (message ?? "")) error.textContent = message ?? "";
      input.setAttribute("aria-invalid", String(message !== undefined));
      wrapper.dataset["pending"] = String(changed.has(row.key));
      if (checking.has(row.key)) continue;
      // What stands refused stays as it was typed, so that it can be mended.
      if (message !== undefined || document.activeElement === input && row.kind !== "switch" && row.kind !== "choice") continue;
      const value = readPath(draft, row.key);
      if (input instanceof HTMLInputElement && row.kind === "switch") input.checked = value === true;
      else input.value = fieldText(value);
    }
    if (pending) {
      pending.hidden = changes.length === 0;
      const text = changes.map(({ row, before, after }) => `${labelOf(row)}: ${before} → ${after}`).join("; ");
      const line = find(pending, "p", HTMLElement);
      const words = changes.length === 0 ? "" : SAYS.pending(text);
      if (line.textContent !== words) line.textContent = words;
    }
  }

  return {
    /** @param {import("../../app/store.js").State} state */
    update(state) {
      latest = state;
      const { config, phase } = state;
      toggle.disabled = config === null || phase === "failed";
      if (toggle.disabled) close();
      settle(state);
      if (!config) return;
      if (!drawer.hidden) fill(state);
    },
  };
}
