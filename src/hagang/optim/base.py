"""What an optimiser is: a frozen rule apart from its state, written as array mathematics and traced."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from hagang.trace import flatten, map_leaves, rebuild

__all__ = ["Optimizer", "PerArray"]

Array = Any
Nest = Any


class Optimizer(ABC):
    """A rule that turns parameters and their gradients into new parameters.

    Subclasses are frozen dataclasses whose fields are the rule's constants. `init` and `update` are NumPy
    functions of nests (tuples, lists, dicts) of arrays; a run traces them once.
    """

    default_lr: ClassVar[float]
    """The learning rate that a run uses when none is given."""

    @abstractmethod
    def init(self, params: Nest) -> Nest:
        """The state before the first step."""

    @abstractmethod
    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        """The parameters and the state after step `t` (counted from 1) at learning rate `lr`."""


class PerArray(Optimizer):
    """A rule that treats every array of the parameters alike and apart from the others."""

    @abstractmethod
    def init_one(self, w: Array) -> dict[str, Array]:
        """The state of one array, by name."""

    @abstractmethod
    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        """One array and its state after step `t`, given its gradient `g`."""

    def init(self, params: Nest) -> Nest:
        return map_leaves(self.init_one, params)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        weights, structure = flatten(params)
        slopes = flatten(gradients)[0]
        names = list(self.init_one(weights[0])) if weights else []
        held = iter(flatten(state)[0])
        states = [{name: next(held) for name in names} for _ in weights]
        new = [self.update_one(w, g, s, lr, t) for w, g, s in zip(weights, slopes, states, strict=True)]
        return rebuild(structure, [w for w, _ in new]), rebuild(structure, [s for _, s in new])
