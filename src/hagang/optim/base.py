"""The optimiser interface: a frozen rule with separate state, written as array mathematics and traced."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from hagang.errors import ArgumentError
from hagang.trace import Structure, Traced, flatten, map_leaves, rebuild

__all__ = ["Optimizer", "PerArray", "one_minus_power", "plain_number"]

Array = Any
Nest = Any


class Optimizer(ABC):
    """A rule that computes new parameters from parameters and their gradients.

    Subclasses are frozen dataclasses whose fields are the rule's constants. `init` and `update` are NumPy
    functions of nests (tuples, lists, dicts) of arrays; a run traces them once.
    """

    default_lr: ClassVar[float]
    """The learning rate used if none is given."""

    @abstractmethod
    def init(self, params: Nest) -> Nest:
        """The state before the first step."""

    @abstractmethod
    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        """The parameters and the state after step `t` (counted from 1) at learning rate `lr`."""

    def evaluation_weights(self, params: Nest, state: Nest) -> Nest:
        """The weights for prediction: the parameters, or their average if the optimiser keeps one."""
        del state
        return params


class PerArray(Optimizer):
    """A rule that updates every parameter array in the same way and independently of the others."""

    @abstractmethod
    def init_one(self, w: Array) -> dict[str, Array]:
        """The initial state of one array, by name."""

    @abstractmethod
    def update_one(
        self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array
    ) -> tuple[Array, dict[str, Array]]:
        """One array and its state after step `t`, given its gradient `g`."""

    def init(self, params: Nest) -> Nest:
        return map_leaves(self.init_one, params)

    def update(self, params: Nest, gradients: Nest, state: Nest, lr: Array, t: Array) -> tuple[Nest, Nest]:
        leaves, structure = flatten(params)
        lr, t = plain_number(lr), plain_number(t)
        arrays = zip(leaves, flatten(gradients)[0], _parts(structure, state), strict=True)
        new = [self._one(w, g, own, lr, t) for w, g, own in arrays]
        return rebuild(structure, [w for w, _ in new]), rebuild(structure, [own for _, own in new])

    def _one(self, w: Array, g: Array, state: dict[str, Array], lr: Array, t: Array) -> tuple[Array, dict[str, Array]]:
        w = w if isinstance(w, Traced) else np.asarray(w)
        moved, new = self.update_one(w, g, state, lr, t)
        if new.keys() != state.keys():
            name = type(self).__name__
            msg = f"{name}: expected update_one to return the state {list(state)} of init_one, received {list(new)}"
            raise ArgumentError(msg)
        return moved, {name: new[name] for name in state}


def _parts(structure: Structure, nest: Nest) -> list[Any]:
    """The parts of a nest at the positions of a structure's leaves."""
    if structure.kind is None:
        return [nest]
    pairs = zip(structure.keys, structure.children, strict=True)
    return [part for key, child in pairs for part in _parts(child, nest[key])]


def one_minus_power(beta: float, t: Array, like: Array) -> Array:
    r"""The bias correction :math:`1 - \beta^t` in the dtype of an array.

    Computed as :math:`-\mathrm{expm1}(t \log \beta)`, which keeps all digits in float32.
    """
    if beta == 0:
        return 1.0
    return (-np.expm1(t * math.log(beta))).astype(like.dtype)


def plain_number(value: Any) -> Array:
    """A learning rate or step number that does not promote float32 arrays: traced, or a Python number."""
    return value if isinstance(value, Traced) else np.asarray(value).item()
