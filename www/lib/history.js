/**
 * The curves of one run, bounded in memory: a run of any length keeps its whole shape.
 *
 * @typedef {import("../protocol.js").StepMetrics} StepMetrics
 * @typedef {import("../protocol.js").EvaluationResult} EvaluationResult
 * @typedef {"bound" | "recon" | "kl" | "loss"} Metric  bound is −ELBO: like a loss, less is better
 * @typedef {{ step: number, text: string, seconds: number }} Marker
 */

/**
 * A point with the time that training had taken when it came.
 *
 * @template T
 * @typedef {T & { seconds: number }} Timed
 */

/**
 * A list of at most `limit` points however many are added: when it is full every two neighbours become one, and from then on
 * so do the points that follow. All parts of a run keep the same resolution.
 *
 * @template T
 */
class Thinned {
  /**
   * @param {number} limit
   * @param {(group: readonly T[]) => T} merge
   */
  constructor(limit, merge) {
    this.limit = limit;
    this.merge = merge;
    /** @type {T[]} */
    this.points = [];
    /** How many added points make one that is kept. */
    this.stride = 1;
    /** @type {T[]} */
    this.group = [];
  }

  /** @param {T} point */
  add(point) {
    this.group.push(point);
    if (this.group.length < this.stride) return;
    this.points.push(this.merge(this.group));
    this.group = [];
    if (this.points.length < this.limit) return;
    const halved = [];
    for (let i = 0; i < this.points.length; i += 2) halved.push(this.merge(this.points.slice(i, i + 2)));
    this.points = halved;
    this.stride *= 2;
  }

  /** @param {(point: T) => boolean} wanted */
  keep(wanted) {
    this.points = this.points.filter(wanted);
    this.group = this.group.filter(wanted);
  }

  plain() {
    return { points: [...this.points], group: [...this.group], stride: this.stride };
  }

  /** @param {{ points: T[], group: T[], stride: number }} stored */
  takeUp({ points, group, stride }) {
    this.points = [...points];
    this.group = [...group];
    this.stride = stride;
  }
}

export class RunHistory {
  /** @type {Thinned<Timed<StepMetrics>>} */
  #training;
  /** @type {Thinned<Timed<EvaluationResult>>} */
  #quick;
  /** @type {Thinned<Timed<EvaluationResult>>} */
  #full;
  /** How long training has run, without its pauses. */
  seconds = 0;
  /** When the run was last seen training, in milliseconds. @type {number | null} */
  #runningAt = null;
  /** Changes of settings. @type {Marker[]} */
  markers = [];
  /** Grows with every change, so that a view can tell whether it is up to date. */
  revision = 0;

  /** @param {number} [limit]  the most points kept of each kind, an even number */
  constructor(limit = 2000) {
    this.#training = new Thinned(limit, mean);
    this.#quick = new Thinned(limit, newest);
    this.#full = new Thinned(limit, newest);
  }

  /** Means over training batches. */
  get training() {
    return this.#training.points;
  }

  /** Evaluations on a part of the test images. */
  get quick() {
    return this.#quick.points;
  }

  /** Evaluations on every test image. */
  get full() {
    return this.#full.points;
  }

  /**
   * Lets the run's own clock go on while it trains.
   *
   * @param {boolean} running
   * @param {number} now  in milliseconds
   */
  tick(running, now) {
    if (this.#runningAt !== null) this.seconds += (now - this.#runningAt) / 1000;
    this.#runningAt = running ? now : null;
  }

  /** @param {readonly StepMetrics[]} points */
  addTraining(points) {
    if (points.length === 0) return;
    for (const point of points) this.#training.add({ ...point, seconds: this.seconds });
    this.revision += 1;
  }

  /**
   * @param {EvaluationResult} result
   * @param {boolean} full  whether it saw every test image
   */
  addEvaluation(result, full) {
    (full ? this.#full : this.#quick).add({ ...result, seconds: this.seconds });
    this.revision += 1;
  }

  /** @param {{ step: number, text: string }} marker */
  addMarker(marker) {
    this.markers.push({ ...marker, seconds: this.seconds });
    if (this.markers.length > 200) this.markers.shift();
    this.revision += 1;
  }

  /**
   * Forgets what came after a step: the model went back to it.
   *
   * @param {number} step
   */
  truncate(step) {
    for (const list of [this.#training, this.#quick, this.#full]) list.keep((point) => point.step <= step);
    this.markers = this.markers.filter((marker) => marker.step <= step);
    this.revision += 1;
  }

  /** The curves as plain data, which can be stored. */
  plain() {
    return { seconds: this.seconds, training: this.#training.plain(), quick: this.#quick.plain(), full: this.#full.plain(), markers: [...this.markers] };
  }

  /** Takes up stored curves; null: none yet. @param {ReturnType<RunHistory["plain"]> | null} stored */
  takeUp(stored) {
    const { seconds, training, quick, full, markers } = stored ?? new RunHistory().plain();
    this.seconds = seconds;
    this.#runningAt = null;
    this.#training.takeUp(training);
    this.#quick.takeUp(quick);
    this.#full.takeUp(full);
    this.markers = [...markers];
    this.revision += 1;
  }

  /**
   * The columns of one chart: steps or seconds, training, quick test, full test; null where a curve has no point.
   *
   * @param {Metric} metric
   * @param {"step" | "seconds"} [by]
   * @returns {[number[], (number | null)[], (number | null)[], (number | null)[]]}
   */
  columns(metric, by = "step") {
    const steps = new Set();
    for (const list of [this.training, this.quick, this.full]) for (const point of list) steps.add(point[by]);
    /** @type {number[]} */
    const x = [...steps].sort((a, b) => a - b);
    const row = new Map(x.map((step, index) => [step, index]));
    /** @type {(list: readonly Timed<StepMetrics | EvaluationResult>[]) => (number | null)[]} */
    const column = (list) => {
      /** @type {(number | null)[]} */
      const values = new Array(x.length).fill(null);
      for (const point of list) {
        const index = row.get(point[by]);
        const value = valueOf(point, metric);
        if (index !== undefined && value !== null && Number.isFinite(value)) values[index] = value;
      }
      return values;
    };
    return [x, column(this.training), column(this.quick), column(this.full)];
  }
}

/**
 * @param {StepMetrics | EvaluationResult} point
 * @param {Metric} metric
 */
function valueOf(point, metric) {
  if (metric === "loss") return "loss" in point ? point.loss : null;
  return metric === "bound" ? -point.elbo : point[metric];
}

/**
 * @param {readonly Timed<StepMetrics>[]} group
 * @returns {Timed<StepMetrics>}
 */
function mean(group) {
  /** @param {"recon" | "kl" | "elbo" | "loss"} key */
  const of = (key) => group.reduce((sum, point) => sum + point[key], 0) / group.length;
  return { ...newest(group), recon: of("recon"), kl: of("kl"), elbo: of("elbo"), loss: of("loss") };
}

/**
 * @template T
 * @param {readonly T[]} group
 * @returns {T}
 */
function newest(group) {
  const last = group.at(-1);
  if (last === undefined) throw new Error("a group of points must have at least one, found none");
  return last;
}

/**
 * A range for the y axis that shows where the run is, not where it began: once there are enough points, the
 * first tenth no longer stretches the axis.
 *
 * @param {readonly (readonly (number | null)[])[]} columns  one column a curve, all of the same length
 * @returns {[number, number] | null}
 */
export function calmRange(columns) {
  const length = columns[0]?.length ?? 0;
  const from = length > 20 ? Math.floor(length / 10) : 0;
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (let i = from; i < column.length; i += 1) {
      const value = column[i];
      if (value === null || value === undefined) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return null;
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1;
  return [low - margin, high + margin];
}
