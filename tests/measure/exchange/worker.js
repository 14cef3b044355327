// One of two workers that exchange gradients, as two that train together do once a step: by messages, then by shared memory.

const PARAMETERS = 653_000;
const ROUNDS = 200;

globalThis.onmessage = ({ data: { leads, port, memory, signals } }) => {
  const own = new Float32Array(PARAMETERS).fill(1);
  const other = new Float32Array(PARAMETERS);
  const halves = [0, 1].map((half) => new Float32Array(memory, half * PARAMETERS * 4, PARAMETERS));
  const signal = new Int32Array(signals);
  const times = { messages: [], sharedMemory: [] };
  let buffer = new Float32Array(PARAMETERS);
  let begin = 0;
  let received = 0;

  function send() {
    buffer.set(own);
    const full = buffer;
    begin = performance.now();
    port.postMessage(full, [full.buffer]);
  }

  port.onmessage = ({ data }) => {
    other.set(data);
    buffer = data;
    received += 1;
    if (leads) times.messages.push(performance.now() - begin);
    if (!leads || received < ROUNDS) send();
    // The last message is on its way before anybody blocks.
    if (received === ROUNDS) setTimeout(exchangeBySharedMemory, 50);
  };

  function exchangeBySharedMemory() {
    const [mine, theirs] = leads ? [0, 1] : [1, 0];
    for (let round = 1; round <= ROUNDS; round += 1) {
      if (!leads) waitFor(theirs, round);
      const start = performance.now();
      halves[mine].set(own);
      Atomics.store(signal, mine, round);
      Atomics.notify(signal, mine);
      if (leads) waitFor(theirs, round);
      other.set(halves[theirs]);
      if (leads) times.sharedMemory.push(performance.now() - start);
    }
    if (leads) globalThis.postMessage(times);
  }

  function waitFor(whose, round) {
    while (Atomics.load(signal, whose) < round) Atomics.wait(signal, whose, round - 1, 100);
  }

  if (leads) send();
};
