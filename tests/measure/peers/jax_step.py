"""The same training step in native JAX on the CPU: python jax_step.py [rounds]; `taskset -c 0` before it for one core."""

import os
import sys
import time

os.environ["JAX_PLATFORMS"] = "cpu"
import jax
import jax.numpy as jnp
import numpy as np

PIXELS, HIDDEN, LATENT = 784, 400, 20


def make(batch):
    rng = np.random.default_rng(1)
    sizes = {"e": (PIXELS, HIDDEN), "m": (HIDDEN, LATENT), "s": (HIDDEN, LATENT), "d": (LATENT, HIDDEN), "o": (HIDDEN, PIXELS)}
    params = {}
    for name, (inputs, outputs) in sizes.items():
        bound = inputs**-0.5
        params[name] = (jnp.array(rng.uniform(-bound, bound, (inputs, outputs)), jnp.float32), jnp.array(rng.uniform(-bound, bound, outputs), jnp.float32))
    x = jnp.array(np.where(rng.random((batch, PIXELS)) < 0.2, rng.random((batch, PIXELS)), 0), jnp.float32)
    return params, x, jax.random.key(0)


def objective(params, x, eps):
    dense = lambda input, name: input @ params[name][0] + params[name][1]
    hidden = jax.nn.relu(dense(x, "e"))
    mu, logvar = dense(hidden, "m"), dense(hidden, "s")
    logits = dense(jax.nn.relu(dense(mu + jnp.exp(logvar / 2) * eps, "d")), "o")
    recon = jnp.sum(jax.nn.softplus(logits) - logits * x)
    kl = -0.5 * jnp.sum(1 + logvar - mu**2 - jnp.exp(logvar))
    return (recon + kl) / x.shape[0]


def update(state, x, key):
    params, first, second, count = state
    key, sub = jax.random.split(key)
    loss, gradients = jax.value_and_grad(objective)(params, x, jax.random.normal(sub, (x.shape[0], LATENT)))
    count = count + 1
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    move = lambda p, m, v: p - 1e-3 * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)
    return (jax.tree.map(move, params, first, second), first, second, count), key, loss


for batch in (128, 512):
    medians = []
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
        params, x, key = make(batch)
        zeros = lambda: jax.tree.map(jnp.zeros_like, params)
        state = (params, zeros(), zeros(), jnp.float32(0))
        step = jax.jit(update, donate_argnums=0)
        times = []
        for index in range(65):
            begin = time.perf_counter()
            state, key, loss = step(state, x, key)
            jax.block_until_ready((state, loss))
            if index >= 15:
                times.append(1e3 * (time.perf_counter() - begin))
        medians.append(float(np.median(times)))
    print(f"JAX {jax.__version__}, batch {batch}, {len(os.sched_getaffinity(0))} cores: {np.median(medians):.1f} ms/step, best round {min(medians):.1f}, loss {float(loss):.1f}, load {os.getloadavg()[0]:.1f}")
