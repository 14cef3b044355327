import assert from "node:assert/strict";
import { test } from "node:test";

import { asRoom, roomByKey, roomOf } from "../../www/app/rooms.js";

const around = (id) => ({ samples: "play", runs: "train" })[id] ?? null;

test("an address names a room, or an element in one", () => {
  assert.equal(roomOf("#explore", around), "explore");
  assert.equal(roomOf("#runs", around), "train");
  assert.equal(roomOf("#nowhere", around), null);
  assert.equal(roomOf("", around), null);
});

test("a link to settings opens no room", () => {
  assert.equal(roomOf("#lab=1&seed=7", () => assert.fail("nothing is to be looked for")), null);
});

test("keys go round", () => {
  assert.equal(roomByKey("play", "ArrowLeft"), "learn");
  assert.equal(roomByKey("learn", "ArrowRight"), "play");
  assert.equal(roomByKey("data", "Home"), "play");
  assert.equal(roomByKey("data", "End"), "learn");
  assert.equal(roomByKey("data", "x"), null);
});

test("only names of rooms are rooms", () => {
  assert.equal(asRoom("play"), "play");
  assert.equal(asRoom("hall"), null);
  assert.equal(asRoom(undefined), null);
});
