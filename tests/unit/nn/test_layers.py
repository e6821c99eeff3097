"""Layers by hand: two rows, a pencil, and the text of each error."""

import numpy as np
import pytest

from hagang.errors import ArgumentError, ShapeError
from hagang.nn import (
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Embedding,
    Forward,
    GaussianNoise,
    LayerNorm,
    Network,
    Residual,
    RMSNorm,
    Scale,
    Sequential,
)

ROOT = np.sqrt


def params_of(layer, dims):
    return layer.init(dims, np.random.default_rng(0))


def test_batch_norm_in_training_by_hand():
    layer, x = BatchNorm(momentum=0.5, epsilon=0.25), np.array([[1.0, 0.0], [4.0, 2.0]])
    params = {"scale": np.array([2.0, 1.0]), "bias": np.array([0.0, 3.0])}
    forward = Forward(training=True, buffers=layer.buffers((2,)))
    y = layer.apply(params, x, forward)
    # means 2.5 and 1, variances 2.25 and 1; divided by the rows less one: 4.5 and 2
    off = 1.5 / ROOT(2.5), 1 / ROOT(1.25)
    np.testing.assert_allclose(y, [[-2 * off[0], 3 - off[1]], [2 * off[0], 3 + off[1]]], rtol=1e-15)
    np.testing.assert_allclose(forward.updated_buffers["mean"], [1.25, 0.5], rtol=1e-15)
    np.testing.assert_allclose(forward.updated_buffers["variance"], [(1 + 4.5) / 2, (1 + 2) / 2], rtol=1e-15)


def test_batch_norm_in_prediction_uses_the_buffers_and_leaves_them():
    layer = BatchNorm(epsilon=0.25)
    forward = Forward(buffers={"mean": np.array([1.0]), "variance": np.array([2.0])})
    y = layer.apply(params_of(layer, (1,)), np.array([[4.0]]), forward)
    np.testing.assert_allclose(y, [[2.0]], rtol=1e-15)
    assert forward.updated_buffers == {}


def test_batch_norm_of_one_row_in_training_uses_the_buffers():
    layer, buffers = BatchNorm(epsilon=0.25), {"mean": np.array([1.0]), "variance": np.array([2.0])}
    forward = Forward(training=True, buffers=buffers)
    np.testing.assert_allclose(layer.apply(params_of(layer, (1,)), np.array([[4.0]]), forward), [[2.0]], rtol=1e-15)
    assert forward.updated_buffers == {"mean": np.array([1.0]), "variance": np.array([2.0])}


def test_layer_norm_by_hand():
    params = {"scale": np.array([1.0, 2.0]), "bias": np.array([0.0, 1.0])}
    y = LayerNorm(epsilon=3.0).apply(params, np.array([[0.0, 2.0], [7.0, 7.0]]), Forward())
    # (0, 2): mean 1, variance 1, root of 1 + 3 is 2
    np.testing.assert_allclose(y, [[-0.5, 2.0], [0.0, 1.0]], rtol=1e-15)


def test_rms_norm_by_hand():
    y = RMSNorm(epsilon=3.5).apply({"scale": np.array([1.0, 2.0])}, np.array([[3.0, 4.0]]), Forward())
    # squares 9 and 16, mean 12.5, root of 12.5 + 3.5 is 4
    np.testing.assert_allclose(y, [[0.75, 2.0]], rtol=1e-15)


def test_dropout_keeps_the_mean_and_is_silent_in_prediction():
    layer, x = Dropout(0.25), np.ones((2000, 4))
    y = layer.apply({}, x, Forward(training=True, seed=3, step=1))
    assert set(np.unique(y)) == {0.0, 1 / 0.75}
    assert y.mean() == pytest.approx(1.0, abs=4 * ROOT(0.25 / 0.75 / x.size))
    assert layer.apply({}, x, Forward(seed=3, step=1)) is x


def test_noise_is_normal():
    from scipy import stats

    y = GaussianNoise(2.0).apply({}, np.zeros((5000, 4)), Forward(training=True, seed=3, step=1))
    assert stats.kstest(y.ravel() / 2.0, "norm").pvalue > 0.01


def test_noise_depends_on_seed_step_and_path_and_on_nothing_else():
    def drawn(**pass_):
        return Forward(training=True, **{"seed": 0, "step": 1, "path": "layers.0", **pass_}).uniform(np.zeros(4))

    np.testing.assert_array_equal(drawn(), drawn())
    for other in ({"seed": 1}, {"step": 2}, {"path": "layers.1"}):
        assert not np.isin(drawn(), drawn(**other)).any()


def test_a_residual_block_by_hand():
    block = Residual([Dense(2, "relu")], shortcut=[Dense(2, bias=False)])
    params = {
        "layers": [{"weights": np.array([[1.0, -1.0]]), "bias": np.array([0.5, 0.5])}],
        "shortcut": [{"weights": np.array([[10.0, 20.0]])}],
    }
    # relu(2.5, -1.5) + (20, 40)
    np.testing.assert_array_equal(block.apply(params, np.array([[2.0]]), Forward()), [[22.5, 40.0]])


def test_embedding_passes_numbers_and_looks_codes_up():
    layer = Embedding([2, 3], widths=[1, 2])
    tables = {"tables": [np.array([[5.0], [6.0]]), np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])]}
    y = layer.apply(tables, np.array([[9.0, 1.0, 2.0], [8.0, 0.0, 0.0]]), Forward())
    np.testing.assert_array_equal(y, [[9.0, 6.0, 0.5, 0.6], [8.0, 5.0, 0.1, 0.2]])
    assert layer.out_dims((3,)) == (4,)
    only_codes = Embedding([2], widths=1).apply({"tables": tables["tables"][:1]}, np.array([[1.0]]), Forward())
    np.testing.assert_array_equal(only_codes, [[6.0]])
    assert Embedding([2, 10_000]).widths == (2, 50)


def test_scale_is_learned_for_each_feature():
    assert params_of(Scale(0.5), (3,))["scale"].tolist() == [0.5, 0.5, 0.5]
    np.testing.assert_array_equal(Scale().apply({"scale": np.array([2.0, 0.0])}, np.ones((1, 2)), Forward()), [[2, 0]])


def test_blocks_nest_parameters_and_buffers_by_path():
    inner = Residual([Dense(3, bias=False), BatchNorm(), "relu"])
    net = Network([Dense(3), Sequential([inner, Dropout(0.1)]), Dense(2)])
    params, buffers = net.init((5,)), net.buffers((5,))
    assert params["layers"][1]["layers"][0]["layers"][0]["weights"].shape == (3, 3)
    assert list(buffers["layers"][1]["layers"][0]["layers"][1]) == ["mean", "variance"]
    forward = Forward(training=True, buffers=buffers, step=1)
    net.apply(params, np.random.default_rng(0).normal(size=(4, 5)), forward)
    assert list(forward.updated_buffers) == [f"layers.1.layers.0.layers.1.{name}" for name in ("mean", "variance")]


def test_labels_are_for_people():
    layers = [Dense(3, "relu"), Dense(3), Activation("tanh"), Dropout(0.5), BatchNorm(), Residual([Dense(3), "relu"])]
    assert [layer.label for layer in layers] == ["3 relu", "3", "tanh", "dropout 0.5", "batch norm", "(+ 3 → relu)"]


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Dropout(1.0), ArgumentError, "Dropout: expected rate .* at least 0 and below 1, received rate=1.0"),
        (lambda: GaussianNoise(-1), ArgumentError, "GaussianNoise: expected std .*at least 0, received std=-1"),
        (lambda: BatchNorm(momentum=0), ArgumentError, "expected momentum .* above 0 and at most 1"),
        (lambda: LayerNorm(epsilon=0), ArgumentError, "expected epsilon .* above 0, received epsilon=0"),
        (lambda: RMSNorm(epsilon=-1), ArgumentError, "expected epsilon .* above 0, received epsilon=-1"),
        (lambda: Scale("1"), ArgumentError, "Scale: expected initial to be a finite number, received initial='1'"),
        (lambda: Embedding([0]), ArgumentError, r"expected sizes .* at least 1, received sizes=\[0\]"),
        (lambda: Embedding([3], widths=[2, 2]), ArgumentError, r"as many widths as sizes, 1, received widths=\[2, 2\]"),
        (lambda: Sequential([]), ArgumentError, "Sequential: expected a list of at least one layer"),
        (lambda: Residual(Dense(3)), ArgumentError, r"Residual: expected a list of at least one layer, received Dense"),
        (
            lambda: Network([Dense(3), Residual([Dense(2)])]).init((5,)),
            ShapeError,
            r"layers\.1: Residual: expected layers that keep rows of shape \(3,\), received rows of shape \(2,\); "
            r"project the shortcut too: shortcut=\[Dense\(2, bias=False\)\]",
        ),
        (
            lambda: Network([Sequential([Residual([BatchNorm()])])]).init((5, 5)),
            ShapeError,
            r"layers\.0\.layers\.0\.layers\.0: BatchNorm: expected rows of one axis \(features,\), received rows of "
            r"shape \(5, 5\)",
        ),
        (
            lambda: Network([Embedding([3, 3])]).init((1,)),
            ShapeError,
            r"layers\.0: Embedding\(\[3, 3\]\): expected rows that end in 2 columns of codes, received .* \(1,\)",
        ),
        (
            lambda: Network([BatchNorm()]).apply({"layers": [{}]}, np.ones((2, 1))),
            ArgumentError,
            r"layers\.0: expected a pass with the buffer 'mean', .*Forward\(buffers=network\.buffers\(dims\)\)",
        ),
    ],
)
def test_errors_name_layer_and_shapes(make, error, text):
    with pytest.raises(error, match=text):
        make()
