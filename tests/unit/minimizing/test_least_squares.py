"""The closed form of linear least squares, and how far a descended model is from it."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

import hagang as hg
from hagang.errors import ArgumentError, ShapeError


def table(rows=40, columns=3, outputs=None, seed=0):
    random = np.random.default_rng(seed)
    shape = (rows,) if outputs is None else (rows, outputs)
    return random.standard_normal((rows, columns)), random.standard_normal(shape)


def test_three_points_by_hand():
    # Through (1, 1), (2, 2), (3, 2): slope 1/2, intercept 5/3 - 1/2·2 = 2/3; residuals 1/6, -1/3, 1/6.
    best = hg.linear_least_squares([[1.0], [2.0], [3.0]], [1.0, 2.0, 2.0], intercept=True)
    assert best.weights[0] == pytest.approx(1 / 2)
    assert best.intercept == pytest.approx(2 / 3)
    assert best.loss == pytest.approx((1 / 36 + 1 / 9 + 1 / 36) / 3)
    assert best.rank == 2


@pytest.mark.parametrize("outputs", [None, 2])
@pytest.mark.parametrize("intercept", [True, False])
def test_it_agrees_with_scikit_learn(outputs, intercept):
    X, y = table(outputs=outputs)
    best = hg.linear_least_squares(X, y, intercept=intercept)
    peer = LinearRegression(fit_intercept=intercept).fit(X, y)
    np.testing.assert_allclose(best.weights.T, peer.coef_, rtol=1e-10)
    np.testing.assert_allclose(best.intercept, peer.intercept_, atol=1e-12)
    np.testing.assert_allclose(best.predict(X), peer.predict(X), rtol=1e-10)


def test_the_gap_of_a_descended_model_closes():
    X, y = table()
    best = hg.linear_least_squares(X, y)

    def loss(w):
        return np.mean((X @ w - y) ** 2)

    gaps = [
        best.optimality_gap(hg.minimize(loss, np.zeros(3), method="sgd", lr=0.1, steps=steps).x)
        for steps in (0, 10, 100, 1000)
    ]
    assert [gap.excess for gap in gaps] == sorted((gap.excess for gap in gaps), reverse=True)
    assert gaps[-1].excess < 1e-25
    assert gaps[-1].distance < 1e-12
    assert gaps[0].loss == pytest.approx(np.mean(y**2))
    assert gaps[0].loss - gaps[0].excess == pytest.approx(best.loss)


def test_the_gap_of_weights_with_an_intercept_and_of_anything_that_predicts():
    X, y = table()
    best = hg.linear_least_squares(X, y, intercept=True)
    assert best.optimality_gap((best.weights, best.intercept)).distance == 0
    peer = LinearRegression().fit(X, y)
    assert best.optimality_gap(peer).excess < 1e-15
    assert best.optimality_gap(peer).distance is None
    assert str(best.optimality_gap((best.weights + 0.1, best.intercept))).startswith("loss ")


def test_dependent_columns_give_the_shortest_weights():
    X = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    best = hg.linear_least_squares(X, [2.0, 4.0, 6.0])
    np.testing.assert_allclose(best.weights, [1, 1])
    assert best.rank == 1
    assert best.condition > 1e15


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (
            np.zeros(3),
            np.zeros(3),
            r"X: expected a table of shape \(rows, columns\) that is not empty, received shape \(3,\)",
        ),
        (np.zeros((0, 2)), np.zeros(0), "X: expected a table"),
        (np.zeros((3, 2)), np.zeros(2), r"y: expected a target for each of the 3 rows of X, received shape \(2,\)"),
        ([[1.0, np.nan]], [1.0], r"X: expected finite numbers, received nan at \[0, 1\]"),
        ([[1.0]], [np.inf], r"y: expected finite numbers, received inf at \[0\]"),
    ],
)
def test_bad_tables_are_refused(X, y, said):
    with pytest.raises(ArgumentError, match=said):
        hg.linear_least_squares(X, y)


def test_weights_of_another_shape_are_refused():
    X, y = table()
    with pytest.raises(ShapeError, match=r"gap: expected weights of shape \(3,\), received \(2,\)"):
        hg.linear_least_squares(X, y).optimality_gap(np.zeros(2))
