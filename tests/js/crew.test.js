import assert from "node:assert/strict";
import { test } from "node:test";

import { Crew, helpCrew } from "../../www/worker/crew.js";
import { wordsOfError } from "../../www/lib/error-words.js";

/** A model of one parameter whose gradient is the sum of its share; it moves against it. */
class FakeModel {
  parameter = 0;
  gradient = 0;
  updates = [];
  share(index, count) {
    const rows = this.batch.filter((_, row) => row % count === index);
    return { head: null, x: Float32Array.from(rows), labels: new Uint8Array(0), eps: new Float32Array(0) };
  }
  copyGradients(into) {
    into[0] = this.gradient;
  }
}

class FakeLead extends FakeModel {
  drawn = 0;
  beginStep() {
    this.drawn += 1;
    this.batch = [this.drawn, 10, 100, 1000];
    return this.drawn <= 5;
  }
  gradients(index, count) {
    this.gradient = this.share(index, count).x.reduce((a, b) => a + b, 0);
    return Float64Array.of(this.gradient, 1);
  }
  finishStep(others, losses) {
    this.parameter -= others.reduce((sum, [gradient]) => sum + gradient, this.gradient);
    this.updates.push(this.parameter);
    return { steps: 1, last: { loss: losses[0], workers: losses[1] } };
  }
  replicaState() {
    return { parameters: Float32Array.of(this.parameter) };
  }
}

class FakeReplica extends FakeModel {
  gradients({ x }) {
    this.gradient = x.reduce((a, b) => a + b, 0);
    return Float64Array.of(this.gradient, 1);
  }
  update(index, others) {
    const order = others.map(([gradient]) => gradient);
    order.splice(index, 0, this.gradient);
    this.parameter -= order.reduce((a, b) => a + b, 0);
    this.updates.push(this.parameter);
  }
}

/** Helpers in this thread; `behave` may replace what one of them does. */
function setUp(count, behave = () => null) {
  const lead = new FakeLead();
  const replicas = [];
  const helpers = [];
  const createHelper = () => {
    const helper = {
      terminated: false,
      onerror: null,
      postMessage({ index, ports, state }) {
        const replica = new FakeReplica();
        replicas.push(replica);
        helper.ports = ports;
        Object.assign(replica, behave(index, replica) ?? {});
        helpCrew({ index, ports, replica, parameters: state.parameters.length });
      },
      terminate() {
        helper.terminated = true;
        for (const port of helper.ports) port?.close();
      },
    };
    helpers.push(helper);
    return helper;
  };
  return { lead, replicas, helpers, crew: Crew.start({ count, module: null, lead, createHelper }) };
}

for (const count of [2, 3, 4]) {
  test(`${count} workers take all of the batch and make the same updates`, async () => {
    const { lead, replicas, crew: starting } = setUp(count);
    const crew = await starting;
    for (let step = 1; step <= 5; step++) {
      const slice = await crew.step();
      assert.deepEqual(slice.last, { loss: 1110 + step, workers: count });
    }
    assert.equal(await crew.step(), null, "without images there is no step");
    assert.deepEqual(lead.updates, [-1111, -2223, -3336, -4450, -5565]);
    // The helpers' last updates may still be on their way.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(replicas.length, count - 1);
    for (const replica of replicas) assert.deepEqual(replica.updates, lead.updates);
    crew.stop();
  });
}

test("a helper that fails costs nothing: the lead computes the whole step", async () => {
  let shares = 0;
  const { lead, helpers, crew: starting } = setUp(3, (index) =>
    index === 2 && {
      gradients({ x }) {
        shares += 1;
        if (shares === 3) throw new Error("out of memory");
        this.gradient = x.reduce((a, b) => a + b, 0);
        return Float64Array.of(this.gradient, 1);
      },
    },
  );
  const crew = await starting;
  for (let step = 1; step <= 4; step++) assert.equal((await crew.step()).last.loss, 1110 + step);
  assert.deepEqual(lead.updates, [-1111, -2223, -3336, -4450]);
  assert.equal(crew.broken, true);
  assert.deepEqual(helpers.map(({ terminated }) => terminated), [true, true]);
});

test("helpers whose script does not load are reported", async () => {
  const lead = new FakeLead();
  const helper = { onerror: null, postMessage: () => queueMicrotask(() => helper.onerror({ message: "" })), terminate() {} };
  await assert.rejects(Crew.start({ count: 2, module: null, lead, createHelper: () => helper }), (error) => /^a helper failed: a script of the page did not load/.test(wordsOfError(error)));
});

test("a helper that falls silent is given up after a while, and training goes on", { timeout: 20_000 }, async () => {
  const { lead, helpers, crew: starting } = setUp(2);
  const crew = await starting;
  // As if its thread hung: it gets messages and does nothing.
  helpers[0].ports[0].onmessage = () => {};
  const begin = performance.now();
  const slice = await crew.step();
  assert.equal(slice.last.loss, 1111);
  assert.ok(performance.now() - begin > 2_000);
  assert.deepEqual(lead.updates, [-1111]);
  assert.equal(crew.broken, true);
});
