"""Every initialiser × every law. A new one joins by one row of the table."""

import numpy as np
import pytest

from hagang.nn import (
    INITIALISERS,
    Constant,
    Dense,
    Gaussian,
    Glorot,
    He,
    LeCun,
    Network,
    Orthogonal,
    Uniform,
    Zeros,
    initialiser,
)

# A rule, and the standard deviation of its weights by fan-in and fan-out.
TABLE = [
    (Gaussian(), lambda i, o: 0.01),
    (Gaussian(std=0.3), lambda i, o: 0.3),
    (Uniform(), lambda i, o: 0.05 / np.sqrt(3)),
    (Uniform(bound=0.6), lambda i, o: 0.6 / np.sqrt(3)),
    (He(), lambda i, o: np.sqrt(2 / i)),
    (He(slope=0.5, distribution="uniform"), lambda i, o: np.sqrt(2 / (1.25 * i))),
    (Glorot(), lambda i, o: np.sqrt(2 / (i + o))),
    (Glorot(gain=5 / 3, distribution="normal"), lambda i, o: 5 / 3 * np.sqrt(2 / (i + o))),
    (LeCun(), lambda i, o: np.sqrt(1 / i)),
    (LeCun(gain=0.75, distribution="uniform"), lambda i, o: 0.75 * np.sqrt(1 / i)),
    (Orthogonal(), lambda i, o: np.sqrt(1 / max(i, o))),
    (Orthogonal(gain=2.0), lambda i, o: 2 * np.sqrt(1 / max(i, o))),
    (Constant(value=0.0), lambda i, o: 0.0),
    (Zeros(), lambda i, o: 0.0),
]
RULES = [pytest.param(rule, id=str(rule)) for rule, _ in TABLE]
SHAPES = [(300, 200), (150, 400)]


def draw(rule, fan_in, fan_out, seed=1):
    return rule.draw(np.random.default_rng(seed), fan_in, fan_out)


def test_the_table_has_every_initialiser():
    assert {type(rule) for rule, _ in TABLE} == set(INITIALISERS.values())


@pytest.mark.parametrize("dims", SHAPES)
@pytest.mark.parametrize(("rule", "spread"), TABLE, ids=[str(rule) for rule, _ in TABLE])
def test_it_has_mean_zero_and_its_spread(rule, spread, dims):
    weights = draw(rule, *dims)
    assert weights.shape == dims
    assert weights.dtype == np.float64
    std = spread(*dims)
    assert abs(weights.mean()) <= 4 * std / np.sqrt(weights.size)
    assert np.sqrt(np.mean(weights**2)) == pytest.approx(std, rel=0.02)


@pytest.mark.parametrize(("rule", "spread"), TABLE, ids=[str(rule) for rule, _ in TABLE])
def test_its_numbers_are_distributed_as_it_says(rule, spread):
    weights = draw(rule, 300, 200) / (spread(300, 200) or 1.0)
    uniform = isinstance(rule, Uniform) or getattr(rule, "distribution", "") == "uniform"
    fourth = np.mean(weights**4)  # of variance one: 9/5 for a uniform distribution, 3 for a normal one
    assert fourth == pytest.approx(0.0 if not weights.any() else 1.8 if uniform else 3.0, rel=0.05)
    if uniform:
        assert np.abs(weights).max() <= np.sqrt(3) * (1 + 1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_the_seed_decides(rule):
    np.testing.assert_array_equal(draw(rule, 5, 4), draw(rule, 5, 4))
    if draw(rule, 5, 4).any():
        assert not np.array_equal(draw(rule, 5, 4), draw(rule, 5, 4, seed=2))


@pytest.mark.parametrize("rule", RULES)
def test_it_is_printed_and_read_again(rule):
    assert initialiser(repr(rule)) == rule


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
@pytest.mark.parametrize("name", ["he", "glorot", "lecun"])
def test_names_may_say_the_distribution(name, distribution):
    assert initialiser(f"{name}_{distribution}") == INITIALISERS[name](distribution=distribution)


@pytest.mark.parametrize("dims", [(6, 4), (4, 6), (5, 5), (1, 3)])
def test_orthogonal_weights_are_orthogonal(dims):
    weights = draw(Orthogonal(gain=3.0), *dims)
    small = weights.T @ weights if dims[0] >= dims[1] else weights @ weights.T
    np.testing.assert_allclose(small, 9.0 * np.eye(min(dims)), atol=1e-14)


def test_orthogonal_matrices_are_equally_likely():
    # of rotations and reflections of the plane, half are each, and angles are uniform: E cos² = ½, E cos⁴ = 3/8
    drawn = np.array([draw(Orthogonal(), 2, 2, seed) for seed in range(2000)])
    assert np.mean(np.linalg.det(drawn) > 0) == pytest.approx(0.5, abs=0.04)
    assert np.mean(drawn[:, 0, 0]) == pytest.approx(0.0, abs=0.05)
    assert np.mean(drawn[:, 0, 0] ** 4) == pytest.approx(3 / 8, abs=0.03)


def test_he_keeps_the_signal_of_relu_layers_and_gaussian_lets_it_die():
    x = np.random.default_rng(0).normal(size=(100, 256))

    def size_after(name):
        network = Network([Dense(256, "relu", initialiser=name) for _ in range(10)])
        return np.sqrt(np.mean(network.apply(network.init((256,)), x) ** 2))

    assert 0.3 < size_after("he") < 3.0
    assert size_after("Gaussian(std=0.01)") < 1e-6
