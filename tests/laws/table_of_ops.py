"""The table of primitive ops: for each, operands of every kind of shape and what NumPy or SciPy makes of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import special

from hagang.graph import R, bind
from hagang.ops import arithmetic as ar

ROWS = 3
FLOAT = np.dtype(np.float64)
SHAPES = [(), (1,), (0,), (2, 3), (0, 3), (2, 1, 2), (R,), (R, 2), (2, R), (R, 0)]


@dataclass(frozen=True)
class Case:
    """Operands as (dims, array), the op's attributes, and what NumPy or SciPy says of the result."""

    operands: tuple[tuple[Any, np.ndarray], ...]
    reference: Any
    attrs: dict[str, Any] = field(default_factory=dict)
    smooth: bool = True


def spread(dims, low=-2.0, high=2.3):
    """Distinct values over the range, in a fixed disorder: no ties, and none at a kink by accident."""
    shape = bind(tuple(dims), ROWS)
    size = int(np.prod(shape))
    return dims, np.random.default_rng(size).permutation(np.linspace(low, high, size)).reshape(shape)


def flags(dims):
    return dims, spread(dims)[1] > 0


def whole(dims, low=0, high=3):
    shape = bind(tuple(dims), ROWS)
    return dims, np.random.default_rng(7).integers(low, high, shape)


def elementwise(reference, *ranges, smooth=True, **attrs):
    return [Case(tuple(spread(s, *r) for r in ranges), reference, attrs, smooth) for s in SHAPES]


def on_whole(reference, *ranges):
    return [Case(tuple(whole(s, *r) for r in ranges), reference, smooth=False) for s in [(), (2, 3), (R, 2)]]


def on_flags(reference, operands):
    return [Case((flags(s),) * operands, reference, smooth=False) for s in SHAPES]


def one(dims, reference, **attrs):
    return Case((spread(dims),), reference, attrs)


def systems(dims):
    """Matrices far from singular."""
    _, a = spread(dims)
    return dims, a + 4 * np.eye(a.shape[-1])


def contraction(left, right, left_dims, right_dims, text):
    """A case of `contract` from einsum's subscripts."""
    inside, out = text.split("->")
    a, b = inside.split(",")
    labels = {name: tuple(ord(letter) for letter in word) for name, word in zip(("left", "right", "out"), (a, b, out))}
    return Case((left(left_dims), right(right_dims, -1.0, 1.7)), lambda x, y: np.einsum(text, x, y), labels)


def dot(left_dims, right_dims, text):
    return contraction(spread, spread, left_dims, right_dims, text)


def padded(x, low, high, interior):
    for axis, (before, after, between) in enumerate(zip(low, high, interior)):
        gaps = [k for k in range(1, x.shape[axis]) for _ in range(between)]
        x = np.insert(x, gaps, 0, axis=axis)
        x = np.pad(x, [(before, after) if k == axis else (0, 0) for k in range(x.ndim)])
    return x


def scattered(g, index, axis, size):
    """Every position's slice by its own one-hot matrix."""
    left = g.shape[:axis] + g.shape[axis + index.ndim :]
    rest = np.moveaxis(g, range(axis, axis + index.ndim), range(index.ndim)).reshape(index.size, int(np.prod(left)))
    added = np.eye(size)[:, index.ravel()] @ rest
    return np.moveaxis(added.reshape(size, *left), 0, axis)


def packed_eigh(a, side):
    values, vectors = np.linalg.eigh(a, side)
    return np.concatenate([values[..., None, :], vectors], axis=-2)


def eight_bits(x):
    """The nearest number of eight significant bits."""
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.rint(mantissa * 256) / 256, exponent)


def tripled(g):
    return [ar.multiply(g, 3.0)]


BIG = (1.1, 3.0)
INSIDE = (-0.9, 0.8)
POSITIVE = (0.3, 3.0)
ANYWHERE = (-2.0, 2.3)
BESIDE = (-1.9, 2.45)
BETWEEN_STEPS = (-2.4, 2.3)

CASES: dict[str, list[Case]] = {
    # arithmetic
    "add": elementwise(np.add, ANYWHERE, BESIDE) + on_whole(np.add, (-3, 3), (1, 5)),
    "subtract": elementwise(np.subtract, ANYWHERE, BESIDE) + on_whole(np.subtract, (-3, 3), (1, 5)),
    "multiply": elementwise(np.multiply, ANYWHERE, BESIDE) + on_whole(np.multiply, (-3, 3), (1, 5)),
    "divide": elementwise(np.divide, ANYWHERE, POSITIVE),
    "negative": elementwise(np.negative, ANYWHERE) + on_whole(np.negative, (-3, 3)),
    "sign": elementwise(np.sign, BETWEEN_STEPS) + on_whole(np.sign, (-3, 3)),
    "floor": elementwise(np.floor, BETWEEN_STEPS),
    "ceil": elementwise(np.ceil, BETWEEN_STEPS),
    "rint": elementwise(np.rint, BETWEEN_STEPS),
    "bfloat16": elementwise(eight_bits, ANYWHERE),
    "floor_divide": elementwise(np.floor_divide, ANYWHERE, BIG) + on_whole(np.floor_divide, (-9, 9), (1, 5)),
    "remainder": elementwise(np.remainder, ANYWHERE, BIG) + on_whole(np.remainder, (-9, 9), (1, 5)),
    "absolute": elementwise(np.absolute, ANYWHERE) + on_whole(np.absolute, (-3, 3)),
    "maximum": elementwise(np.maximum, ANYWHERE, BESIDE) + on_whole(np.maximum, (-3, 3), (-3, 3)),
    "minimum": elementwise(np.minimum, ANYWHERE, BESIDE) + on_whole(np.minimum, (-3, 3), (-3, 3)),
    "less": elementwise(np.less, ANYWHERE, BESIDE) + on_whole(np.less, (-3, 3), (-3, 3)),
    "less_equal": elementwise(np.less_equal, ANYWHERE, BESIDE) + on_whole(np.less_equal, (-3, 3), (-3, 3)),
    "equal": elementwise(np.equal, ANYWHERE, BESIDE) + on_whole(np.equal, (0, 2), (0, 2)),
    "isfinite": elementwise(np.isfinite, ANYWHERE),
    "logical_and": on_flags(np.logical_and, 2),
    "logical_or": on_flags(np.logical_or, 2),
    "logical_not": on_flags(np.logical_not, 1),
    "where": [Case((flags(s), spread(s), spread(s, *BESIDE)), np.where) for s in SHAPES],
    "cast": [
        *elementwise(lambda x: x, ANYWHERE, dtype=FLOAT),
        *elementwise(lambda x: x.astype(np.int64), ANYWHERE, smooth=False, dtype=np.dtype(np.int64)),
        Case((flags((R, 2)),), lambda x: x.astype(np.float64), {"dtype": FLOAT}, smooth=False),
    ],
    "stop_gradient": elementwise(lambda x: x, ANYWHERE),
    "alias": elementwise(lambda x: x, ANYWHERE),
    "custom_gradient": [
        Case(
            (spread(s), spread(s, *BESIDE)), lambda v, x: v, {"pullback": lambda g: [ar.multiply(g, 3.0)]}, smooth=False
        )
        for s in SHAPES
    ],
    # functions
    "exp": elementwise(np.exp, ANYWHERE),
    "expm1": elementwise(np.expm1, ANYWHERE),
    "log": elementwise(np.log, POSITIVE),
    "log1p": elementwise(np.log1p, (-0.7, 3.0)),
    "sqrt": elementwise(np.sqrt, POSITIVE),
    "sin": elementwise(np.sin, ANYWHERE),
    "cos": elementwise(np.cos, ANYWHERE),
    "tan": elementwise(np.tan, (-1.2, 1.1)),
    "arcsin": elementwise(np.arcsin, INSIDE),
    "arccos": elementwise(np.arccos, INSIDE),
    "arctan": elementwise(np.arctan, ANYWHERE),
    "sinh": elementwise(np.sinh, ANYWHERE),
    "cosh": elementwise(np.cosh, ANYWHERE),
    "tanh": elementwise(np.tanh, ANYWHERE),
    "arcsinh": elementwise(np.arcsinh, ANYWHERE),
    "arccosh": elementwise(np.arccosh, BIG),
    "arctanh": elementwise(np.arctanh, INSIDE),
    "erf": elementwise(special.erf, ANYWHERE),
    "erfc": elementwise(special.erfc, ANYWHERE),
    "expit": elementwise(special.expit, ANYWHERE),
    "gammaln": elementwise(special.gammaln, POSITIVE),
    "polygamma": [
        Case((spread(s, *POSITIVE),), lambda x, n=n: special.polygamma(n, x), {"order": n})
        for n in (0, 1, 2)
        for s in SHAPES
    ],
    "power": elementwise(np.power, POSITIVE, ANYWHERE),
    "arctan2": elementwise(np.arctan2, ANYWHERE, BESIDE),
    "logaddexp": elementwise(np.logaddexp, ANYWHERE, BESIDE),
    "xlogy": elementwise(special.xlogy, ANYWHERE, POSITIVE),
    "gammainc": elementwise(special.gammainc, POSITIVE, BIG),
    "gammaincc": elementwise(special.gammaincc, POSITIVE, BIG),
    "betainc": elementwise(special.betainc, POSITIVE, BIG, (0.1, 0.9)),
    # shape
    "reshape": [
        one(dims, lambda x, s=shape: x.reshape(bind(s, ROWS)), shape=shape)
        for dims, shape in [
            ((), (1,)),
            ((1,), ()),
            ((6,), (2, 3)),
            ((2, 3), (3, 2)),
            ((2, 3), (1, 2, 1, 3)),
            ((0, 3), (3, 0)),
            ((R, 4), (R, 2, 2)),
            ((R, 2, 2), (R, 4)),
            ((2, R), (2, 1, R)),
            ((1, R, 2), (R, 2, 1)),
            ((2, R), (R, 2)),
        ]
    ],
    "transpose": [
        one(dims, lambda x, p=perm: np.transpose(x, p), perm=perm)
        for dims, perm in [((), ()), ((2, 3), (1, 0)), ((0, 3), (1, 0)), ((2, R, 4), (2, 0, 1)), ((R, 1, 2), (0, 2, 1))]
    ],
    "broadcast": [
        one(dims, reference, shape=shape, axes=axes)
        for dims, shape, axes, reference in [
            ((), (2, 3), (), lambda x: np.full((2, 3), x)),
            ((3,), (2, 3), (1,), lambda x: np.stack([x, x])),
            ((3,), (3, 2), (0,), lambda x: np.stack([x, x], axis=1)),
            ((2,), (R, 2), (1,), lambda x: np.stack([x] * ROWS)),
            ((R,), (R, 2), (0,), lambda x: np.stack([x, x], axis=1)),
            ((2, R), (2, 1, R, 2), (0, 2), lambda x: np.stack([x[:, None], x[:, None]], axis=-1)),
            ((3,), (0, 3), (1,), lambda x: np.empty((0, 3))),
        ]
    ],
    "concatenate": [
        Case(tuple(spread(d, *r) for d, r in zip(dims, (ANYWHERE, BESIDE, INSIDE))), ref, {"axis": axis})
        for dims, axis, ref in [
            (((2,), (3,)), 0, lambda a, b: np.r_[a, b]),
            (((2, 1), (2, 0), (2, 3)), 1, lambda a, b, c: np.c_[a, b, c]),
            (((R, 2), (R, 1)), 1, lambda a, b: np.c_[a, b]),
            (((2, R), (2, R)), 0, lambda a, b: np.r_[a, b]),
        ]
    ],
    "slice": [
        one(dims, lambda x, at=at: x[at], start=start, stop=stop, step=step)
        for dims, start, stop, step, at in [
            ((5,), (1,), (4,), (1,), np.s_[1:4]),
            ((6,), (1,), (6,), (2,), np.s_[1:6:2]),
            ((7,), (0,), (6,), (3,), np.s_[0:6:3]),
            ((4,), (2,), (2,), (1,), np.s_[2:2]),
            ((1,), (0,), (1,), (2,), np.s_[0:1:2]),
            ((0, 3), (0, 1), (0, 3), (1, 1), np.s_[:, 1:]),
            ((R, 4), (0, 1), (R, 4), (1, 2), np.s_[:, 1::2]),
            ((2, R), (1, 0), (2, R), (1, 1), np.s_[1:]),
        ]
    ],
    "pad": [
        one(dims, lambda x, a=a: padded(x, *a), low=a[0], high=a[1], interior=a[2])
        for dims, a in [
            ((3,), ((1,), (2,), (0,))),
            ((3,), ((0,), (1,), (2,))),
            ((0,), ((1,), (1,), (1,))),
            ((1,), ((0,), (0,), (3,))),
            ((R, 2), ((0, 1), (0, 0), (0, 1))),
            ((2, R), ((1, 0), (0, 0), (0, 0))),
        ]
    ],
    "flip": [
        one(dims, lambda x, axes=axes: np.flip(x, axes), axes=axes)
        for dims, axes in [((3,), (0,)), ((2, 3), (0, 1)), ((0, 2), (0,)), ((R, 2), (1,)), ((R, 2), (0,))]
    ],
    # reductions
    "sum": [
        one(dims, lambda x, axes=axes: np.sum(x, axis=axes), axes=axes)
        for dims in SHAPES
        for axes in {(), tuple(range(len(dims))), tuple(range(len(dims)))[-1:]}
    ],
    "max": [
        one(dims, lambda x, axes=axes: np.max(x, axis=axes), axes=axes)
        for dims in [(1,), (4,), (2, 3), (R,), (R, 2), (2, R), (0, 3)]
        for axes in {tuple(range(len(dims))), (len(dims) - 1,)}
        if dims != (0, 3) or axes == (1,)
    ],
    "argmax": [
        one(dims, lambda x, axis=axis: np.argmax(x, axis=axis), axis=axis)
        for dims, axis in [((4,), 0), ((2, 3), 1), ((2, 3), 0), ((R, 3), 1), ((R, 2), 0), ((0, 3), 1)]
    ],
    "argsort": [
        one(dims, lambda x, axis=axis: np.argsort(x, axis=axis, kind="stable"), axis=axis)
        for dims, axis in [((4,), 0), ((1,), 0), ((0,), 0), ((2, 3), 1), ((2, 3), 0), ((R, 3), 1), ((2, R), 0)]
    ],
    "cumsum": [
        one(dims, reference, axis=axis, reverse=reverse)
        for dims, axis in [((4,), 0), ((1,), 0), ((0,), 0), ((2, 3), 1), ((R, 2), 0), ((R, 2), 1)]
        for reverse, reference in [
            (False, lambda x, axis=axis: np.add.accumulate(x, axis=axis)),
            (True, lambda x, axis=axis: np.sum(x, axis=axis, keepdims=True) - np.add.accumulate(x, axis=axis) + x),
        ]
    ],
    "contract": [
        dot((2, 3), (3, 4), "ik,kj->ij"),
        dot((2, 3), (3, 4), "ik,kj->ji"),
        dot((3,), (3,), "k,k->"),
        dot((2,), (3,), "i,j->ij"),
        dot((), (2, 3), ",ij->ij"),
        dot((1, 1), (1, 1), "ik,kj->ij"),
        dot((2, 0), (0, 3), "ik,kj->ij"),
        dot((0, 2), (2, 3), "ik,kj->ij"),
        dot((2, 2, 3), (2, 3, 2), "bik,bkj->bij"),
        dot((2, 3), (2, 3), "bi,bi->bi"),
        dot((2, 3, 4), (4, 2, 2), "akl,lba->kb"),
        dot((R, 2), (2, 3), "rk,kj->rj"),
        dot((R, 2), (R, 3), "rk,rj->kj"),
        dot((R, 2), (R, 2), "rk,rk->r"),
        dot((2, R), (R,), "kr,r->k"),
        dot((R, 2), (R, 2), "rk,rk->"),
    ],
    # positions
    "take": [
        Case((spread(dims), (index.shape, index)), lambda x, k, a=axis: np.take(x, k, axis=a), {"axis": axis})
        for dims, axis, index in [
            ((4,), 0, np.array([2, 0, 2])),
            ((4,), 0, np.array(3)),
            ((2, 3), 1, np.array([[0, 2], [1, 1]])),
            ((3, 2), 0, np.zeros((0,), np.int64)),
            ((R, 3), 1, np.array([2, 2, 0])),
        ]
    ]
    + [Case((spread((4, 2)), whole((R,), 0, 4)), lambda x, k: x[k], {"axis": 0})],
    "scatter_add": [
        Case(
            (spread(dims), (index.shape, index)),
            lambda g, k, a=axis, n=size: scattered(g, k, a, n),
            {"axis": axis, "size": size},
        )
        for dims, axis, index, size in [
            ((3,), 0, np.array([2, 0, 2]), 4),
            ((), 0, np.array(3), 4),
            ((2, 2, 2), 1, np.array([[0, 2], [1, 1]]), 3),
            ((0, 2), 0, np.zeros((0,), np.int64), 3),
            ((R, 3), 1, np.array([2, 2, 0]), 3),
        ]
    ]
    + [Case((spread((R, 2)), whole((R,), 0, 4)), lambda g, k: scattered(g, k, 0, 4), {"axis": 0, "size": 4})],
    # linear systems
    "solve": [
        Case((systems(a), spread(b, *BESIDE)), np.linalg.solve)
        for a, b in [
            ((1, 1), (1, 1)),
            ((3, 3), (3, 2)),
            ((2, 2, 2), (2, 2, 1)),
            ((R, 2, 2), (R, 2, 1)),
            ((0, 0), (0, 2)),
        ]
    ],
    "det": [Case((systems(a),), np.linalg.det) for a in [(1, 1), (3, 3), (2, 2, 2), (R, 2, 2), (0, 0)]],
    "eigh": [
        Case((systems(a),), lambda a, side=side: packed_eigh(a, side), {"upper": side == "U"})
        for a in [(1, 1), (3, 3), (2, 2, 2), (R, 2, 2)]
        for side in "LU"
    ],
    # random
    "random_uniform": [
        Case(
            (((), np.array(seed)), ((), np.array(5))),
            None,
            {"shape": shape, "dtype": FLOAT, "stream": 3},
        )
        for seed in (0, 2**40)
        for shape in SHAPES
    ],
}
