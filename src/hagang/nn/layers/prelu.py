"""A leaky ReLU whose slope is learned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hagang.errors import check_number
from hagang.nn.initialisers import He, Initialiser
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params

__all__ = ["PReLU"]


@dataclass(frozen=True)
class PReLU(Layer):
    r"""A leaky ReLU whose slope is learned; `torch.nn.PReLU`.

    .. math:: f(z) = z \text{ for } z > 0, \qquad a z \text{ for } z \le 0

    with z of shape (rows, ..., features) and a one number, or one per feature. At 0 the derivative is a, as in PyTorch.
    By default weight decay exempts it. In a network's list and on the command line its name is `prelu`.

    Parameters
    ----------
    slope : float
        The initial a.
    per_feature : bool
        Whether every feature has its own a.

    Examples
    --------
    >>> layer = PReLU()
    >>> params = layer.init((2,), np.random.default_rng(0))
    >>> layer.apply(params, np.array([[-2.0, 3.0]]), Forward())
    array([[-0.5,  3. ]])

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers (2015).
    """

    slope: float = 0.25
    per_feature: bool = False

    def __post_init__(self) -> None:
        check_number(self, "slope")

    @property
    def suits(self) -> Initialiser:
        """The initialiser for the weights of the layer before it."""
        return He(slope=self.slope)

    def out_dims(self, dims: Dims) -> Dims:
        return dims

    def init(self, dims: Dims, generator: np.random.Generator) -> Params:  # noqa: ARG002
        return {"slope": np.full(dims[-1:] if self.per_feature else (), float(self.slope))}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        return np.where(x > 0, x, params["slope"] * x)
