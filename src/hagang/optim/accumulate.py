"""Gradient accumulation: one update from the gradients of several steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.optim.link import Link, check_inner
from hagang.trace import map_leaves

if TYPE_CHECKING:
    from hagang.optim.base import Array, Nest, Optimizer

__all__ = ["GradientAccumulation"]


@dataclass(frozen=True)
class GradientAccumulation(Link):
    r"""One update every `steps` steps, with the mean of their gradients, as for a batch `steps` times as large.

    The inner optimiser counts its own updates; an update uses the learning rate of the step that completes it.

    Parameters
    ----------
    inner : Optimizer
        The optimiser that makes the update.
    steps : int
        Number of gradients to accumulate, at least 1.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.optim import SGD
    >>> rule, w = GradientAccumulation(SGD(), steps=2), np.array([0.0])
    >>> w, state = rule.update(w, np.array([1.0]), rule.init(w), lr=1.0, t=1)
    >>> w, rule.update(w, np.array([3.0]), state, lr=1.0, t=2)[0]
    (array([0.]), array([-2.]))

    Notes
    -----
    An incomplete accumulation at the end of a run is not applied. Batches of different sizes have equal weight.
    """

    inner: Optimizer
    steps: int = 2

    def __post_init__(self) -> None:
        check_inner(self, self.inner)
        check_number(self, "steps", least=1, whole=True)

    def init(self, params: Nest) -> Nest:
        return {"inner": self.inner.init(params), "sum": map_leaves(np.zeros_like, params)}

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        total = map_leaves(lambda s, g: s + g, state["sum"], gradients)
        complete = t % self.steps == 0
        # The inner update is computed at every step and discarded between updates; its step number is the next one's.
        mean = map_leaves(lambda s: s / self.steps, total)
        moved = self.inner.update(params, mean, state["inner"], lr, (t + (self.steps - 1)) // self.steps)
        new, inner = map_leaves(lambda a, b: np.where(complete, a, b), moved, (params, state["inner"]))
        left = map_leaves(lambda s: np.where(complete, np.zeros_like(s), s), total)
        return new, {"inner": inner, "sum": left}

    def evaluation_weights(self, params: Nest, state: Nest) -> Nest:
        return self.inner.evaluation_weights(params, state["inner"])
