"""Linear least squares in closed form: what a descended linear model is measured against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hagang.errors import ArgumentError, ShapeError

__all__ = ["LeastSquares", "OptimalityGap", "linear_least_squares"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OptimalityGap:
    """How far a linear model is from the closed form.

    Parameters
    ----------
    loss : float
        The model's mean squared error.
    excess : float
        What it has more than the closed form, which has the least there is.
    distance : float or None
        The Euclidean distance of its weights from the closed form's; None for a model known only by its predictions.
    """

    loss: float
    excess: float
    distance: float | None = None

    def __str__(self) -> str:
        far = "" if self.distance is None else f", weights {self.distance:.3g} away"
        return f"loss {self.loss:.8g}, {self.excess:.3g} above the closed form's{far}"


@dataclass(frozen=True, eq=False)
class LeastSquares:
    """The best linear model.

    Parameters
    ----------
    weights : array, shape (columns,) or (columns, outputs)
        Of least Euclidean norm where several do.
    intercept : float or array
        Zero unless asked for.
    loss : float
        The mean squared error.
    rank : int
        Of X, with the column of ones if there is an intercept.
    condition : float
        The largest over the smallest singular value; descent takes steps in proportion to its square.
    """

    weights: Array
    intercept: Any
    loss: float
    rank: int
    condition: float
    _x: Array = field(repr=False)
    _y: Array = field(repr=False)

    def predict(self, X: npt.ArrayLike) -> Array:
        """X times the weights, plus the intercept."""
        predicted: Array = np.asarray(X, np.float64) @ self.weights + self.intercept
        return predicted

    def optimality_gap(self, model: Any) -> OptimalityGap:
        """How far a descended linear model is from this one, on the same rows.

        Parameters
        ----------
        model : array, (array, number) or object with `predict`
            Weights; weights and intercept; or anything that predicts.

        Returns
        -------
        OptimalityGap

        Raises
        ------
        ShapeError
            Where the weights or the predictions do not have the shape of these.
        """
        if hasattr(model, "predict"):
            return self._gap(np.asarray(model.predict(self._x), np.float64).reshape(self._y.shape), None)
        weights, intercept = model if isinstance(model, tuple) else (model, 0.0)
        w = np.asarray(weights, np.float64)
        if w.shape != self.weights.shape:
            msg = f"gap: expected weights of shape {self.weights.shape}, received {w.shape}"
            raise ShapeError(msg)
        apart = np.append((w - self.weights).ravel(), np.asarray(intercept - self.intercept).ravel())
        return self._gap(self._x @ w + intercept, float(np.linalg.norm(apart)))

    def _gap(self, predicted: Array, distance: float | None) -> OptimalityGap:
        """The excess from differences of predictions, which keeps digits that the difference of two losses loses."""
        best = self.predict(self._x)
        apart = predicted - best
        excess = float(np.mean(np.square(apart)))
        if distance is None:  # a model that is not linear may lean on the residuals
            excess = max(0.0, excess + 2 * float(np.mean(apart * (best - self._y))))
        return OptimalityGap(float(np.mean(np.square(predicted - self._y))), excess, distance)


def linear_least_squares(X: npt.ArrayLike, y: npt.ArrayLike, *, intercept: bool = False) -> LeastSquares:
    r"""The linear model of least squared error, in closed form.

    .. math:: \min_w \frac{1}{m} \lVert X w - y \rVert^2

    by the singular values of X (LAPACK's `gelsd`), without forming :math:`X^\top X`, whose condition is the square.

    Parameters
    ----------
    X : array, shape (rows, columns)
        Inputs.
    y : array, shape (rows,) or (rows, outputs)
        Targets.
    intercept : bool
        Fit a constant too.

    Returns
    -------
    LeastSquares
        Its `gap(model)` tells how far a descended linear model is from it.

    Raises
    ------
    ArgumentError
        Where the rows of X and y do not agree, there are none, or a value is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0, 2.0])
    >>> best = linear_least_squares(X, y)
    >>> best.weights.round(6), round(best.loss, 6)
    (array([0.666667, 0.5     ]), 0.055556)
    >>> print(best.optimality_gap([0.5, 0.5]))
    loss 0.083333333, 0.0278 above the closed form's, weights 0.167 away

    References
    ----------
    G. Golub, C. Van Loan, Matrix Computations (2013).
    """
    x, target = _table(X, y)
    design = np.column_stack([x, np.ones(len(x))]) if intercept else x
    best, _, rank, singular = np.linalg.lstsq(design, target, rcond=None)
    solution = best.astype(np.float64)
    weights, constant = (solution[:-1], solution[-1]) if intercept else (solution, 0.0)
    smallest = singular[-1] if len(singular) else 0.0
    condition = float(singular[0] / smallest) if smallest > 0 else float("inf")
    loss = float(np.mean(np.square(design @ solution - target)))
    return LeastSquares(weights, constant, loss, int(rank), condition, x, target)


def _table(X: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    x, target = np.array(X, np.float64), np.array(y, np.float64)
    if x.ndim != 2 or x.size == 0:
        msg = f"X: expected a table of shape (rows, columns) that is not empty, received shape {x.shape}"
        raise ArgumentError(msg)
    if target.ndim not in (1, 2) or len(target) != len(x):
        msg = f"y: expected a target for each of the {len(x)} rows of X, received shape {target.shape}"
        raise ArgumentError(msg)
    for name, array in (("X", x), ("y", target)):
        if not np.all(np.isfinite(array)):
            at = [int(k) for k in np.argwhere(~np.isfinite(array))[0]]
            msg = f"{name}: expected finite numbers, received {array[tuple(at)]} at {at}"
            raise ArgumentError(msg)
    return x, target
