"""NumPy's order statistics: sorted values, medians, quantiles; and reductions that leave out NaNs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.ops import reduce as rd
from hagang.trace.axes import one_axis
from hagang.trace.tables import FUNCTIONS
from hagang.trace.traced import Traced
from hagang.trace.ufuncs import NUMBER, operands

if TYPE_CHECKING:
    from collections.abc import Callable

__all__: list[str] = []


def _argsort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:  # noqa: ARG001
    """Equal elements keep their order, which NumPy promises for some kinds of sort only."""
    flat = np.ravel(a) if axis is None else a
    (x,), precision = operands((flat,), NUMBER)
    return Traced(rd.argsort(x, one_axis(-1 if axis is None else axis, x.ndim, "argsort")), precision)


def _sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:  # noqa: ARG001
    flat = np.ravel(a) if axis is None else np.moveaxis(a, axis, -1)
    order_of = _argsort(flat)
    if flat.ndim == 1:
        return flat[order_of]
    size = flat.shape[-1]
    starts = np.arange(int(np.prod(flat.shape[:-1]))).reshape(*flat.shape[:-1], 1) * size
    return np.moveaxis(np.ravel(flat)[order_of + starts], -1, axis)  # type: ignore[arg-type]


def _partition(a: Any, kth: Any, axis: int | None = -1, kind: Any = None, order: Any = None) -> Any:  # noqa: ARG001
    """Sorted whole, which is partitioned too."""
    return _sort(a, axis)


_METHODS: dict[str, Callable[[Any, int], Any]] = {
    "linear": lambda q, n: q * (n - 1),
    "lower": lambda q, n: np.floor(q * (n - 1)),
    "higher": lambda q, n: np.ceil(q * (n - 1)),
    "nearest": lambda q, n: np.rint(q * (n - 1)),
    "midpoint": lambda q, n: (np.floor(q * (n - 1)) + np.ceil(q * (n - 1))) / 2,
    "hazen": lambda q, n: np.clip(q * n - 0.5, 0, n - 1),
    "weibull": lambda q, n: np.clip(q * (n + 1) - 1, 0, n - 1),
    "median_unbiased": lambda q, n: np.clip(q * (n + 1 / 3) - 2 / 3, 0, n - 1),
    "normal_unbiased": lambda q, n: np.clip(q * (n + 1 / 4) - 5 / 8, 0, n - 1),
}


def _quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,  # noqa: ARG001
    overwrite_input: bool = False,  # noqa: ARG001
    method: str = "linear",
    keepdims: bool = False,
) -> Any:
    if method not in _METHODS:
        msg = f"quantile: expected a method among {', '.join(_METHODS)}, received {method!r}"
        raise ArgumentError(msg)
    merged, kept = _last_axis(a, axis)
    ordered, count = _sort(1.0 * merged), merged.shape[-1]
    at = q if isinstance(q, Traced) else np.asarray(q, np.float64)
    place = _METHODS[method](at, count)
    below = np.clip(np.floor(place), 0, max(count - 2, 0)).astype(int)
    share = place - below
    ordered = np.moveaxis(ordered, -1, 0)
    shape = np.shape(at) + (1,) * (ordered.ndim - 1)
    share = np.reshape(share, shape)
    result = ordered[below] * (1 - share) + ordered[np.minimum(below + 1, count - 1)] * share
    return np.reshape(result, np.shape(at) + kept) if keepdims else result


def _last_axis(a: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The reduced axes as one, the last; and the shape with each of them kept as one."""
    axes = range(a.ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    reduced = [one_axis(k, a.ndim, "quantile") for k in axes]
    rest = [k for k in range(a.ndim) if k not in reduced]
    kept = tuple(1 if k in reduced else a.shape[k] for k in range(a.ndim))
    moved = np.transpose(a, [*rest, *reduced])
    return np.reshape(moved, [*(a.shape[k] for k in rest), -1]), kept


def _percentile(a: Any, q: Any, axis: Any = None, **kwargs: Any) -> Any:
    return _quantile(a, q / 100 if isinstance(q, Traced) else np.asarray(q, np.float64) / 100, axis, **kwargs)


def _median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:  # noqa: ARG001
    return _quantile(a, 0.5, axis, keepdims=keepdims)


def _ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


# --- weighted, and without NaNs ------------------------------------------------------------------------


def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        return (mean, np.size(a) / np.size(mean) + 0.0 * mean) if returned else mean
    if np.shape(weights) != np.shape(a) and np.ndim(weights) == 1 and isinstance(axis, int):
        weights = np.reshape(weights, [-1 if k == axis % np.ndim(a) else 1 for k in range(np.ndim(a))])
    shared = weights + 0.0 * a
    total = np.sum(shared, axis=axis, keepdims=keepdims)
    mean = np.sum(shared * a, axis=axis, keepdims=keepdims) / total
    return (mean, total) if returned else mean


def _nan_reduction(reduce: Callable[..., Any], filling: float) -> Callable[..., Any]:
    def lower(a: Any, axis: Any = None, keepdims: bool = False, **kwargs: Any) -> Any:
        return reduce(np.where(np.isnan(a), filling, a), axis=axis, keepdims=keepdims, **kwargs)

    return lower


_nansum = _nan_reduction(np.sum, 0.0)


def _nanmean(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return _nansum(a, axis, keepdims) / np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)


def _nanvar(a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    centred = a - _nanmean(a, axis, keepdims=True)
    return _nansum(centred * centred, axis, keepdims) / (np.sum(~np.isnan(a), axis=axis, keepdims=keepdims) - ddof)


def _nanstd(a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.sqrt(_nanvar(a, axis, ddof, keepdims))


def _cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Any:
    x = np.atleast_2d(m) if rowvar or np.ndim(m) == 1 else np.transpose(m)
    if y is not None:
        x = np.concatenate([x, np.atleast_2d(y) if rowvar or np.ndim(y) == 1 else np.transpose(y)])
    centred = x - np.mean(x, axis=1, keepdims=True)
    lost = (0 if bias else 1) if ddof is None else ddof
    return np.squeeze(centred @ centred.T / (x.shape[1] - lost))


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Any:
    covariance = _cov(x, y, rowvar)
    if covariance.ndim == 0:
        return covariance / covariance
    deviations = np.sqrt(np.diag(covariance))
    return np.clip(covariance / np.outer(deviations, deviations), -1.0, 1.0)


FUNCTIONS.update(
    {
        np.argsort: _argsort,
        np.sort: _sort,
        np.partition: _partition,
        np.quantile: _quantile,
        np.percentile: _percentile,
        np.median: _median,
        np.ptp: _ptp,
        np.average: _average,
        np.nansum: _nansum,
        np.nanprod: _nan_reduction(np.prod, 1.0),
        np.nanmax: _nan_reduction(np.max, -np.inf),
        np.nanmin: _nan_reduction(np.min, np.inf),
        np.nanmean: _nanmean,
        np.nanvar: _nanvar,
        np.nanstd: _nanstd,
        np.cov: _cov,
        np.corrcoef: _corrcoef,
    }
)
