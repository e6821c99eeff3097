"""JAX: a whole epoch, shuffling and gathering included, compiled as one scan over the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.peers.protocol import Epochs
from benchmarks.workloads import data, start

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.protocol import Settings, Trainer
    from benchmarks.workloads import Weights, Workload

__all__ = ["prepare"]


def prepare(workload: Workload, settings: Settings) -> Trainer:
    x, y = (jnp.asarray(part) for part in data(workload))
    params = [(jnp.asarray(w), jnp.asarray(b)) for w, b in start(workload)]
    state = params, _zeros(params), _zeros(params), jnp.float32(0), jax.random.key(0)
    train = jax.jit(_epoch_of(workload), donate_argnums=0)

    def epoch() -> None:
        nonlocal state
        state = jax.block_until_ready(train(state, x, y))

    def weights() -> Weights:
        return [(np.array(w), np.array(b)) for w, b in state[0]]

    return Epochs(epoch, weights)


def _zeros(tree: Any) -> Any:
    return jax.tree.map(jnp.zeros_like, tree)


def _epoch_of(workload: Workload) -> Callable[..., Any]:
    hidden = jax.nn.relu if workload.activation == "relu" else jax.nn.sigmoid
    update = _sgd if workload.optimizer == "sgd" else _adam

    def cost(params: Any, x: Any, y: Any) -> Any:
        for w, b in params[:-1]:
            x = hidden(x @ w + b)
        logits = x @ params[-1][0] + params[-1][1]
        return jnp.mean(jax.nn.logsumexp(logits, axis=1) - jnp.take_along_axis(logits, y[:, None], 1)[:, 0])

    def epoch(state: Any, x: Any, y: Any) -> Any:
        *state, key = state
        key, own = jax.random.split(key)
        order = jax.random.permutation(own, workload.rows).reshape(workload.steps, workload.batch)

        def step(state: Any, rows: Any) -> Any:
            params, means, squares, t = state
            loss, gradients = jax.value_and_grad(cost)(params, x[rows], y[rows])
            return (*update(workload.lr, t + 1, params, means, squares, gradients), t + 1), loss

        state, _ = jax.lax.scan(step, tuple(state), order)
        return (*state, key)

    return epoch


def _sgd(lr: float, t: Any, params: Any, means: Any, squares: Any, gradients: Any) -> Any:
    return jax.tree.map(lambda w, g: w - lr * g, params, gradients), means, squares


def _adam(lr: float, t: Any, params: Any, means: Any, squares: Any, gradients: Any) -> Any:
    means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, gradients)
    squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, gradients)
    size, spread = lr / (1 - 0.9**t), 1 / jnp.sqrt(1 - 0.999**t)
    moved = jax.tree.map(lambda w, m, v: w - size * m / (jnp.sqrt(v) * spread + 1e-8), params, means, squares)
    return moved, means, squares
