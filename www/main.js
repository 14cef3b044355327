/**
 * The composition root: makes the laboratory, joins its features, and paints them.
 */

// Before everything that asks for the visitor's language while it is loaded.
import "./lib/language.js";
import { createCompareFeature } from "./panels/compare/index.js";
import { createDownloads } from "./panels/downloads/index.js";
import { createDrawing } from "./panels/draw/index.js";
import { createExports } from "./features/exports.js";
import { createGentleFeature } from "./panels/gentle/index.js";
import { createHelpFeature } from "./panels/help/index.js";
import { createKeeping } from "./features/keeping.js";
import { createLanguageFeature } from "./features/language.js";
import { createLatentMap } from "./panels/map/index.js";
import { createModels } from "./panels/models/index.js";
import { createOffline } from "./features/offline.js";
import { createOwnDataPlumbing } from "./panels/data/own-data.js";
import { createRememberedSettings } from "./features/remembered-settings.js";
import { createRooms } from "./features/rooms.js";
import { createRunsFeature } from "./panels/runs/index.js";
import { createShare } from "./features/share.js";
import { createTheme } from "./features/theme.js";
import { createTimeLapseFeature } from "./panels/time-lapse/index.js";
import { createTraining } from "./panels/training/index.js";
import { createWalksFeature } from "./panels/walks/index.js";
import * as first from "./first.js";
import { createLaboratory } from "./app/laboratory.js";
import { SITE } from "./lib/addresses.js";
import { find } from "./lib/find.js";
import { nextTask } from "./lib/next-task.js";
import { sourceAddress } from "./lib/source-address.js";
import { createDataPanel } from "./panels/data/index.js";
import { createLearnPanel } from "./panels/learn/index.js";
import { createStage } from "./panels/stage/index.js";
import { TEXTS, onLanguage } from "./texts.js";
import { createNotices } from "./panels/notices/view.js";

/**
 * Makes the page: the laboratory, the features that wire views to it, and the order in which they begin. On a slow machine that takes half
 * a second, in which the pad is there already: a stroke gets its turn in between.
 */
async function compose() {
  await nextTask();
  const { body } = document;
  // The features are made with the laboratory, and hear of replacements only later.
  const lab = createLaboratory({ createWorker: first.takeWorker, onReplaced: () => drawing.sendView() });
  const { store, client, announce } = lab;

  const downloads = createDownloads(lab, { onRetryModel: start, onRetryWeights: () => void models.loadFirst() });
  const stage = createStage(lab);
  const drawing = createDrawing(lab, first, { onDrawing: stage.takeBack });
  await nextTask();
  const map = createLatentMap(lab);
  const models = createModels(lab, first);
  const training = createTraining(lab, { models, downloads });
  const rooms = createRooms(lab);
  await nextTask();
  const rememberedSettings = createRememberedSettings(lab, { training });
  const gentle = createGentleFeature(lab, { training });
  const share = createShare(lab, { models });
  const walks = createWalksFeature(lab);
  const timeLapse = createTimeLapseFeature(lab, { models });
  await nextTask();
  const compare = createCompareFeature(lab, { models, training });
  const dataPanel = createDataPanel(lab, { ...createOwnDataPlumbing(lab, { models }), show: () => rooms.walkTo("data") });
  const learnPanel = createLearnPanel(lab);
  await nextTask();
  const keeping = createKeeping(lab);
  const runs = createRunsFeature(lab, { keeping });
  const offline = createOffline(lab, { keeping });
  const notices = createNotices(find(body, "#notices", HTMLElement), {
    onRestart: start,
    onAction: {
      undoReset: models.undo,
      resume: keeping.resume,
      downloadUnreadable: keeping.downloadUnreadable,
      forgetUnreadable: keeping.forgetUnreadable,
      pauseWhenHidden: gentle.pauseWhenHidden,
      goOn: gentle.goOn,
      update: offline.update,
    },
    onDismiss: (id) => store.dispatch({ type: "noticeDismissed", id }),
    onSay: announce,
  });
  const version = find(body, "#version", HTMLElement);

  /** @type {import("./app/laboratory.js").Feature[]} */
  const features = [downloads, drawing, stage, map, models, training, gentle, share, walks, timeLapse, runs, dataPanel, compare, learnPanel];

  let frame = 0;

  store.subscribe((_state, event) => {
    if (event.type === "booted") void booted(event.session);
    // However many events there are, the page is painted once a frame; a hidden page is painted when it is seen again.
    if (frame === 0) frame = requestAnimationFrame(render);
  });

  function render() {
    frame = 0;
    const { state } = store;
    for (const feature of features) feature.update(state);
    notices.update(state);
    version.textContent = state.version ? TEXTS.main.version(state.version) : "";
    body.dataset["phase"] = state.phase;
  }

  /** Starts the worker: the first time, and again after a crash. */
  function start() {
    store.dispatch({ type: "bootRequested" });
    client.restart();
  }

  /**
   * The model's program is there: hand it what the page holds.
   *
   * @param {import("./protocol.js").Session} session  the model that the worker begins with
   */
  async function booted(session) {
    const wanted = store.state.wantsTraining;
    if (lab.atWork.identity?.id === session.run) await models.takeArrived();
    else await models.restore(session);
    await share.take();
    training.sendWorkers();
    // Only now: the first pictures are of the model that stays.
    drawing.sendAll();
    if (wanted) training.train();
    // Not before: on a slow line the digits would hold up what is to be seen first.
    await arrival;
    downloads.load("test");
  }

  const address = sourceAddress(SITE);
  if (address) Object.assign(find(body, "#source", HTMLAnchorElement), { href: address, hidden: false });
  createTheme();
  const arrival = models.loadFirst();
  createExports(lab);
  createHelpFeature(lab);
  createLanguageFeature(lab);
  onLanguage(render);
  start();
  rooms.begin();
  void drawing.recall();
  void keeping.recall();
  void rememberedSettings.recall();
  void dataPanel.recall();
  // Whoever watches the start may rest: see start.js.
  dispatchEvent(new Event("started"));
}

// What is thrown late is told as well: see start.js.
compose().catch(reportError);
