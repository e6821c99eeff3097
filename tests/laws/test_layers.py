"""Every layer × every law. A new layer joins by one row: a small network that it is part of."""

import functools
import itertools

import numpy as np
import pytest

import hagang as hg
from hagang import nn
from hagang.compile import compute
from hagang.graph import R
from hagang.nn import CrossEntropy, Forward, Network
from hagang.ops.leaf import input_node
from hagang.optim import Adam
from hagang.runtime import Chunk, open_session
from hagang.stopping import AnyOf
from hagang.trace import Traced, flatten, map_leaves, paths, stand_ins
from hagang.training.inputs import Rows
from hagang.training.step import Model, slots_of, training_step

# Smooth, so that differences of any order hold; layers whose inputs are codes stand first.
TABLE = {
    "dense": [nn.Dense(6, "tanh"), nn.Dense(3)],
    "dense without bias": [nn.Dense(6, "softplus", bias=False), nn.Dense(3)],
    "activation": [nn.Dense(6), nn.Activation("gelu"), nn.Dense(3)],
    "dropout": [nn.Dense(6, "tanh"), nn.Dropout(0.3), nn.Dense(3)],
    "noise": [nn.GaussianNoise(0.2), nn.Dense(6, "tanh"), nn.Dense(3)],
    "batch norm": [nn.Dense(6, bias=False), nn.BatchNorm(), "tanh", nn.Dense(3)],
    "batch norm, quick": [nn.BatchNorm(momentum=0.9, epsilon=0.1), nn.Dense(3)],
    "layer norm": [nn.Dense(6), nn.LayerNorm(), "tanh", nn.Dense(3)],
    "rms norm": [nn.Dense(6), nn.RMSNorm(epsilon=0.01), "tanh", nn.Dense(3)],
    "scale": [nn.Dense(6, "tanh"), nn.Scale(0.7), nn.Dense(3)],
    "prelu": [nn.Dense(6), nn.PReLU(per_feature=True), nn.Dense(3)],
    "embedding": [nn.Embedding([3, 2], widths=[2, 1]), nn.Dense(6, "tanh"), nn.Dense(3)],
    "sequential": [nn.Sequential([nn.Dense(6, "tanh"), nn.Dropout(0.2)]), nn.Dense(3)],
    "residual": [nn.Dense(6), nn.Residual([nn.LayerNorm(), "tanh", nn.Dense(6), nn.Scale(0.1)]), nn.Dense(3)],
    "residual with shortcut": [nn.Residual([nn.Dense(6, "tanh")], shortcut=[nn.Dense(6, bias=False)]), nn.Dense(3)],
    "nested": [
        nn.Dense(6),
        nn.Residual([nn.Sequential([nn.BatchNorm(), "tanh", nn.Dropout(0.2)]), nn.Residual([nn.Dense(6, "tanh")])]),
        nn.Dense(3),
    ],
}
ALL = pytest.mark.parametrize("name", TABLE)
LOSS = CrossEntropy()
ROWS, BATCH, DIMS = 41, 10, (5,)
"""Four batches of ten rows and one of a single row."""


def data(dtype=np.float64, rows=ROWS):
    """Three numbers and two columns of codes; the class follows from both."""
    rng = np.random.default_rng(7)
    codes = np.stack([rng.integers(0, 3, rows), rng.integers(0, 2, rows)], axis=1)
    numbers = rng.normal(size=(rows, 3))
    return np.hstack([numbers, codes]).astype(dtype), (codes[:, 0] + (numbers[:, 0] > 0)) % 3


def network(name):
    return Network(TABLE[name])


def passing(name, training=True, dtype=np.float64):
    buffers = map_leaves(lambda a: a.astype(dtype), network(name).buffers(DIMS))
    return Forward(training, buffers, seed=3, step=2)


def params_of(name, dtype=np.float64):
    return map_leaves(lambda a: a.astype(dtype), network(name).init(DIMS, seed=1))


@ALL
def test_gradients_of_first_and_second_order_are_those_of_differences(name):
    x, y = data(rows=BATCH)

    def loss(params):
        return LOSS(network(name).apply(params, x, passing(name)), y)

    checked = hg.check_grad(loss, params_of(name), order=2)
    assert checked, str(checked)


@ALL
def test_the_gradient_reaches_the_input(name):
    x = data(rows=4)[0]

    def output(given):
        numbers, params = given
        return network(name).apply(params, np.concatenate([numbers, x[:, 3:]], axis=1), passing(name))

    checked = hg.check_grad(output, (x[:, :3], params_of(name)), order=1)
    assert checked, str(checked)


@ALL
@pytest.mark.parametrize("training", [True, False])
def test_dims_and_float32_stay(name, training):
    x, _ = data(np.float32)
    forward = passing(name, training, np.float32)
    y = network(name).apply(params_of(name, np.float32), x, forward)
    assert (y.shape, y.dtype) == ((ROWS, *network(name).out_dims(DIMS)), np.float32)
    assert all(value.dtype == np.float32 for value in forward.updated_buffers.values())


@ALL
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-5)])
def test_both_runtimes_give_what_numpy_gives(name, training, dtype, tolerance):
    x, _ = data(dtype)
    forward, params = passing(name, training, dtype), params_of(name, dtype)
    wanted = [network(name).apply(params, x, forward), *forward.updated_buffers.values()]
    given, _ = stand_ins([params, forward.buffers], "w", np.dtype(dtype))
    traced = Forward(training, given[1], seed=3, step=2)
    batch = Traced(input_node("x", (R, *DIMS), dtype, "batch"), np.dtype(dtype))
    made = [network(name).apply(given[0], batch, traced), *traced.updated_buffers.values()]
    slots = dict(zip(paths([params, forward.buffers], "w"), flatten([params, forward.buffers])[0], strict=True))
    for runtime in ("reference", "native"):
        found = compute([value.node for value in made], slots, data={"x": x}, runtime=runtime)
        for got, value in zip(found, wanted, strict=True):
            np.testing.assert_allclose(np.reshape(got, value.shape), value, rtol=tolerance, atol=tolerance)


@ALL
def test_a_prediction_of_a_row_does_not_depend_on_the_others(name):
    x, _ = data()
    params, forward = params_of(name), passing(name, training=False)
    together = network(name).apply(params, x, forward)
    np.testing.assert_allclose(network(name).apply(params, x[:1], forward), together[:1], rtol=1e-12)
    assert forward.updated_buffers == {}


@ALL
def test_a_small_step_with_fixed_masks_lowers_the_loss(name):
    x, y = data()

    def loss(params):
        return LOSS(network(name).apply(params, x, passing(name)), y)

    params = params_of(name)
    moved = map_leaves(lambda w, g: w - 1e-3 * g, params, hg.grad(loss)(params))
    assert loss(moved) < loss(params)


# --- in training ---------------------------------------------------------------------------------------


@functools.cache
def trained(name, threads, cuts=(0, 2, 10), runtime="native"):
    """Every slot after ten steps taken in chunks that are cut so, the rows' order going round twice."""
    x, y = data(np.float32)
    net, precision = network(name), np.dtype(np.float32)
    model = Model(net, LOSS, net.init(DIMS), net.buffers(DIMS), (1.0, 0.0), precision, seed=3)
    program = step_of(name)
    session = open_session(slots_of(model, Adam(), AnyOf(())), runtime=runtime, threads=threads)
    for first, last in itertools.pairwise(cuts):
        for step in range(first, last) if runtime == "reference" else (first,):
            count = 1 if runtime == "reference" else last - first
            session.run(program, Chunk({"x": x, "y": y}, orders(step, count), BATCH, count, step + 1, rates(count)))
    return session.read()


@functools.cache
def step_of(name):
    net = network(name)
    model = Model(net, LOSS, net.init(DIMS), net.buffers(DIMS), (1.0, 0.0), np.dtype(np.float32), seed=3)
    return training_step(model, Adam(), Rows(*data(np.float32)), AnyOf(()))


def orders(step, count):
    """The rows of so many steps; each has ten of its own, the last of all a single one."""
    rows = [np.arange(10) + 10 * (k % 4) if k < 9 else np.array([40]) for k in range(step, step + count)]
    return np.concatenate(rows).astype(np.int64)


def rates(count):
    return {"lr": np.full(count, 0.01)}


@ALL
def test_bits_do_not_depend_on_threads(name):
    for threads in (2, 3, 5):
        same_bits(trained(name, 1), trained(name, threads))


@ALL
def test_bits_do_not_depend_on_chunks(name):
    for cuts in ((0, 10), (0, 1, 3, 9, 10)):
        same_bits(trained(name, 1), trained(name, 1, cuts))


def same_bits(a, b):
    assert a.keys() == b.keys()
    for slot, value in a.items():
        np.testing.assert_array_equal(value, b[slot], err_msg=slot)


@ALL
def test_the_reference_runtime_trains_alike(name):
    native, reference = trained(name, 1), trained(name, None, runtime="reference")
    for slot, value in reference.items():
        np.testing.assert_allclose(native[slot], value, rtol=2e-3, atol=2e-4, err_msg=slot)


@ALL
def test_a_saved_network_predicts_and_trains_on_as_before(name, tmp_path):
    x, y = data(np.float32)
    run = hg.fit(network(name), (x, y), epochs=2, batch_size=BATCH)
    run.network.save(tmp_path / "m.safetensors")
    loaded = hg.load(tmp_path / "m.safetensors")
    assert loaded.network == network(name)
    np.testing.assert_array_equal(loaded.outputs(x), run.network.outputs(x))
    same_bits(*(hg.fit(net, (x, y), epochs=1, batch_size=BATCH).network.weights for net in (run.network, loaded)))


def test_every_layer_is_in_the_table():
    def kinds(layers):
        for layer in layers:
            yield type(layer)
            yield from kinds([*getattr(layer, "layers", ()), *getattr(layer, "shortcut", ())])

    exported = {each for each in vars(nn).values() if isinstance(each, type) and issubclass(each, nn.Layer)}
    assert set(kinds([layer for name in TABLE for layer in network(name).layers])) == exported - {nn.Layer}
