"""A learned scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params

if TYPE_CHECKING:
    import numpy.random as npr

__all__ = ["Scale"]


@dataclass(frozen=True)
class Scale(Layer):
    r"""Multiply each feature by a learned scale.

    .. math:: y = s \odot x

    with x and y of shape (rows, \*dims), s of shape dims. As the last layer of a `Residual` and with a small initial
    value, it lets a deep network start as a shallow one.

    Parameters
    ----------
    initial : float
        The initial value of every s.

    Examples
    --------
    >>> Scale().apply({"scale": np.array([1.0, 0.5])}, np.array([[4.0, 4.0]]), Forward())
    array([[4., 2.]])

    References
    ----------
    H. Touvron et al., Going deeper with image transformers (2021), LayerScale; T. Bachlechner et al., ReZero is all
    you need (2020), with a single scale for all features.
    """

    initial: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "initial")

    def out_dims(self, dims: Dims) -> Dims:
        return dims

    def init(self, dims: Dims, generator: npr.Generator) -> Params:  # noqa: ARG002
        return {"scale": np.full(dims, float(self.initial))}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        return x * params["scale"]
