/**
 * The rooms of the page: one is open, and what is in the others is neither painted nor asked for.
 *
 * @typedef {"play" | "explore" | "train" | "compare" | "data" | "models" | "learn"} Room
 */

/** In the order of their tabs. @type {readonly Room[]} */
export const ROOMS = ["play", "explore", "train", "compare", "data", "models", "learn"];

/** @param {unknown} name @returns {Room | null} */
export function asRoom(name) {
  return ROOMS.find((room) => room === name) ?? null;
}

/**
 * The room that an address asks for: by its name, or by an element in it. Null if it asks for none.
 *
 * @param {string} hash  with its "#"
 * @param {(id: string) => Room | null} roomAround  the room of the element with this id
 */
export function roomOf(hash, roomAround) {
  const id = hash.replace(/^#/, "");
  // A link to settings is none of ours.
  if (id === "" || id.includes("=")) return null;
  return asRoom(id) ?? roomAround(id);
}

/**
 * The room that a key leads to from this one, as ARIA's tabs do; null: the key is not theirs.
 *
 * @param {Room} room
 * @param {string} key
 */
export function roomByKey(room, key) {
  const at = ROOMS.indexOf(room);
  const steps = { ArrowRight: at + 1, ArrowLeft: at - 1 + ROOMS.length, Home: 0, End: ROOMS.length - 1 };
  const to = Object.entries(steps).find(([name]) => name === key)?.[1];
  return to === undefined ? null : (ROOMS[to % ROOMS.length] ?? null);
}
