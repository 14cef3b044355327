/**
 * The drawing pad: pointer or keyboard in, ink out. It works on its own, before any model is there.
 *
 * Two canvases get the same strokes: the visible one, sharp on dense screens, and a hidden one of 280x280
 * whose coverage goes to the model.
 */

import { find } from "../../lib/find.js";
import { describeInk, InkHistory, PAD_SIDE, paintStroke } from "../../lib/ink.js";
import { coverage, grayToInk } from "../../lib/pixels.js";
import { DIGIT_SIDE } from "../../protocol.js";
import { TEXTS, onLanguage } from "../../texts.js";

/**
 * @typedef {import("../../lib/ink.js").PadDigit} PadDigit
 * @typedef {import("../../protocol.js").Drawing} Drawing
 */

/** How long the hand needs for the example. */
const SKETCH_MS = 900;
/** White on black, like every picture of the page: the style turns it into ink on paper. */
const CHALK = "#fff";
/** How far one press of an arrow key moves the pen. */
const KEY_STEP = 10;

/**
 * @param {HTMLElement} element  the section with the pad and its tools
 * @param {object} handlers
 * @param {(drawing: Drawing) => void} handlers.onDrawing  what is on the pad, at most once a frame
 * @param {() => void} handlers.onTestDigit
 */
export function createPad(element, { onDrawing, onTestDigit }) {
  const frame = find(element, "#pad", HTMLElement);
  const visible = find(frame, "canvas", HTMLCanvasElement);
  const hint = find(frame, ".pad-hint", HTMLElement);
  const undoButton = find(element, "#undo", HTMLButtonElement);
  const clearButton = find(element, "#clear", HTMLButtonElement);
  const testButton = find(element, "#test-digit", HTMLButtonElement);
  const penWidth = find(element, "#pen-width", HTMLInputElement);

  const hidden = document.createElement("canvas");
  hidden.width = PAD_SIDE;
  hidden.height = PAD_SIDE;
  const show = contextOf(visible, false);
  const ink = contextOf(hidden, true);
  const surfaces = [show, ink];

  const history = new InkHistory();
  /** The stroke under the pen. @type {{ pointer: number | "keys", width: number, points: number[], painted: number } | null} */
  let current = null;
  /** The pen of the keyboard, shown once it is used. */
  const keyPen = { x: PAD_SIDE / 2, y: PAD_SIDE / 2, shown: false };
  let scheduled = false;
  /** What is on the pad is an example, which makes room for the visitor's first stroke. */
  let example = false;
  /** The visitor has been here: no example any more. */
  let touched = false;

  function repaint() {
    for (const context of surfaces) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, context.canvas.width, context.canvas.height);
      const scale = context.canvas.width / PAD_SIDE;
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.strokeStyle = CHALK;
      for (const item of history.items) {
        if (item.kind === "stroke") paintStroke(context, item.width, item.points);
        else paintDigit(context, item);
      }
      if (current) paintStroke(context, current.width, current.points);
    }
    if (keyPen.shown && document.activeElement === visible) {
      show.lineWidth = 2;
      show.strokeStyle = CHALK;
      show.beginPath();
      show.arc(keyPen.x, keyPen.y, Math.max(6, Number(penWidth.value) / 2 + 3), 0, 7);
      show.stroke();
    }
    refresh();
  }

  function refresh() {
    const items = current ? [...history.items, { kind: /** @type {const} */ ("stroke"), width: current.width, points: current.points }] : history.items;
    frame.dataset["inked"] = String(items.length > 0);
    hint.hidden = false;
    undoButton.disabled = !history.canUndo;
    clearButton.disabled = items.length === 0;
    const pen = keyPen.shown ? { x: Math.round(keyPen.x / 10), y: Math.round(keyPen.y / 10), down: current !== null } : null;
    visible.setAttribute("aria-label", TEXTS.pad.name(describeInk(items), pen));
  }

  /** Sends what is on the pad with the next frame; several changes in one frame are one message. */
  function changed() {
    refresh();
    if (scheduled) return;
    scheduled = true;
    requestAnimationFrame(() => {
      scheduled = false;
      onDrawing(drawing());
    });
  }

  /** @returns {Drawing} */
  function drawing() {
    const [first, ...rest] = history.items;
    if (!first && !current) return { kind: "empty" };
    // A test digit alone is handed on as it is: the model shall see exactly what MNIST holds.
    if (first?.kind === "digit" && rest.length === 0 && !current) return { kind: "digit", pixels: first.pixels.slice() };
    const { data } = ink.getImageData(0, 0, PAD_SIDE, PAD_SIDE);
    return { kind: "ink", ink: coverage(data), width: PAD_SIDE, height: PAD_SIDE };
  }

  /** The visitor begins: an example goes. */
  function takeBack() {
    touched = true;
    if (!example) return;
    example = false;
    delete frame.dataset["example"];
    current = null;
    history.clear();
    repaint();
  }

  // ------------------------------------------------------------------ strokes

  /**
   * @param {number | "keys"} pointer
   * @param {number} x
   * @param {number} y
   */
  function begin(pointer, x, y) {
    takeBack();
    current = { pointer, width: Number(penWidth.value), points: [x, y], painted: 1 };
    for (const context of surfaces) {
      context.strokeStyle = CHALK;
      paintStroke(context, current.width, current.points);
    }
    changed();
  }

  /** @param {readonly (readonly [number, number])[]} positions */
  function extend(positions) {
    if (!current) return;
    for (const [x, y] of positions) {
      const { points } = current;
      const dx = x - (points.at(-2) ?? x);
      const dy = y - (points.at(-1) ?? y);
      if (dx * dx + dy * dy >= 1) points.push(x, y);
    }
    const length = current.points.length / 2;
    if (length === current.painted) return;
    for (const context of surfaces) {
      paintStroke(context, current.width, current.points, { from: current.painted, finished: false });
    }
    current.painted = length;
    changed();
  }

  function finish() {
    if (!current) return;
    history.add({ kind: "stroke", width: current.width, points: current.points });
    current = null;
    repaint();
    changed();
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  function position(event) {
    const box = visible.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * PAD_SIDE, ((event.clientY - box.top) / box.height) * PAD_SIDE];
  }

  visible.addEventListener("pointerdown", (event) => {
    if (current || (event.pointerType === "mouse" && event.button !== 0)) return;
    visible.setPointerCapture(event.pointerId);
    keyPen.shown = false;
    begin(event.pointerId, ...position(event));
  });
  visible.addEventListener("pointermove", (event) => {
    if (current?.pointer !== event.pointerId) return;
    const events = event.getCoalescedEvents?.() ?? [];
    extend((events.length > 0 ? events : [event]).map(position));
  });
  visible.addEventListener("pointerup", (event) => {
    if (current?.pointer !== event.pointerId) return;
    extend([position(event)]);
    finish();
  });
  // A pointer taken away (a palm, a system gesture) ends the stroke where it was; undo removes it.
  for (const type of /** @type {const} */ (["pointercancel", "lostpointercapture"])) {
    visible.addEventListener(type, (event) => {
      if (current?.pointer === event.pointerId) finish();
    });
  }
  visible.addEventListener("contextmenu", (event) => event.preventDefault());

  // ------------------------------------------------------------------ keyboard

  /** @type {Record<string, [number, number]>} */
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  visible.addEventListener("keydown", (event) => {
    if (event.altKey || event.metaKey) return;
    const arrow = arrows[event.key];
    if (arrow) {
      const step = event.shiftKey ? KEY_STEP / 4 : KEY_STEP;
      keyPen.x = Math.min(PAD_SIDE, Math.max(0, keyPen.x + arrow[0] * step));
      keyPen.y = Math.min(PAD_SIDE, Math.max(0, keyPen.y + arrow[1] * step));
      keyPen.shown = true;
      if (current?.pointer === "keys") extend([[keyPen.x, keyPen.y]]);
      repaint();
    } else if (event.key === " ") {
      keyPen.shown = true;
      if (current?.pointer === "keys") finish();
      else if (!current) begin("keys", keyPen.x, keyPen.y);
      repaint();
    } else if (event.key === "u" || (event.key === "z" && event.ctrlKey)) undo();
    else if (event.ctrlKey) return;
    else if (event.key === "c" || event.key === "Delete" || event.key === "Backspace") clear();
    else if (event.key === "t") testButton.click();
    else return;
    event.preventDefault();
  });
  visible.addEventListener("blur", () => {
    if (current?.pointer === "keys") finish();
    keyPen.shown = false;
    repaint();
  });

  // ------------------------------------------------------------------ tools

  function undo() {
    takeBack();
    if (current) current = null;
    else history.undo();
    repaint();
    changed();
  }

  function clear() {
    takeBack();
    current = null;
    history.clear();
    repaint();
    changed();
  }

  undoButton.addEventListener("click", undo);
  clearButton.addEventListener("click", clear);
  testButton.addEventListener("click", onTestDigit);
  onLanguage(refresh);
  repaint();

  return {
    /** @param {{ testDigits: boolean }} state */
    update({ testDigits }) {
      testButton.disabled = !testDigits;
      testButton.title = testDigits ? "" : TEXTS.pad.loading;
    },

    /** Puts a test digit on the pad, in place of what was there. @param {PadDigit} digit */
    place(digit) {
      takeBack();
      current = null;
      history.replace([digit]);
      repaint();
      changed();
    },

    /**
     * Draws an example once, unless the visitor has drawn already: stroke by stroke, or at once.
     *
     * @param {readonly (readonly [number, number])[]} points  in parts of the pad's side
     * @param {boolean} animated
     */
    async sketch(points, animated) {
      if (touched || example || history.items.length > 0) return;
      example = true;
      frame.dataset["example"] = "true";
      const width = Number(penWidth.value);
      const path = points.flatMap(([x, y]) => [x * PAD_SIDE, y * PAD_SIDE]);
      for (let length = animated ? 4 : path.length; example; length += 2) {
        history.replace([{ kind: "stroke", width, points: path.slice(0, length) }]);
        repaint();
        changed();
        if (length >= path.length) break;
        await new Promise((resolve) => setTimeout(resolve, SKETCH_MS / points.length));
      }
    },

    drawing,

    /** What the visitor has put on the pad: an example is not theirs. */
    items: () => (example ? [] : history.items),

    /** Puts back what was on the pad at an earlier visit, unless something new is there. @param {readonly import("../../lib/ink.js").Item[]} items */
    restore(items) {
      if (touched || items.length === 0) return;
      takeBack();
      history.replace(items);
      repaint();
      changed();
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {boolean} readOften
 */
function contextOf(canvas, readOften) {
  const context = canvas.getContext("2d", { willReadFrequently: readOften });
  if (!context) throw new Error("the pad needs a 2D canvas, and this browser gave none");
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {PadDigit} digit
 */
function paintDigit(context, digit) {
  const small = document.createElement("canvas");
  small.width = DIGIT_SIDE;
  small.height = DIGIT_SIDE;
  contextOf(small, false).putImageData(new ImageData(grayToInk(digit.pixels), DIGIT_SIDE, DIGIT_SIDE), 0, 0);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, 0, 0, PAD_SIDE, PAD_SIDE);
}
