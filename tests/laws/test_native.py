"""Every op × dtype × shape: the native runtime gives what the reference runtime gives. A new op joins by a row.

A row is a name, the ops it covers, and a builder of the graph from inputs. Inputs marked with R carry the rows of a
batch of 7, taken in steps of 3 rows, so that every row op also meets a short last step.
"""

import numpy as np
import pytest
from tests.laws.table_of_ops import CASES as CASES_OF
from tests.laws.test_ops import built

from hagang.graph import Kind, R
from hagang.ops import OPS, arithmetic, functions, index, layout, leaf, linalg, random, reduce
from hagang.ops.broadcast import broadcast, broadcast_to, reshape, sum_, transpose
from hagang.ops.contract import contract
from hagang.program import Program, optimise
from hagang.runtime import Chunk, reference

native = pytest.importorskip("hagang.runtime.native")
from hagang import _native  # noqa: E402

ROWS, BATCH = 7, 3
DTYPES = ["float32", "float64"]
SHAPES = [
    (),
    (1,),
    (5,),
    (0,),
    (3, 4),
    (17, 70),
    (1, 1),
    (2, 3, 4),
    (R,),
    (R, 1),
    (R, 5),
    (R, 70),
    (R, 2, 3),
    (2, R),
    (1, R, 3),
]
TINY = {"float32": 1e-6, "float64": 1e-14}


def data_for(dims, dtype, low=-2.0, high=2.0, seed=0):
    shape = tuple(ROWS if dim is R else dim for dim in dims)
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.uniform(low, high, shape).astype(dtype)
    if np.dtype(dtype) == bool:
        return rng.random(shape) < 0.5
    return rng.integers(int(low), int(high) + 1, shape).astype(dtype)


class Inputs:
    """Makes input nodes and remembers their values: slots, or batch inputs where the rows lead."""

    def __init__(self, dtype):
        self.dtype, self.slots, self.data = dtype, {}, {}

    def __call__(self, dims, dtype=None, low=-2.0, high=2.0):
        dtype = dtype or self.dtype
        name = f"x{len(self.slots) + len(self.data)}"
        if R in dims and dims[0] is not R:
            # A batch input leads with the rows; elsewhere they come by a transpose.
            at = dims.index(R)
            front = (R, *dims[:at], *dims[at + 1 :])
            return transpose(self(front, dtype, low, high), (*range(1, at + 1), 0, *range(at + 1, len(dims))))
        rows = R in dims
        values = data_for(dims, dtype, low, high, seed=len(name) + len(self.slots) + len(self.data))
        (self.data if rows else self.slots)[name] = values
        return leaf.input_node(name, dims, dtype, "batch" if rows else "slot")


def both(inputs, outputs, updates=None, steps=None, scalars=None, threads=1, batch=BATCH):
    program = optimise(Program(updates or {}, outputs))
    steps = steps or (-(-ROWS // batch) if inputs.data else 2)
    chunk = Chunk(
        data=inputs.data,
        order=np.random.default_rng(3).permutation(ROWS) if inputs.data else None,
        batch_size=batch if inputs.data else None,
        steps=steps,
        first_step=4,
        scalars=scalars or {},
    )
    sessions = [
        reference.open_session(inputs.slots),
        native.NativeSession(inputs.slots, threads, scalar_limit=0),
        native.NativeSession(inputs.slots, threads, scalar_limit=4000),
    ]
    results = [session.run(program, chunk) for session in sessions]
    return results, [session.read() for session in sessions]


def same(inputs, outputs, tolerance, **more):
    (wanted, *results), (slots, *all_slots) = both(inputs, outputs, **more)
    for got, native_slots in zip(results, all_slots, strict=True):
        agree(wanted, got, slots, native_slots, tolerance)


def agree(wanted, got, slots, native_slots, tolerance):
    assert (got.steps, got.stopped) == (wanted.steps, wanted.stopped)
    for name, value in wanted.outputs.items():
        assert got.outputs[name].dtype == value.dtype
        assert got.outputs[name].shape == value.shape
        np.testing.assert_allclose(got.outputs[name], value, rtol=tolerance, atol=tolerance, err_msg=name)
    for name, value in slots.items():
        np.testing.assert_allclose(native_slots[name], value, rtol=tolerance, atol=tolerance, err_msg=name)


# --- elementwise ops: every shape ---------------------------------------------------------------------------

# Where the native function is tried over more than the table of ops tries its reference.
WIDER = {
    "floor": (-3, 3), "ceil": (-3, 3), "rint": (-3, 3), "bfloat16": (-3, 3), "exp": (-5, 5), "expm1": (-5, 5),
    "log": (0.1, 9), "log1p": (-0.9, 9), "sqrt": (0, 9), "sin": (-9, 9), "cos": (-9, 9), "arcsin": (-1, 1),
    "arccos": (-1, 1), "arctan": (-5, 5), "sinh": (-3, 3), "cosh": (-3, 3), "tanh": (-3, 3), "arcsinh": (-5, 5),
    "arccosh": (1, 5), "erf": (-3, 3), "erfc": (-3, 3), "expit": (-9, 9), "gammaln": (0.2, 9), "divide": (0.5, 3),
    "remainder": (0.5, 5), "floor_divide": (0.5, 5), "arctan2": (-3, 3), "logaddexp": (-5, 5), "xlogy": (0.1, 4),
}  # fmt: skip


def pointwise(operands):
    """The elementwise ops of so many floats that make floats, with the range in which each is tried."""
    made = {}
    for name, cases in CASES_OF.items():
        arrays = [array for _, array in cases[0].operands]
        node = built(name, cases[0])[0]
        known = node.op.instruction in _native.instructions() and not node.op.leading
        if (
            known
            and node.is_elementwise
            and len(arrays) == operands
            and {node.is_float, *map(is_float, arrays)} == {True}
        ):
            made[name] = WIDER.get(name) or reach(cases)
    return made


def is_float(array):
    return array.dtype.kind == "f"


def reach(cases):
    """The range that all operands of a row's largest case share."""
    arrays = [array for _, array in max(cases, key=lambda case: case.operands[0][1].size).operands]
    return max(float(array.min()) for array in arrays), min(float(array.max()) for array in arrays)


UNARY, BINARY = pointwise(1), pointwise(2)
LOGICAL = ("less", "less_equal", "equal", "logical_and", "logical_or")


def builder(name):
    return getattr(arithmetic, name, None) or getattr(functions, name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", SHAPES, ids=str)
def test_unary(dims, dtype):
    inputs = Inputs(dtype)
    outputs = {name: builder(name)(inputs(dims, low=low, high=high)) for name, (low, high) in UNARY.items()}
    outputs["isfinite"] = arithmetic.isfinite(arithmetic.divide(1.0, arithmetic.floor(inputs(dims))))
    outputs["polygamma0"] = functions.polygamma(0, inputs(dims, low=0.3, high=5))
    outputs["polygamma1"] = functions.polygamma(1, inputs(dims, low=0.3, high=5))
    outputs["polygamma2"] = functions.polygamma(2, inputs(dims, low=0.3, high=5))
    same(inputs, outputs, 4 * TINY[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", SHAPES, ids=str)
def test_binary_and_choice(dims, dtype):
    inputs = Inputs(dtype)
    a, b = inputs(dims), inputs(dims)
    outputs = {}
    for name, (low, high) in BINARY.items():
        outputs[name] = builder(name)(inputs(dims, low=low, high=high), inputs(dims, low=low, high=high))
        outputs[f"{name} with a number"] = builder(name)(inputs(dims, low=low, high=high), 1.5)
        outputs[f"a number with {name}"] = builder(name)(1.5, inputs(dims, low=low, high=high))
    less, equal = arithmetic.less(a, b), arithmetic.equal(arithmetic.rint(a), arithmetic.rint(b))
    outputs |= {"less": less, "equal": equal, "less_equal": arithmetic.less_equal(b, a)}
    outputs |= {"and": arithmetic.logical_and(less, equal), "or": arithmetic.logical_or(less, equal)}
    outputs |= {"not": arithmetic.logical_not(less), "where": arithmetic.where(less, a, b)}
    outputs |= {"cast": arithmetic.cast(less, dtype), "whole": arithmetic.cast(a, np.int64)}
    outputs["truth"] = arithmetic.cast(arithmetic.rint(a), np.bool_)
    outputs["alias"] = arithmetic.alias(arithmetic.stop_gradient(a))
    same(inputs, outputs, 4 * TINY[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", SHAPES, ids=str)
def test_whole_numbers(dims, dtype):
    inputs = Inputs(dtype)
    k, m = inputs(dims, np.int64, -9, 9), inputs(dims, np.int64, 1, 5)
    outputs = {
        name: builder(name)(k, m)
        for name in ("add", "subtract", "multiply", "maximum", "minimum", "remainder", "floor_divide", *LOGICAL[:3])
    }
    outputs |= {name: builder(name)(k) for name in ("negative", "absolute", "sign")}
    outputs["as float"] = arithmetic.cast(arithmetic.add(k, m), dtype)
    outputs["large"] = arithmetic.add(k, (1 << 40) + 1)
    outputs["weighed"] = arithmetic.multiply(arithmetic.cast(k, dtype), inputs(dims))
    outputs["one of"] = arithmetic.where(arithmetic.equal(k, 2), inputs(dims), 0.0)
    same(inputs, outputs, TINY[dtype])


def test_special_values():
    values = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-310, 1e300, -1e300])
    for dtype in DTYPES:
        inputs = Inputs(dtype)
        x, y = inputs((100,)), inputs((100,))
        with np.errstate(over="ignore"):
            inputs.slots["x0"] = np.repeat(values, 10).astype(dtype)
            inputs.slots["x1"] = np.tile(values, 10).astype(dtype)
        outputs = {name: builder(name)(x) for name in UNARY if name not in ("gammaln",)}
        outputs |= {
            name: builder(name)(x, y)
            for name in BINARY
            if name not in ("remainder", "floor_divide", "logaddexp", "arctan2", "power")
        }
        outputs |= {name: builder(name)(x, y) for name in ("less", "less_equal", "equal")}
        same(inputs, outputs, 4 * TINY[dtype])


# --- everything else: a row a case --------------------------------------------------------------------------


def case(*ops):
    def note(build):
        CASES.append((build.__name__, ops, build))
        return build

    return note


CASES = []


@case("broadcast")
def broadcasts(x):
    row, one = x((5,)), x(())
    return {
        "row": broadcast(row, (R, 5), (1,)),
        "used": arithmetic.add(x((R, 5)), row),
        "per row": arithmetic.multiply(x((R, 5)), broadcast(x((R,)), (R, 5), (0,))),
        "kept": arithmetic.multiply(x((R, 5)), broadcast_to(x((R, 1)), (R, 5))),
        "scalar": arithmetic.add(x((R, 5)), one),
        "middle": arithmetic.add(x((R, 4, 5)), broadcast(x((R, 5)), (R, 4, 5), (0, 2))),
        "matrix": arithmetic.add(x((4, 5)), row),
        "column": arithmetic.add(x((4, 5)), broadcast(x((4,)), (4, 5), (0,))),
        "deep": broadcast(x((4, 5)), (2, 4, 3, 5), (1, 3)),
        "of rows": broadcast(x((R, 2)), (3, R, 2), (1, 2)),
        "matrix in rows": arithmetic.add(x((R, 4, 5)), broadcast(x((4, 5)), (R, 4, 5), (1, 2))),
    }


@case("reshape")
def reshapes(x):
    return {
        "flat": reshape(x((3, 4)), (12,)),
        "matrix": reshape(x((12,)), (3, 4)),
        "matrices": reshape(x((3, 4)), (4, 3)),
        "rows": reshape(x((R, 2, 3)), (R, 6)),
        "apart": reshape(x((R, 6)), (R, 2, 3)),
        "column": reshape(x((R,)), (R, 1)),
        "back": arithmetic.add(reshape(x((R, 1)), (R,)), x((R,))),
        "lead": reshape(x((R, 6)), (1, R, 6)),
        "cut": reshape(x((R, 6)), (2, R, 3)),
        "deep": reshape(x((2, 3, 4)), (6, 4)),
        "scalar": reshape(x((1, 1)), ()),
    }


@case("transpose", "flip", "slice", "pad", "concatenate")
def layouts(x):
    a, r = x((3, 4)), x((R, 2, 3))
    return {
        "transposed": transpose(a, (1, 0)),
        "rows last": transpose(r, (2, 1, 0)),
        "inner": transpose(r, (0, 2, 1)),
        "flipped": layout.flip(a, (0, 1)),
        "rows flipped": layout.flip(r, (0, 2)),
        "one flipped": layout.flip(x((3, 1)), (1,)),
        "slice": layout.slice_(a, (0, 1), (3, 4), (2, 2)),
        "slice of rows": layout.slice_(r, (0, 0, 1), (R, 2, 3), (1, 1, 2)),
        "element": reshape(layout.slice_(x((5,)), (2,), (3,), (1,)), ()),
        "pad": layout.pad(a, (1, 0), (2, 1), (1, 2)),
        "pad of rows": layout.pad(r, (0, 1, 0), (0, 0, 2), (0, 0, 1)),
        "joined": layout.concatenate([a, x((2, 4))], 0),
        "joined columns": layout.concatenate([a, x((3, 70))], 1),
        "joined rows": layout.concatenate([r, x((R, 2, 1))], 2),
        "late rows": layout.concatenate([transpose(x((R, 2)), (1, 0)), transpose(x((R, 1)), (1, 0))], 0),
    }


@case("sum", "max")
def reductions(x):
    made = {}
    for name, fold in (("sum", sum_), ("max", reduce.max_)):
        made |= {
            f"{name} of rows": fold(x((R, 5)), (1,)),
            f"{name} of wide rows": fold(x((R, 70)), (1,)),
            f"{name} of all": fold(x((17,)), (0,)),
            f"{name} of a matrix": fold(x((17, 70)), (0, 1)),
            f"{name} down a matrix": fold(x((17, 70)), (0,)),
            f"{name} across a matrix": fold(x((17, 70)), (1,)),
            f"{name} in rows": fold(x((R, 2, 3)), (1,)),
            f"{name} of inner": fold(x((R, 2, 3)), (1, 2)),
            f"{name} of one": fold(x((R, 1)), (1,)),
            f"{name} late": fold(transpose(x((R, 4)), (1, 0)), (0,)),
        }
    return made | {
        "sum down rows": sum_(x((R, 5)), (0,)),
        "sum down wide rows": sum_(x((R, 70)), (0,)),
        "sum down deep rows": sum_(x((R, 2, 3)), (0,)),
        "sum of everything": sum_(x((R, 5)), (0, 1)),
        "sum of some": sum_(x((R, 2, 3)), (0, 2)),
        "sum of column": sum_(x((R,)), (0,)),
        "sum of empty": sum_(x((0, 3)), (0,)),
        "max down rows": reduce.max_(x((R, 5)), (0,)),
        "max of everything": reduce.max_(x((R, 5)), (0, 1)),
    }


@case("argsort")
def orders(x):
    return {
        "of rows": reduce.argsort(x((R, 5)), 1),
        "down a matrix": reduce.argsort(x((40, 5)), 0),
        "of a vector": reduce.argsort(x((9,)), 0),
        "of one": reduce.argsort(x((3, 1)), 1),
        "of deep rows": reduce.argsort(x((R, 2, 7)), 2),
        "of equal numbers": reduce.argsort(x((R, 12), np.int64, 0, 3), 1),
    }


@case("argmax", "cumsum")
def scans(x):
    return {
        "argmax of rows": reduce.argmax(x((R, 5)), 1),
        "argmax of a matrix": reduce.argmax(x((4, 5)), 0),
        "argmax of a vector": reduce.argmax(x((9,)), 0),
        "argmax of deep": reduce.argmax(x((R, 2, 3)), 1),
        "right": arithmetic.equal(reduce.argmax(x((R, 5)), 1), x((R,), np.int64, 0, 4)),
        "cumsum": reduce.cumsum(x((6,)), 0),
        "cumsum of a matrix": reduce.cumsum(x((3, 4)), 1, reverse=True),
        "cumsum of rows": reduce.cumsum(x((R, 4)), 1),
        "cumsum down rows": reduce.cumsum(x((R, 4)), 0, reverse=True),
    }


@case("contract")
def products(x):
    h, w = x((R, 20)), x((20, 70))
    return {
        "rows": contract(h, w, (0, 1), (1, 2), (0, 2)),
        "swapped": contract(w, h, (1, 2), (0, 1), (0, 2)),
        "turned": contract(x((R, 70)), w, (0, 2), (1, 2), (0, 1)),
        "turned weight": contract(h, transpose(x((70, 20)), (1, 0)), (0, 1), (1, 2), (0, 2)),
        "made weight": contract(h, functions.exp(w), (0, 1), (1, 2), (0, 2)),
        "made and turned": contract(x((R, 70)), functions.exp(w), (0, 2), (1, 2), (0, 1)),
        "tile": contract(h, x((R, 70)), (0, 1), (0, 2), (1, 2)),
        "tile turned": contract(h, x((R, 70)), (0, 1), (0, 2), (2, 1)),
        "thin": contract(x((R, 1)), x((R, 3)), (0, 1), (0, 2), (1, 2)),
        "to one": contract(h, x((20, 1)), (0, 1), (1, 2), (0, 2)),
        "from one": contract(x((R, 1)), x((1, 20)), (0, 1), (1, 2), (0, 2)),
        "per row": contract(h, x((20,)), (0, 1), (1,), (0,)),
        "row dots": contract(h, x((R, 20)), (0, 1), (0, 1), (0,)),
        "all": contract(h, x((R, 20)), (0, 1), (0, 1), ()),
        "gram": contract(h, h, (0, 1), (0, 2), (1, 2)),
        "matrices": contract(x((4, 5)), x((5, 3)), (0, 1), (1, 2), (0, 2)),
        "vectors": contract(x((5,)), x((5,)), (0,), (0,), ()),
        "outer": contract(x((5,)), x((3,)), (0,), (1,), (0, 1)),
        "batched": contract(x((2, 4, 5)), x((2, 5, 3)), (0, 1, 2), (0, 2, 3), (0, 1, 3)),
        "rows batched": contract(x((R, 4, 5)), x((R, 5, 3)), (0, 1, 2), (0, 2, 3), (0, 1, 3)),
        "sequence": contract(x((R, 4, 5)), x((5, 3)), (0, 1, 2), (2, 3), (0, 1, 3)),
        "rows late": contract(transpose(x((R, 4)), (1, 0)), x((4, 3)), (0, 1), (0, 2), (1, 2)),
        "nothing": contract(x((3, 0)), x((0, 2)), (0, 1), (1, 2), (0, 2)),
    }


@case("take", "scatter_add")
def positions(x):
    k, m = x((R,), np.int64, 0, 3), x((6,), np.int64, 0, 3)
    return {
        "take rows": index.take(x((4, 5)), k, 0),
        "take scalars": index.take(x((4,)), m, 0),
        "take columns": index.take(x((5, 4)), m, 1),
        "take in rows": index.take(x((R, 4)), m, 1),
        "take late": index.take(transpose(x((R, 4)), (1, 0)), m, 0),
        "take table": index.take(x((4, 5)), x((R, 3), np.int64, 0, 3), 0),
        "scatter": index.scatter_add(x((R, 5)), k, 0, 4),
        "scatter scalars": index.scatter_add(x((6,)), m, 0, 4),
        "scatter columns": index.scatter_add(x((5, 6)), m, 1, 4),
        "scatter in rows": index.scatter_add(x((R, 6)), m, 1, 4),
        "scatter late": index.scatter_add(transpose(x((R, 6)), (1, 0)), m, 0, 4),
    }


@case("solve", "det")
def systems(x):
    a, many = arithmetic.add(x((3, 3)), leaf.constant(4 * np.eye(3), x.dtype)), x((R, 2, 2), low=1)
    many = arithmetic.add(many, leaf.constant(5 * np.eye(2), x.dtype))
    return {
        "solve": linalg.solve(a, x((3, 2))),
        "solve in rows": linalg.solve(many, x((R, 2, 1))),
        "inverse": linalg.inv(a),
        "det": linalg.det(a),
        "det in rows": linalg.det(many),
    }


@case("random_uniform", "row_count", "constant", "input")
def numbers(x):
    seed, step = leaf.constant(7, np.int64), leaf.input_node("t", (), np.int64, "scalar")
    large = leaf.constant((1 << 53) - 3, np.int64)
    drawn = [random.random_uniform(seed, step, dims, x.dtype, 3) for dims in ((5,), (3, 4), (R, 5), (R, 70), (R,), ())]
    rows = leaf.row_count(x.dtype)
    return {f"drawn {k}": node for k, node in enumerate(drawn)} | {
        "anchor": sum_(x((R, 5)), (0, 1)),
        "large seed": random.random_uniform(large, step, (9,), x.dtype, 1),
        "rows": rows,
        "mean": arithmetic.divide(sum_(x((R, 5)), (0,)), rows),
        "scheduled": arithmetic.multiply(leaf.constant(2.0, x.dtype), arithmetic.cast(step, x.dtype)),
        "a constant": leaf.constant(np.arange(12.0).reshape(3, 4), x.dtype),
        "mask": arithmetic.where(arithmetic.less(drawn[2], 0.5), x((R, 5)), 0.0),
        "flag": arithmetic.logical_not(x((R, 5), np.bool_)),
        "bytes": arithmetic.multiply(arithmetic.cast(x((R, 5), np.uint8, 0, 255), x.dtype), 1 / 255),
    }


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "build"), [(name, build) for name, _, build in CASES])
def test_case(name, build, dtype, threads):
    for name in build(Inputs(dtype)):
        inputs = Inputs(dtype)
        outputs = {name: build(inputs)[name], "rows": sum_(inputs((R,)), (0,))}
        used = Program(outputs=outputs).inputs
        inputs.slots = {key: value for key, value in inputs.slots.items() if key in used}
        inputs.data = {key: value for key, value in inputs.data.items() if key in used}
        same(inputs, outputs, 30 * TINY[dtype], threads=threads)


def test_every_op_has_a_row():
    covered = set(UNARY) | set(BINARY) | set(LOGICAL) | {"isfinite", "logical_not", "where", "cast", "alias"}
    covered |= {"stop_gradient", "polygamma", "custom_gradient"} | {op for _, ops, _ in CASES for op in ops}
    without = {op.name for op in OPS.values() if op.reference_only}
    without |= {
        op.name for op in OPS.values() if op.kind is Kind.ELEMENTWISE and op.instruction not in _native.instructions()
    }
    assert covered | without == set(OPS)
