"""What all distributions share: location and scale, and the functions that follow from the logarithms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

__all__ = ["Continuous", "Discrete", "inside"]

Array = Any


def inside(condition: Array, value: Array) -> Array:
    """The value where the condition holds, minus infinity elsewhere; nothing of elsewhere in a gradient."""
    return np.where(condition, value, -np.inf)


class Continuous(ABC):
    """A family of densities; `shapes` are its parameters before SciPy's `loc` and `scale`."""

    @abstractmethod
    def log_density(self, z: Array, *shapes: Array) -> Array:
        """The logarithm of the standard density, where loc is 0 and scale is 1."""

    @abstractmethod
    def log_cumulative(self, z: Array, *shapes: Array) -> Array:
        """The logarithm of the standard distribution function."""

    def logpdf(self, x: Array, *shapes: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
        """The logarithm of the density at x.

        Parameters
        ----------
        x : array
            Where.
        *shapes : array
            The distribution's own parameters, then `loc` and `scale`, as in SciPy; all broadcast together.
        loc, scale : array
            The density is that of `(x - loc) / scale`, divided by `scale`.
        """
        own, loc, scale = self._split(shapes, loc, scale)
        return self.log_density((x - loc) / scale, *own) - np.log(scale)

    def pdf(self, x: Array, *shapes: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
        """The density at x; parameters as for `logpdf`."""
        return np.exp(self.logpdf(x, *shapes, loc=loc, scale=scale))

    def logcdf(self, x: Array, *shapes: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
        """The logarithm of the probability of x or less; parameters as for `logpdf`."""
        own, loc, scale = self._split(shapes, loc, scale)
        return self.log_cumulative((x - loc) / scale, *own)

    def cdf(self, x: Array, *shapes: Array, loc: Array = 0.0, scale: Array = 1.0) -> Array:
        """The probability of x or less; parameters as for `logpdf`."""
        return np.exp(self.logcdf(x, *shapes, loc=loc, scale=scale))

    count = 0
    """How many parameters the family has of its own."""

    def _split(self, shapes: tuple[Array, ...], loc: Array, scale: Array) -> tuple[tuple[Array, ...], Array, Array]:
        own, rest = shapes[: self.count], shapes[self.count :]
        if len(own) < self.count or len(rest) > 2:
            name = type(self).__name__
            msg = f"{name}: expected {self.count} parameters, then loc and scale, received {len(shapes)}"
            raise TypeError(msg)
        return own, *(*rest, loc, scale)[: len(rest)], *(loc, scale)[len(rest) :]


class Discrete(ABC):
    """A family of probabilities of whole numbers."""

    @abstractmethod
    def logpmf(self, k: Array, *parameters: Array) -> Array:
        """The logarithm of the probability of k; minus infinity where k is no whole number it may be."""

    @abstractmethod
    def logcdf(self, k: Array, *parameters: Array) -> Array:
        """The logarithm of the probability of k or less."""

    def pmf(self, k: Array, *parameters: Array) -> Array:
        """The probability of k; parameters as for `logpmf`."""
        return np.exp(self.logpmf(k, *parameters))

    def cdf(self, k: Array, *parameters: Array) -> Array:
        """The probability of k or less; parameters as for `logcdf`."""
        return np.exp(self.logcdf(k, *parameters))
