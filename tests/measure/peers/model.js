/** What all contestants share: the sizes, the fixed batch, and the measurement. */

export const SIZES = { pixels: 784, hidden: 400, latent: 20, batch: 128 };
const WARM_UP_STEPS = 5;

/** The same numbers in [0, 1) every time (mulberry32). */
function createRandom() {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = createRandom();

export function makeImages() {
  return Float32Array.from({ length: SIZES.batch * SIZES.pixels }, () => (random() < 0.2 ? random() : 0));
}

export function makeNoise() {
  return Float32Array.from({ length: SIZES.batch * SIZES.latent }, () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
}

/** Weights and biases by name, [inputs, outputs], uniform as PyTorch draws them. */
export function makeParameters() {
  const { pixels, hidden, latent } = SIZES;
  const layers = { encoder: [pixels, hidden], mu: [hidden, latent], logvar: [hidden, latent], decoder: [latent, hidden], output: [hidden, pixels] };
  const parameters = {};
  for (const [name, [inputs, outputs]] of Object.entries(layers)) {
    const bound = 1 / Math.sqrt(inputs);
    const draw = (length) => Float32Array.from({ length }, () => bound * (2 * random() - 1));
    parameters[`${name}Weight`] = { values: draw(inputs * outputs), shape: [inputs, outputs] };
    parameters[`${name}Bias`] = { values: draw(outputs), shape: [outputs] };
  }
  return parameters;
}

/** Offers window.benchStep; `step` makes one update and gives its loss, a number, once it is really there. */
export function offer(prepare) {
  window.benchStep = async ({ steps, budgetMs }) => {
    const step = await prepare();
    const losses = [];
    for (let count = 0; count < WARM_UP_STEPS; count++) losses.push(await step());
    const stepMs = [];
    const begin = performance.now();
    while (stepMs.length < steps && (stepMs.length < 3 || performance.now() - begin < budgetMs)) {
      const before = performance.now();
      losses.push(await step());
      stepMs.push(performance.now() - before);
    }
    return { stepMs, losses };
  };
}
