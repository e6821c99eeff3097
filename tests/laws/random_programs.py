"""Programs at random over whole numbers: results are exact, so that every order of summation gives the same bits.

A recipe is a list of small integers, so that hypothesis shrinks it to few and simple steps; `grown` reads it as
instructions on earlier values. A value knows how large it may be: where a result could pass what float32 holds
exactly, its operands are taken modulo a small number first. Functions that are not exact are rounded at once, at
arguments where their values are far from halves.
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from hypothesis import strategies as st

from hagang.graph import R, has_rows
from hagang.ops import arithmetic as ar
from hagang.ops import functions as fn
from hagang.ops import index, layout, leaf, random, reduce
from hagang.ops.broadcast import broadcast, reshape, sum_, transpose
from hagang.ops.contract import contract
from hagang.program import Program, optimise

EXACT = 1 << 22
SMALL = 8
SIZES = (1, 2, 3, 5, 16, 17, 33, 70)
LARGEST = 100_000
STEP = leaf.input_node("t", (), np.int64, "scalar")


@dataclass(frozen=True)
class Sizes:
    """What the shapes of a Program are made of."""

    m: int
    n: int
    rows: int
    batch: int


@dataclass(frozen=True)
class Value:
    """A node, and a bound of its magnitude."""

    node: object
    bound: int = SMALL

    @property
    def dims(self):
        return self.node.dims


def count(dims, sizes):
    return prod(sizes.batch if dim is R else dim for dim in dims)


# --- whole numbers stay small ---------------------------------------------------------------------------------


def wrapped(value):
    """From -8 to 8: modulo 17."""
    node = value.node
    return value if value.bound <= SMALL else Value(ar.subtract(ar.remainder(node, 2.0 * SMALL + 1), float(SMALL)))


def bounded(value, limit):
    return value if value.bound <= limit else wrapped(value)


def whole(value, size):
    """A position below the size."""
    return ar.remainder(ar.cast(wrapped(value).node, np.int64), size)


# --- a value takes another's shape ----------------------------------------------------------------------------


def fitted(value, dims, sizes, fold=sum_):
    """Axes that meet an equal one, in order, stay; the others are summed away, and new ones added."""
    kept, axes = [], []
    for axis, dim in enumerate(value.dims):
        start = axes[-1] + 1 if axes else 0
        place = next((k for k in range(start, len(dims)) if dims[k] == dim), None)
        if place is not None:
            kept.append(axis)
            axes.append(place)
    gone = tuple(axis for axis in range(value.node.ndim) if axis not in kept)
    if gone:
        value = folded(value, gone, sizes, fold)
    return Value(broadcast(value.node, dims, tuple(axes)), value.bound)


def folded(value, axes, sizes, fold=sum_):
    if fold is not sum_:
        return Value(fold(value.node, axes), value.bound)
    many = count([value.dims[axis] for axis in axes], sizes)
    value = bounded(value, EXACT // many)
    return Value(sum_(value.node, axes), value.bound * many)


# --- instructions: (values so far, three small numbers, sizes) → a value -----------------------------------------


def plus(a, b):
    a, b = bounded(a, EXACT // 2), bounded(b, EXACT // 2)
    return Value(ar.add(a.node, b.node), a.bound + b.bound)


def minus(a, b):
    return plus(a, Value(ar.negative(b.node), b.bound))


def times(a, b):
    a = bounded(a, EXACT // SMALL)
    b = bounded(b, EXACT // a.bound)
    return Value(ar.multiply(a.node, b.node), a.bound * b.bound)


def extreme(op):
    return lambda a, b: Value(op(a.node, b.node), max(a.bound, b.bound))


def quotient(a, b):
    """By an odd number: no quotient is a half, but for the whole ones."""
    odd = ar.add(ar.multiply(ar.absolute(wrapped(b).node), 2.0), 1.0)
    a = wrapped(a)
    return Value(ar.rint(ar.divide(ar.multiply(a.node, 4.0), odd)), 4 * SMALL)


def chosen(a, b):
    return Value(ar.where(ar.less(a.node, b.node), a.node, ar.negative(b.node)), max(a.bound, b.bound))


def counted(a, b):
    both = ar.logical_or(ar.equal(a.node, b.node), ar.logical_not(ar.less_equal(a.node, b.node)))
    return Value(ar.cast(both, a.node.dtype), 1)


def divided_whole(a, b):
    a, b = (ar.cast(wrapped(x).node, np.int64) for x in (a, b))
    odd = ar.add(ar.absolute(b), 1)
    found = ar.add(ar.floor_divide(a, odd), ar.multiply(ar.remainder(a, odd), 3))
    return Value(found, 5 * SMALL)


BINARY = [plus, minus, times, extreme(ar.maximum), extreme(ar.minimum), quotient, chosen, counted, divided_whole]
ROUNDED = [
    fn.tanh,
    fn.sin,
    fn.expit,
    fn.erf,
    lambda x: fn.sqrt(ar.absolute(x)),
    lambda x: fn.exp(ar.negative(ar.absolute(x))),
]
EXACTLY = [ar.negative, ar.absolute, ar.alias, ar.stop_gradient]


def binary(values, a, b, how, sizes):
    first = values[a]
    op = BINARY[how % len(BINARY)]
    second = fitted(values[b], first.dims, sizes, reduce.max_ if how % 2 else sum_)
    made = op(first, second)
    return Value(ar.cast(made.node, first.node.dtype), made.bound)


def unary(values, a, b, how, sizes):
    value = values[a]
    if how < len(EXACTLY):
        return Value(EXACTLY[how](value.node), value.bound)
    f = ROUNDED[how % len(ROUNDED)]
    return Value(ar.rint(ar.multiply(f(wrapped(value).node), 4.0)), 16)


def reduction(values, a, b, how, sizes):
    value = values[a]
    if not value.dims:
        return value
    axes = tuple(k for k in range(value.node.ndim) if how >> k & 1) or (b % value.node.ndim,)
    return folded(value, axes, sizes, reduce.max_ if how & 8 else sum_)


def scan(values, a, b, how, sizes):
    value = values[a]
    if not value.dims:
        return value
    axis = b % value.node.ndim
    if how % 2 and value.dims[axis] is not R:
        return Value(ar.cast(reduce.argmax(value.node, axis), value.node.dtype), max(value.dims[axis], 1))
    size = count([value.dims[axis]], sizes)
    value = bounded(value, EXACT // size)
    return Value(reduce.cumsum(value.node, axis, reverse=how % 4 > 1), value.bound * size)


def product(values, a, b, how, sizes):
    """A contraction over a shared axis, with the first value from `b` on that allows it."""
    for k in range(len(values)):
        left, right = values[a], values[(b + k) % len(values)]
        for i, j in [(i, j) for i, x in enumerate(left.dims) for j, y in enumerate(right.dims) if x == y]:
            labels = contraction(left.dims, right.dims, i, j, how, sizes)
            if labels:
                size = count([left.dims[i]], sizes)
                left, right = bounded(left, EXACT // size // SMALL), wrapped(right)
                return Value(contract(left.node, right.node, *labels), left.bound * right.bound * size)
    return values[a]


def contraction(left, right, i, j, how, sizes):
    """Labels that sum over axis i of the left and j of the right, or None; rows that both have stay common."""
    mine, theirs = list(range(len(left))), [10 + axis for axis in range(len(right))]
    theirs[j] = i
    for axis, dim in enumerate(right):
        if axis != j and dim in left and left.index(dim) != i and (dim is R or how & 8):
            theirs[axis] = left.index(dim)
    if len(set(theirs)) < len(theirs):
        return None
    dims = dict(zip([*theirs, *mine], [*right, *left]))
    out = [label for label in dict.fromkeys([*mine, *theirs]) if label != i]
    if sum(dims[label] is R for label in out) > 1 or count([dims[label] for label in out], sizes) > LARGEST:
        return None
    return tuple(mine), tuple(theirs), tuple(reversed(out) if how & 4 else out)


def dense(values, a, b, how, sizes):
    """What layers do: rows through a matrix, or the product of two rows' values over all rows."""
    turn = values[a:] + values[:a]
    rows = [value for value in turn if len(value.dims) == 2 and value.dims[0] is R]
    matrices = [value for value in turn[b % len(turn) :] + turn if len(value.dims) == 2 and R not in value.dims]
    if not rows:
        return product(values, a, b, how, sizes)
    left = rows[0]
    if how % 2:
        right = rows[b % len(rows)]
        return product([left, right], 0, 1, 0, sizes)
    right = next((value for value in matrices if left.dims[1] in value.dims), rows[-1])
    if R in right.dims:
        return product([left, right], 0, 1, 0, sizes)
    left, right = bounded(left, EXACT // left.dims[1] // SMALL), wrapped(right)
    theirs = (1, 2) if right.dims[0] == left.dims[1] else (2, 1)
    return Value(contract(left.node, right.node, (0, 1), theirs, (0, 2)), left.bound * right.bound * left.dims[1])


def gather(values, a, b, how, sizes):
    table, picked = values[a], values[b]
    free = [k for k, dim in enumerate(table.dims) if dim is not R]
    if not free or (has_rows(table.dims) and has_rows(picked.dims)) or picked.node.ndim > 2:
        return binary(values, a, b, how, sizes)
    axis = free[how % len(free)]
    found = index.take(table.node, whole(picked, table.dims[axis]), axis)
    return Value(found, table.bound) if count(found.dims, sizes) <= LARGEST else table


def scatter(values, a, b, how, sizes):
    value = values[a]
    if not value.dims:
        return value
    axis = how % value.node.ndim
    at = fitted(values[b], (value.dims[axis],), sizes)
    many = count([value.dims[axis]], sizes)
    value = bounded(value, EXACT // many)
    size = (sizes.m, sizes.n)[how % 2]
    return Value(index.scatter_add(value.node, whole(at, size), axis, size), value.bound * many)


def masked(values, a, b, how, sizes):
    value = values[a]
    drawn = random.random_uniform(leaf.constant(7 + b), STEP, value.dims, value.node.dtype, how)
    if how % 2:
        return Value(ar.where(ar.less(drawn, 0.25), 0.0, value.node), value.bound)
    return plus(value, Value(ar.floor(ar.multiply(drawn, 8.0))))


def moved(values, a, b, how, sizes):
    value = values[a]
    dims, node = value.dims, value.node
    free = [k for k, dim in enumerate(dims) if dim is not R]
    if not free:
        return value
    made = MOVES[how % len(MOVES)](node, free[b % len(free)])
    return Value(made, value.bound) if count(made.dims, sizes) <= LARGEST else value


def along(node, axis, inside, outside):
    return tuple(inside if k == axis else outside for k in range(node.ndim))


def cut(node, axis):
    start = along(node, axis, 1 if node.dims[axis] > 1 else 0, 0)
    return layout.slice_(node, start, node.dims, along(node, axis, 2, 1))


def flat(node, axis):
    rows = [dim for dim in node.dims if dim is R]
    rest = prod(dim for dim in node.dims if dim is not R)
    return reshape(node, (*rows, rest)) if not rows or node.dims[0] is R else node


MOVES = [
    lambda node, axis: transpose(node, tuple(reversed(range(node.ndim)))),
    lambda node, axis: layout.flip(node, (axis,)),
    cut,
    lambda node, axis: layout.pad(node, along(node, axis, 1, 0), along(node, axis, 2, 0), along(node, axis, 1, 0)),
    lambda node, axis: layout.concatenate([node, ar.negative(node)], axis),
    lambda node, axis: transpose(node, (axis, *(k for k in range(node.ndim) if k != axis))),
    flat,
    lambda node, axis: layout.concatenate([cut(node, axis), layout.flip(node, (axis,))], axis),
]


def scaled(values, a, b, how, sizes):
    """What clipping does: a value of everything, back in every element."""
    one = folded(values[b], tuple(range(values[b].node.ndim)), sizes) if values[b].dims else values[b]
    return binary([values[a], wrapped(one)], 0, 1, how, sizes)


INSTRUCTIONS = [binary, dense, scaled, reduction, product, unary, masked, gather, scatter, scan, moved, dense, binary]


# --- Programs ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """What hypothesis draws."""

    sizes: Sizes
    rows: bool
    slots: list
    code: list
    updates: list
    outputs: list
    stop: int
    dtype: str


SLOTS = [("m",), ("m", "n"), (), ("n",), ("n", "m"), ("n", "n")]
BATCHES = {
    "x": (("R", "m"), None), "y": (("R",), None), "k": (("R",), np.int64), "z": (("R", "n", "m"), None),
    "bytes": (("R", "n"), np.uint8), "whole": (("m",), None),
}  # fmt: skip
KINDS = [None, None, None, np.int64, np.bool_]

small = st.integers(0, 15)


def sized(m, n, batch, batches, missing):
    return Sizes(m, n, max(1, batch * batches - missing % batch), batch)


sizes = st.builds(
    sized, st.sampled_from(SIZES), st.sampled_from(SIZES), st.sampled_from([1, 3, 8, 20]), st.integers(1, 3), small
)
# More rows than a block holds, over which sums are made block by block.
long = st.builds(sized, st.integers(1, 5), st.integers(1, 5), st.just(4500), st.integers(1, 2), st.integers(0, 4000))
recipes = st.builds(
    Recipe,
    sizes=st.one_of(sizes, sizes, sizes, sizes, sizes, sizes, long),
    rows=st.sampled_from([False, True, True]),
    slots=st.lists(st.tuples(st.integers(0, len(SLOTS) - 1), st.integers(0, len(KINDS) - 1)), min_size=1, max_size=4),
    code=st.lists(st.tuples(st.integers(0, len(INSTRUCTIONS) - 1), small, small, small), min_size=4, max_size=16),
    updates=st.lists(small, max_size=4),
    outputs=st.lists(small, min_size=1, max_size=3),
    stop=small,
    dtype=st.sampled_from(["float32", "float64"]),
)


def concrete(dims, sizes, rows):
    return tuple({"R": rows, "m": sizes.m, "n": sizes.n}[dim] for dim in dims)


def place(values, number):
    """Even numbers count back from the newest value, odd ones from the first, which are the slots."""
    return number // 2 % len(values) if number % 2 else len(values) - 1 - number // 2 % len(values)


def grown(recipe):
    """The Program of a recipe."""
    sizes, dtype = recipe.sizes, np.dtype(recipe.dtype)
    inputs = {f"s{k}": leaf.input_node(f"s{k}", concrete(SLOTS[dims], sizes, R), KINDS[kind] or dtype)
              for k, (dims, kind) in enumerate(recipe.slots)}  # fmt: skip
    slots = list(inputs)
    if recipe.rows:
        inputs |= {name: leaf.input_node(name, concrete(dims, sizes, R), kind or dtype, "batch")
                   for name, (dims, kind) in BATCHES.items()}  # fmt: skip
    rate = leaf.input_node("rate", (), dtype, "scalar")
    values = [Value(ar.cast(node, dtype)) for node in (*inputs.values(), rate, ar.remainder(STEP, 5))]
    for which, a, b, how in recipe.code:
        values.append(INSTRUCTIONS[which](values, place(values, a), place(values, b), how, sizes))
    new = [fitted(values[place(values, k)], inputs[name].dims, sizes) for name, k in zip(slots, recipe.updates)]
    updates = {name: ar.cast(wrapped(value).node, inputs[name].dtype) for name, value in zip(slots, new)}
    outputs = {f"y{k}": values[place(values, at)].node for k, at in enumerate(recipe.outputs)}
    if recipe.rows:
        outputs["anchor"] = sum_(inputs["y"], (0,))
    stop = None
    if recipe.stop % 4 == 3:
        total = fitted(values[-1], (), sizes)
        outputs["stop"], stop = ar.less(float(recipe.stop), ar.remainder(total.node, 17.0)), "stop"
    return optimise(Program(updates, outputs, stop))
