import assert from "node:assert/strict";
import { test } from "node:test";

import { Crash, isTrap } from "../../../www/worker/crash.js";
import { trap } from "./fake.js";
import { told as toldOf } from "../../../www/lib/coded-error.js";

function overflow() {
  const deeper = () => deeper() + 1;
  try {
    return deeper();
  } catch (error) {
    return error;
  }
}

function firefoxOverflow() {
  const error = new Error("too much recursion");
  error.name = "InternalError";
  return error;
}

test("traps and overflows of the stack are traps in every engine, other errors are not", () => {
  assert.equal(isTrap(trap()), true);
  assert.equal(isTrap(overflow()), true);
  assert.equal(isTrap(new RangeError("Maximum call stack size exceeded.")), true);
  assert.equal(isTrap(firefoxOverflow()), true);
  for (const error of [new RangeError("Array buffer allocation failed"), new RangeError("offset is out of bounds"), new Error("call stack"), new TypeError("x"), "unreachable", undefined]) {
    assert.equal(isTrap(error), false, String(error));
  }
});

function setUp() {
  const told = [];
  const ended = [];
  const written = [];
  const console = { error: (...parts) => written.push(parts) };
  const crash = new Crash({ tell: (event) => told.push(event), onEnd: () => ended.push(told.length) });
  crash.listenTo(console);
  return { crash, told, ended, written, console };
}

test("a trap ends the session once, with what the panic hook wrote", () => {
  const { crash, told, ended, written, console } = setUp();
  console.error("panicked at src/lib.rs: out of memory\nstack");
  crash.guard(
    () => {
      throw trap();
    },
    () => assert.fail("a trap is no ordinary error"),
  );
  assert.equal(crash.dead, true);
  crash.guard(() => assert.fail("nothing runs after a trap"), assert.fail);
  crash.sort(trap(), assert.fail);
  crash.sort(new Error("later"), assert.fail);
  assert.deepEqual(told, [{ type: "crashed", reason: toldOf("panicked at src/lib.rs: out of memory") }]);
  // The helpers are sent away before the page hears of it.
  assert.deepEqual(ended, [0]);
  assert.equal(written.length, 1);
});

test("an ordinary error goes to whoever can tell of it, and the session goes on", () => {
  const { crash, told } = setUp();
  const found = [];
  const error = new RangeError("Array buffer allocation failed");
  crash.guard(
    () => {
      throw error;
    },
    (ordinary) => found.push(ordinary),
  );
  assert.deepEqual(found, [error]);
  assert.equal(crash.dead, false);
  assert.deepEqual(told, []);
});

test("an error that cannot even be told of ends the session", () => {
  const { crash, told } = setUp();
  crash.sort(new Error("first"), () => {
    throw new Error("and while telling of it");
  });
  assert.deepEqual(told, [{ type: "crashed", reason: toldOf("and while telling of it") }]);
});
