import assert from "node:assert/strict";
import { test } from "node:test";

import { describeInk, InkHistory, paintStroke } from "../../www/lib/ink.js";

const stroke = (...points) => ({ kind: "stroke", width: 20, points });

/** A context that writes down where the pen goes. */
function recorder() {
  const path = [];
  return {
    path,
    beginPath() {},
    moveTo: (x, y) => path.push(["move", x, y]),
    lineTo: (x, y) => path.push(["line", x, y]),
    quadraticCurveTo: (cx, cy, x, y) => path.push(["curve", cx, cy, x, y]),
    stroke() {},
  };
}

test("undo goes back one step, through strokes, test digits and clearing", () => {
  const history = new InkHistory();
  assert.equal(history.canUndo, false);
  history.add(stroke(1, 1));
  history.add(stroke(2, 2));
  history.clear();
  assert.deepEqual(history.items, []);
  history.undo();
  assert.equal(history.items.length, 2);
  history.replace([{ kind: "digit", pixels: new Uint8Array(784), label: 7, index: 0 }]);
  assert.equal(history.items.length, 1);
  history.undo();
  history.undo();
  assert.deepEqual(history.items, [stroke(1, 1)]);
  history.undo();
  history.undo();
  assert.deepEqual(history.items, []);
});

test("clearing an empty pad leaves nothing to undo, and the history is bounded", () => {
  const history = new InkHistory(10);
  history.clear();
  assert.equal(history.canUndo, false);
  for (let i = 0; i < 50; i += 1) history.add(stroke(i, i));
  assert.equal(history.states.length, 10);
  assert.equal(history.items.length, 50);
});

test("a tap is a dot, no points are nothing", () => {
  const tap = recorder();
  paintStroke(tap, 20, [5, 6]);
  assert.deepEqual(tap.path[0], ["move", 5, 6]);
  assert.equal(tap.path[1][0], "line");
  const none = recorder();
  paintStroke(none, 20, []);
  assert.deepEqual(none.path, []);
});

test("a stroke runs through the midpoints, with its points as control points, to its very end", () => {
  const pen = recorder();
  paintStroke(pen, 20, [0, 0, 10, 0, 10, 10]);
  assert.deepEqual(pen.path, [
    ["move", 0, 0],
    ["line", 5, 0],
    ["curve", 10, 0, 10, 5],
    ["line", 10, 10],
  ]);
});

test("painting a stroke piece by piece draws the same curve as painting it whole", () => {
  const points = [0, 0, 10, 0, 10, 10, 0, 10, 0, 20, 30, 20];
  const whole = recorder();
  paintStroke(whole, 20, points, { finished: false });
  const pieces = recorder();
  let painted = 1;
  for (const length of [2, 3, 5, 6]) {
    paintStroke(pieces, 20, points.slice(0, length * 2), { from: painted, finished: false });
    painted = length;
  }
  const curves = (path) => path.filter(([kind]) => kind === "curve");
  assert.deepEqual(curves(pieces.path), curves(whole.path));
  // Each piece starts where the one before ended.
  const [, x, y] = pieces.path.filter(([kind]) => kind === "move").at(-1);
  assert.deepEqual([x, y], [0, 15]);
});

test("the pad tells in words what is on it", () => {
  assert.equal(describeInk([]), "empty");
  assert.equal(describeInk([stroke(1, 1)]), "one stroke");
  assert.equal(describeInk([{ kind: "digit", pixels: new Uint8Array(784), label: 7, index: 3 }, stroke(1, 1), stroke(2, 2)]), "a test digit, a 7 and 2 strokes");
});
