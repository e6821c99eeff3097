"""Blocks: layers made of layers, which may be nested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hagang.errors import ShapeError
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params
from hagang.nn.layers.chain import AsLayer, apply_chain, as_layers, with_dims

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = ["Residual", "Sequential"]


@dataclass(frozen=True, init=False)
class Sequential(Layer):
    r"""Several layers in sequence, as one layer.

    .. math:: y = f_n(\dots f_1(x))

    with x of shape (rows, \*dims), y of the shape of the last layer's output.

    Parameters
    ----------
    layers : sequence of Layer, str or callable
        A string or a function stands for an `Activation` layer.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if the layers do not fit each other; the message names the layer's path.

    Examples
    --------
    >>> from hagang.nn import Dense
    >>> Sequential([Dense(4, "relu"), Dense(2)]).out_dims((3,))
    (2,)
    """

    layers: tuple[Layer, ...]

    def __init__(self, layers: Sequence[AsLayer]) -> None:
        object.__setattr__(self, "layers", as_layers("Sequential", layers))

    def out_dims(self, dims: Dims) -> Dims:
        for _, _, following in with_dims(self.layers, dims):
            dims = following
        return dims

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:
        return {"layers": [layer.init(own, generator) for layer, own, _ in with_dims(self.layers, dims)]}

    def buffers(self, dims: Dims) -> Params:
        return {"layers": [layer.buffers(own) for layer, own, _ in with_dims(self.layers, dims)]}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:
        return apply_chain(self.layers, params["layers"], x, forward)

    @property
    def label(self) -> str:
        return f"({chained(self.layers)})"


@dataclass(frozen=True, init=False)
class Residual(Layer):
    r"""A residual block: the output of some layers is added to their input.

    .. math:: y = x + f(x), \qquad \text{or} \quad y = s(x) + f(x)

    with x of shape (rows, \*dims) and y of the same shape, or of the shape of the shortcut's output. The identity has
    derivative one, so that gradients reach the first layers of a deep network.

    Parameters
    ----------
    layers : sequence of Layer, str or callable
        :math:`f`, in order.
    shortcut : sequence of Layer, str or callable, optional
        :math:`s`; by default the identity. Use `[Dense(n, bias=False)]` if widths differ.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if the two branches give rows of different shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.nn import Forward
    >>> block = Residual([np.square])
    >>> block.apply(block.init((1,), np.random.default_rng(0)), np.array([[3.0]]), Forward())
    array([[12.]])

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, Deep residual learning for image recognition (2015).
    """

    layers: tuple[Layer, ...]
    shortcut: tuple[Layer, ...]

    def __init__(self, layers: Sequence[AsLayer], shortcut: Sequence[AsLayer] = ()) -> None:
        object.__setattr__(self, "layers", as_layers("Residual", layers))
        object.__setattr__(self, "shortcut", as_layers("Residual: shortcut", shortcut, least=0))

    def out_dims(self, dims: Dims) -> Dims:
        through, past = self._branch_dims("layers", dims), self._branch_dims("shortcut", dims)
        if through != past:
            remedy = f"project the shortcut too: shortcut=[Dense({through[-1] if through else 1}, bias=False)]"
            msg = (
                f"Residual: expected layers that keep rows of shape {past}, received rows of shape {through}; {remedy}"
            )
            raise ShapeError(msg)
        return through

    def _branch_dims(self, name: str, dims: Dims) -> Dims:
        for _, _, following in with_dims(getattr(self, name), dims, name):
            dims = following
        return dims

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:
        return {
            name: [layer.init(own, generator) for layer, own, _ in with_dims(getattr(self, name), dims, name)]
            for name in _BRANCHES
        }

    def buffers(self, dims: Dims) -> Params:
        return {
            name: [layer.buffers(own) for layer, own, _ in with_dims(getattr(self, name), dims, name)]
            for name in _BRANCHES
        }

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:
        past = apply_chain(self.shortcut, params["shortcut"], x, forward, "shortcut")
        return past + apply_chain(self.layers, params["layers"], x, forward)

    @property
    def label(self) -> str:
        past = f"{chained(self.shortcut)} + " if self.shortcut else "+ "
        return f"({past}{chained(self.layers)})"


_BRANCHES = ("layers", "shortcut")


def chained(layers: Sequence[Layer]) -> str:
    """The labels of layers in order, joined by arrows."""
    return " → ".join(layer.label for layer in layers)
