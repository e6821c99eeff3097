"""The native runtime beyond single ops: training, threads, stopping, sessions, errors, interruption."""

import os
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from hagang.autodiff import backward
from hagang.errors import HagangError
from hagang.graph import R
from hagang.ops import arithmetic, functions, index, layout, leaf, linalg, random, reduce
from hagang.ops.broadcast import broadcast, reshape, sum_
from hagang.ops.contract import contract
from hagang.program import Program, optimise
from hagang.runtime import Chunk, reference

native = pytest.importorskip("hagang.runtime.native")
_native = pytest.importorskip("hagang._native")
lowered = native.lower.lowered
Storage = native.parts.Storage


# --- training programs ---------------------------------------------------------------------------------------


def softplus(x):
    return functions.logaddexp(x, 0.0)


def cross_entropy(logits, y):
    """Of the softmax, from logits; written here from scratch."""
    top = reduce.max_(logits, (1,))
    low = arithmetic.subtract(logits, broadcast(top, logits.dims, (0,)))
    size = functions.log(sum_(functions.exp(low), (1,)))
    codes = leaf.constant(np.arange(logits.dims[1]))
    own = arithmetic.equal(broadcast(y, logits.dims, (0,)), broadcast(codes, logits.dims, (1,)))
    return arithmetic.subtract(size, sum_(arithmetic.where(own, low, 0.0), (1,)))


def normalised(x):
    """Each column less its mean over the batch, over its deviation: a row sum fed back to rows."""
    rows = leaf.row_count(x.dtype)
    mean = arithmetic.divide(sum_(x, (0,)), rows)
    centred = arithmetic.subtract(x, broadcast(mean, x.dims, (1,)))
    variance = arithmetic.divide(sum_(arithmetic.multiply(centred, centred), (0,)), rows)
    return arithmetic.divide(centred, broadcast(functions.sqrt(arithmetic.add(variance, 1e-5)), x.dims, (1,)))


def dropped(x):
    step = leaf.input_node("t", (), np.int64, "scalar")
    seed = leaf.constant(11, np.int64)
    drawn = random.random_uniform(seed, step, x.dims, x.dtype, 5)
    return arithmetic.where(arithmetic.less(drawn, 0.25), 0.0, arithmetic.divide(x, 0.75))


def momentum(w, g, state, lr):
    moved = arithmetic.add(arithmetic.multiply(state, 0.9), g)
    return arithmetic.subtract(w, arithmetic.multiply(moved, lr)), moved


def clipped(gradients):
    """By the norm of them all."""
    squares = [sum_(arithmetic.multiply(g, g), tuple(range(g.ndim))) for g in gradients]
    total = squares[0]
    for square in squares[1:]:
        total = arithmetic.add(total, square)
    scale = arithmetic.divide(1.0, arithmetic.maximum(functions.sqrt(total), 1.0))
    return [arithmetic.multiply(g, scale) for g in gradients]


def training(sizes, dtype, *, act=functions.tanh, middle=(), clip=False, n=230, seed=0):
    """A dense net with softmax cross entropy and momentum: Program, slots, data."""
    rng = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    slots, weights = {}, []
    for k, (m, size) in enumerate(pairwise(sizes)):
        slots[f"w{k}"] = (rng.normal(size=(m, size)) / np.sqrt(m)).astype(dtype)
        slots[f"b{k}"] = (rng.normal(size=size) * 0.1).astype(dtype)
    slots |= {f"v{name}": np.zeros_like(value) for name, value in slots.items()}
    nodes = {name: leaf.input_node(name, value.shape, dtype) for name, value in slots.items()}
    x = leaf.input_node("x", (R, sizes[0]), dtype, "batch")
    y = leaf.input_node("y", (R,), np.int64, "batch")
    h = x
    for k in range(len(sizes) - 1):
        w, b = nodes[f"w{k}"], nodes[f"b{k}"]
        h = arithmetic.add(contract(h, w, (0, 1), (1, 2), (0, 2)), b)
        weights += [w, b]
        if k + 2 < len(sizes):
            h = act(h)
            for layer in middle:
                h = layer(h)
    loss = arithmetic.divide(sum_(cross_entropy(h, y), (0,)), leaf.row_count(dtype))
    gradients = backward(loss, weights)
    gradients = clipped(gradients) if clip else gradients
    lr = leaf.input_node("lr", (), dtype, "scalar")
    updates = {}
    for w, g in zip(weights, gradients):
        name = w.attrs["name"]
        updates[name], updates[f"v{name}"] = momentum(w, g, nodes[f"v{name}"], lr)
    program = optimise(Program(updates, {"loss": loss, "watched": gradients[0]}))
    data = {"x": rng.normal(size=(n, sizes[0])).astype(dtype), "y": rng.integers(0, sizes[-1], n)}
    return program, slots, data


def chunk_of(data, steps=20, batch=32, lr=0.05, first=1):
    n = len(data["x"])
    order = np.concatenate([np.random.default_rng(k).permutation(n) for k in range(1 + steps * (batch or 0) // n)])
    order = order[: steps * batch - 5] if batch else None  # the last step is short
    return Chunk(data, order, batch, steps, first, {"lr": np.full(steps, lr)})


NETS = {
    "plain": {"sizes": [5, 16, 3], "act": functions.tanh},
    "wide": {"sizes": [70, 130, 65, 10], "act": lambda x: arithmetic.maximum(x, 0.0)},
    "smooth": {"sizes": [5, 16, 16, 3], "act": softplus},
    "batch normalised": {"sizes": [5, 20, 3], "middle": (normalised,)},
    "dropped": {"sizes": [5, 70, 3], "middle": (dropped,)},
    "clipped": {"sizes": [5, 16, 3], "clip": True},
    "one output column": {"sizes": [5, 1, 2]},
    "deep": {"sizes": [5, *[20] * 6, 3], "middle": (normalised,), "clip": True},
}


@pytest.mark.parametrize("name", NETS)
def test_training_agrees_with_the_reference_in_float64(name):
    program, slots, data = training(dtype="float64", **NETS[name])
    sessions = reference.open_session(slots), native.open_session(slots, 2)
    wanted, got = (session.run(program, chunk_of(data)) for session in sessions)
    np.testing.assert_allclose(got.outputs["loss"], wanted.outputs["loss"], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(got.outputs["watched"], wanted.outputs["watched"], rtol=1e-11, atol=1e-12)
    after = sessions[1].read()
    for slot, value in sessions[0].read().items():
        np.testing.assert_allclose(after[slot], value, rtol=1e-12, atol=1e-12, err_msg=slot)


@pytest.mark.parametrize("name", NETS)
def test_training_agrees_with_the_reference_in_float32(name):
    """20 steps multiply a rounding of 6e-8 by the batch's and the layers' sums: a thousand times is the bound."""
    program, slots, data = training(dtype="float32", **NETS[name])
    sessions = reference.open_session(slots), native.open_session(slots, 1)
    wanted, got = (session.run(program, chunk_of(data)) for session in sessions)
    np.testing.assert_allclose(got.outputs["loss"], wanted.outputs["loss"], rtol=6e-5, atol=6e-5)
    after = sessions[1].read()
    for slot, value in sessions[0].read().items():
        np.testing.assert_allclose(after[slot], value, rtol=6e-5, atol=6e-5, err_msg=slot)


@pytest.fixture
def always_threaded(monkeypatch):
    """Work so small that the engine would keep to one thread is spread all the same."""
    monkeypatch.setenv("HAGANG_SMALL_WORK", "0")


@pytest.mark.usefixtures("always_threaded")
@pytest.mark.parametrize("batch", [32, None])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", NETS)
def test_bits_do_not_depend_on_the_number_of_threads(name, dtype, batch):
    program, slots, data = training(dtype=dtype, **NETS[name])
    results = []
    for threads in (1, 2, 3, 5, 1):
        session = native.open_session(slots, threads)
        outputs = session.run(program, chunk_of(data, steps=6, batch=batch)).outputs
        results.append({**session.read(), **outputs})
    for result in results[1:]:
        for key, value in results[0].items():
            np.testing.assert_array_equal(result[key], value, err_msg=key)


@pytest.mark.usefixtures("always_threaded")
def test_bits_do_not_depend_on_threads_for_a_full_batch_of_60000_rows():
    program, slots, data = training([3, 16, 2], "float32", n=60_000)
    results = []
    for threads in (1, 2, 3, 5):
        session = native.open_session(slots, threads)
        session.run(program, chunk_of(data, steps=2, batch=None))
        results.append(session.read())
    for result in results[1:]:
        for key, value in results[0].items():
            np.testing.assert_array_equal(result[key], value, err_msg=key)


@pytest.mark.usefixtures("always_threaded")
@pytest.mark.parametrize("name", ["wide", "batch normalised", "dropped", "clipped"])
def test_a_batch_of_many_blocks_agrees_with_the_reference(name):
    program, slots, data = training(dtype="float64", n=8_500, **NETS[name])
    chunk = chunk_of(data, steps=2, batch=None)
    sessions = [reference.open_session(slots), native.open_session(slots, 1), native.open_session(slots, 3)]
    losses = [session.run(program, chunk).outputs["loss"] for session in sessions]
    after = [session.read() for session in sessions]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-12)
    np.testing.assert_array_equal(losses[2], losses[1])
    for slot, value in after[0].items():
        np.testing.assert_allclose(after[1][slot], value, rtol=1e-11, atol=1e-12, err_msg=slot)
        np.testing.assert_array_equal(after[2][slot], after[1][slot], err_msg=slot)


def test_memory_for_a_long_batch_is_that_of_a_block():
    program, slots, data = training([20, 64, 3], "float32", n=60_000)
    session = native.open_session(slots, 1)
    session.run(program, chunk_of(data, steps=1, batch=None))
    assert session.memory(program) < 4096 * 4 * (20 + 4 * 64 + 40)


def bytes_of_all_values(program, slots, rows):
    buffers = lowered(program, tuple(slots)).plan.buffers
    return sum((b.size[0] + b.size[1] * rows) * b.bits // 8 for b in buffers if b.storage is Storage.TEMPORARY)


def test_values_take_the_place_of_those_that_nobody_reads_any_more():
    program, slots, data = training([16, *[64] * 20, 4], "float32", middle=(normalised,))
    session = native.open_session(slots, 1)
    session.run(program, chunk_of(data, steps=2))
    assert 3 * session.memory(program) < bytes_of_all_values(program, slots, 32)


def test_a_prediction_keeps_the_values_of_two_layers_at_a_time():
    h = leaf.input_node("x", (R, 64), np.float32, "batch")
    for k in range(20):
        h = functions.tanh(contract(h, leaf.input_node(f"w{k}", (64, 64), np.float32), (0, 1), (1, 2), (0, 2)))
    program = optimise(Program({}, {"h": h}))
    rng = np.random.default_rng(3)
    slots = {f"w{k}": rng.normal(size=(64, 64)).astype(np.float32) / 8 for k in range(20)}
    data = {"x": rng.normal(size=(1000, 64)).astype(np.float32)}
    session = native.open_session(slots, 2)
    found = session.run(program, Chunk(data, None, None, 1)).outputs["h"]
    expected = data["x"].astype(np.float64)
    for matrix in slots.values():
        expected = np.tanh(expected @ matrix)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    row = bytes_of_all_values(program, slots, 1) // 20
    assert session.memory(program) < 3.1 * 1000 * row


def test_outputs_of_a_long_batch_are_laid_end_to_end():
    x = leaf.input_node("x", (R, 3), np.float64, "batch")
    values = np.random.default_rng(0).normal(size=(9_000, 3))
    order = np.random.default_rng(1).permutation(9_000)
    done = native.open_session({}, 1).run(
        Program(outputs={"y": arithmetic.multiply(x, 2.0)}), Chunk({"x": values}, order)
    )
    np.testing.assert_array_equal(done.outputs["y"], 2 * values[order])


def test_long_sums_stay_accurate_in_float32():
    x = leaf.input_node("x", (R, 2), np.float32, "batch")
    data = {"x": np.full((100_000, 2), 0.1, np.float32)}
    program = Program(outputs={"down": sum_(x, (0,)), "all": sum_(x, (0, 1))})
    outputs = native.open_session({}).run(program, Chunk(data)).outputs
    np.testing.assert_allclose(outputs["down"], 10_000, rtol=1e-4)
    np.testing.assert_allclose(outputs["all"], 20_000, rtol=1e-5)


def test_asking_for_more_changes_no_bit():
    program, slots, data = training([5, 16, 3], "float32")
    bare = optimise(Program(program.updates, {"loss": program.outputs["loss"]}))
    sessions = [native.open_session(slots, 1) for _ in range(2)]
    for session, each in zip(sessions, (program, bare)):
        session.run(each, chunk_of(data))
    for key, value in sessions[0].read().items():
        np.testing.assert_array_equal(sessions[1].read()[key], value, err_msg=key)


def test_two_chunks_are_one():
    program, slots, data = training([5, 16, 3], "float32", middle=(dropped,))
    whole = native.open_session(slots, 1)
    whole.run(program, chunk_of(data, steps=10))
    order = chunk_of(data, steps=10).order
    parts = native.open_session(slots, 1)
    for first, rows in ((1, order[: 32 * 4]), (5, order[32 * 4 :])):
        steps = -(-len(rows) // 32)
        parts.run(program, Chunk(data, rows, 32, steps, first, {"lr": np.full(steps, 0.05)}))
    for key, value in whole.read().items():
        np.testing.assert_array_equal(parts.read()[key], value, err_msg=key)


# --- slots: reads of the old value, writes of the new one ----------------------------------------------------


def run_both(updates, outputs, slots, steps=3, **chunk):
    program = optimise(Program(updates, outputs))
    sessions = reference.open_session(slots), native.open_session(slots)
    results = [session.run(program, Chunk(steps=steps, **chunk)) for session in sessions]
    for key, value in sessions[0].read().items():
        np.testing.assert_allclose(sessions[1].read()[key], value, rtol=1e-13, err_msg=key)
    for key, value in results[0].outputs.items():
        np.testing.assert_allclose(results[1].outputs[key], value, rtol=1e-13, err_msg=key)
    assert results[0].steps == results[1].steps
    assert results[0].stopped == results[1].stopped


def slot(name, *dims, dtype="float64"):
    return leaf.input_node(name, dims, dtype)


def test_slots_are_exchanged():
    for dims in ((), (5,), (3, 4)):
        a, b = slot("a", *dims), slot("b", *dims)
        values = {"a": np.full(dims, 1.0), "b": np.full(dims, 2.0)}
        run_both({"a": b, "b": a}, {"a": a}, values)
        run_both({"a": b, "b": b}, {"b": b}, values)
        run_both({"a": arithmetic.add(a, b), "b": arithmetic.subtract(a, b)}, {}, values)


def test_the_old_value_is_read_by_whoever_wants_it():
    w, v = slot("w", 5, 5), slot("v", 5)
    product = contract(w, w, (0, 1), (1, 2), (0, 2))
    run_both({"w": arithmetic.multiply(product, 0.1)}, {"w": w, "sum": sum_(w, (0, 1))}, {"w": np.eye(5) + 0.5})
    pulled = arithmetic.subtract(v, broadcast(arithmetic.divide(sum_(v, (0,)), 5.0), (5,), ()))
    run_both({"v": pulled, "w": arithmetic.add(w, v)}, {"v": v}, {"w": np.eye(5), "v": np.arange(5.0)})
    run_both(
        {"v": sum_(w, (0,)), "w": arithmetic.multiply(w, broadcast(v, (5, 5), (0,)))},
        {},
        {"w": np.eye(5), "v": np.ones(5)},
    )


def test_slots_of_every_kind():
    k, flag, new = slot("k", dtype="int64"), slot("flag", 2, dtype="bool"), leaf.constant(np.arange(6.0).reshape(2, 3))
    updates = {"k": arithmetic.add(k, 1), "flag": arithmetic.logical_not(flag), "fresh": new}
    run_both(updates, {"k": k}, {"k": np.int64(1 << 40), "flag": np.array([True, False])})


def test_a_flag_beside_float32_weights():
    w, flag = slot("w", 2, dtype="float32"), slot("flag", 2, dtype="bool")
    updates = {"w": arithmetic.where(flag, w, 0.0), "flag": arithmetic.logical_not(flag)}
    run_both(updates, {"flag": flag}, {"w": np.ones(2, np.float32), "flag": np.array([True, False])})


def test_large_whole_numbers_are_compared_exactly_beside_float32_weights():
    k, m, w = slot("k", 3, dtype="int64"), slot("m", 3, dtype="int64"), slot("w", 3, dtype="float32")
    outputs = {
        "less": arithmetic.less(k, m),
        "equal": arithmetic.equal(k, m),
        "chosen": arithmetic.where(arithmetic.less(k, m), w, 0.0),
    }
    large = (1 << 30) + np.arange(3)
    run_both({"w": w}, outputs, {"k": large, "m": large[::-1].copy(), "w": np.ones(3, np.float32)})


def side_by_side(*scalars):
    return layout.concatenate([reshape(scalar, (1,)) for scalar in scalars], 0)


def test_each_scheduled_scalar_is_its_own_where_it_fills_an_array():
    lr, beta = (leaf.input_node(name, (), "float64", "scalar") for name in ("lr", "beta"))
    outputs = {"lr": broadcast(lr, (2, 3), ()), "beta": broadcast(beta, (2,), ()), "pair": side_by_side(beta, lr)}
    run_both(
        {"w": broadcast(beta, (1,), ())},
        outputs,
        {"w": np.zeros(1)},
        scalars={"lr": np.arange(3.0), "beta": np.arange(5.0, 8.0)},
    )


def test_a_function_of_a_few_numbers_is_minimised():
    x = slot("x", 2)
    a, b = (index.take(x, leaf.constant(k), 0) for k in (0, 1))
    f = arithmetic.add(
        functions.power(arithmetic.subtract(a, 2.0), 2.0),
        arithmetic.multiply(functions.power(arithmetic.subtract(b, 3.0), 2.0), 4.0),
    )
    (g,) = backward(f, [x])
    step = arithmetic.subtract(x, arithmetic.multiply(g, 0.01))
    run_both({"x": step}, {"f": f}, {"x": np.array([100.0, -10.0])}, steps=500)


def test_the_chunk_ends_where_the_program_says():
    x = slot("x")
    grown = arithmetic.multiply(x, 2.0)
    large = arithmetic.less(100.0, grown)
    program = optimise(Program({"x": grown}, {"x": grown, "large": large}, stop="large"))
    sessions = reference.open_session({"x": 1.0}), native.open_session({"x": 1.0})
    wanted, got = (session.run(program, Chunk(steps=50)) for session in sessions)
    assert (got.steps, got.stopped) == (wanted.steps, wanted.stopped) == (7, True)
    np.testing.assert_array_equal(got.outputs["x"], wanted.outputs["x"])
    assert sessions[1].read()["x"] == 128


def test_the_stop_value_may_come_from_the_schedule():
    x, rate = slot("x"), leaf.input_node("rate", (), np.float64, "scalar")
    program = optimise(Program({"x": arithmetic.add(x, rate)}, {"low": arithmetic.less(rate, 0.5)}, stop="low"))
    chunk = Chunk(steps=4, scalars={"rate": np.array([1.0, 0.75, 0.25, 1.0])})
    session = native.open_session({"x": 0.0})
    result = session.run(program, chunk)
    assert (result.steps, result.stopped, float(session.read()["x"])) == (3, True, 2.0)


def test_sessions_read_write_and_grow():
    session = native.open_session({"w": np.arange(6.0).reshape(2, 3)})
    session.write({"w": np.ones((2, 3)), "more": np.float32(2.5)})
    assert session.read()["more"] == np.float32(2.5)
    np.testing.assert_array_equal(session.read()["w"], np.ones((2, 3)))
    session.write({"w": np.zeros((4, 1))})
    assert session.read()["w"].shape == (4, 1)


def test_weights_written_between_chunks_are_used():
    """A transposed copy of a weight must not outlive the weight."""
    program, slots, data = training([5, 16, 16, 3], "float64")
    session, fresh = native.open_session(slots, 1), native.open_session(slots, 1)
    session.run(program, chunk_of(data, steps=3))
    session.write(slots)
    session.run(program, chunk_of(data, steps=3))
    fresh.run(program, chunk_of(data, steps=3))
    for key, value in fresh.read().items():
        np.testing.assert_array_equal(session.read()[key], value, err_msg=key)


# --- what goes wrong ------------------------------------------------------------------------------------------


def test_positions_outside_a_table_are_told():
    x, k = slot("x", 4), leaf.input_node("k", (R,), np.int64, "batch")
    session = native.open_session({"x": np.arange(4.0)})
    program = Program(outputs={"taken": index.take(x, k, 0)})
    with pytest.raises(HagangError, match="positions from 0 to 3, received 9"):
        session.run(program, Chunk({"k": np.array([1, 9])}))
    assert session.run(program, Chunk({"k": np.array([1, 2])})).outputs["taken"].tolist() == [1.0, 2.0]


def test_a_singular_system_is_told():
    a = slot("a", 2, 2)
    with pytest.raises(HagangError, match="singular"):
        native.open_session({"a": np.ones((2, 2))}).run(Program(outputs={"inverse": linalg.inv(a)}), Chunk())


def test_row_numbers_outside_the_data_are_told():
    x = leaf.input_node("x", (R, 2), np.float64, "batch")
    program = Program(outputs={"x": arithmetic.add(x, 1.0)})
    with pytest.raises(ValueError, match="row numbers from 0 to 2, received 5"):
        native.open_session({}).run(program, Chunk({"x": np.ones((3, 2))}, np.array([0, 5])))


def test_whole_numbers_beyond_float64_are_refused():
    with pytest.raises(HagangError, match=r"whole numbers up to 2\*\*53"):
        native.open_session({"k": np.int64((1 << 53) + 1)})


def cores_in(environment):
    code = "from hagang import _native; print(_native.cpu()['cores'])"
    run = subprocess.run([sys.executable, "-c", code], env=os.environ | environment, capture_output=True, check=True)
    return int(run.stdout)


@pytest.mark.parametrize("name", ["OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT"])
def test_limits_of_the_environment_are_kept(name):
    assert cores_in({name: "1"}) == 1
    assert cores_in({name: "0"}) == cores_in({name: "1000000"}) == cores_in({name: ""})


def test_workers_of_joblib_share_the_cores():
    joblib = pytest.importorskip("joblib")

    def cores():  # a closure travels to the workers by value
        from hagang import _native

        return _native.cpu()["cores"]

    found = joblib.Parallel(n_jobs=2)(joblib.delayed(cores)() for _ in range(2))
    assert max(found) <= max(1, joblib.cpu_count() // 2)
    joblib.externals.loky.get_reusable_executor().shutdown()


def test_depth_is_no_limit():
    made = leaf.input_node("x", (40, 100), np.float32)
    for _ in range(400):
        made = arithmetic.add(made, functions.sin(made))
    program = optimise(Program(outputs={"y": made}))
    slots = {"x": np.linspace(0.0, 1e-3, 4000, dtype=np.float32).reshape(40, 100)}
    ours, oracle = (each.open_session(slots).run(program, Chunk()).outputs["y"] for each in (native, reference))
    np.testing.assert_allclose(ours, oracle, rtol=1e-4)


def test_threads_must_be_one_or_more():
    with pytest.raises(HagangError, match="threads: expected 1 or more"):
        native.open_session({}, 0)


def lowered_words():
    from hagang.runtime.native.lower import lower

    program, slots, _ = training([5, 16, 3], "float32", middle=(normalised, dropped))
    plan = lower(program, {name: k for k, name in enumerate(slots)}).plan
    return plan.words(), plan.all_numbers(), slots


def test_a_damaged_plan_is_an_error_and_never_a_wild_access():
    words, numbers, slots = lowered_words()
    rng = np.random.default_rng(0)
    refused = 0
    shapes = [(32, *value.shape, True) if value.ndim == 2 else (32, 1, value.size, False) for value in slots.values()]
    data = [np.zeros((50, 5), np.float32), np.zeros(50, np.int64)]
    for _ in range(1500):
        bad = words.copy()
        at = rng.integers(0, len(bad), rng.integers(1, 3))
        bad[at] = rng.choice([-1, 0, 1, 2, 7, 64, 1000, 1 << 20, 1 << 40, -(1 << 40)], len(at))
        try:
            plan = _native.Plan.read(bad, numbers)
            executable = _native.Executable(plan, _native.Session(shapes))
            sinks = [np.zeros(4096, np.float32) for _ in range(2)]
            executable.run(data, [-1, -1], None, 50, 10, 3, np.ones((2, 3)), sinks, 1)
        except (ValueError, RuntimeError, MemoryError):
            refused += 1
    assert refused > 500


def test_words_that_end_early_or_late_are_refused():
    words, numbers, _ = lowered_words()
    for bad in (words[:-1], words[: len(words) // 2], np.append(words, 0), words[:0]):
        with pytest.raises(ValueError, match="malformed plan"):
            _native.Plan.read(np.ascontiguousarray(bad), numbers)


# --- living with other threads, processes and people ----------------------------------------------------------


HALF_AN_HOUR = """
import os, signal, sys, threading
import numpy as np
from hagang.ops import arithmetic, functions, leaf
from hagang.program import Program
from hagang.runtime import Chunk, native
x = leaf.input_node("x", (), np.float64)
session = native.open_session({"x": 0.0})
program = Program({"x": functions.sin(arithmetic.add(x, 1.0))})
session.run(program, Chunk(steps=1))
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
begin = threading.Event()
interrupter = threading.Thread(target=lambda: begin.wait() and os.kill(os.getpid(), signal.SIGINT))
interrupter.start()
sys.setswitchinterval(1e6)  # the other thread's turn comes when the chunk lets go of the interpreter
try:
    begin.set()
    session.run(program, Chunk(steps=1 << 36))
except KeyboardInterrupt:
    session.run(program, Chunk(steps=10))
    print("interrupted", float(session.read()["x"]), flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_ends_a_chunk_and_leaves_the_session_usable():
    done = subprocess.run([sys.executable, "-c", HALF_AN_HOUR], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("interrupted"), done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.usefixtures("always_threaded")
def test_a_forked_child_runs_with_threads_of_its_own():
    program, slots, data = training([5, 16, 3], "float32")
    native.open_session(slots, 2).run(program, chunk_of(data))
    pid = os.fork()
    if not pid:
        native.open_session(slots, 2).run(program, chunk_of(data))
        os._exit(7)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 7


@pytest.mark.usefixtures("always_threaded")
def test_sessions_in_several_threads_at_once():
    program, slots, data = training([5, 16, 3], "float32")
    alone = native.open_session(slots, 1)
    alone.run(program, chunk_of(data))
    sessions = [native.open_session(slots, 2) for _ in range(4)]
    workers = [threading.Thread(target=session.run, args=(program, chunk_of(data))) for session in sessions]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    for session in sessions:
        for key, value in alone.read().items():
            np.testing.assert_array_equal(session.read()[key], value)


def test_one_session_in_several_threads_runs_one_chunk_after_the_other():
    x = slot("x")
    program = optimise(Program({"x": arithmetic.add(x, 1.0)}))
    session = native.open_session({"x": 0.0})
    workers = [threading.Thread(target=session.run, args=(program, Chunk(steps=20_000))) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert session.read()["x"] == 80_000


@pytest.mark.parametrize("isa", _native.cpu()["usable"])
def test_every_instruction_set_trains_alike(isa, tmp_path):
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import numpy as np
from test_native import training, chunk_of, native, NETS, _native
assert _native.cpu()["isa"] == {isa!r}
for name in ("wide", "batch normalised", "dropped"):
    program, slots, data = training(dtype="float64", **NETS[name])
    session = native.open_session(slots, 2)
    session.run(program, chunk_of(data))
    np.savez({str(tmp_path)!r} + "/" + name, **session.read())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "HAGANG_ISA": isa}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for name in ("wide", "batch normalised", "dropped"):
        program, slots, data = training(dtype="float64", **NETS[name])
        session = reference.open_session(slots)
        session.run(program, chunk_of(data))
        got = np.load(tmp_path / f"{name}.npz")
        for key, value in session.read().items():
            np.testing.assert_allclose(got[key], value, rtol=1e-12, atol=1e-12, err_msg=key)


def test_an_unknown_instruction_set_is_an_error():
    code = "import hagang._native as n; n.cpu()"
    env = {**os.environ, "HAGANG_ISA": "quantum"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert "HAGANG_ISA must be one of" in done.stderr
