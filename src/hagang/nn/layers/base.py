"""The layer interface, and the context of a forward pass."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.trace import uniform

__all__ = ["Array", "Dims", "Forward", "Layer", "Params", "one_axis"]

Array = Any
Dims = tuple[int, ...]
Params = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Forward:
    """The context of a forward pass, as one layer sees it.

    Parameters
    ----------
    training : bool
        True in training, False in prediction.
    buffers : mapping
        The layer's non-trained state, from `Layer.buffers` or from the step before.
    seed, step : int
        The key of the random numbers; the step may be a traced int64 scalar.
    path : str
        The layer's path, such as `layers.1`.
    updated_buffers : dict of str to array
        Filled during the pass: the buffers' new values by path, for the next step.

    Examples
    --------
    >>> from hagang.nn import BatchNorm
    >>> layer, x = BatchNorm(), np.array([[1.0], [3.0]])
    >>> forward = Forward(training=True, buffers=layer.buffers((1,)))
    >>> layer.apply({"scale": np.ones(1), "bias": np.zeros(1)}, x, forward).round(4)
    array([[-1.],
           [ 1.]])
    >>> forward.updated_buffers
    {'mean': array([0.2]), 'variance': array([1.1])}
    """

    training: bool = False
    buffers: Any = field(default_factory=dict)
    seed: int = 0
    step: Any = 0
    path: str = ""
    updated_buffers: dict[str, Array] = field(default_factory=dict)

    def at(self, *keys: str | int) -> Forward:
        """The context of the layer under these keys."""
        buffers, path = self.buffers, self.path
        for key in keys:
            buffers, path = _inside(buffers, key), _joined(path, str(key))
        return replace(self, buffers=buffers, path=path)

    def buffer(self, name: str) -> Array:
        """The current value of one of this layer's buffers."""
        if name not in self.buffers:
            msg = (
                f"{self.path or 'layer'}: expected a pass with the buffer '{name}', received one without; "
                "give Forward(buffers=network.buffers(dims))"
            )
            raise ArgumentError(msg)
        return self.buffers[name]

    def update_buffers(self, **new: Array) -> None:
        """Set the values of this layer's buffers for the next step."""
        self.updated_buffers.update({_joined(self.path, name): value for name, value in new.items()})

    def uniform(self, like: Array, name: str = "uniform") -> Array:
        """Uniform numbers in [0, 1), one per element of `like`, determined by seed, step, path, name and position."""
        return uniform(like, self.seed, self.step, crc32(_joined(self.path, name).encode()))

    def normal(self, like: Array) -> Array:
        """Standard normal numbers, one per element of `like`, by the Box–Muller transform."""
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(like, "radius")))
        return radius * np.cos(2.0 * math.pi * self.uniform(like, "angle"))


def _inside(buffers: Any, key: str | int) -> Any:
    if isinstance(buffers, list | tuple):
        return buffers[key] if isinstance(key, int) else {}
    return buffers.get(key, {})


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


class Layer(ABC):
    """A layer of a network. Subclasses are frozen dataclasses; their parameters are kept outside them.

    `dims` is the shape of one row: `(20,)` for a table with 20 features.
    """

    @abstractmethod
    def out_dims(self, dims: Dims) -> Dims:
        """The shape of one row of the output; raises ShapeError if the input does not fit."""

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:  # noqa: ARG002
        """The initial parameters by name, which the optimiser trains."""
        return {}

    def buffers(self, dims: Dims) -> Params:  # noqa: ARG002
        """The initial buffers by name: state that is not trained; no name of `init`."""
        return {}

    @abstractmethod
    def apply(self, params: Params, x: Array, forward: Forward) -> Array:
        """The output for a batch x of shape `(rows, *dims)`, in NumPy."""

    @property
    def label(self) -> str:
        """A short name for tables and plots."""
        return type(self).__name__.lower()


def one_axis(owner: str, dims: Dims, name: str = "features") -> int:
    """The number of features, if rows have one axis."""
    if len(dims) != 1:
        msg = (
            f"{owner}: expected rows of one axis ({name},), received rows of shape {dims}; "
            f"reshape the data to (rows, {name})"
        )
        raise ShapeError(msg)
    return dims[0]
