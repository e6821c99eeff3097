"""Products of operands rounded to bfloat16: the pass, the native kernels beside the reference, training."""

import numpy as np
import pytest

from hagang import nn
from hagang.errors import ArgumentError
from hagang.graph import R, order
from hagang.ops import arithmetic, reduce
from hagang.ops.contract import contract
from hagang.ops.leaf import input_node
from hagang.program import Program, optimise, with_bfloat16_products
from hagang.runs import fit
from hagang.runtime import Chunk, open_session, reference

native = pytest.importorskip("hagang.runtime.native")


def rounded(x):
    mantissa, exponent = np.frexp(x)
    return np.ldexp(np.rint(mantissa * 256) / 256, exponent)


def products(depth, width, dtype=np.float32):
    """The three products of a dense layer: forward, the inputs' gradient, the weights' gradient."""
    x = input_node("x", (R, depth), dtype, "batch")
    g = input_node("g", (R, width), dtype, "batch")
    w = input_node("w", (depth, width), dtype, "slot")
    forward = contract(x, w, (0, 1), (1, 2), (0, 2))
    back = contract(g, w, (0, 2), (1, 2), (0, 1))
    tile = contract(x, g, (0, 1), (0, 2), (1, 2))
    outputs = {
        "forward": reduce.max_(forward, (1,)),
        "forward sum": arithmetic.negative(forward),
        "back": back,
        "tile": tile,
    }
    return optimise(Program(outputs=outputs))


def drawn(rows, depth, width, dtype=np.float32):
    random = np.random.default_rng(rows + depth + width)
    arrays = {"x": (rows, depth), "g": (rows, width), "w": (depth, width)}
    return {name: random.standard_normal(shape).astype(dtype) for name, shape in arrays.items()}


def run(session, program, data):
    return session.run(program, Chunk({"x": data["x"], "g": data["g"]}, batch_size=len(data["x"]))).outputs


def test_the_pass_rounds_each_operand_once_and_leaves_float64_alone():
    names = [node.op.name for node in order(with_bfloat16_products(products(5, 4)).roots)]
    assert names.count("contract") == 3
    assert names.count("bfloat16") == 3
    double = [node.op.name for node in order(with_bfloat16_products(products(5, 4, np.float64)).roots)]
    assert "bfloat16" not in double


def test_hand_worked():
    """1 + 2⁻⁸ lies half-way between 1 and 1 + 2⁻⁷: to even, 1. 1 + 3·2⁻⁸ goes to 1 + 2⁻⁶."""
    data = {"x": np.float32([[1 + 2**-8, 1 + 3 * 2**-8]]), "g": np.float32([[1]]), "w": np.float32([[1], [10]])}
    for module in (reference, native):
        told = run(module.open_session({"w": data["w"]}), with_bfloat16_products(products(2, 1)), data)
        assert told["forward"][0] == 1 + 10 * (1 + 2**-6)


@pytest.mark.parametrize(
    ("rows", "depth", "width"), [(1, 1, 1), (3, 7, 5), (40, 33, 64), (130, 100, 70), (300, 64, 129)]
)
def test_native_agrees_with_rounding_by_hand(rows, depth, width):
    data = drawn(rows, depth, width)
    program = with_bfloat16_products(products(depth, width))
    told = run(native.open_session({"w": data["w"]}), program, data)
    x, g, w = (rounded(data[name]).astype(np.float64) for name in "xgw")
    for name, wanted in {"forward sum": -(x @ w), "back": g @ w.T, "tile": x.T @ g}.items():
        scale = np.abs(wanted).max() + 1
        np.testing.assert_allclose(told[name].reshape(wanted.shape), wanted, rtol=0, atol=4e-6 * scale, err_msg=name)


def test_a_sum_over_many_rows_is_cut_into_blocks():
    data = drawn(9001, 5, 20)
    told = run(native.open_session({"w": data["w"]}), with_bfloat16_products(products(5, 20)), data)
    wanted = rounded(data["x"]).astype(np.float64).T @ rounded(data["g"])
    np.testing.assert_allclose(told["tile"].reshape(wanted.shape), wanted, rtol=0, atol=1e-3)


def test_no_bit_depends_on_the_number_of_threads(monkeypatch):
    monkeypatch.setenv("HAGANG_SMALL_WORK", "0")
    data, program = drawn(517, 70, 130), with_bfloat16_products(products(70, 130))
    told = [run(native.open_session({"w": data["w"]}, threads), program, data) for threads in (1, 2, 3, 5)]
    for other in told[1:]:
        for name, value in told[0].items():
            assert value.tobytes() == other[name].tobytes()


HERE = "native" if native.multiplies_bfloat16() else "reference"
NETWORK = nn.Network([nn.Dense(40, "relu"), nn.Dense(3)])


def blobs():
    random = np.random.default_rng(0)
    y = np.arange(600) % 3
    return (random.standard_normal((600, 9)) + np.eye(9)[2 * y] * 2).astype(np.float32), y


def test_training_is_close_to_float32_and_not_the_same():
    single, rough = (fit(NETWORK, blobs(), epochs=3, precision=name, runtime=HERE) for name in ("float32", "bfloat16"))
    losses = [[epoch.loss for epoch in run.history.epochs] for run in (single, rough)]
    assert losses[0] != losses[1]
    np.testing.assert_allclose(*losses, rtol=0.02)
    assert all(value.dtype == np.float32 for value in rough.network.weights.values())
    assert rough.config.precision == "bfloat16"


@pytest.mark.skipif(HERE != "native", reason="this processor has no AVX-512 BF16")
def test_both_runtimes_train_alike():
    runs = [fit(NETWORK, blobs(), epochs=2, precision="bfloat16", runtime=name) for name in ("native", "reference")]
    losses = [[epoch.loss for epoch in run.history.epochs] for run in runs]
    np.testing.assert_allclose(*losses, rtol=1e-3)


def test_a_processor_without_them_says_so(monkeypatch):
    monkeypatch.setattr(native, "multiplies_bfloat16", lambda: False)
    with pytest.raises(
        ArgumentError, match=r"precision: expected 'float32' or 'float64' on this processor.*AVX-512 BF16"
    ):
        fit(NETWORK, blobs(), precision="bfloat16")
    assert fit(NETWORK, blobs(), precision="bfloat16", runtime="reference", epochs=1).history.epochs


def test_a_session_goes_on_in_either_precision():
    """Weights are float32 whatever the products are: one session runs both Programs."""
    data = drawn(20, 6, 4)
    session = open_session({"w": data["w"]})
    exact, rough = run(session, products(6, 4), data), run(session, with_bfloat16_products(products(6, 4)), data)
    np.testing.assert_allclose(exact["back"], rough["back"], atol=0.1)
    assert not np.array_equal(exact["back"], rough["back"])
