/** How the Data panel reaches the model and the store of this browser. */

import { classesOf } from "../import/classes.js";
import { UNKNOWN, PIXELS, emptySet } from "../import/set.js";
import { keep, kept } from "../lib/keep.js";
import { TEXTS } from "../texts.js";

/** @typedef {import("../import/types.js").ImageSet} ImageSet */
/** @typedef {import("../panels/data/index.js").Source} Source */

/** The fewest images of an epoch: a small set is repeated, so that it is not over before it began. */
const LEAST = 1024;
/** As many classes as the model knows. */
const MOST_CLASSES = 10;

/**
 * @param {import("../laboratory.js").Laboratory} lab
 * @param {object} others
 * @param {ReturnType<typeof import("./models.js").createModels>} others.models
 * @returns {import("../panels/data/index.js").Plumbing}
 */
export function createOwnDataPlumbing({ store, client, complain }, { models }) {
  let set = emptySet();
  /** What training learns from. @type {Source} */
  let source = "mnist";
  /** A new worker holds MNIST: what it is to learn from must be sent again. */
  let sendAgain = false;

  store.subscribe((_state, event) => {
    if (event.type === "bootRequested") sendAgain = source !== "mnist";
    if (event.type === "stageDone" && event.stage === "train" && sendAgain) resend();
  });

  function resend() {
    sendAgain = false;
    void send(source).catch((error) => complain(TEXTS.dataPanel.notUsed, error));
  }

  /** @param {Source} wanted */
  async function send(wanted) {
    const { images, labels } = wanted === "mnist" ? emptySet() : set;
    const { names, indices } = classesOf({ images, labels, classes: set.classes });
    const times = wanted === "own" && labels.length > 0 ? Math.ceil(LEAST / labels.length) : 1;
    const all = { images: new Uint8Array(times * images.length), labels: new Uint8Array(times * labels.length) };
    for (let i = 0; i < times; i += 1) {
      all.images.set(images, i * images.length);
      all.labels.set(indices.map((index) => (index === UNKNOWN || names.length > MOST_CLASSES ? 0 : index)), i * labels.length);
    }
    await client.request("trainOn", { ...all, withMnist: wanted !== "own" });
  }

  function remember() {
    return keep("data", { ...set, source });
  }

  return {
    async use(wanted, images) {
      const { config } = store.state;
      const { names } = classesOf(images);
      if (wanted !== "mnist" && config?.model.conditional) {
        const why = images.labels.includes(UNKNOWN) ? TEXTS.dataPanel.needsLabels : names.length > MOST_CLASSES ? TEXTS.dataPanel.tooManyClasses(names.length) : null;
        if (why !== null) {
          store.dispatch({ type: "noticed", tone: "error", text: why });
          return false;
        }
      }
      set = images;
      // What can fail comes first: until the images are there, nothing is given up.
      await send(wanted);
      await models.reset();
      source = wanted;
      void remember().catch(() => {});
      return true;
    },

    keep(images) {
      set = images;
      return remember();
    },

    async recall() {
      const stored = await kept("data");
      if (!stored || stored.images.length !== stored.labels.length * PIXELS) return null;
      set = { images: stored.images, labels: stored.labels, classes: stored.classes ?? null };
      // A run of an earlier visit goes on with what it learnt from; of no images nothing can be learnt.
      source = set.labels.length > 0 ? stored.source : "mnist";
      sendAgain = source !== "mnist";
      if (sendAgain && store.state.stages.train.state === "done") resend();
      return { set, kind: source };
    },
  };
}
