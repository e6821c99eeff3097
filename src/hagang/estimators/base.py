"""The part that classifier and regressor share: parameters, the way of a fit, and what it leaves behind."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    check_array,
    check_is_fitted,
    validate_data,
)

from hagang.estimators.callbacks import CallbackSupport
from hagang.estimators.columns import check_no_dates, column_encoder
from hagang.estimators.prepared import Answer, Prepared, dense, usable_threads
from hagang.estimators.scoring import check_scoring_name
from hagang.estimators.training import Course
from hagang.training.rows import Rows

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BaseMLP", "is_stochastic"]

_SPARSE = ["csr", "csc"]
_FLOATS = (np.float64, np.float32)


def is_stochastic(estimator: Any) -> bool:
    """Whether there is a `partial_fit`."""
    if estimator._by_lbfgs():
        msg = f"partial_fit is only available for stochastic optimizers. {estimator.solver} is not stochastic."
        raise AttributeError(msg)
    return True


class BaseMLP(CallbackSupport, BaseEstimator, ABC):  # type: ignore[misc]
    """What both estimators have."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "hidden_layer_sizes": ["array-like", Interval(Integral, 1, None, closed="left")],
        "activation": [str, callable, list, tuple],
        "solver": [StrOptions({"lbfgs", "sgd", "adam"})],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "learning_rate": [StrOptions({"constant", "invscaling", "adaptive"})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "power_t": [Interval(Real, 0, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "random_state": ["random_state"],
        "tol": [Interval(Real, 0, None, closed="left")],
        "verbose": ["verbose"],
        "warm_start": ["boolean"],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "nesterovs_momentum": ["boolean"],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="neither")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left"), Options(Real, {np.inf})],
        "max_fun": [Interval(Integral, 1, None, closed="left")],
        "loss": "no_validation",
        "dropout": [Interval(Real, 0, 1, closed="left"), list, tuple],
        "normalisation": [StrOptions({"batch", "layer"}), None],
        "initialiser": "no_validation",
        "optimizer": "no_validation",
        "schedule": "no_validation",
        "stop": "no_validation",
        "scoring": [str, callable, None],
        "callbacks": "no_validation",
        "progress_bar": ["boolean"],
        "missing": [StrOptions({"error", "indicate"})],
        "precision": [StrOptions({"float32", "float64"}), None],
        "threads": [Interval(Integral, 1, None, closed="left"), None],
    }

    def _take(self, parameters: dict[str, Any]) -> None:
        """Keep what `__init__` was given, under the same names, as scikit-learn asks of estimators."""
        for name, value in parameters.items():
            if name != "self":
                setattr(self, name, value)

    # --- what the two differ in ---

    @abstractmethod
    def _kind(self) -> str:
        """What is learned: "binary", "multiclass", "multilabel" or "regression"."""

    @abstractmethod
    def _encoded(self, y: npt.NDArray[Any], *, reset: bool) -> npt.NDArray[Any]:
        """Targets as training takes them; sets what is known of them where `reset`."""

    @abstractmethod
    def _decoded(self, told: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The answer to what the network said."""

    @abstractmethod
    def _weights_of(self, y: npt.NDArray[Any], weight: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
        """How much rows count, their classes included."""

    # --- fit ---

    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Any:
        """Train on X and y.

        Parameters
        ----------
        X : array, sparse matrix or frame, shape (rows, features)
            The inputs. Frames may have columns of text, categories or booleans.
        y : array, shape (rows,) or (rows, outputs)
            Class labels, several labels a row as 0 and 1, or quantities.
        sample_weight : array, shape (rows,), optional
            How much each row counts.
        X_val, y_val, sample_weight_val : optional
            Rows to watch, instead of those that `early_stopping` would split off: the validation curves are of them,
            and with `early_stopping` they decide when to stop, and which weights to keep.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Where a parameter or the data do not fit, or the loss did not stay finite; the text says what would.
        """
        check_scoring_name(self.scoring)
        goes_on = bool(self.warm_start) and hasattr(self, "coefs_")
        x, codes, weight = self._rows(X, y, sample_weight, reset=not goes_on)
        random = self._random(goes_on)
        course = Course.begin(self, x, codes, random, goes_on=goes_on)
        watched = self._watched(X_val, y_val, sample_weight_val)
        if watched is None and self.early_stopping and not self._by_lbfgs():
            x, codes, weight, watched = self._split(x, codes, weight, random)
        self._keep(course, course.run(self, x, codes, weight, watched, data={"X": X, "y": y}))
        return self

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Go once over the rows, from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        self
        """
        return self._partial_fit(X, y, sample_weight)

    def _partial_fit(self, X: Any, y: Any, sample_weight: Any) -> Any:
        if self.early_stopping:
            msg = "partial_fit does not support early_stopping=True"
            raise ValueError(msg)
        first = not hasattr(self, "coefs_")
        x, codes, weight = self._rows(X, y, sample_weight, reset=first)
        course = Course.begin(self, x, codes, self._random(not first), goes_on=not first)
        self._keep(course, course.once(self, x, codes, weight))
        return self

    def _by_lbfgs(self) -> bool:
        return bool(self.solver == "lbfgs" and self.optimizer is None)

    def _random(self, goes_on: bool) -> np.random.RandomState:
        """Random numbers: a fit that goes on draws where the last one ended."""
        if not goes_on or not hasattr(self, "_random_state"):
            self._random_state: np.random.RandomState = check_random_state(self.random_state)
        return self._random_state

    def _rows(self, X: Any, y: Any, weight: Any, *, reset: bool) -> tuple[Any, Any, Any]:
        if y is None:
            msg = f"This {type(self).__name__} estimator requires y to be passed, but the target y is None."
            raise ValueError(msg)
        x = self._numbers(X, reset=reset)
        x = x if self.precision is None else x.astype(self.precision, copy=False)
        codes = self._encoded(y, reset=reset)
        codes = codes.astype(x.dtype, copy=False) if codes.dtype.kind == "f" else codes
        if x.shape[0] != len(codes):
            msg = f"Found input variables with inconsistent numbers of samples: {[x.shape[0], len(codes)]}"
            raise ValueError(msg)
        weight = None if weight is None else _check_sample_weight(weight, x, ensure_non_negative=True)
        weight = self._weights_of(codes, weight)
        return x, codes, None if weight is None else weight.astype(x.dtype, copy=False)

    def _watched(self, X: Any, y: Any, weight: Any) -> tuple[Any, Rows] | None:
        if X is None and y is None:
            return None
        if X is None or y is None:
            msg = f"expected X_val and y_val together, received {'y_val' if X is None else 'X_val'} alone"
            raise ValueError(msg)
        x, codes, weight = self._rows(X, y, weight, reset=False)
        return X, Rows(dense(x), codes, weight)

    def _split(self, x: Any, codes: Any, weight: Any, random: np.random.RandomState) -> tuple[Any, Any, Any, Any]:
        """The rows that early stopping watches, split off as scikit-learn splits them."""
        arrays = [x, codes] if weight is None else [x, codes, weight]
        stratify = codes if self._kind() == "binary" else None
        parts = train_test_split(*arrays, random_state=random, test_size=self.validation_fraction, stratify=stratify)
        if parts[1].shape[0] < 2:
            msg = "The validation set is too small. Increase 'validation_fraction' or the size of your dataset."
            raise ValueError(msg)
        parts += [] if weight is not None else [None, None]
        return parts[0], parts[2], parts[4], (parts[1], Rows(dense(parts[1]), parts[3], parts[5]))

    # --- inputs ---

    def _numbers(self, X: Any, *, reset: bool) -> Any:
        """Inputs as numbers, checked as scikit-learn checks them."""
        if reset:
            self._columns: Any = column_encoder(X, self.missing)
        check_no_dates("X", X)
        if getattr(self, "_columns", None) is None:
            checked = validate_data(self, X, accept_sparse=_SPARSE, dtype=_FLOATS, reset=reset)
        else:
            _check_feature_names(self, X, reset=reset)
            _check_n_features(self, X, reset=reset)
            numbers = self._columns.fit_transform(X) if reset else self._columns.transform(X)
            checked = check_array(numbers, dtype=_FLOATS, input_name="X")
        return checked

    # --- what a fit leaves behind ---

    def _keep(self, course: Course, left: dict[str, Any]) -> None:
        for name, value in left.items():
            setattr(self, name, value)
        self._course = course

    def _outputs(self, X: Any) -> npt.NDArray[Any]:
        """What the network says of each row, shape (rows, outputs)."""
        check_is_fitted(self)
        return self._ready()(X if self._is_plain(X) else self._numbers(X, reset=False))

    def _is_plain(self, X: Any) -> bool:
        """Whether X is what validation would return: a finite array of as many features, without names."""
        return (
            type(X) is np.ndarray
            and getattr(self, "_columns", None) is None
            and X.dtype in _FLOATS
            and X.ndim == 2
            and X.shape[1] == self.n_features_in_
            and len(X) > 0
            and not hasattr(self, "feature_names_in_")
            and bool(np.isfinite(X).all())
        )

    def _ready(self) -> Prepared | Answer:
        """The prediction with the weights as they are: an array put into `coefs_` or `intercepts_` counts."""
        course: Course = self._course
        weights = course.weights_with(self.coefs_, self.intercepts_)
        if course.prepared is None or not course.prepared.holds(weights):
            course.prepared = Prepared(course.program(), weights, usable_threads(self.threads))
        return course.prepared

    def _told(self, answer: Answer) -> Any:
        """The estimator, with an answer in the place of its prediction; for scorers."""
        stand_in = copy.copy(self)
        stand_in.__dict__.update(_ready=lambda: answer, coefs_=[])
        return stand_in

    def _predict(self, X: Any) -> npt.NDArray[Any]:
        return self._decoded(self._outputs(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = self.missing == "indicate"
        return tags

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coefs_")
