"""Initialisers: the distributions of the initial weights.

To add one, write its class and list it in `INITIALISERS`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, is_dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from hagang.errors import ArgumentError, check_choice, check_number
from hagang.nn.activations import (
    ELU,
    LeakyReLU,
    Softplus,
    activation,
    gelu,
    gelu_tanh,
    hard_swish,
    mish,
    relu,
    relu6,
    selu,
    silu,
)
from hagang.notation import read

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

__all__ = [
    "INITIALISERS",
    "Constant",
    "Gaussian",
    "Glorot",
    "He",
    "Initialiser",
    "LeCun",
    "Orthogonal",
    "Uniform",
    "Zeros",
    "initialiser",
    "initialiser_for",
]

Distribution = Literal["normal", "uniform"]


class Initialiser(ABC):
    """Draws the weights of a layer."""

    @abstractmethod
    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        """Weights of shape (fan_in, fan_out)."""


# --- independent of the layer's size ----------------------------------------------------------------


@dataclass(frozen=True)
class Zeros(Initialiser):
    """All weights zero: units stay identical, so it is for output layers only.

    Examples
    --------
    >>> Zeros().draw(np.random.default_rng(0), 2, 1)
    array([[0.],
           [0.]])
    """

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:  # noqa: ARG002
        return np.zeros((fan_in, fan_out))


@dataclass(frozen=True)
class Constant(Initialiser):
    """All weights equal, for tests and to demonstrate the symmetry problem: all units of a layer stay identical.

    Parameters
    ----------
    value : float
        The value.

    Examples
    --------
    >>> Constant(0.5).draw(np.random.default_rng(0), 2, 1)
    array([[0.5],
           [0.5]])
    """

    value: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "value")

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:  # noqa: ARG002
        return np.full((fan_in, fan_out), float(self.value))


@dataclass(frozen=True)
class Gaussian(Initialiser):
    r"""Weights :math:`\mathcal N(0, \sigma^2)`, independent of the layer's size.

    Parameters
    ----------
    std : float
        :math:`\sigma`. In deep networks a fixed value makes the signal vanish or explode; prefer He or Glorot.

    Examples
    --------
    >>> Gaussian(0.01).draw(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """

    std: float = 0.01

    def __post_init__(self) -> None:
        check_number(self, "std", least=0)

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        return generator.normal(0.0, self.std, (fan_in, fan_out))


@dataclass(frozen=True)
class Uniform(Initialiser):
    r"""Weights uniform in :math:`\pm b`, independent of the layer's size.

    Parameters
    ----------
    bound : float
        :math:`b`.

    Examples
    --------
    >>> bool(abs(Uniform(0.1).draw(np.random.default_rng(0), 3, 2)).max() <= 0.1)
    True
    """

    bound: float = 0.05

    def __post_init__(self) -> None:
        check_number(self, "bound", least=0)

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        return generator.uniform(-self.bound, self.bound, (fan_in, fan_out))


# --- scaled by the layer's size -------------------------------------------------------------------------------


@dataclass(frozen=True)
class He(Initialiser):
    r"""Weights of variance :math:`2 / n_\text{in}`, which preserve the variance of the signal through ReLU layers.

    .. math:: \sigma^2 = \frac{2}{(1 + a^2)\, n_\text{in}}

    Parameters
    ----------
    slope : float
        :math:`a`, the slope of a leaky ReLU below 0.
    distribution : "normal" or "uniform"
        Gaussian, or uniform in :math:`\pm\sqrt3 \sigma`.

    Examples
    --------
    >>> bool(abs(He().draw(np.random.default_rng(0), 200, 300).std() - 0.1) < 0.002)
    True

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers (2015); `torch.nn.init.kaiming_normal_`.
    """

    slope: float = 0.0
    distribution: Distribution = "normal"

    def __post_init__(self) -> None:
        check_number(self, "slope")
        check_choice(self, "distribution", ("normal", "uniform"))

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        variance = 2.0 / ((1.0 + self.slope**2) * max(fan_in, 1))
        return _spread(generator, variance, self.distribution, (fan_in, fan_out))


@dataclass(frozen=True)
class Glorot(Initialiser):
    r"""Weights of variance :math:`2 / (n_\text{in} + n_\text{out})`, for sigmoid, tanh and linear layers.

    .. math:: \sigma^2 = \frac{2 g^2}{n_\text{in} + n_\text{out}}

    Parameters
    ----------
    gain : float
        :math:`g`, for activations that shrink the signal; PyTorch recommends 5/3 for tanh.
    distribution : "uniform" or "normal"
        Uniform in :math:`\pm\sqrt3 \sigma`, or Gaussian.

    Examples
    --------
    >>> bool(abs(Glorot().draw(np.random.default_rng(0), 3, 3)).max() <= 1.0)
    True

    References
    ----------
    X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks (2010);
    `torch.nn.init.xavier_uniform_`.
    """

    gain: float = 1.0
    distribution: Distribution = "uniform"

    def __post_init__(self) -> None:
        check_number(self, "gain", above=0)
        check_choice(self, "distribution", ("uniform", "normal"))

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        variance = 2.0 * self.gain**2 / max(fan_in + fan_out, 1)
        return _spread(generator, variance, self.distribution, (fan_in, fan_out))


@dataclass(frozen=True)
class LeCun(Initialiser):
    r"""Weights of variance :math:`1 / n_\text{in}`, for SELU.

    .. math:: \sigma^2 = \frac{g^2}{n_\text{in}}

    Parameters
    ----------
    gain : float
        :math:`g`, for activations that shrink the signal.
    distribution : "normal" or "uniform"
        Gaussian, or uniform in :math:`\pm\sqrt3 \sigma`.

    Examples
    --------
    >>> bool(abs(LeCun().draw(np.random.default_rng(0), 100, 300).std() - 0.1) < 0.002)
    True

    References
    ----------
    Y. LeCun, L. Bottou, G. Orr, K. Müller, Efficient BackProp (1998).
    """

    gain: float = 1.0
    distribution: Distribution = "normal"

    def __post_init__(self) -> None:
        check_number(self, "gain", above=0)
        check_choice(self, "distribution", ("normal", "uniform"))

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        return _spread(generator, self.gain**2 / max(fan_in, 1), self.distribution, (fan_in, fan_out))


@dataclass(frozen=True)
class Orthogonal(Initialiser):
    r"""A random orthogonal matrix, which preserves norms; if not square, with orthonormal rows or columns.

    .. math:: W^\top W = g^2 I \text{ for } n_\text{in} \ge n_\text{out}, \qquad W W^\top = g^2 I \text{ otherwise}

    Parameters
    ----------
    gain : float
        :math:`g`.

    Examples
    --------
    >>> weights = Orthogonal().draw(np.random.default_rng(0), 3, 2)
    >>> bool(np.allclose(weights.T @ weights, np.eye(2)))
    True

    References
    ----------
    A. Saxe, J. McClelland, S. Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks (2013); F. Mezzadri, How to generate random matrices from the classical compact groups (2007).
    """

    gain: float = 1.0

    def __post_init__(self) -> None:
        check_number(self, "gain", above=0)

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        tall = generator.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
        q, r = np.linalg.qr(tall)
        q = self.gain * q * np.where(np.diag(r) < 0, -1.0, 1.0)  # so that the distribution is uniform (Haar)
        return q if fan_in >= fan_out else q.T


def _spread(
    generator: np.random.Generator, variance: float, distribution: Distribution, dims: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Numbers of mean 0 and this variance."""
    if distribution == "normal":
        return generator.normal(0.0, math.sqrt(variance), dims)
    bound = math.sqrt(3.0 * variance)
    return generator.uniform(-bound, bound, dims)


# --- by name, and by activation ------------------------------------------------------------------------

INITIALISERS: dict[str, type[Initialiser]] = {
    "he": He,
    "glorot": Glorot,
    "lecun": LeCun,
    "orthogonal": Orthogonal,
    "gaussian": Gaussian,
    "uniform": Uniform,
    "constant": Constant,
    "zeros": Zeros,
}

_WITH_DISTRIBUTION: dict[str, Callable[..., Initialiser]] = {
    f"{name}_{distribution}": partial(kind, distribution=distribution)
    for name, kind in (("he", He), ("glorot", Glorot), ("lecun", LeCun))
    for distribution in ("normal", "uniform")
}


def initialiser(chosen: Any) -> Initialiser:
    """Look up an initialiser by name.

    Parameters
    ----------
    chosen : str or Initialiser
        A name, optionally with its distribution (`"he_uniform"`), or an initialiser as Python prints it. An
        `Initialiser` is returned unchanged.

    Raises
    ------
    ArgumentError
        If the name or a constant is unknown.

    Examples
    --------
    >>> initialiser("he_uniform")
    He(slope=0.0, distribution='uniform')
    >>> initialiser("Gaussian(std=0.1)")
    Gaussian(std=0.1)
    """
    if isinstance(chosen, str):
        return read(chosen, {**INITIALISERS, **_WITH_DISTRIBUTION}, "init")  # type: ignore[no-any-return]
    if isinstance(chosen, Initialiser):
        return chosen
    msg = f"init: expected one of {', '.join(INITIALISERS)}, or an Initialiser, received {chosen!r}"
    raise ArgumentError(msg)


_LIKE_RELU = (relu, relu6, ELU, Softplus, silu, mish, gelu, gelu_tanh, hard_swish)


def initialiser_for(chosen: str | Callable[[Any], Any]) -> Initialiser:
    """The default for an activation: He for the ReLU family, LeCun for SELU, Glorot for the others.

    Examples
    --------
    >>> initialiser_for("LeakyReLU(slope=0.1)"), initialiser_for("selu")
    (He(slope=0.1, distribution='normal'), LeCun(gain=1.0, distribution='normal'))
    """
    function = activation(chosen)
    if isinstance(function, LeakyReLU):
        return He(slope=function.slope)
    kind = type(function) if is_dataclass(function) else function
    if kind is selu:
        return LeCun()
    return He() if any(kind is each for each in _LIKE_RELU) else Glorot()
