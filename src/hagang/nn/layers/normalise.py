"""Normalisation: of each feature over the batch, or of each row over its features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.errors import check_number
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params, one_axis

if TYPE_CHECKING:
    import numpy.random as npr

__all__ = ["BatchNorm", "LayerNorm", "RMSNorm"]


class _FeatureNorm(Layer):
    """A layer of rows with one axis, whose length it keeps."""

    def out_dims(self, dims: Dims) -> Dims:
        one_axis(type(self).__name__, dims)
        return dims


@dataclass(frozen=True)
class BatchNorm(_FeatureNorm):
    r"""Normalise each feature to mean 0 and variance 1 over the batch, then apply a learned scale and offset.

    .. math::

        y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    with x and y of shape (rows, features), γ (`scale`), β (`bias`), μ and σ² of shape (features,). In training, μ and
    σ² are the mean and the biased variance of the batch; in prediction they are the buffers `mean` and `variance`,
    running averages that each training step updates:

    .. math:: \bar v \leftarrow (1 - m)\, \bar v + m\, v

    with v the mean, or the unbiased variance.

    Parameters
    ----------
    momentum : float
        :math:`m`, above 0 and at most 1: the weight of the latest batch.
    epsilon : float
        :math:`\epsilon`, above 0, in squared units of the input.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if rows do not have exactly one axis.

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
    PyTorch's BatchNorm1d, except for a batch of one row, which PyTorch rejects: it has no variance, so it is
    normalised by the buffers, which stay unchanged.

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
        """The mean and variance of the batch, which update the buffers; for a single row, the buffers themselves."""
        rows = x.shape[0]
        many = rows > 1
        batch_mean = np.mean(x, axis=0)
        biased = np.mean(np.square(x - batch_mean), axis=0)
        unbiased = biased * (rows / np.maximum(rows - 1, 1).astype(x.dtype))
        forward.update_buffers(
            mean=np.where(many, self._running(mean, batch_mean), mean),
            variance=np.where(many, self._running(variance, unbiased), variance),
        )
        return np.where(many, batch_mean, mean), np.where(many, biased, variance)

    def _running(self, average: Array, new: Array) -> Array:
        return (1.0 - self.momentum) * average + self.momentum * new

    @property
    def label(self) -> str:
        return "batch norm"


@dataclass(frozen=True)
class LayerNorm(_FeatureNorm):
    r"""Normalise each row to mean 0 and variance 1 over its features, then apply a learned scale and offset.

    .. math:: y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta

    with x and y of shape (rows, features), γ (`scale`) and β (`bias`) of shape (features,), μ and σ² the mean and
    the biased variance of each row. The same in training and prediction.

    Parameters
    ----------
    epsilon : float
        :math:`\epsilon`, above 0.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if rows do not have exactly one axis.

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
        centred = x - np.mean(x, axis=1, keepdims=True)
        variance = np.mean(np.square(centred), axis=1, keepdims=True)
        return centred / np.sqrt(variance + self.epsilon) * params["scale"] + params["bias"]

    @property
    def label(self) -> str:
        return "layer norm"


@dataclass(frozen=True)
class RMSNorm(_FeatureNorm):
    r"""Normalise each row to root mean square 1 over its features, then apply a learned scale.

    .. math:: y = \gamma \frac{x}{\sqrt{\tfrac1n \sum_i x_i^2 + \epsilon}}

    with x and y of shape (rows, features), γ (`scale`) of shape (features,). The same in training and prediction.

    Parameters
    ----------
    epsilon : float, optional
        :math:`\epsilon`, above 0; by default the machine epsilon of the input's dtype.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if rows do not have exactly one axis.

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
