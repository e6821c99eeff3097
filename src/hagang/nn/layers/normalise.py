"""Normalisation: of each feature over a batch, or of each row over its features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params, one_axis

if TYPE_CHECKING:
    import numpy.random as npr

__all__ = ["BatchNorm", "LayerNorm", "RMSNorm"]


class _OfFeatures(Layer):
    """A layer of rows with one axis, which stay as long as they are."""

    def out_dims(self, dims: Dims) -> Dims:
        one_axis(type(self).__name__, dims)
        return dims


@dataclass(frozen=True)
class BatchNorm(_OfFeatures):
    r"""Give each feature mean 0 and variance 1 over the batch, then a learned scale and offset.

    .. math::

        y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    with x and y of shape (rows, features), γ (`scale`), β (`bias`), μ and σ² of shape (features,). While training,
    μ and σ² are the batch's mean and its variance (divided by the rows); in prediction they are the buffers `mean`
    and `variance`, which each training step moves towards the batch's:

    .. math:: \bar v \leftarrow (1 - m)\, \bar v + m\, v

    with v the mean, or the variance divided by the rows less one.

    Parameters
    ----------
    momentum : float
        :math:`m`, above 0 and at most 1: how much the latest batch counts.
    epsilon : float
        :math:`\epsilon`, above 0, in the square of the input's units.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, where rows have not one axis.

    Examples
    --------
    >>> layer = BatchNorm()
    >>> params, buffers = layer.init((1,), np.random.default_rng(0)), layer.buffers((1,))
    >>> layer.apply(params, np.array([[1.0], [3.0]]), Forward(training=True, buffers=buffers)).round(3).T
    array([[-1.,  1.]])
    >>> layer.apply(params, np.array([[1.0], [3.0]]), Forward(buffers=buffers)).round(3).T
    array([[1., 3.]])

    Notes
    -----
    PyTorch's BatchNorm1d, but for a batch of one row, which PyTorch refuses: it has no spread, so it is normalised by
    the buffers, which stay as they are.

    References
    ----------
    S. Ioffe, C. Szegedy, Batch normalization: accelerating deep network training by reducing internal covariate shift
    (2015).
    """

    momentum: float = 0.1
    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "momentum", above=0, most=1)
        check_number(self, "epsilon", above=0)

    def init(self, dims: Dims, generator: npr.Generator) -> Params:  # noqa: ARG002
        return {"scale": np.ones(dims), "bias": np.zeros(dims)}

    def buffers(self, dims: Dims) -> Params:
        return {"mean": np.zeros(dims), "variance": np.ones(dims)}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:
        mean, variance = forward.buffer("mean"), forward.buffer("variance")
        if forward.training:
            mean, variance = self._observed(x, mean, variance, forward)
        return (x - mean) * (params["scale"] / np.sqrt(variance + self.epsilon)) + params["bias"]

    def _observed(self, x: Array, mean: Array, variance: Array, forward: Forward) -> tuple[Array, Array]:
        """The batch's mean and variance, noted in the buffers; a single row's are the buffers themselves."""
        rows = x.shape[0]
        many = rows > 1
        of_batch = np.mean(x, axis=0)
        spread = np.mean(np.square(x - of_batch), axis=0)
        unbiased = spread * (rows / np.maximum(rows - 1, 1).astype(x.dtype))
        forward.update_buffers(
            mean=np.where(many, self._moved(mean, of_batch), mean),
            variance=np.where(many, self._moved(variance, unbiased), variance),
        )
        return np.where(many, of_batch, mean), np.where(many, spread, variance)

    def _moved(self, kept: Array, new: Array) -> Array:
        return (1.0 - self.momentum) * kept + self.momentum * new

    @property
    def label(self) -> str:
        return "batch norm"


@dataclass(frozen=True)
class LayerNorm(_OfFeatures):
    r"""Give each row mean 0 and variance 1 over its features, then a learned scale and offset.

    .. math:: y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    with x and y of shape (rows, features), γ (`scale`) and β (`bias`) of shape (features,), μ and σ² the mean and
    variance (divided by the features) of each row. The same in training and prediction.

    Parameters
    ----------
    epsilon : float
        :math:`\epsilon`, above 0.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, where rows have not one axis.

    Examples
    --------
    >>> layer = LayerNorm()
    >>> params = layer.init((2,), np.random.default_rng(0))
    >>> layer.apply(params, np.array([[1.0, 3.0], [10.0, 10.0]]), Forward()).round(3)
    array([[-1.,  1.],
           [ 0.,  0.]])

    References
    ----------
    J. Ba, J. Kiros, G. Hinton, Layer normalization (2016); PyTorch's LayerNorm.
    """

    epsilon: float = 1e-5

    def __post_init__(self) -> None:
        check_number(self, "epsilon", above=0)

    def init(self, dims: Dims, generator: npr.Generator) -> Params:  # noqa: ARG002
        return {"scale": np.ones(dims), "bias": np.zeros(dims)}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        away = x - np.mean(x, axis=1, keepdims=True)
        variance = np.mean(np.square(away), axis=1, keepdims=True)
        return away / np.sqrt(variance + self.epsilon) * params["scale"] + params["bias"]

    @property
    def label(self) -> str:
        return "layer norm"


@dataclass(frozen=True)
class RMSNorm(_OfFeatures):
    r"""Give each row the root mean square 1 over its features, then a learned scale.

    .. math:: y = \gamma \frac{x}{\sqrt{\tfrac1n \sum_i x_i^2 + \epsilon}}

    with x and y of shape (rows, features), γ (`scale`) of shape (features,). The same in training and prediction.

    Parameters
    ----------
    epsilon : float, optional
        :math:`\epsilon`, above 0; by default the distance from 1 to the next number of the input's dtype.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, where rows have not one axis.

    Examples
    --------
    >>> RMSNorm().apply({"scale": np.ones(2)}, np.array([[3.0, 4.0]]), Forward()).round(3)
    array([[0.849, 1.131]])

    References
    ----------
    B. Zhang, R. Sennrich, Root mean square layer normalization (2019); PyTorch's RMSNorm.
    """

    epsilon: float | None = None

    def __post_init__(self) -> None:
        if self.epsilon is not None:
            check_number(self, "epsilon", above=0)

    def init(self, dims: Dims, generator: npr.Generator) -> Params:  # noqa: ARG002
        return {"scale": np.ones(dims)}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        epsilon = float(np.finfo(x.dtype).eps) if self.epsilon is None else self.epsilon
        return x / np.sqrt(np.mean(np.square(x), axis=1, keepdims=True) + epsilon) * params["scale"]

    @property
    def label(self) -> str:
        return "rms norm"
