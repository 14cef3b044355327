/**
 * The latent map, painted anew whenever the model changes and always of the same codes, so that two moments compare. While it is
 * off the screen it costs nothing.
 */

import { axisPlane, codeAt, dimensionUse, gridCodes, placeOf, principalPlane } from "../../lib/latent-plane.js";
import { find } from "../../lib/find.js";
import { WorkerGone } from "../../app/client.js";
import { createMap } from "./view.js";

const SIDE = 20;
/** Nearly all of the prior's mass, and what lies around most digits of a plain autoencoder too. */
const RANGE = 3;
/** Test digits that lie on the map, and from which the use of each dimension is told. */
const DOTS = 300;
/** While the model learns, the dots follow about once a second. */
const DOTS_EVERY_MS = 1000;
/** @type {{ u: number, v: number, label: number }[]} */
const NO_DOTS = [];

/** @param {import("../../app/laboratory.js").Laboratory} lab */
export function createLatentMap({ store, client }) {
  const element = find(document.body, "#map", HTMLElement);
  /** @type {[number, number]} */
  let cursor = [0, 0];
  /** Chosen by hand, for models of this many dimensions. @type {{ latentDim: number, axes: [number, number] } | null} */
  let chosen = null;
  /** What the dimensions off the plane are set to, for models of this many. @type {Float32Array} */
  let others = new Float32Array(0);
  /** The plane of the principal components, as they were when it was chosen. @type {import("../../lib/latent-plane.js").Plane | null} */
  let principal = null;
  let withDots = true;
  /** @type {{ of: Float32Array | null, key: string, list: { u: number, v: number, label: number }[] }} */
  let placed = { of: null, key: "", list: [] };
  let visible = false;
  /** @type {{ latentDim: number, step: number, mu: Float32Array, labels: Uint8Array, use: number[] } | null} */
  let codes = null;
  let asked = -Infinity;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let later = null;
  let sent = "";
  let decoding = false;
  let decoded = "";

  const map = createMap(element, {
    onCursor(u, v) {
      cursor = [u, v];
      refresh();
    },
    onAxes(axes) {
      chosen = { latentDim: latentDim(), axes };
      refresh();
    },
    onPrincipal(wanted) {
      principal = wanted && codes ? principalPlane(codes.mu, codes.latentDim) : null;
      refresh();
    },
    onOther(index, value) {
      others[index] = value;
      refresh();
    },
    onOthers(mine) {
      const { shown } = store.state;
      others = mine && shown ? shown.mu.slice() : new Float32Array(latentDim());
      refresh();
    },
    onDots(shown) {
      withDots = shown;
      refresh();
    },
  });

  new IntersectionObserver((entries) => {
    visible = entries.at(-1)?.isIntersecting ?? visible;
    refresh();
  }).observe(element);

  store.subscribe((_state, event) => {
    if (event.type === "codes" && event.name === "map") map.show(event.bitmap, event.step);
    if (event.type === "pastShown") {
      decoded = "";
      codes = null;
      asked = -Infinity;
    }
    if (event.type === "booted" || event.type === "sessionReplaced") {
      sent = "";
      decoded = "";
      codes = null;
      principal = null;
      asked = -Infinity;
    }
  });

  function latentDim() {
    return store.state.config?.model.latentDim ?? 0;
  }

  function refresh() {
    update(store.state);
  }

  /** The two most used dimensions, unless others were chosen. @returns {[number, number]} */
  function axes() {
    const dimensions = latentDim();
    if (chosen?.latentDim === dimensions) return chosen.axes;
    const [first = 0, second = first] = ranked().map(({ index }) => index);
    // In two dimensions the map keeps still, whichever is used more.
    return dimensions === 2 ? [0, 1] : [first, second];
  }

  function ranked() {
    const use = codes?.use ?? [];
    return Array.from({ length: latentDim() }, (_, index) => ({ index, use: use[index] ?? 0 })).sort((a, b) => b.use - a.use);
  }

  function label() {
    return store.state.config?.model.conditional ? (store.state.shown?.label ?? store.state.labels.sample ?? 0) : null;
  }

  /** @returns {import("../../lib/latent-plane.js").Plane} */
  function plane() {
    const dimensions = latentDim();
    if (principal?.base.length === dimensions) return principal;
    if (others.length !== dimensions) others = new Float32Array(dimensions);
    return axisPlane(others, axes(), RANGE);
  }

  /** Asks the worker for the picture of this plane, if it is another one than before. @param {import("../../lib/latent-plane.js").Plane} plane */
  function sendGrid(plane) {
    const chosenLabel = label();
    const wanted = visible ? JSON.stringify([...plane.base, ...plane.right, ...plane.up, plane.range, chosenLabel]) : "";
    if (wanted === sent) return;
    sent = wanted;
    const labels = chosenLabel === null ? null : new Uint8Array(SIDE * SIDE).fill(chosenLabel);
    client.send({ type: "codes", name: "map", grid: visible ? { columns: SIDE, rows: SIDE, z: gridCodes(plane, SIDE), labels } : null });
  }

  /** Decodes the cursor's code; of several moves only the newest counts. */
  async function decodeCursor() {
    const { config, phase } = store.state;
    if (!config || phase === "failed" || phase === "loading") return;
    const shownPlane = plane();
    const wanted = JSON.stringify([cursor, ...shownPlane.base, ...shownPlane.right, ...shownPlane.up, store.state.past ?? store.state.status?.step, label()]);
    if (decoding || wanted === decoded || !visible) return;
    decoding = true;
    try {
      const chosenLabel = label();
      const labels = chosenLabel === null ? null : Uint8Array.of(chosenLabel);
      map.digit(await client.request("decode", { z: codeAt(shownPlane, ...cursor), labels }));
      decoded = wanted;
    } catch (error) {
      // The model was replaced by one of another shape meanwhile: its own map is on its way.
      if (!(error instanceof WorkerGone)) decoded = wanted;
    } finally {
      decoding = false;
    }
    void decodeCursor();
  }

  function refreshLater() {
    later = null;
    refresh();
  }

  async function encodeDots() {
    const { status, past, stages } = store.state;
    const now = performance.now();
    const step = past ?? status?.step ?? 0;
    if (!visible || stages.test.state !== "done" || codes?.step === step) return;
    if (now - asked < DOTS_EVERY_MS) {
      // The last step of a run gets its dots too.
      later ??= setTimeout(refreshLater, DOTS_EVERY_MS - (now - asked));
      return;
    }
    asked = now;
    const dimensions = latentDim();
    try {
      const { mu, logvar, labels } = await client.request("testCodes", { limit: DOTS });
      if (dimensions !== latentDim() || past !== store.state.past) return;
      codes = { latentDim: dimensions, step, mu, labels, use: dimensionUse({ mu, logvar }, dimensions) };
      refresh();
    } catch (error) {
      if (!(error instanceof WorkerGone)) console.info(`The map has no dots for now: ${error instanceof Error ? error.message : error}`);
    }
  }

  /** Where the test digits lie; the same list as long as nothing has moved. @param {import("../../lib/latent-plane.js").Plane} plane */
  function dots(plane) {
    if (!codes || !withDots) return NO_DOTS;
    const { mu, labels, latentDim: dimensions } = codes;
    const key = [...plane.base, ...plane.right, ...plane.up].join();
    if (placed.of !== mu || placed.key !== key) {
      const list = Array.from(labels, (digit, i) => ({ ...placeOf(plane, mu.subarray(i * dimensions, (i + 1) * dimensions)), label: digit }));
      placed = { of: mu, key, list };
    }
    return placed.list;
  }

  /** Where the visitor's digit lies, with its standard deviations. @param {import("../../lib/latent-plane.js").Plane} plane */
  function mine(plane) {
    const { shown } = store.state;
    if (!shown || shown.mu.length !== plane.base.length) return null;
    const { logvar } = shown;
    const sigma = (/** @type {Float32Array} */ direction) =>
      Math.sqrt(direction.reduce((sum, part, i) => sum + part * part * Math.exp(logvar[i] ?? -Infinity), 0));
    return { ...placeOf(plane, shown.mu), sigmaU: sigma(plane.right), sigmaV: sigma(plane.up) };
  }

  /** @param {import("../../app/store.js").State} state */
  function update({ config, status, phase, shown }) {
    if (!config || phase === "failed" || phase === "loading") return;
    const shownPlane = plane();
    sendGrid(shownPlane);
    void encodeDots();
    void decodeCursor();
    const { range } = shownPlane;
    map.update({
      range,
      cursor,
      axes: axes(),
      dimensions: ranked(),
      others,
      principal: principal !== null,
      inked: shown !== null,
      dots: dots(shownPlane),
      mine: mine(shownPlane),
      step: status?.step ?? 0,
    });
  }

  return { update };
}
