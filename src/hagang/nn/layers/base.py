"""What a layer is, and what it may know of the pass that it is part of."""

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
    """A pass through a network, as one layer sees it.

    Parameters
    ----------
    training : bool
        Whether the network is being trained; False for prediction.
    buffers : mapping
        What the layer keeps between steps without training it, as `Layer.buffers` made it or a later step left it.
    seed, step : int
        What random numbers are drawn for; the step may be a traced int64 scalar.
    path : str
        Where the layer stands: `layers.1`.
    updated_buffers : dict of str to array
        Filled on the way: the buffers' new values by path, for the next step.

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
        """The pass as the layer under these keys sees it."""
        buffers, path = self.buffers, self.path
        for key in keys:
            buffers, path = _inside(buffers, key), _joined(path, str(key))
        return replace(self, buffers=buffers, path=path)

    def buffer(self, name: str) -> Array:
        """The value that a buffer of this layer has in this step."""
        if name not in self.buffers:
            msg = (
                f"{self.path or 'layer'}: expected a pass that brings the buffer '{name}', received one without; "
                "give Forward(buffers=network.buffers(dims))"
            )
            raise ArgumentError(msg)
        return self.buffers[name]

    def update_buffers(self, **new: Array) -> None:
        """Set what buffers of this layer are to be in the next step."""
        self.updated_buffers.update({_joined(self.path, name): value for name, value in new.items()})

    def uniform(self, like: Array, name: str = "uniform") -> Array:
        """Numbers in [0, 1), one for each element of `like`; they depend on seed, step, path, name and position."""
        return uniform(like, self.seed, self.step, crc32(_joined(self.path, name).encode()))

    def normal(self, like: Array) -> Array:
        """Numbers from the standard normal distribution, one for each element of `like`.

        Box and Muller's transform of two uniform numbers.
        """
        radius = np.sqrt(-2.0 * np.log1p(-self.uniform(like, "radius")))
        return radius * np.cos(2.0 * math.pi * self.uniform(like, "angle"))


def _inside(buffers: Any, key: str | int) -> Any:
    if isinstance(buffers, list | tuple):
        return buffers[key] if isinstance(key, int) else {}
    return buffers.get(key, {})


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


class Layer(ABC):
    """A part of a network. Subclasses are frozen dataclasses: what they learn lives apart from them.

    `dims` are those of one row: a table's row of 20 features has `(20,)`.
    """

    @abstractmethod
    def out_dims(self, dims: Dims) -> Dims:
        """The dims of a row of the output; raises ShapeError where the input's do not fit."""

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:  # noqa: ARG002
        """The parameters before the first step, by name: what the optimiser moves."""
        return {}

    def buffers(self, dims: Dims) -> Params:  # noqa: ARG002
        """What else is kept from step to step, before the first one, by name; no name of `init`."""
        return {}

    @abstractmethod
    def apply(self, params: Params, x: Array, forward: Forward) -> Array:
        """The output for a batch x of shape `(rows, *dims)`, in NumPy."""

    @property
    def label(self) -> str:
        """A word or two for tables and pictures."""
        return type(self).__name__.lower()


def one_axis(owner: str, dims: Dims, name: str = "features") -> int:
    """The size of a row that has one axis."""
    if len(dims) != 1:
        msg = (
            f"{owner}: expected rows of one axis ({name},), received rows of shape {dims}; "
            f"reshape the data to (rows, {name})"
        )
        raise ShapeError(msg)
    return dims[0]
