"""NumPy's products, lowered to contractions."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ShapeError
from hagang.graph import Node, show_dims
from hagang.ops import arithmetic as ar
from hagang.ops.broadcast import broadcast_dims, broadcast_to, reshape, sum_, transpose
from hagang.ops.contract import contract
from hagang.ops.leaf import constant
from hagang.trace.axes import one_axis
from hagang.trace.tables import FUNCTIONS, UFUNCS
from hagang.trace.traced import Traced
from hagang.trace.ufuncs import NUMBER, operands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__: list[str] = []

Letters = str


def _lowered(build: Callable[[Node, Node], Node]) -> Callable[..., Traced]:
    def lower(a: Any, b: Any) -> Traced:
        (x, y), precision = operands((a, b), NUMBER)
        return Traced(build(x, y), precision)

    return lower


# --- einsum: the general case --------------------------------------------------------------------------


def _pair(a: Node, left: Letters, b: Node, right: Letters, out: Letters) -> Node:
    """Two operands and their letters to one: what only one of them has and nobody wants is summed first."""
    a, left = _drop(a, left, right + out)
    b, right = _drop(b, right, left + out)
    number = {letter: k for k, letter in enumerate(dict.fromkeys(left + right))}
    kept = "".join(letter for letter in dict.fromkeys(left + right) if letter in out)
    product = contract(a, b, *(tuple(number[letter] for letter in word) for word in (left, right, kept)))
    return transpose(product, tuple(kept.index(letter) for letter in out if letter in kept))


def _drop(x: Node, letters: Letters, needed: Letters) -> tuple[Node, Letters]:
    lost = tuple(k for k, letter in enumerate(letters) if letter not in needed)
    return sum_(x, lost), "".join(letter for letter in letters if letter in needed)


def _diagonals(x: Node, letters: Letters) -> tuple[Node, Letters]:
    """An operand whose letters repeat keeps the diagonal of the repeated axes."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            i, j = letters.index(letter), letters.rindex(letter)
            size = x.dims[i]
            if not isinstance(size, int) or x.dims[j] != size:
                msg = f"einsum: expected equal known sizes along the repeated '{letter}', received {show_dims(x.dims)}"
                raise ShapeError(msg)
            mask = np.eye(size, dtype=bool).reshape([size if k in (i, j) else 1 for k in range(x.ndim)])
            x = sum_(ar.where(broadcast_to(constant(mask), x.dims), x, 0), (j,))
            letters = letters[:j] + letters[j + 1 :]
    return x, letters


def _einsum(*arguments: Any, optimize: Any = None) -> Traced:  # noqa: ARG001
    """Pair by pair from the left; `optimize` changes the order in NumPy, never the result."""
    subscripts, *values = arguments if isinstance(arguments[0], str) else _in_letters(arguments)
    nodes, precision = operands(tuple(values), NUMBER)
    subscripts = _without_dots(subscripts, nodes)
    words, out = _parse(subscripts, nodes)
    terms = [_diagonals(x, word) for x, word in zip(nodes, words, strict=True)]
    x, letters = terms[0]
    for k, (y, word) in enumerate(terms[1:], 2):
        later = "".join(letters for _, letters in terms[k:]) + out
        kept = "".join(letter for letter in dict.fromkeys(letters + word) if letter in later)
        x, letters = _pair(x, letters, y, word, kept), kept
    x, letters = _drop(x, letters, out)
    return Traced(transpose(x, tuple(letters.index(letter) for letter in out)), precision)


def _in_letters(arguments: Sequence[Any]) -> list[Any]:
    """Operands that alternate with lists of axes, and a list for the result, as subscripts and operands."""
    values, lists = arguments[0::2], arguments[1::2]
    has_out = len(values) > len(lists)
    words = [_word(axes) for axes in lists]
    subscripts = ",".join(words) + (f"->{_word(values[-1])}" if has_out else "")
    return [subscripts, *(values[:-1] if has_out else values)]


def _word(axes: Sequence[Any]) -> Letters:
    return "".join("..." if axis is Ellipsis else ascii_letters[axis] for axis in axes)


def _without_dots(subscripts: str, nodes: list[Node]) -> str:
    """An ellipsis as letters that nobody uses, aligned at the last axis, as in NumPy."""
    if "..." not in subscripts:
        return subscripts
    words, arrow, out = subscripts.replace(" ", "").partition("->")
    inside = words.split(",")
    counts = [max(0, x.ndim - len(word.replace("...", ""))) if "..." in word else 0 for x, word in zip(nodes, inside)]
    free = [letter for letter in ascii_letters if letter not in subscripts][: max(counts, default=0)]
    filled = [word.replace("...", "".join(free[len(free) - k :])) for word, k in zip(inside, counts, strict=False)]
    if not arrow:
        letters = words.replace(".", "").replace(",", "")
        out = "..." + "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
    return f"{','.join(filled)}->{out.replace('...', ''.join(free))}"


def _parse(subscripts: str, nodes: list[Node]) -> tuple[list[Letters], Letters]:
    inside, arrow, out = subscripts.replace(" ", "").partition("->")
    words = inside.split(",")
    if not arrow:
        out = "".join(sorted(letter for letter in set(inside) if letter != "," and inside.count(letter) == 1))
    fits = len(words) == len(nodes) and all(len(word) == x.ndim for word, x in zip(words, nodes))
    if not fits or not set(out) <= set(inside) or len(set(out)) < len(out):
        shapes = ", ".join(show_dims(x.dims) for x in nodes)
        msg = f"einsum: subscripts {subscripts!r} do not fit operands of shapes {shapes}"
        raise ShapeError(msg)
    return words, out


# --- matmul and its kin --------------------------------------------------------------------------------


def _matmul(a: Node, b: Node) -> Node:
    if a.ndim == 0 or b.ndim == 0:
        msg = f"matmul: expected operands with axes, received {show_dims(a.dims)} and {show_dims(b.dims)}; use *"
        raise ShapeError(msg)
    i, k, j = "xyz"
    batch = "abcdefgh"[: max(a.ndim, b.ndim) - 2]
    if a.ndim > 2 and b.ndim > 2:
        dims = broadcast_dims("matmul", a.dims[:-2], b.dims[:-2])
        a, b = (broadcast_to(x, (*dims, *x.dims[-2:])) for x in (a, b))
    left = batch[: max(a.ndim - 2, 0)] + (i + k if a.ndim > 1 else k)
    right = batch[: max(b.ndim - 2, 0)] + (k + j if b.ndim > 1 else k)
    return _pair(a, left, b, right, batch + (i if a.ndim > 1 else "") + (j if b.ndim > 1 else ""))


def _dot(a: Node, b: Node) -> Node:
    if a.ndim == 0 or b.ndim == 0:
        return ar.multiply(a, b)
    return _tensordot(a, b, (a.ndim - 1,), (max(b.ndim - 2, 0),))


def _inner(a: Node, b: Node) -> Node:
    if a.ndim == 0 or b.ndim == 0:
        return ar.multiply(a, b)
    return _tensordot(a, b, (a.ndim - 1,), (b.ndim - 1,))


def _outer(a: Node, b: Node) -> Node:
    x, y = (reshape(v, _flat(v)) for v in (a, b))
    return contract(x, y, (0,), (1,), (0, 1))


def _flat(x: Node) -> tuple[Any, ...]:
    if x.ndim == 1:
        return x.dims
    size = 1
    for dim in x.dims:
        if not isinstance(dim, int):
            msg = f"outer: expected operands of known size or of one axis, received {show_dims(x.dims)}"
            raise ShapeError(msg)
        size *= dim
    return (size,)


def _tensordot(a: Node, b: Node, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Node:
    left = list(range(a.ndim))
    right = list(range(a.ndim, a.ndim + b.ndim))
    for i, j in zip(of_a, of_b, strict=True):
        right[j] = left[i]
    out = [x for k, x in enumerate(left) if k not in of_a] + [x for k, x in enumerate(right) if k not in of_b]
    return contract(a, b, tuple(left), tuple(right), tuple(out))


def _lower_tensordot(a: Any, b: Any, axes: Any = 2) -> Traced:
    (x, y), precision = operands((a, b), NUMBER)
    if isinstance(axes, int):
        pairs = tuple(range(x.ndim - axes, x.ndim)), tuple(range(axes))
    else:
        first, second = (tuple(np.atleast_1d(side).tolist()) for side in axes)
        pairs = (
            tuple(one_axis(k, x.ndim, "tensordot") for k in first),
            tuple(one_axis(k, y.ndim, "tensordot") for k in second),
        )
    return Traced(_tensordot(x, y, *pairs), precision)


FUNCTIONS.update(
    {
        np.dot: _lowered(_dot),
        np.inner: _lowered(_inner),
        np.vdot: _lowered(lambda a, b: _inner(reshape(a, _flat(a)), reshape(b, _flat(b)))),
        np.outer: _lowered(_outer),
        np.tensordot: _lower_tensordot,
        np.einsum: _einsum,
    }
)
UFUNCS["matmul"] = _lowered(_matmul)
