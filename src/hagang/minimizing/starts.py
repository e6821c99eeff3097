"""Where to start: drawn points, and many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hagang.errors import ArgumentError, check_number
from hagang.minimizing.checks import check_whole, is_whole
from hagang.notation import read

if TYPE_CHECKING:
    from hagang.minimizing.bounds import Box
    from hagang.minimizing.variables import Array

__all__ = ["Normal", "Uniform", "draw_near", "generator", "read_distribution"]

Shape: TypeAlias = "int | tuple[int, ...]"


@dataclass(frozen=True)
class Normal:
    """A start drawn from a normal distribution; in text `"normal(3)"`, `"normal((2, 3), scale=5)"`.

    Parameters
    ----------
    shape : int or tuple of int
        How many numbers, or an array's shape.
    scale : float
        The standard deviation.
    centre : float
        The mean.

    Examples
    --------
    >>> import numpy as np
    >>> Normal(2, scale=0.0, centre=1.5).draw(np.random.default_rng(0))
    array([1.5, 1.5])
    """

    shape: Shape
    scale: float = 1.0
    centre: float = 0.0

    def __post_init__(self) -> None:
        _check_shape(self)
        check_number(self, "scale", least=0)
        check_number(self, "centre")

    def draw(self, random: np.random.Generator) -> Array:
        """One start."""
        return self.centre + self.scale * random.standard_normal(self.shape)


@dataclass(frozen=True)
class Uniform:
    """A start drawn evenly from an interval; in text `"uniform(3, low=-5, high=5)"`.

    Parameters
    ----------
    shape : int or tuple of int
        How many numbers, or an array's shape.
    low, high : float
        The interval.
    """

    shape: Shape
    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _check_shape(self)
        check_number(self, "low")
        check_number(self, "high", least=self.low)

    def draw(self, random: np.random.Generator) -> Array:
        """One start."""
        return random.uniform(self.low, self.high, self.shape)


def _check_shape(owner: Normal | Uniform) -> None:
    sizes = owner.shape if isinstance(owner.shape, tuple) else (owner.shape,)
    if not all(is_whole(size) and size >= 1 for size in sizes):
        name = type(owner).__name__
        msg = f"{name}: expected shape to be a whole number above 0 or a tuple of them, received shape={owner.shape!r}"
        raise ArgumentError(msg)


def generator(seed: int, k: int = 0) -> np.random.Generator:
    """The random numbers of start k, which do not depend on how many starts there are."""
    return np.random.default_rng([check_whole("seed", seed), k])


def draw_near(x0: Array, box: Box | None, random: np.random.Generator) -> Array:
    """A start for those that x0 does not fix: evenly from finite bounds, else normal about x0.

    The standard deviation is |x0| or one, whichever is larger.
    """
    if box is not None and box.is_finite:
        return random.uniform(box.low, box.high)
    drawn = x0 + np.maximum(np.abs(x0), 1.0) * random.standard_normal(x0.shape)
    return drawn if box is None else box.project(drawn)


# --- from text -----------------------------------------------------------------------------------------

_KINDS: dict[str, Any] = {"normal": Normal, "uniform": Uniform}


def read_distribution(x0: Any, size: int | None) -> Normal | Uniform | None:
    """The distribution that a start is to be drawn from; None where x0 is a start itself.

    Parameters
    ----------
    x0 : Normal, Uniform, str or anything else
        What `minimize` was given.
    size : int or None
        How many numbers, where the text is a mere name.
    """
    if isinstance(x0, (Normal, Uniform)):
        return x0
    if not isinstance(x0, str):
        return None
    if x0.strip().lower() in _KINDS:
        if size is None:
            msg = f"x0: expected how many numbers to draw, as in '{x0.strip()}(2)', received {x0!r}"
            raise ArgumentError(msg)
        return _KINDS[x0.strip().lower()](size)  # type: ignore[no-any-return]
    return read(x0, _KINDS, "x0")  # type: ignore[no-any-return]
