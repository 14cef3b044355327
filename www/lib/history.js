/**
 * The curves of one run, bounded in memory: beyond the limit neighbouring training points are averaged in pairs,
 * so a run of any length keeps its whole shape.
 *
 * @typedef {import("../protocol.js").StepMetrics} StepMetrics
 * @typedef {import("../protocol.js").EvaluationResult} EvaluationResult
 * @typedef {"bound" | "recon" | "kl" | "loss"} Metric  bound is −ELBO: like a loss, less is better
 * @typedef {{ step: number, text: string }} Marker
 */

export class RunHistory {
  /** @param {number} [limit]  the most points kept of each kind */
  constructor(limit = 2000) {
    this.limit = limit;
    /** @type {StepMetrics[]} */
    this.training = [];
    /** Quick evaluations on a part of the test images. @type {EvaluationResult[]} */
    this.quick = [];
    /** Evaluations on every test image. @type {EvaluationResult[]} */
    this.full = [];
    /** @type {Marker[]} */
    this.markers = [];
    /** Grows with every change, so that a view can tell whether it is up to date. */
    this.revision = 0;
  }

  /** @param {readonly StepMetrics[]} points */
  addTraining(points) {
    if (points.length === 0) return;
    this.training.push(...points);
    while (this.training.length > this.limit) this.training = averagePairs(this.training);
    this.revision += 1;
  }

  /**
   * @param {EvaluationResult} result
   * @param {boolean} full  whether it saw every test image
   */
  addEvaluation(result, full) {
    const list = full ? this.full : this.quick;
    list.push(result);
    if (list.length > this.limit) {
      const kept = list.filter((_, index) => index % 2 === 1);
      if (full) this.full = kept;
      else this.quick = kept;
    }
    this.revision += 1;
  }

  /** @param {Marker} marker */
  addMarker(marker) {
    this.markers.push(marker);
    if (this.markers.length > 200) this.markers.shift();
    this.revision += 1;
  }

  clear() {
    this.training = [];
    this.quick = [];
    this.full = [];
    this.markers = [];
    this.revision += 1;
  }

  /**
   * Forgets what came after a step: the model went back to it.
   *
   * @param {number} step
   */
  truncate(step) {
    this.training = this.training.filter((point) => point.step <= step);
    this.quick = this.quick.filter((point) => point.step <= step);
    this.full = this.full.filter((point) => point.step <= step);
    this.markers = this.markers.filter((marker) => marker.step <= step);
    this.revision += 1;
  }

  /** A copy to come back to. */
  snapshot() {
    return { training: [...this.training], quick: [...this.quick], full: [...this.full], markers: [...this.markers] };
  }

  /** @param {ReturnType<RunHistory["snapshot"]>} snapshot */
  restore(snapshot) {
    this.training = [...snapshot.training];
    this.quick = [...snapshot.quick];
    this.full = [...snapshot.full];
    this.markers = [...snapshot.markers];
    this.revision += 1;
  }

  /**
   * The columns of one chart: steps, training, quick test, full test; null where a curve has no point.
   *
   * @param {Metric} metric
   * @returns {[number[], (number | null)[], (number | null)[], (number | null)[]]}
   */
  columns(metric) {
    const steps = new Set();
    for (const list of [this.training, this.quick, this.full]) for (const point of list) steps.add(point.step);
    /** @type {number[]} */
    const x = [...steps].sort((a, b) => a - b);
    const row = new Map(x.map((step, index) => [step, index]));
    /** @type {(list: readonly (StepMetrics | EvaluationResult)[]) => (number | null)[]} */
    const column = (list) => {
      /** @type {(number | null)[]} */
      const values = new Array(x.length).fill(null);
      for (const point of list) {
        const index = row.get(point.step);
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
 * @param {StepMetrics[]} points
 * @returns {StepMetrics[]}
 */
function averagePairs(points) {
  const halved = [];
  for (let i = 0; i < points.length; i += 2) {
    const a = points[i];
    const b = points[i + 1];
    if (!a) continue;
    if (!b) {
      halved.push(a);
      continue;
    }
    halved.push({
      step: b.step,
      epoch: b.epoch,
      recon: (a.recon + b.recon) / 2,
      kl: (a.kl + b.kl) / 2,
      elbo: (a.elbo + b.elbo) / 2,
      loss: (a.loss + b.loss) / 2,
    });
  }
  return halved;
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
