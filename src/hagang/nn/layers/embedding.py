"""Embeddings of categorical inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError, ShapeError
from hagang.nn.layers.base import Array, Dims, Forward, Layer, Params, one_axis

if TYPE_CHECKING:
    import numpy.random as npr

__all__ = ["Embedding"]


@dataclass(frozen=True)
class Embedding(Layer):
    r"""Replace the codes of categorical columns by learned vectors; numeric columns pass through.

    .. math:: y = (x_1, \dots, x_m, T^1_{c_1}, \dots, T^k_{c_k})

    with x of shape (rows, m + k): m numeric columns, then k columns of codes, integers from 0 stored as
    floats. Table :math:`T^j` has shape (sizes[j], widths[j]); y has shape (rows, m + sum of the widths).

    Parameters
    ----------
    sizes : sequence of int
        Number of categories of each of the last columns, including one for unseen values if there are any.
    widths : int, sequence of int or None
        Embedding dimensions; by default the square root of the number of categories, rounded up, at most 50.

    Raises
    ------
    ShapeError
        By `out_dims` and `init`, if rows have fewer columns than `sizes` has entries.

    Examples
    --------
    >>> layer = Embedding([3], widths=2)
    >>> layer.out_dims((5,))
    (6,)
    >>> tables = {"tables": [np.array([[0.0, 0.0], [0.1, 0.2], [0.3, 0.4]])]}
    >>> layer.apply(tables, np.array([[7.0, 2.0], [8.0, 1.0]]), Forward())
    array([[7. , 0.3, 0.4],
           [8. , 0.1, 0.2]])

    Notes
    -----
    A code outside its table is an error. Tables are initialised from the standard normal distribution, as in PyTorch.

    References
    ----------
    C. Guo, F. Berkhahn, Entity embeddings of categorical variables (2016); PyTorch's Embedding.
    """

    sizes: tuple[int, ...]
    widths: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        sizes = _whole_numbers("sizes", self.sizes)
        widths: Any = [self.widths] * len(sizes) if isinstance(self.widths, int) else self.widths
        widths = tuple(map(_default_width, sizes)) if widths is None else _whole_numbers("widths", widths)
        if len(widths) != len(sizes):
            msg = f"Embedding: expected as many widths as sizes, {len(sizes)}, received widths={self.widths!r}"
            raise ArgumentError(msg)
        object.__setattr__(self, "sizes", sizes)
        object.__setattr__(self, "widths", widths)

    def _tables(self) -> list[tuple[int, int]]:
        return list(zip(self.sizes, self.widths or (), strict=True))

    def out_dims(self, dims: Dims) -> Dims:
        columns, codes = one_axis(f"Embedding({list(self.sizes)})", dims), len(self.sizes)
        if columns < codes:
            msg = (
                f"Embedding({list(self.sizes)}): expected rows that end in {codes} columns of codes, received rows of "
                f"shape {dims}"
            )
            raise ShapeError(msg)
        return (columns - codes + sum(width for _, width in self._tables()),)

    def init(self, dims: Dims, generator: npr.Generator) -> Params:  # noqa: ARG002
        return {"tables": [generator.standard_normal(shape) for shape in self._tables()]}

    def apply(self, params: Params, x: Array, forward: Forward) -> Array:  # noqa: ARG002
        numeric = x.shape[1] - len(self.sizes)
        vectors = [
            np.take(table, x[:, numeric + k].astype(np.int64), axis=0) for k, table in enumerate(params["tables"])
        ]
        return np.concatenate([x[:, :numeric], *vectors] if numeric else vectors, axis=1)

    @property
    def label(self) -> str:
        return f"embedding {', '.join(f'{size}→{width}' for size, width in self._tables())}"


def _default_width(categories: int) -> int:
    return min(50, int(np.ceil(np.sqrt(categories))))


def _whole_numbers(name: str, values: Any) -> tuple[int, ...]:
    fits = isinstance(values, Sequence) and not isinstance(values, str) and len(values) > 0
    if not fits or not all(isinstance(n, int | np.integer) and not isinstance(n, bool) and n >= 1 for n in values):
        msg = f"Embedding: expected {name} to be whole numbers of at least 1, received {name}={values!r}"
        raise ArgumentError(msg)
    return tuple(int(n) for n in values)
