"""Continuous distributions, in SciPy's parameters."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from hagang.stats.base import Array, Continuous, inside
from hagang.trace import custom_gradient

__all__ = ["Beta", "Exponential", "Gamma", "LogNormal", "Normal", "StudentT"]

_LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)


class Normal(Continuous):
    r"""The normal distribution: `norm.logpdf(x, loc=0, scale=1)`.

    .. math:: \log p(z) = -\tfrac12 z^2 - \tfrac12 \log 2\pi

    Examples
    --------
    >>> import numpy as np
    >>> import hagang as hg
    >>> from hagang.stats import norm
    >>> data = np.array([1.0, 2.0, 4.0])
    >>> result = hg.minimize(lambda p: -np.sum(norm.logpdf(data, p[0], np.exp(p[1]))), [0.0, 0.0])
    >>> np.allclose([result.x[0], np.exp(result.x[1])], [np.mean(data), np.std(data)], rtol=1e-4)
    True
    """

    def log_density(self, z: Array, *shapes: Array) -> Array:  # noqa: ARG002
        return -0.5 * z * z - _LOG_ROOT_TWO_PI

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:  # noqa: ARG002
        return special.log_ndtr(z)


class StudentT(Continuous):
    r"""Student's t: `t.logpdf(x, df, loc=0, scale=1)`.

    .. math:: \log p(z) = \log \frac{\Gamma((\nu + 1) / 2)}{\Gamma(\nu / 2) \sqrt{\nu \pi}}
        - \frac{\nu + 1}{2} \log(1 + z^2 / \nu)
    """

    count = 1

    def log_density(self, z: Array, *shapes: Array) -> Array:
        (df,) = shapes
        constant = special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - 0.5 * np.log(df * math.pi)
        return constant - (df + 1) / 2 * np.log1p(z * z / df)

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:
        return _student(z, *shapes)


def _student_value(z: Array, df: Array) -> Array:
    tail = 0.5 * special.betainc(0.5 * df, 0.5, df / (df + z * z))
    return np.where(z > 0, np.log1p(-tail), np.log(tail))


@custom_gradient
def _student(z: Array, df: Array) -> Any:
    """With the density as its derivative in z, which the incomplete beta function has not at zero."""
    value = _student_value(z, df)

    def pull(g: Array) -> tuple[Array, Array]:
        step = df / 256
        near = _student_value(z, df + step) - _student_value(z, df - step)
        far = _student_value(z, df + 2 * step) - _student_value(z, df - 2 * step)
        by_z = g * np.exp(StudentT().log_density(z, df) - value)
        return _like(by_z, z), _like(g * (8 * near - far) / (12 * step), df)

    return value, pull


def _like(gradient: Array, x: Array) -> Array:
    """Summed over what x was spread over."""
    lost = np.ndim(gradient) - np.ndim(x)
    gradient = np.sum(gradient, axis=tuple(range(lost))) if lost else gradient
    spread = tuple(k for k, n in enumerate(np.shape(x)) if n == 1 and np.shape(gradient)[k] != 1)
    return np.sum(gradient, axis=spread, keepdims=True) if spread else gradient


class Gamma(Continuous):
    r"""The gamma distribution: `gamma.logpdf(x, a, loc=0, scale=1)`.

    .. math:: \log p(z) = (a - 1) \log z - z - \log \Gamma(a)
    """

    count = 1

    def log_density(self, z: Array, *shapes: Array) -> Array:
        (a,) = shapes
        return inside(z >= 0, special.xlogy(a - 1.0, z) - z - special.gammaln(a))

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:
        (a,) = shapes
        positive = np.where(z > 0, z, 1.0)
        return inside(z > 0, np.log(special.gammainc(a, positive)))


class Beta(Continuous):
    r"""The beta distribution: `beta.logpdf(x, a, b, loc=0, scale=1)`.

    .. math:: \log p(z) = (a - 1) \log z + (b - 1) \log(1 - z) - \log B(a, b)
    """

    count = 2

    def log_density(self, z: Array, *shapes: Array) -> Array:
        a, b = shapes
        powers = special.xlogy(a - 1.0, z) + special.xlog1py(b - 1.0, -z)
        return inside((z >= 0) & (z <= 1), powers - special.betaln(a, b))

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:
        a, b = shapes
        within = np.where((z > 0) & (z < 1), z, 0.5)
        return np.where(z >= 1, 0.0, inside(z > 0, np.log(special.betainc(a, b, within))))


class Exponential(Continuous):
    r"""The exponential distribution: `expon.logpdf(x, loc=0, scale=1)`.

    .. math:: \log p(z) = -z, \quad z \ge 0
    """

    def log_density(self, z: Array, *shapes: Array) -> Array:  # noqa: ARG002
        return inside(z >= 0, -z)

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:  # noqa: ARG002
        return inside(z > 0, np.log(-np.expm1(-np.where(z > 0, z, 1.0))))


class LogNormal(Continuous):
    r"""The log-normal distribution: `lognorm.logpdf(x, s, loc=0, scale=1)`.

    .. math:: \log p(z) = -\frac{(\log z)^2}{2 s^2} - \log(s z \sqrt{2\pi})
    """

    count = 1

    def log_density(self, z: Array, *shapes: Array) -> Array:
        (s,) = shapes
        logarithm = np.log(np.where(z > 0, z, 1.0))
        return inside(z > 0, -((logarithm / s) ** 2) / 2 - np.log(s) - logarithm - _LOG_ROOT_TWO_PI)

    def log_cumulative(self, z: Array, *shapes: Array) -> Array:
        (s,) = shapes
        return inside(z > 0, special.log_ndtr(np.log(np.where(z > 0, z, 1.0)) / s))
