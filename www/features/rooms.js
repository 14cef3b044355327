/**
 * The rooms as tabs: by pointer, keys and address, back and forward. The one that was open is open again at the next visit.
 */

import { asRoom, roomByKey, roomOf, ROOMS } from "../app/rooms.js";
import { afterPaint } from "../lib/after-paint.js";
import { find } from "../lib/find.js";
import { tell } from "../lib/fixed-words.js";
import { prefer, readPreferences } from "../lib/preferences.js";
import { TEXTS } from "../texts.js";

/** @typedef {import("../app/rooms.js").Room} Room */

/** @param {import("../app/laboratory.js").Laboratory} lab */
export function createRooms({ store }) {
  const { body } = document;
  const title = find(document.head, "title", HTMLTitleElement);
  const doors = ROOMS.map((room) => ({ room, tab: find(body, `#tab-${room}`, HTMLAnchorElement), element: find(body, `#room-${room}`, HTMLElement) }));
  /** The room that the visitor is on the way to, or in. @type {Room | null} */
  let knocked = null;
  for (const { room, tab } of doors) {
    tab.addEventListener("click", (event) => {
      // Whoever wants another tab of the browser gets it.
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      knock(room);
    });
    tab.addEventListener("keydown", (event) => {
      const next = event.key === " " ? room : roomByKey(room, event.key);
      if (next === null || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      knock(next);
      find(body, `#tab-${next}`, HTMLElement).focus();
    });
  }
  addEventListener("popstate", follow);

  /** A tab is pressed: it says so at once, and its room opens when that has been painted, however much is in it. @param {Room} room */
  function knock(room) {
    if (!head(room)) return;
    afterPaint(() => {
      if (knocked === room) enter(room);
    });
  }

  /** A visitor chose this room. @param {Room} room */
  function walkTo(room) {
    if (head(room)) enter(room);
  }

  /** The address and the tabs say where the visitor goes. @param {Room} room @returns {boolean} false: they are there, or on the way */
  function head(room) {
    if (room === knocked) return false;
    knocked = room;
    history.pushState({ room }, "", `#${room}`);
    mark(room);
    return true;
  }

  /** @param {Room} room */
  function mark(room) {
    for (const { room: other, tab } of doors) {
      tab.setAttribute("aria-selected", String(other === room));
      tab.tabIndex = other === room ? 0 : -1;
    }
  }

  /** @param {Room} room */
  function enter(room) {
    open(room);
    scrollTo(0, 0);
  }

  /** The address has changed: by a link of the page, by hand, by back or forward. */
  function follow() {
    const { hash } = location;
    const room = roomOf(hash, roomAround);
    if (room === null) {
      const remembered = asRoom(history.state?.room);
      if (remembered) open(remembered);
      return;
    }
    open(room);
    if (asRoom(hash.slice(1)) === null) document.getElementById(hash.slice(1))?.scrollIntoView();
  }

  /** @param {string} id */
  function roomAround(id) {
    const element = document.getElementById(id)?.closest(".room");
    return element instanceof HTMLElement ? asRoom(element.dataset["room"]) : null;
  }

  /** @param {Room} room */
  function open(room) {
    knocked = room;
    mark(room);
    for (const { room: other, element } of doors) element.hidden = other !== room;
    body.dataset["room"] = room;
    tell(title, () => TEXTS.rooms.title(room));
    prefer({ room });
    if (room !== store.state.room) store.dispatch({ type: "roomOpened", room });
  }

  return {
    walkTo,

    /** Opens the room of the address, or the one of the last visit. */
    begin() {
      const room = roomOf(location.hash, roomAround) ?? readPreferences().room;
      // Whoever comes back here by "Back" finds the same room.
      history.replaceState({ ...history.state, room }, "");
      open(room);
      if (asRoom(location.hash.slice(1)) === null) follow();
    },
  };
}
