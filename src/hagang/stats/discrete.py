"""Discrete distributions, in SciPy's parameters."""

from __future__ import annotations

import numpy as np
from scipy import special

from hagang.stats.base import Array, Discrete, inside

__all__ = ["Binomial", "Poisson"]


def _is_whole(k: Array, condition: Array) -> Array:
    return (k == np.floor(k)) & condition


class Poisson(Discrete):
    r"""The Poisson distribution: `poisson.logpmf(k, mu, loc=0)`.

    .. math:: \log p(k) = k \log \mu - \mu - \log k!

    Examples
    --------
    >>> import numpy as np
    >>> from hagang.stats import poisson
    >>> round(float(np.exp(poisson.logpmf(2, 3.0))), 6)
    0.224042
    """

    def logpmf(self, k: Array, *parameters: Array, loc: Array = 0.0) -> Array:
        mu, k = _shifted(k, parameters, 1, loc)
        allowed = _is_whole(k, k >= 0)
        count = np.where(allowed, k, 0.0)
        return inside(allowed, special.xlogy(count, mu[0]) - mu[0] - special.gammaln(count + 1.0))

    def logcdf(self, k: Array, *parameters: Array, loc: Array = 0.0) -> Array:
        mu, k = _shifted(k, parameters, 1, loc)
        count = np.floor(np.where(k >= 0, k, 0.0))
        return inside(k >= 0, np.log(special.gammaincc(count + 1.0, mu[0])))


class Binomial(Discrete):
    r"""The binomial distribution: `binom.logpmf(k, n, p, loc=0)`.

    .. math:: \log p(k) = \log \binom{n}{k} + k \log p + (n - k) \log(1 - p)
    """

    def logpmf(self, k: Array, *parameters: Array, loc: Array = 0.0) -> Array:
        (n, p), k = _shifted(k, parameters, 2, loc)
        allowed = _is_whole(k, (k >= 0) & (k <= n))
        count = np.where(allowed, k, 0.0)
        ways = special.gammaln(n + 1.0) - special.gammaln(count + 1.0) - special.gammaln(n - count + 1.0)
        return inside(allowed, ways + special.xlogy(count, p) + special.xlog1py(n - count, -p))

    def logcdf(self, k: Array, *parameters: Array, loc: Array = 0.0) -> Array:
        (n, p), k = _shifted(k, parameters, 2, loc)
        partly = (k >= 0) & (k < n)
        count = np.floor(np.where(partly, k, 0.0))
        above = np.where(partly, n - count, 1.0)
        return np.where(k >= n, 0.0, inside(k >= 0, np.log(special.betainc(above, count + 1.0, 1.0 - p))))


def _shifted(k: Array, parameters: tuple[Array, ...], count: int, loc: Array) -> tuple[tuple[Array, ...], Array]:
    """The parameters without SciPy's `loc`, and k less that."""
    if not count <= len(parameters) <= count + 1:
        msg = f"expected {count} parameters, then loc, received {len(parameters)}"
        raise TypeError(msg)
    return parameters[:count], k - (parameters[count] if len(parameters) > count else loc)
