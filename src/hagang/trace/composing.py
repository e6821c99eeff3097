"""NumPy's functions that are compositions: written in NumPy, of functions that are traced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.trace.axes import one_axis
from hagang.trace.source import cannot_trace
from hagang.trace.tables import FUNCTIONS, UFUNCS
from hagang.trace.traced import Traced, lift, precision_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__: list[str] = []


def _traced(value: Any, *others: Any) -> Any:
    """The value as a stand-in of the same trace as the others."""
    precision = precision_of(value, *others)
    return value if isinstance(value, Traced) else Traced(lift(value, precision), precision)


def _all_traced(*values: Any) -> list[Any]:
    return [_traced(value, *values) for value in values]


# --- joining and spreading -----------------------------------------------------------------------------


def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    first, second = _all_traced(arr, values)
    parts = [first.ravel(), second.ravel()] if axis is None else [first, second]
    return np.concatenate(parts, axis=axis or 0)


def _block(arrays: Any) -> Any:
    depth = _depth(arrays)
    ndim = max([depth, *(np.ndim(leaf) for leaf in _leaves(arrays))])
    return _joined(arrays, depth, ndim)


def _depth(nest: Any) -> int:
    return 1 + _depth(nest[0]) if isinstance(nest, list) else 0


def _leaves(nest: Any) -> list[Any]:
    return [leaf for part in nest for leaf in _leaves(part)] if isinstance(nest, list) else [nest]


def _joined(nest: Any, depth: int, ndim: int) -> Any:
    if not isinstance(nest, list):
        return np.reshape(nest, (1,) * (ndim - np.ndim(nest)) + np.shape(nest))
    return np.concatenate([_joined(part, depth - 1, ndim) for part in nest], axis=-depth)


def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:  # noqa: ARG001
    axes = [np.ravel(x) for x in _all_traced(*xi)]
    order = [1, 0, *range(2, len(axes))] if indexing == "xy" and len(axes) > 1 else [*range(len(axes))]
    shaped = [
        np.reshape(x, [-1 if k == at else 1 for k in range(len(axes))]) for x, at in zip(axes, order, strict=True)
    ]
    return tuple(shaped) if sparse else np.broadcast_arrays(*shaped)


def _kron(a: Any, b: Any) -> Any:
    x, y = _all_traced(a, b)
    ndim = max(x.ndim, y.ndim)
    shapes = [(1,) * (ndim - v.ndim) + v.shape for v in (x, y)]
    left = np.reshape(x, [n for m in shapes[0] for n in (m, 1)])
    right = np.reshape(y, [n for m in shapes[1] for n in (1, m)])
    return np.reshape(left * right, [m * n for m, n in zip(*shapes, strict=True)])


def _linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    shares = np.linspace(0.0, 1.0, num, endpoint)
    first, last = np.broadcast_arrays(*_all_traced(start, stop))
    shares = shares.reshape(-1, *(1,) * first.ndim)
    points = np.moveaxis(first * (1 - shares) + last * shares, 0, axis)
    points = points if dtype is None else points.astype(dtype)
    return (points, (last - first) / max(num - endpoint, 1)) if retstep else points


def _logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    points = np.power(base, _linspace(start, stop, num, endpoint, axis=axis))
    return points if dtype is None else points.astype(dtype)


def _geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    first, last = _all_traced(start, stop)
    points = first * np.exp(_linspace(0.0 * first, np.log(last / first), num, endpoint, axis=axis))
    return points if dtype is None else points.astype(dtype)


# --- choosing ------------------------------------------------------------------------------------------


def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        msg = f"select: expected as many choices as conditions, received {len(choicelist)} and {len(condlist)}"
        raise ArgumentError(msg)
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


def _piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """Every function is given all of x; of each only what its condition picks is kept."""
    is_single = not isinstance(condlist, (list, tuple)) or (not np.ndim(condlist[0]) > 0 and np.ndim(x) > 0)
    conditions = [condlist] if is_single and np.ndim(condlist) == np.ndim(x) else list(condlist)
    pieces = [f(x, *args, **kw) if callable(f) else f for f in funclist]
    result = pieces[len(conditions)] if len(pieces) > len(conditions) else 0.0 * x
    for condition, piece in zip(conditions, pieces, strict=False):
        result = np.where(condition, piece, result)
    return result + 0.0 * x


def _without_nan(combine: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: np.where(np.isnan(a), b, np.where(np.isnan(b), a, combine(a, b)))


def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:  # noqa: ARG001
    if x.dtype.kind != "f":
        return x
    largest = float(np.finfo(x.dtype).max)
    above, below = (largest if posinf is None else posinf), (-largest if neginf is None else neginf)
    return np.where(np.isnan(x), nan, np.where(x == np.inf, above, np.where(x == -np.inf, below, x)))


def _isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Any:
    x, y = _all_traced(a, b)
    near = (x == y) | (np.isfinite(y) & (np.abs(x - y) <= atol + rtol * np.abs(y)))
    return near | (np.isnan(x) & np.isnan(y)) if equal_nan else near


def _array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    if np.shape(a1) != np.shape(a2):
        return False
    same = a1 == a2
    return np.all(same | (np.isnan(a1) & np.isnan(a2)) if equal_nan else same)


# --- interpolation, polynomials, integrals, differences ------------------------------------------------


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    if period is not None:
        msg = "interp: expected no period, received one; take the remainder of x, np.remainder(x, period), first"
        raise ArgumentError(msg)
    at, knots, values = _all_traced(x, xp, fp)
    last = knots.shape[0] - 1
    k = np.clip(np.sum(at[..., np.newaxis] >= knots, axis=-1) - 1, 0, max(last - 1, 0))
    if last == 0:
        inside = values[0] + 0.0 * at
    else:
        inside = values[k] + (values[k + 1] - values[k]) / (knots[k + 1] - knots[k]) * (at - knots[k])
    below = values[0] if left is None else left
    above = values[-1] if right is None else right
    return np.where(at < knots[0], below, np.where(at > knots[-1], above, inside))


def _polyval(p: Any, x: Any) -> Any:
    coefficients, at = _all_traced(p, x)
    total = 0.0 * at
    for k in range(coefficients.shape[0]):
        total = total * at + coefficients[k]
    return total


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    values = _traced(y, x) if x is not None else _traced(y, dx)
    values = np.moveaxis(values, axis, -1)
    widths = dx if x is None else np.diff(x) if np.ndim(x) == 1 else np.moveaxis(np.diff(x, axis=axis), axis, -1)
    return np.sum(widths * (values[..., 1:] + values[..., :-1]) / 2, axis=-1)


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    x, kernel = (np.ravel(array) for array in _all_traced(a, v))
    if x.shape[0] < kernel.shape[0]:
        x, kernel = kernel, x
    n, m = x.shape[0], kernel.shape[0]
    at = np.arange(n + m - 1)[:, np.newaxis] - np.arange(m)
    inside = (at >= 0) & (at < n)
    full = np.sum(np.where(inside, x[np.clip(at, 0, n - 1)], 0.0) * kernel, axis=1)
    start, count = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}[mode]
    return full[start : start + count]


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    x, kernel = _all_traced(a, v)
    n, m = kernel.shape[0], x.shape[0]
    if mode == "same" and m < n:
        start = m - 1 - (m - 1) // 2
        return _convolve(x, kernel[::-1])[start : start + n]
    return _convolve(x, kernel[::-1], mode)


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    if edge_order != 1:
        msg = f"gradient: expected edge_order=1, received {edge_order!r}"
        raise ArgumentError(msg)
    axes = range(f.ndim) if axis is None else np.atleast_1d(axis).tolist()
    axes = [one_axis(k, f.ndim, "gradient") for k in axes]
    spacings = list(varargs) * len(axes) if len(varargs) == 1 else list(varargs) or [1.0] * len(axes)
    parts = [_gradient_along(np.moveaxis(f, k, -1), h, k) for k, h in zip(axes, spacings, strict=True)]
    return parts[0] if len(parts) == 1 else tuple(parts)


def _gradient_along(f: Any, spacing: Any, axis: int) -> Any:
    size = f.shape[-1]
    widths = np.diff(spacing) if np.ndim(spacing) else spacing * np.ones(size - 1)
    slopes = (f[..., 1:] - f[..., :-1]) / widths
    before, after = widths[:-1], widths[1:]
    middle = (after * slopes[..., :-1] + before * slopes[..., 1:]) / (before + after)
    return np.moveaxis(np.concatenate([slopes[..., :1], middle, slopes[..., -1:]], axis=-1), -1, axis)


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    parts = [to_begin, np.diff(np.ravel(ary)), to_end]
    return np.concatenate([np.ravel(_traced(part, ary)) for part in parts if part is not None])


def _cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Any:
    axisa, axisb, axisc = (axis,) * 3 if axis is not None else (axisa, axisb, axisc)
    x, y = _all_traced(a, b)
    x, y = np.moveaxis(x, axisa, 0), np.moveaxis(y, axisb, 0)
    if x.shape[0] != 3 or y.shape[0] != 3:
        msg = f"cross: expected vectors of three numbers, received {x.shape[0]} and {y.shape[0]}"
        raise ShapeError(msg)
    parts = [x[i] * y[j] - x[j] * y[i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.stack(parts, axis=axisc)


def _sinc(x: Any) -> Any:
    """By its series near zero, so that derivatives are right there too."""
    y = np.pi * x
    square, series = y * y, 0.0 * y
    for k in range(7, 0, -1):
        series = (1.0 + series) * -square / (2 * k * (2 * k + 1))
    return np.where(np.abs(y) < 0.5, 1.0 + series, np.sin(y) / y)


def _searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    if sorter is not None:
        what = "np.searchsorted(sorter=...) is not covered"
        raise cannot_trace(what, "sort the array first")
    knots, values = _all_traced(a, v)
    below = knots < values[..., np.newaxis] if side == "left" else knots <= values[..., np.newaxis]
    return np.sum(below, axis=-1)


# --- running products and extremes ---------------------------------------------------------------------


def _scan(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """All partial results, by doubling the reach: right where elements are zero, to every order."""

    def scan(a: Any, axis: Any = None, dtype: Any = None) -> Any:
        x = _traced(a) if dtype is None else _traced(a).astype(dtype)
        x = np.ravel(x) if axis is None else np.moveaxis(x, axis, 0)
        reach = 1
        while reach < x.shape[0]:
            x = np.concatenate([x[:reach], combine(x[reach:], x[:-reach])])
            reach *= 2
        return x if axis is None else np.moveaxis(x, 0, axis)

    return scan


def _accumulate(scan: Callable[..., Any]) -> Callable[..., Any]:
    return lambda array, axis=0, dtype=None: scan(array, axis, dtype)


_cumprod = _scan(np.multiply)

FUNCTIONS.update(
    {
        np.append: _append,
        np.block: _block,
        np.meshgrid: _meshgrid,
        np.kron: _kron,
        np.linspace: _linspace,
        np.logspace: _logspace,
        np.geomspace: _geomspace,
        np.select: _select,
        np.piecewise: _piecewise,
        np.nan_to_num: _nan_to_num,
        np.isclose: _isclose,
        np.allclose: lambda a, b, rtol=1e-05, atol=1e-08, equal_nan=False: np.all(
            _isclose(a, b, rtol, atol, equal_nan)
        ),
        np.array_equal: _array_equal,
        np.interp: _interp,
        np.polyval: _polyval,
        np.trapezoid: _trapezoid,
        np.convolve: _convolve,
        np.correlate: _correlate,
        np.gradient: _gradient,
        np.ediff1d: _ediff1d,
        np.cross: _cross,
        np.sinc: _sinc,
        np.searchsorted: _searchsorted,
        np.digitize: lambda x, bins, right=False: _searchsorted(bins, x, "left" if right else "right"),
        np.cumprod: _cumprod,
    }
)
UFUNCS.update(
    {
        "fmax": _without_nan(np.maximum),
        "fmin": _without_nan(np.minimum),
        "radians": lambda x: np.deg2rad(x),
        "degrees": lambda x: np.rad2deg(x),
        "multiply.accumulate": _accumulate(_cumprod),
        "maximum.accumulate": _accumulate(_scan(np.maximum)),
        "minimum.accumulate": _accumulate(_scan(np.minimum)),
        "logaddexp.accumulate": _accumulate(_scan(np.logaddexp)),
        "multiply.outer": lambda a, b: np.reshape(np.outer(a, b), np.shape(a) + np.shape(b)),
        "add.outer": lambda a, b: _outer(np.add, a, b),
        "subtract.outer": lambda a, b: _outer(np.subtract, a, b),
    }
)


def _outer(ufunc: np.ufunc, a: Any, b: Any) -> Any:
    x, y = _all_traced(a, b)
    return ufunc(np.reshape(x, [*x.shape, *(1,) * y.ndim]), y)
