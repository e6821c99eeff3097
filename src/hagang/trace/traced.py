"""The stand-in: what a traced function receives in place of an array. It behaves as an array and leaves a graph."""

from __future__ import annotations

from collections.abc import Callable
from operator import getitem
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import numpy as np

from hagang.errors import TraceError
from hagang.graph import Node, Rows, has_rows, known_count, show_dims
from hagang.ops.arithmetic import cast
from hagang.ops.leaf import constant, row_count
from hagang.trace.source import cannot_trace

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

__all__ = ["RowCount", "Traced", "as_dtype", "lift", "precision_of", "unwrap_dim"]

Lowering: TypeAlias = Callable[..., Any]
UFUNCS: dict[str, Lowering] = {}
FUNCTIONS: dict[Callable[..., Any], Lowering] = {}


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

    def __init__(self, node: Node, precision: np.dtype[Any]) -> None:
        self.node = node
        self.precision = precision

    # --- what an array says of itself ---

    @property
    def shape(self) -> tuple[int | RowCount, ...]:
        return tuple(RowCount(self.precision) if isinstance(dim, Rows) else dim for dim in self.node.dims)

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

    def __len__(self) -> int:
        if not self.node.dims:
            msg = "len() of a traced value without axes"
            raise TraceError(msg)
        first = self.node.dims[0]
        if isinstance(first, Rows):
            raise cannot_trace(
                "len() asks for the number of rows, which is known only at run time",
                "use x.shape[0], which may be multiplied, divided and used in a shape",
            )
        return first

    def __iter__(self) -> Iterator[Traced]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        return f"Traced({self.node.dtype.name}{show_dims(self.node.dims)})"

    __hash__ = object.__hash__

    # --- NumPy's protocols ---

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if kwargs.get("out") is not None:
            raise cannot_trace(f"{name}(out=...) writes into an array, which a trace cannot see", "use what it returns")
        kwargs.pop("out", None)
        if name not in UFUNCS or kwargs.keys() - _KEYWORDS[method == "__call__"]:
            raise _not_covered(name, kwargs)
        return UFUNCS[name](*inputs, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if func not in FUNCTIONS:
            raise _not_covered(f"{func.__module__}.{func.__name__}".replace("numpy", "np"), {})
        try:
            return FUNCTIONS[func](*args, **kwargs)
        except TypeError as error:
            if isinstance(error, TraceError) or "argument" not in str(error):
                raise
            raise cannot_trace(f"np.{func.__name__}: {error}", "use only the arguments that a trace covers") from None

    # --- what an array does ---

    def __getitem__(self, key: Any) -> Any:
        return FUNCTIONS[getitem](self, key)

    def transpose(self, *axes: Any) -> Any:
        wanted = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return FUNCTIONS[np.transpose](self, wanted or None)

    def reshape(self, *shape: Any) -> Any:
        return FUNCTIONS[np.reshape](self, shape[0] if len(shape) == 1 else shape)

    def astype(self, dtype: npt.DTypeLike) -> Traced:
        return Traced(cast(self.node, as_dtype(dtype, self.precision)), self.precision)

    def copy(self) -> Traced:
        return self

    def item(self) -> NoReturn:
        raise cannot_trace("item() asks for a value that is known only at run time", "keep it an array")

    def tolist(self) -> NoReturn:
        raise cannot_trace("tolist() asks for values that are known only at run time", "keep it an array")

    # --- what NumPy's protocols cannot see ---

    def __bool__(self) -> bool:
        raise cannot_trace(
            "a traced value has no truth value: it is known only at run time", "use np.where(condition, a, b)"
        )

    def __float__(self) -> float:
        raise cannot_trace("a traced value cannot become a Python number", "use NumPy's functions on it")

    def __int__(self) -> int:
        raise cannot_trace("a traced value cannot become a Python number", "use NumPy's functions on it")

    def __index__(self) -> int:
        raise cannot_trace("a traced value cannot be a Python index", "use np.take(constant, index, axis=...)")

    def __complex__(self) -> complex:
        raise cannot_trace("a traced value cannot become a Python number", "use NumPy's functions on it")

    def __array__(self, *args: Any, **kwargs: Any) -> npt.NDArray[Any]:
        raise cannot_trace("a traced value cannot become a plain array", "use np.stack to join traced values")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise cannot_trace(
            "a traced value cannot be assigned into", "use np.where(mask, new, x) or np.concatenate of the parts"
        )

    def __contains__(self, item: Any) -> bool:
        raise cannot_trace("'in' asks for values that are known only at run time", "use np.any(x == value)")


_KEYWORDS = {True: {"dtype"}, False: {"axis", "keepdims", "dtype"}}
_METHODS = (
    "sum mean var std max min prod cumsum argmax argmin clip dot squeeze swapaxes ravel all any take round flatten"
).split()


def _method(name: str) -> Callable[..., Any]:
    function = getattr(np, {"flatten": "ravel"}.get(name, name))

    def call(self: Traced, *args: Any, **kwargs: Any) -> Any:
        return FUNCTIONS[function](self, *args, **kwargs)

    call.__name__ = name
    call.__doc__ = f"As numpy.{function.__name__}."
    return call


for _name in _METHODS:
    setattr(Traced, _name, _method(_name))


def _not_covered(name: str, kwargs: dict[str, Any]) -> TraceError:
    said = f"{name}({', '.join(f'{key}=...' for key in kwargs)})" if kwargs else name
    return cannot_trace(
        f"{said} is not among the functions that hagang traces",
        "write it with NumPy functions that are (the list is in docs/tracing.md), or give it hagang.custom_gradient",
    )


class RowCount:
    """The number of rows as a traced function sees it: arithmetic makes it a traced value, a shape takes it as it is."""

    __slots__ = ("precision",)
    __array_priority__ = 1001
    __array_ufunc__ = None

    def __init__(self, precision: np.dtype[Any]) -> None:
        self.precision = precision

    def traced(self) -> Traced:
        """The count as a traced scalar."""
        return Traced(row_count(self.precision), self.precision)

    def __repr__(self) -> str:
        return "R"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowCount)

    def __hash__(self) -> int:
        return hash(RowCount)

    def __add__(self, other: Any) -> Traced:
        return self.traced() + _value(other)

    def __sub__(self, other: Any) -> Traced:
        return self.traced() - _value(other)

    def __rsub__(self, other: Any) -> Traced:
        return _value(other) - self.traced()  # type: ignore[no-any-return]

    def __mul__(self, other: Any) -> Traced:
        return self.traced() * _value(other)

    def __truediv__(self, other: Any) -> Traced:
        return self.traced() / _value(other)

    def __rtruediv__(self, other: Any) -> Traced:
        return _value(other) / self.traced()  # type: ignore[no-any-return]

    def __pow__(self, other: Any) -> Traced:
        return self.traced() ** _value(other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __index__(self) -> int:
        raise cannot_trace(
            "the number of rows is known only at run time",
            "make arrays from traced ones, as np.zeros_like(x) or np.broadcast_to(x, shape)",
        )

    __int__ = __index__
    __float__ = __index__


def _value(other: Any) -> Any:
    return other.traced() if isinstance(other, RowCount) else other


# --- lifting constants ---


def precision_of(*values: Any) -> np.dtype[Any]:
    """The floating dtype of the trace that these operands belong to."""
    found = {value.precision for value in values if isinstance(value, (Traced, RowCount))}
    if len(found) != 1:
        msg = f"expected values of one trace, received floating dtypes {sorted(map(str, found))}; trace with one dtype"
        raise TraceError(msg)
    return found.pop()


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
    if isinstance(value, (list, tuple)) and any(isinstance(item, Traced) for item in value):
        return lift(np.stack(value), precision)
    array = np.asarray(value)
    return constant(array, as_dtype(array.dtype, precision))


def unwrap_dim(dim: Any) -> int | Rows:
    """A dim of a shape as the user gives it: an integer or the number of rows."""
    if isinstance(dim, RowCount):
        return Rows()
    if isinstance(dim, Traced):
        raise cannot_trace(
            "a shape may hold integers and x.shape[0], not a traced value", "reshape without changing the axis of rows"
        )
    return int(dim)
