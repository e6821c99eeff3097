"""What is minimised over: a number, an array or a nest of them, and the flat vector that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import prod
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError, ShapeError
from hagang.trace import Structure, flatten, paths, rebuild

__all__ = ["Array", "Nest", "Variables", "read_nest"]

Array: TypeAlias = npt.NDArray[np.float64]
Nest: TypeAlias = Any


@dataclass(frozen=True)
class Variables:
    """The structure, shapes and names of what is minimised over; translates between nests and flat vectors.

    Parameters
    ----------
    structure : Structure
        How the arrays are nested.
    shapes : tuple of tuple of int
        Each array's shape.
    names : tuple of str
        Each array's path: `x` for a single one, `x.weights` for one in a dict.
    """

    structure: Structure
    shapes: tuple[tuple[int, ...], ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, nest: Nest) -> Variables:
        """Those of a nest of arrays."""
        leaves, structure = flatten(nest)
        return cls(structure, tuple(np.shape(leaf) for leaf in leaves), tuple(paths(nest, "x")))

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many numbers each array holds."""
        return tuple(map(prod, self.shapes))

    @cached_property
    def size(self) -> int:
        """How many numbers there are."""
        return sum(self.sizes)

    @cached_property
    def is_vector(self) -> bool:
        """Whether the nest is a single vector, so that it is its own flat vector."""
        return self.structure.kind is None and len(self.shapes[0]) == 1

    def split(self, flat: Array) -> list[Array]:
        """The arrays that lie in a flat vector; axes before the last are kept."""
        front = flat.shape[:-1]
        if len(self.shapes) == 1:
            return [flat.reshape(front + self.shapes[0])]
        return [flat[..., part].reshape(front + shape) for part, shape in zip(self._parts, self.shapes, strict=True)]

    @cached_property
    def _parts(self) -> list[slice]:
        ends = list(accumulate(self.sizes))
        return [slice(end - size, end) for size, end in zip(self.sizes, ends, strict=True)]

    def nest(self, flat: Array) -> Nest:
        """The nest that a flat vector stands for, or the nest of stacked arrays for stacked vectors."""
        if self.is_vector:
            return flat
        return rebuild(self.structure, [part[()] for part in self.split(flat)])

    def flat(self, nest: Nest) -> Array:
        """The flat vector of a nest of this structure."""
        if self.is_vector:
            return np.asarray(nest, np.float64)
        return np.concatenate([np.asarray(leaf, np.float64).ravel() for leaf in flatten(nest)[0]])

    def check(self, nest: Nest, what: str) -> Array:
        """The flat vector of a nest, checked to have this structure and these shapes."""
        leaves, structure = flatten(nest)
        shapes = tuple(np.shape(leaf) for leaf in leaves)
        if structure != self.structure or shapes != self.shapes:
            msg = f"{what}: expected the structure and shapes of x, {self.shapes}, received {shapes}"
            raise ShapeError(msg)
        return self.flat(nest)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """A name for each number: `x[0]`, `apples`, `layer.weights[1, 2]`."""
        return tuple(
            _label(name, index)
            for name, shape in zip(self.names, self.shapes, strict=True)
            for index in np.ndindex(shape)
        )


def _label(name: str, index: tuple[int, ...]) -> str:
    short = name.removeprefix("x.")
    return f"{short}[{', '.join(map(str, index))}]" if index else short


# --- reading a start ------------------------------------------------------------------------------------


def read_nest(x0: Any) -> Nest:
    """The start as a nest of float64 arrays, copied.

    Numbers and lists of numbers are arrays, as in NumPy; dicts, and tuples and lists that hold arrays, are nests.

    Raises
    ------
    ArgumentError
        Where something in it is no number, is not finite, or nothing is in it.
    """
    nest = _read(x0, "x0")
    if not any(np.size(leaf) for leaf in flatten(nest)[0]):
        msg = f"x0: expected at least one number, received {x0!r:.60}"
        raise ArgumentError(msg)
    return nest


def _read(x: Any, path: str) -> Nest:
    if isinstance(x, dict):
        return type(x)((key, _read(item, f"{path}[{key!r}]")) for key, item in x.items())
    if isinstance(x, (tuple, list)) and _is_nest(x):
        items = [_read(item, f"{path}[{k}]") for k, item in enumerate(x)]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    return _numbers(x, path)


def _is_nest(x: tuple[Any, ...] | list[Any]) -> bool:
    """Whether a sequence holds arrays, named ones or unequal ones, and not just numbers."""
    if hasattr(x, "_fields") or any(isinstance(item, (dict, np.ndarray)) for item in x):
        return True
    inner = [item for item in x if isinstance(item, (tuple, list))]
    if not inner:
        return False
    return any(map(_is_nest, inner)) or len(inner) < len(x) or len({_shape(item) for item in inner}) > 1


def _shape(x: Any) -> tuple[int, ...]:
    return (len(x), *(_shape(x[0]) if x else ())) if isinstance(x, (tuple, list)) else ()


def _numbers(x: Any, path: str) -> Array:
    try:
        array = np.asarray(x)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "fiu" or not (isinstance(x, (Real, np.ndarray, list, tuple)) or hasattr(x, "__array__")):
        msg = f"{path}: expected real numbers to start from, received {type(x).__name__}: {x!r:.60}"
        raise ArgumentError(msg)
    if not np.all(np.isfinite(array)):
        at = [int(k) for k in np.argwhere(~np.isfinite(array))[0]]
        where = f" at {at}" if at else ""
        msg = f"{path}: expected finite numbers to start from, received {array[tuple(at)]}{where}"
        raise ArgumentError(msg)
    return np.array(array, np.float64)
