"""Initialisers: how weights are drawn before the first step. All are Gaussian or uniform with mean zero."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import numpy.typing as npt

__all__ = ["INITIALISERS", "Gaussian", "Glorot", "He", "Initialiser", "initialiser", "initialiser_for"]


class Initialiser(ABC):
    """Draws the weights of a layer."""

    @abstractmethod
    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        """Weights of shape (fan_in, fan_out)."""


@dataclass(frozen=True)
class Gaussian(Initialiser):
    r"""Weights :math:`\mathcal N(0, \sigma^2)` whatever the layer's size.

    Parameters
    ----------
    std : float
        :math:`\sigma`. With many layers a fixed one lets the signal die or explode; prefer He or Glorot.

    Examples
    --------
    >>> import numpy as np
    >>> Gaussian(0.01).draw(np.random.default_rng(0), 3, 2).shape
    (3, 2)
    """

    std: float = 0.01

    def __post_init__(self) -> None:
        if not (self.std >= 0 and math.isfinite(self.std)):
            msg = f"Gaussian: expected a finite std of at least 0, received std={self.std}"
            raise ArgumentError(msg)

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        return generator.normal(0.0, self.std, (fan_in, fan_out))


@dataclass(frozen=True)
class He(Initialiser):
    r"""Weights :math:`\mathcal N(0, 2 / n_\text{in})`, which keep the signal's size through ReLU layers.

    Examples
    --------
    >>> import numpy as np
    >>> bool(abs(He().draw(np.random.default_rng(0), 200, 300).std() - 0.1) < 0.002)
    True

    References
    ----------
    K. He, X. Zhang, S. Ren, J. Sun, Delving deep into rectifiers (2015).
    """

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        return generator.normal(0.0, math.sqrt(2.0 / max(fan_in, 1)), (fan_in, fan_out))


@dataclass(frozen=True)
class Glorot(Initialiser):
    r"""Weights uniform in :math:`\pm\sqrt{6 / (n_\text{in} + n_\text{out})}`, for sigmoid, tanh and linear layers.

    Examples
    --------
    >>> import numpy as np
    >>> bool(abs(Glorot().draw(np.random.default_rng(0), 3, 3)).max() <= 1.0)
    True

    References
    ----------
    X. Glorot, Y. Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).
    """

    def draw(self, generator: np.random.Generator, fan_in: int, fan_out: int) -> npt.NDArray[np.float64]:
        bound = math.sqrt(6.0 / max(fan_in + fan_out, 1))
        return generator.uniform(-bound, bound, (fan_in, fan_out))


INITIALISERS: dict[str, type[Initialiser]] = {"gaussian": Gaussian, "he": He, "glorot": Glorot}


def initialiser(chosen: str | Initialiser) -> Initialiser:
    """The initialiser itself, or the one of this name with its default constants."""
    if isinstance(chosen, Initialiser):
        return chosen
    if chosen in INITIALISERS:
        return INITIALISERS[chosen]()
    msg = f"init: expected one of {', '.join(INITIALISERS)}, or an Initialiser, received {chosen!r}"
    raise ArgumentError(msg)


def initialiser_for(activation: str | Callable[[Any], Any]) -> Initialiser:
    """What suits an activation: He for those that are zero on one side, Glorot for the others."""
    name = activation if isinstance(activation, str) else getattr(activation, "__name__", "")
    return He() if name in ("relu", "softplus") else Glorot()
