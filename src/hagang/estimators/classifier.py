"""The classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_array, column_or_1d

from hagang.errors import ArgumentError, DataError
from hagang.estimators.base import BaseMLP, is_stochastic
from hagang.estimators.columns import is_missing
from hagang.estimators.translate import other_loss

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MLPClassifier"]


class MLPClassifier(ClassifierMixin, BaseMLP):  # type: ignore[misc]
    r"""A drop-in replacement for scikit-learn's `MLPClassifier`.

    The loss of a batch with row weights w is

    .. math:: \frac{\sum_i w_i\, \ell_i + \frac\alpha2 \sum_k \lVert W_k \rVert^2}{\sum_i w_i}

    with the cross entropy :math:`\ell` of softmax, or of the sigmoid for two classes and for labels. With the same
    `random_state`, weights, batches and steps agree with scikit-learn's up to rounding.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int
        Units of the hidden layers; `()` is the linear model.
    activation : str, callable or sequence
        The activation of all hidden layers, or one per layer: "identity", "logistic", "tanh", "relu", any other of
        hagang, or a NumPy function.
    solver : {"adam", "sgd", "lbfgs"}
        The solver; "lbfgs" uses all rows in each step.
    alpha : float
        :math:`\alpha`, the L2 penalty; intercepts are exempt.
    batch_size : int or "auto"
        Rows per step; "auto" is 200, or all if there are fewer.
    learning_rate : {"constant", "invscaling", "adaptive"}
        The learning-rate schedule of "sgd": constant, decaying with the power `power_t` of the rows seen, or divided by
        5 whenever the loss stalls.
    learning_rate_init : float
        The initial learning rate.
    power_t : float
        The exponent of "invscaling".
    max_iter : int
        Maximum number of epochs, or of steps of "lbfgs".
    shuffle : bool
        Whether to shuffle the rows in each epoch.
    random_state : int, RandomState or None
        Determines initialisation, shuffling, dropout and the split for early stopping.
    tol, n_iter_no_change : float, int
        Training stops after more than `n_iter_no_change` consecutive epochs without an improvement of `tol`.
    verbose : bool
        Whether to print the loss of each epoch.
    warm_start : bool
        Whether `fit` continues the last one, with its weights, optimiser state, step count and random numbers, so that
        two fits of 10 epochs are bit-identical to one of 20.
    momentum, nesterovs_momentum : float, bool
        Momentum of "sgd".
    early_stopping, validation_fraction : bool, float
        Whether to hold out a share of the rows (or use those passed to `fit`) to decide when to stop and which weights
        to keep.
    beta_1, beta_2, epsilon : float
        Constants of "adam".
    max_fun : int
        Maximum number of loss and gradient evaluations of "lbfgs".
    loss : "log_loss", str or Loss
        The loss; another one of hagang, such as `hagang.nn.Focal()`, or a class derived from `hagang.nn.Loss`.
    class_weight : dict, "balanced" or None
        Class weights by label.
    dropout : float or sequence of float
        The dropout rate of the hidden layers.
    normalisation : {None, "batch", "layer"}
        Normalisation of each hidden layer, before its activation.
    initialiser : str or Initialiser, optional
        The initialiser of the weights, with zero intercepts; by default both are initialised as in scikit-learn.
    optimizer : str or Optimizer, optional
        An optimiser of hagang instead of `solver`; `learning_rate_init` is its learning rate.
    schedule : str or Schedule, optional
        A schedule of hagang instead of `learning_rate`.
    stop : str or rule, optional
        A further stopping rule of hagang, such as `"time>60s"`.
    scoring : str, callable or None
        What early stopping monitors: accuracy, "loss", or any scorer of scikit-learn.
    callbacks : callable, listener or sequence of them, optional
        Functions of the record at the end of each epoch, or listeners of hagang. For scikit-learn's callbacks use
        `set_callbacks`.
    progress_bar : bool
        Whether to show a progress bar on standard error.
    missing : {"error", "indicate"}
        How to treat missing numbers: as an error, or replaced by the column's median with an indicator column.
    precision : {None, "float32", "float64"}
        The precision of weights and sums; by default that of X, as in scikit-learn.
    threads : int, optional
        Maximum number of threads; by default one per core, or this process's share under joblib. Results do not depend
        on it.

    Attributes
    ----------
    classes_ : array
        The class labels, in the order of the probabilities.
    coefs_, intercepts_ : list of array
        The weights of each layer, shape (inputs, units), and its intercepts, shape (units,); read-only arrays,
        which may be replaced.
    loss_, best_loss_, loss_curve_ : float, float, list of float
        The training loss of the last epoch, the lowest one, and that of each epoch.
    validation_scores_, best_validation_score_, validation_loss_curve_
        The same for the validation rows.
    n_iter_, t_ : int
        Epochs of the last fit, and rows seen.
    n_features_in_, feature_names_in_, n_layers_, n_outputs_, out_activation_
        As in scikit-learn.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(max_iter=500, random_state=0).fit(X, y)
    >>> float(model.score(X, y)) > 0.9
    True

    References
    ----------
    scikit-learn's MLPClassifier.

    Notes
    -----
    `docs/estimators.md` lists additional features and deviations.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
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
        loss: Any = "log_loss",
        class_weight: Any = None,
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

    @available_if(is_stochastic)  # type: ignore[untyped-decorator]
    @_fit_context(prefer_skip_nested_validation=True)  # type: ignore[untyped-decorator]
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Any:
        """Train for one epoch, continuing the last call.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        classes : array, shape (classes,), optional
            All classes; needed in the first call if not all of them are in y.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            Where y has classes that were not among them.
        """
        if not hasattr(self, "coefs_"):
            if classes is None and not _is_indicator(y):
                msg = "classes must be passed on the first call to partial_fit."
                raise ValueError(msg)
            self._listed = None if classes is None or _is_indicator(y) else np.unique(np.asarray(classes))
        elif classes is not None and not np.array_equal(self.classes_, np.unique(np.asarray(classes))):
            msg = f"`classes={classes!r}` is not the same as on last call to partial_fit, was: {self.classes_!r}"
            raise ValueError(msg)
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The most probable class of each row, or 1 for each label that is more probable than not.

        Parameters
        ----------
        X : array, sparse matrix or frame, shape (rows, features)
            The inputs.

        Returns
        -------
        array, shape (rows,) or (rows, labels)
        """
        return self._predict(X)

    def predict_proba(self, X: Any) -> npt.NDArray[Any]:
        """The probability of each class or label, shape (rows, classes), in the order of `classes_`."""
        told = self._outputs(X)
        if self._kind() != "binary":
            return told
        return np.ones_like(told) if len(self.classes_) == 1 else np.hstack([1 - told, told])

    def predict_log_proba(self, X: Any) -> npt.NDArray[Any]:
        """The logarithm of each probability, shape (rows, classes)."""
        with np.errstate(divide="ignore"):
            logarithms: npt.NDArray[Any] = np.log(self.predict_proba(X))
        return logarithms

    # --- targets ---

    def _kind(self) -> str:
        if self._is_multilabel:
            return "multilabel"
        return "binary" if self._outputs_for(np.empty(0, np.int64)) == 1 else "multiclass"

    def _outputs_for(self, y: npt.NDArray[Any]) -> int:
        count = len(self.classes_)
        if self._is_multilabel:
            return count
        if isinstance(self.loss, str) and self.loss == "log_loss":
            return 1 if count <= 2 else count
        return other_loss(self.loss, "log_loss").outputs(y, count) or count

    def _encoded(self, y: Any, *, reset: bool) -> npt.NDArray[Any]:
        """Codes of classes, shape (rows,), or labels as 0 and 1, shape (rows, labels)."""
        y = _targets(y)
        if reset:
            self._is_multilabel = y.ndim == 2
            listed = self.__dict__.pop("_listed", None)
            self.classes_ = np.arange(y.shape[1]) if y.ndim == 2 else np.unique(y) if listed is None else listed
        if (y.ndim == 2) != self._is_multilabel or (y.ndim == 2 and y.shape[1] != len(self.classes_)):
            msg = f"y: expected targets as at the first fit, of classes {self.classes_[:6]}, received shape {y.shape}"
            raise ValueError(msg)
        return y.astype(np.float64) if y.ndim == 2 else self._codes(y)

    def _codes(self, y: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        found, places = np.unique(y, return_inverse=True)
        unknown = np.setdiff1d(found, self.classes_)
        if unknown.size:
            msg = f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. 'y' has {found}."
            raise DataError(msg)
        codes: npt.NDArray[np.int64] = np.searchsorted(self.classes_, found)[places.ravel()]
        return codes

    def _labels(self, codes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return codes.astype(np.int64) if self._is_multilabel else self.classes_[codes]

    def _decoded(self, told: npt.NDArray[Any]) -> npt.NDArray[Any]:
        if self._is_multilabel:
            return (told > 0.5).astype(np.int64)
        codes = (told[:, 0] > 0.5).astype(np.int64) if told.shape[1] == 1 else told.argmax(axis=1)
        labels: npt.NDArray[Any] = self.classes_[np.minimum(codes, len(self.classes_) - 1)]
        return labels

    def _weights_of(self, y: npt.NDArray[Any], weight: npt.NDArray[Any] | None) -> npt.NDArray[Any] | None:
        if self.class_weight is None:
            return weight
        if self._is_multilabel:
            msg = "class_weight: expected a target of one class a row, received several labels; pass sample_weight"
            raise ArgumentError(msg)
        by_class: npt.NDArray[np.float64] = compute_sample_weight(self.class_weight, self._labels(y))
        if not (by_class.min() >= 0 and 0 < by_class.max() < np.inf):
            msg = f"class_weight: expected numbers from 0, not all of them 0, received {self.class_weight!r}"
            raise ArgumentError(msg)
        return by_class if weight is None else by_class * weight

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def _is_indicator(y: Any) -> bool:
    return bool(type_of_target(y).startswith("multilabel"))


def _targets(y: Any) -> npt.NDArray[Any]:
    """Targets as an array: one class a row, or labels as 0 and 1; checked as scikit-learn checks them."""
    if hasattr(y, "toarray"):
        y = y.toarray()
    array = np.asarray(y)
    if array.dtype.kind == "O":
        gaps = [row for row, label in enumerate(array.ravel()) if is_missing(label)]
        if gaps:
            msg = f"Input y contains NaN: expected a label in every row, received {array.ravel()[gaps[0]]!r} in row "
            msg += f"{gaps[0]}; drop the rows without a label"
            raise DataError(msg)
    if array.ndim == 2 and array.shape[1] == 1:
        array = column_or_1d(array, warn=True)
    check_array(array, ensure_2d=False, dtype=None, input_name="y", ensure_min_samples=0)
    check_classification_targets(array)
    if array.ndim == 2 and not _is_indicator(array):
        wanted = "expected one class a row or labels of 0 and 1"
        msg = f"Multioutput target data is not supported: {wanted}, received shape {array.shape}"
        raise DataError(msg)
    return array
