"""The regressor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_array, column_or_1d

from hagang.estimators.base import BaseMLP
from hagang.estimators.columns import check_no_dates
from hagang.estimators.translate import other_loss

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MLPRegressor"]


class MLPRegressor(RegressorMixin, BaseMLP):  # type: ignore[misc]
    r"""A drop-in replacement for scikit-learn's `MLPRegressor`.

    It minimises, for a batch with row weights w,

    .. math:: \frac{\sum_i w_i\, \ell_i + \frac\alpha2 \sum_k \lVert W_k \rVert^2}{\sum_i w_i}, \qquad
        \ell_i = \tfrac12 \lVert \hat y_i - y_i \rVert^2

    Parameters
    ----------
    loss : "squared_error", "poisson", str, Loss or callable
        :math:`\ell`; or another loss of hagang, such as `"huber"`; or a NumPy function of (output, target) that
        returns one number per row.
    hidden_layer_sizes, activation, solver, ...
        All other parameters are those of `MLPClassifier`, except `class_weight`. `scoring` is R² by default.

    Attributes
    ----------
    coefs_, intercepts_, loss_, loss_curve_, ...
        As for `MLPClassifier`.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = MLPRegressor(hidden_layer_sizes=(10,), solver="lbfgs", alpha=100.0, max_iter=1000, random_state=0)
    >>> model.fit(X, y).score(X, y) > 0.4
    True

    References
    ----------
    scikit-learn's MLPRegressor.

    Notes
    -----
    The loss of several outputs is their sum, whose gradient scikit-learn also uses, while it reports the mean.
    """

    def __init__(
        self,
        loss: Any = "squared_error",
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: str = "adam",
        alpha: float = 0.0001,
        batch_size: int | str = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: bool = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        dropout: Any = 0.0,
        normalisation: str | None = None,
        initialiser: Any = None,
        optimizer: Any = None,
        schedule: Any = None,
        stop: Any = None,
        scoring: Any = None,
        callbacks: Any = None,
        progress_bar: bool = False,
        missing: str = "error",
        precision: str | None = None,
        threads: int | None = None,
    ) -> None:
        self._take(locals())

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The value of each row.

        Parameters
        ----------
        X : array, sparse matrix or frame, shape (rows, features)
            The inputs.

        Returns
        -------
        array, shape (rows,) or (rows, outputs)
        """
        return self._predict(X)

    def _kind(self) -> str:
        return "regression"

    def _outputs_for(self, y: npt.NDArray[Any]) -> int:
        width = int(y.shape[1])
        if self.loss == "squared_error":
            return width
        return other_loss(self.loss, "squared_error").outputs(y, 0) or width

    def _encoded(self, y: Any, *, reset: bool) -> npt.NDArray[Any]:
        check_no_dates("y", y.to_numpy() if hasattr(y, "to_numpy") else y)
        checked = check_array(y, ensure_2d=False, dtype="numeric", input_name="y", accept_sparse=False)
        if checked.ndim == 2 and checked.shape[1] == 1:
            checked = column_or_1d(checked, warn=True)
        if checked.ndim == 1:
            checked = checked.reshape(-1, 1)
        if reset:
            self._outputs_in_y = checked.shape[1]
        if checked.shape[1] != self._outputs_in_y:
            msg = f"y: expected {self._outputs_in_y} outputs, as before, received {checked.shape[1]}"
            raise ValueError(msg)
        return np.ascontiguousarray(checked, dtype=np.float64)

    def _decoded(self, told: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return told.ravel() if told.shape[1] == 1 else told

    def _labels(self, codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return self._decoded(codes)

    def _weights_of(self, y: npt.NDArray[Any], weight: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
        del y
        return weight
