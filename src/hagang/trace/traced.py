"""The stand-in: what a traced function receives in place of an array. It behaves as an array and leaves a graph."""

from __future__ import annotations

import inspect
from operator import getitem, index
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from hagang.errors import TraceError
from hagang.graph import Node, RowsDim, has_rows, known_count, show_dims
from hagang.ops.arithmetic import cast
from hagang.ops.leaf import constant, row_count
from hagang.trace.source import cannot_trace
from hagang.trace.tables import CREATORS, FUNCTIONS, UFUNCS, Lowering

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

__all__ = ["RowCount", "Traced", "as_dtype", "lift", "precision_of", "unwrap_dim"]


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method of arrays that does what NumPy's function of the same name does."""

    def call(self: Traced, *args: Any, **kwargs: Any) -> Any:
        return _lowered(FUNCTIONS[function], f"np.{function.__name__}", (self, *args), kwargs)

    call.__name__ = function.__name__
    call.__doc__ = f"As numpy.{function.__name__}."
    return call


class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A stand-in for an array whose values are known only when the graph is run.

    Parameters
    ----------
    node : Node
        The graph so far.
    precision : dtype
        The floating dtype of the trace; floating constants take it.
    """

    __slots__ = ("node", "precision")
    __array_priority__ = 1000
    __pandas_priority__ = 10_000  # so that a column or a table leaves the arithmetic to the stand-in

    def __init__(self, node: Node, precision: np.dtype[Any]) -> None:
        self.node = node
        self.precision = precision

    # --- what an array says of itself ---

    @property
    def shape(self) -> tuple[int | RowCount, ...]:
        return tuple(RowCount(self.precision) if isinstance(dim, RowsDim) else dim for dim in self.node.dims)

    @property
    def ndim(self) -> int:
        return self.node.ndim

    @property
    def size(self) -> Any:
        known = known_count(self.node.dims)
        return RowCount(self.precision) * known if has_rows(self.node.dims) else known

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.node.dtype

    @property
    def T(self) -> Any:
        return self.transpose()

    @property
    def real(self) -> Traced:
        return self

    def __len__(self) -> int:
        first = self._first_axis("len() of")
        if isinstance(first, RowsDim):
            raise cannot_trace(
                "len() asks for the number of rows, which is known only at run time",
                "use x.shape[0], which may be multiplied, divided and used in a shape",
            )
        return first

    def __iter__(self) -> Iterator[Traced]:
        first = self._first_axis("a loop over")
        if isinstance(first, RowsDim):
            raise cannot_trace(
                "a loop over the rows of a mini-batch: how many there are is known only at run time",
                "work on all rows at once, as NumPy does",
            )
        return (self[k] for k in range(first))

    def _first_axis(self, what: str) -> int | RowsDim:
        if not self.node.dims:
            what = f"{what} a traced value without axes"
            raise cannot_trace(what, "it is one number: use it as it is")
        return self.node.dims[0]

    def __repr__(self) -> str:
        return f"Traced({self.node.dtype.name}{show_dims(self.node.dims)})"

    __hash__ = object.__hash__

    # --- NumPy's protocols ---

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if name not in UFUNCS:
            raise _not_covered(name)
        return _lowered(UFUNCS[name], name, inputs, kwargs)

    def __array_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        name = f"{func.__module__}.{func.__name__}".replace("numpy", "np", 1)
        if name in CREATORS:
            return _lowered(CREATORS[name], name, (self.precision, *args), kwargs)
        if func not in FUNCTIONS:
            raise _not_covered(name)
        return _lowered(FUNCTIONS[func], name, args, kwargs)

    # --- what an array does ---

    def __getitem__(self, key: Any) -> Any:
        return FUNCTIONS[getitem](self, key)

    def transpose(self, *axes: Any) -> Any:
        """As numpy.transpose; the axes as one argument or several."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return FUNCTIONS[np.transpose](self, order or None)

    def reshape(self, *shape: Any) -> Any:
        """As numpy.reshape; the shape as one argument or several."""
        return FUNCTIONS[np.reshape](self, shape[0] if len(shape) == 1 else shape)

    def astype(self, dtype: npt.DTypeLike) -> Traced:
        """The same values as floats of the trace's precision, integers or booleans."""
        return Traced(cast(lift(self, self.precision), as_dtype(dtype, self.precision)), self.precision)

    def copy(self) -> Traced:
        """The value itself: nothing can be assigned into it."""
        return self

    sum = _method(np.sum)
    mean = _method(np.mean)
    var = _method(np.var)
    std = _method(np.std)
    max = _method(np.max)
    min = _method(np.min)
    prod = _method(np.prod)
    cumsum = _method(np.cumsum)
    cumprod = _method(np.cumprod)
    argsort = _method(np.argsort)
    repeat = _method(np.repeat)
    diagonal = _method(np.diagonal)
    argmax = _method(np.argmax)
    argmin = _method(np.argmin)
    all = _method(np.all)
    any = _method(np.any)
    clip = _method(np.clip)
    round = _method(np.round)
    dot = _method(np.dot)
    take = _method(np.take)
    squeeze = _method(np.squeeze)
    swapaxes = _method(np.swapaxes)
    ravel = _method(np.ravel)
    flatten = _method(np.ravel)
    trace = _method(np.trace)

    # --- what NumPy's protocols cannot see ---

    def __bool__(self) -> NoReturn:
        raise cannot_trace(
            "a traced value has no truth value: it is known only at run time", "use np.where(condition, a, b)"
        )

    def _no_number(self) -> NoReturn:
        raise cannot_trace("a traced value cannot become a Python number", "use NumPy's functions on it")

    __float__ = __int__ = __complex__ = __trunc__ = __floor__ = __ceil__ = _no_number

    def __round__(self, ndigits: int | None = None) -> NoReturn:
        self._no_number()

    def __index__(self) -> NoReturn:
        raise cannot_trace("a traced value cannot be a Python index", "use np.asarray(constant, like=index)[index]")

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> NoReturn:
        if self.dtype == np.bool_:
            raise cannot_trace(
                "a traced mask cannot pick from a plain array: how much it picks is known only at run time",
                "use np.where(mask, constant, 0), as in a masked sum",
                read=False,
            )
        raise cannot_trace(
            "a traced value cannot become a plain array",
            "use np.stack to join traced values, and np.asarray(constant, like=x) for a constant among them",
        )

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise cannot_trace(
            "a traced value cannot be assigned into", "use np.where(mask, new, x) or np.concatenate of the parts"
        )

    def __contains__(self, item: Any) -> bool:
        raise cannot_trace("'in' asks for values that are known only at run time", "use np.any(x == value)")

    def __format__(self, spec: str) -> str:
        if spec:
            raise cannot_trace(
                "a traced value cannot be formatted: it is known only at run time", "format the function's result"
            )
        return repr(self)

    def item(self, *at: Any) -> Any:
        """One element, still traced; at a position in the flat order, or at one for each axis."""
        if not at:
            return FUNCTIONS[np.reshape](self, ())
        return self[at] if len(at) > 1 else FUNCTIONS[np.ravel](self)[at[0]]

    def tolist(self) -> Any:
        """The elements, still traced, in lists."""
        return self if not self.node.dims else [item.tolist() for item in self]

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__") or not hasattr(np.ndarray, name):
            msg = f"'Traced' object has no attribute '{name}'"
            raise AttributeError(msg)
        error = _not_covered(f"x.{name}")
        raise _NoSuchMethod(*error.args)


class _NoSuchMethod(TraceError, AttributeError):
    """A method of arrays that a trace does not cover; an AttributeError, so that hasattr says so."""


def _lowered(lowering: Lowering, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Lower a call; an argument that the lowering does not take is named."""
    if kwargs.pop("out", None) is not None:
        what = f"{name}(out=...) writes into an array, which a trace cannot see"
        raise cannot_trace(what, "use the array that the call returns")
    try:
        return lowering(*args, **kwargs)
    except TypeError as error:
        wrong = _misfit(lowering, args, kwargs)
        if wrong is None:
            raise
        what = f"{name}: {wrong}, which a trace does not cover"
        raise cannot_trace(what, "use only the arguments that a trace covers") from error


def _misfit(lowering: Lowering, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str | None:
    try:
        inspect.signature(lowering).bind(*args, **kwargs)
    except TypeError as error:
        return str(error)
    return None


def _not_covered(name: str) -> TraceError:
    return cannot_trace(
        f"{name} is not among the functions that hagang traces",
        "write it with NumPy functions that are (the list is in docs/tracing.md), or give it hagang.custom_gradient",
    )


class RowCount(np.lib.mixins.NDArrayOperatorsMixin):
    """The number of rows as a traced function sees it.

    Arithmetic makes it a traced value, a shape takes it as it is, and it equals nothing but itself.
    """

    __slots__ = ("precision",)
    __array_priority__ = 1001

    def __init__(self, precision: np.dtype[Any]) -> None:
        self.precision = precision

    def traced(self) -> Traced:
        """The count as a traced scalar."""
        return Traced(row_count(self.precision), self.precision)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        values = [value.traced() if isinstance(value, RowCount) else value for value in inputs]
        return getattr(ufunc, method)(*values, **kwargs)

    def __repr__(self) -> str:
        return "R"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowCount)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, RowCount)

    def __hash__(self) -> int:
        return hash(RowCount)

    def __index__(self) -> NoReturn:
        raise cannot_trace(
            "the number of rows is known only at run time",
            "make arrays with like=, as np.zeros((x.shape[0], 3), like=x), or np.broadcast_to(x, shape)",
        )

    __int__ = __float__ = __index__


# --- lifting constants ---


def precision_of(*values: Any) -> np.dtype[Any]:
    """The floating dtype of the trace that these operands belong to."""
    precisions = {value.precision for value in values if isinstance(value, (Traced, RowCount))}
    if len(precisions) != 1:
        names = sorted(map(str, precisions))
        msg = f"expected values of one trace, received {names}; trace with one floating dtype"
        raise TraceError(msg)
    return precisions.pop()


def as_dtype(dtype: npt.DTypeLike, precision: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype that a trace uses for this one: its own float, int64 or bool."""
    kind = np.dtype(dtype).kind
    if kind == "f":
        return precision
    if kind in "iu":
        return np.dtype(np.int64)
    if kind == "b":
        return np.dtype(np.bool_)
    msg = f"expected real numbers or booleans, received dtype {np.dtype(dtype)}"
    raise TraceError(msg)


def lift(value: Any, precision: np.dtype[Any]) -> Node:
    """A traced value's node; anything else as a constant of the trace's dtype."""
    if isinstance(value, RowCount):
        value = value.traced()
    if isinstance(value, Traced):
        node = value.node
        return cast(node, np.int64) if node.dtype == np.uint8 else node
    if _holds_traced(value):
        return lift(np.stack([Traced(lift(item, precision), precision) for item in value]), precision)
    array = np.asarray(value)
    return constant(array, as_dtype(array.dtype, precision))


def _holds_traced(value: Any) -> bool:
    """Whether a list, or a list in it, has a traced value."""
    return isinstance(value, (list, tuple)) and any(isinstance(v, Traced) or _holds_traced(v) for v in value)


def unwrap_dim(dim: Any) -> int | RowsDim:
    """A dim of a shape as the user gives it: an integer or the number of rows."""
    if isinstance(dim, RowCount):
        return RowsDim()
    if isinstance(dim, Traced):
        raise cannot_trace(
            "a shape may hold integers and x.shape[0], not a traced value", "reshape without changing the axis of rows"
        )
    return index(dim)
