/**
 * What is on the pad, as data: strokes and test digits, in pad units, with a history for undo. Painting is the only part
 * that touches a canvas, and it gets the context handed in.
 */

import { TEXTS } from "../texts.js";

/** The pad is a square of this many units; the ink that goes to the model has this many pixels a side. */
export const PAD_SIDE = 280;

/**
 * @typedef {{ kind: "stroke", width: number, points: readonly number[] }} Stroke  points are x0, y0, x1, y1, …
 * @typedef {{ kind: "digit", pixels: Uint8Array<ArrayBuffer>, label: number | null, index: number }} PadDigit
 * @typedef {Stroke | PadDigit} Item
 */

/** Undo for the pad: every state is an immutable list of items, so going back is taking the one before. */
export class InkHistory {
  /** @param {number} [limit] */
  constructor(limit = 100) {
    this.limit = limit;
    /** @type {(readonly Item[])[]} */
    this.states = [[]];
  }

  /** @returns {readonly Item[]} */
  get items() {
    return this.states.at(-1) ?? [];
  }

  get canUndo() {
    return this.states.length > 1;
  }

  /** @param {readonly Item[]} items */
  replace(items) {
    this.states.push(items);
    if (this.states.length > this.limit) this.states.shift();
  }

  /** @param {Item} item */
  add(item) {
    this.replace([...this.items, item]);
  }

  /** Clearing can be undone as well; clearing an empty pad is nothing to undo. */
  clear() {
    if (this.items.length > 0) this.replace([]);
  }

  undo() {
    if (this.canUndo) this.states.pop();
  }
}

/**
 * Paints a stroke, or its newest part: through the midpoints of its points, with each point as the control point of a
 * quadratic curve, which smooths what a pointer reports.
 *
 * @param {Pick<CanvasRenderingContext2D, "beginPath" | "moveTo" | "lineTo" | "quadraticCurveTo" | "stroke" | "lineWidth" | "lineCap" | "lineJoin">} context
 * @param {number} width
 * @param {readonly number[]} points
 * @param {{ from?: number, finished?: boolean }} [options]  from: the index of the first point not painted yet
 */
export function paintStroke(context, width, points, { from = 0, finished = true } = {}) {
  const length = points.length / 2;
  if (length === 0) return;
  context.lineWidth = width;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.beginPath();
  const [x, y] = pointAt(points, 0);
  if (length === 1) {
    // A tap is a dot: a line of no length with round caps.
    context.moveTo(x, y);
    context.lineTo(x + 0.01, y);
    context.stroke();
    return;
  }
  const start = Math.max(1, from);
  if (start === 1) {
    context.moveTo(x, y);
    context.lineTo(...midpoint(points, 0));
  } else {
    context.moveTo(...midpoint(points, start - 2));
  }
  for (let i = start === 1 ? 1 : start - 1; i < length - 1; i += 1) {
    context.quadraticCurveTo(...pointAt(points, i), ...midpoint(points, i));
  }
  if (finished) context.lineTo(...pointAt(points, length - 1));
  context.stroke();
}

/**
 * @param {readonly number[]} points
 * @param {number} index
 * @returns {[number, number]}
 */
function pointAt(points, index) {
  return [points[index * 2] ?? 0, points[index * 2 + 1] ?? 0];
}

/**
 * The middle between a point and the next.
 *
 * @param {readonly number[]} points
 * @param {number} index
 * @returns {[number, number]}
 */
function midpoint(points, index) {
  const [ax, ay] = pointAt(points, index);
  const [bx, by] = pointAt(points, index + 1);
  return [(ax + bx) / 2, (ay + by) / 2];
}

/**
 * What is on the pad, in words.
 *
 * @param {readonly Item[]} items
 */
export function describeInk(items) {
  if (items.length === 0) return TEXTS.pad.empty;
  const parts = [];
  for (const item of items) if (item.kind === "digit") parts.push(TEXTS.pad.testDigit(item.label));
  const strokes = items.filter((item) => item.kind === "stroke").length;
  if (strokes > 0) parts.push(TEXTS.pad.strokes(strokes));
  return parts.join(TEXTS.pad.and);
}
