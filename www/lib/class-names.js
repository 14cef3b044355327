/** What the classes of a conditional model are called: by the data that it learns from, or else by their numbers. */

/**
 * @param {Pick<import("../app/store.js").State, "config" | "run">} state
 * @returns {readonly string[]}  none if the model is told no labels
 */
export function classNames({ config, run }) {
  if (!config?.model.conditional) return [];
  const { classes } = config.model;
  const names = run?.data.classes;
  return names?.length === classes ? names : Array.from({ length: classes }, (_, index) => String(index));
}

/** Whether a model is told labels that are not MNIST's digits: then MNIST's test digits have no label for it. @param {Pick<import("../app/store.js").State, "config" | "run">} state */
export function hasOtherClasses({ config, run }) {
  return config !== null && config.model.conditional && (run?.data.classes ?? null) !== null;
}
