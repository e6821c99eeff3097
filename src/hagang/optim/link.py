"""The link interface: an optimiser that wraps another one and changes its gradients or its updates."""

from __future__ import annotations

from hagang.errors import ArgumentError
from hagang.optim.base import Nest, Optimizer

__all__ = ["Link", "check_inner"]


class Link(Optimizer):
    """An optimiser that wraps another one. Links nest: the outermost sees the gradients first."""

    inner: Optimizer

    @property
    def default_lr(self) -> float:  # type: ignore[override]
        return self.inner.default_lr

    def init(self, params: Nest) -> Nest:
        return self.inner.init(params)

    def evaluation_weights(self, params: Nest, state: Nest) -> Nest:
        return self.inner.evaluation_weights(params, state)


def check_inner(owner: object, inner: object) -> None:
    """Check that a link wraps an optimiser."""
    if not isinstance(inner, Optimizer):
        name = type(owner).__name__
        msg = f"{name}: expected an Optimizer to wrap, received {inner!r:.60}; hagang.optim.optimizer makes one by name"
        raise ArgumentError(msg)
