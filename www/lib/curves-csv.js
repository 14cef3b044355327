/**
 * The curves of a run as a table: one line a point, in the order of the steps. Nats per image, except `objective`, which is what
 * training minimised.
 *
 * @param {import("./history.js").RunHistory} history
 */
export function curvesToCsv(history) {
  /** @type {[string, readonly (import("./history.js").Timed<import("../protocol.js").StepMetrics | import("../protocol.js").EvaluationResult>)[]][]} */
  const lists = [
    ["training", history.training],
    ["test part", history.quick],
    ["test", history.full],
  ];
  const lines = lists.flatMap(([of, points]) => points.map((point) => ({ of, point })));
  lines.sort((a, b) => a.point.step - b.point.step);
  const rows = lines.map(({ of, point }) =>
    [point.step, point.epoch, point.seconds.toFixed(2), of, point.recon, point.kl, point.elbo, "loss" in point ? point.loss : ""].join(","),
  );
  return ["step,epoch,seconds,data,reconstruction,kl,elbo,objective", ...rows, ""].join("\n");
}
