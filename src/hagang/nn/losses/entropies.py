"""Cross entropies and related losses of logits, stable for logits of any size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hagang.errors import check_number
from hagang.nn.activations import sigmoid, softmax
from hagang.nn.losses.base import Array, Loss
from hagang.nn.losses.targets import CODES, DISTRIBUTIONS, SHARES, TWO_CODES
from hagang.trace import stop_gradient

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.nn.losses.targets import TargetKind

__all__ = ["KL", "BinaryCrossEntropy", "BinaryFocal", "ClassLoss", "CrossEntropy", "Focal", "LabelLoss"]


class ClassLoss(Loss):
    """A loss of one logit per class, z of shape (rows, classes); predicts by softmax."""

    task = "classification"
    targets: ClassVar[tuple[TargetKind, ...]] = (CODES, DISTRIBUTIONS)
    allows_unseen_classes = True

    def predict(self, output: Array) -> Array:
        return softmax(output)

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:
        return max(classes, 2) if y.ndim == 1 else int(y.shape[1])


class LabelLoss(Loss):
    """A loss of one logit per binary label, z of shape (rows, labels); predicts by the sigmoid."""

    task = "classification"
    targets: ClassVar[tuple[TargetKind, ...]] = (TWO_CODES, SHARES)

    def predict(self, output: Array) -> Array:
        return sigmoid(output)

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        return 1 if y.ndim == 1 else int(y.shape[1])


def shifted(z: Array) -> Array:
    """Subtract each row's largest logit, which counts as a constant for the derivative."""
    return z - stop_gradient(np.max(z, axis=1, keepdims=True))


def log_total(d: Array) -> Array:
    """The log-sum-exp of shifted logits, shape (rows,)."""
    return np.log(np.sum(np.exp(d), axis=1))


def chosen(z: Array, codes: Array) -> Array:
    """The logit of each row's class, shape (rows,)."""
    return np.squeeze(np.take_along_axis(z, np.expand_dims(codes, 1), axis=1), 1)


def as_labels(target: Array, like: Array) -> Array:
    """Class codes 0 and 1 as a column of labels in the dtype of `like`; labels unchanged."""
    return np.expand_dims(target, 1).astype(like.dtype) if np.ndim(target) == 1 else target


@dataclass(frozen=True)
class CrossEntropy(ClassLoss):
    r"""The cross entropy of softmax, from logits; `torch.nn.CrossEntropyLoss`.

    .. math:: \log \sum_j e^{z_j} - \sum_k y_k z_k

    with z the logits, shape (rows, classes), and y either class codes, int64 of shape (rows,), which stand for one-hot
    rows, or probabilities, shape (rows, classes).

    Parameters
    ----------
    label_smoothing : float
        The share :math:`\epsilon` of the target that is spread evenly over all K classes:
        :math:`(1 - \epsilon) y + \epsilon / K`.

    Examples
    --------
    >>> CrossEntropy().per_row(np.array([[0.0, 0.0], [1e4, -1e4]]), np.array([0, 0])).round(4)
    array([0.6931, 0.    ])

    References
    ----------
    C. Bishop, Pattern recognition and machine learning (2006), 4.3.4; C. Szegedy et al., Rethinking the Inception
    architecture for computer vision (2016).
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "label_smoothing", least=0, below=1)

    def per_row(self, output: Array, target: Array) -> Array:
        d, epsilon = shifted(output), self.label_smoothing
        matched = chosen(d, target) if np.ndim(target) == 1 else np.sum(target * d, axis=1)
        if epsilon:
            matched = (1.0 - epsilon) * matched + epsilon * np.mean(d, axis=1)
        return log_total(d) - matched


@dataclass(frozen=True)
class KL(ClassLoss):
    r"""The Kullback–Leibler divergence between target probabilities and the softmax of the output.

    .. math:: \sum_k y_k \,\bigl(\log y_k - \log \operatorname{softmax}(z)_k\bigr)

    with y of shape (rows, classes), averaged over rows. `torch.nn.KLDivLoss(reduction="batchmean")` takes
    log-probabilities in place of logits.

    Examples
    --------
    >>> KL().per_row(np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]])).round(4)
    array([0.6931])

    References
    ----------
    S. Kullback, R. Leibler, On information and sufficiency (1951).
    """

    targets = (DISTRIBUTIONS,)

    def per_row(self, output: Array, target: Array) -> Array:
        d = shifted(output)
        log_target = np.log(np.where(target > 0, target, 1.0))  # 0 log 0 = 0
        total = np.sum(target, axis=1)
        return np.sum(target * (log_target - d), axis=1) + total * log_total(d)


@dataclass(frozen=True)
class Focal(ClassLoss):
    r"""Focal loss: cross entropy that gives less weight to rows already classified well.

    .. math:: -(1 - p_y)^\gamma \log p_y, \qquad p = \operatorname{softmax}(z)

    with z of shape (rows, classes) and y class codes. Not in PyTorch.

    Parameters
    ----------
    gamma : float
        The focusing parameter; 0 gives cross entropy.

    Examples
    --------
    >>> Focal(gamma=2.0).per_row(np.array([[0.0, 0.0]]), np.array([1])).round(4)
    array([0.1733])

    References
    ----------
    T. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection (2017).
    """

    gamma: float = 2.0
    targets = (CODES,)

    def __post_init__(self) -> None:
        check_number(self, "gamma", least=0)

    def per_row(self, output: Array, target: Array) -> Array:
        d = shifted(output)
        total = log_total(d)
        # log(1 - p) from the sum over the other classes, since 1 - p loses digits as p approaches 1
        own = np.expand_dims(target, 1) == np.arange(output.shape[1])
        others = np.where(own, -np.inf, output)
        top = stop_gradient(np.max(others, axis=1, keepdims=True))
        rest = log_total(others - top) + np.squeeze(top - stop_gradient(np.max(output, axis=1, keepdims=True)), 1)
        return np.exp(self.gamma * (rest - total)) * (total - chosen(d, target))


@dataclass(frozen=True)
class BinaryCrossEntropy(LabelLoss):
    r"""The cross entropy of the sigmoid, from one logit z per label; `torch.nn.BCEWithLogitsLoss`.

    .. math:: y \log(1 + e^{-z}) + (1 - y) \log(1 + e^{z})

    averaged over labels, with z of shape (rows, labels) and y from 0 to 1 of the same shape, or class codes 0 and 1 of
    shape (rows,).

    Parameters
    ----------
    label_smoothing : float
        The share :math:`\epsilon` of the target that is spread evenly over both classes:
        :math:`(1 - \epsilon) y + \epsilon / 2`.

    Examples
    --------
    >>> BinaryCrossEntropy().per_row(np.array([[0.0], [1e4]]), np.array([[1.0], [1.0]])).round(4)
    array([0.6931, 0.    ])

    References
    ----------
    C. Bishop, Pattern recognition and machine learning (2006), 4.3.2.
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        check_number(self, "label_smoothing", least=0, below=1)

    def per_row(self, output: Array, target: Array) -> Array:
        y = as_labels(target, output)
        if self.label_smoothing:
            y = (1.0 - self.label_smoothing) * y + 0.5 * self.label_smoothing
        one, zero = np.logaddexp(0.0, -output), np.logaddexp(0.0, output)
        return np.mean(y * one + (1.0 - y) * zero, axis=1)


@dataclass(frozen=True)
class BinaryFocal(LabelLoss):
    r"""Focal loss for binary labels; `torchvision.ops.sigmoid_focal_loss`.

    .. math::

        \alpha y (1 - p)^\gamma \log(1 + e^{-z}) + (1 - \alpha)(1 - y) p^\gamma \log(1 + e^{z}), \qquad p = \sigma(z)

    averaged over labels, with shapes as for binary cross entropy.

    Parameters
    ----------
    gamma : float
        The focusing parameter; 0 gives weighted binary cross entropy.
    alpha : float
        The weight of the positive class; the negative one has 1 - α.

    Examples
    --------
    >>> BinaryFocal(gamma=2.0).per_row(np.array([[0.0]]), np.array([[1.0]])).round(4)
    array([0.0433])

    References
    ----------
    T. Lin, P. Goyal, R. Girshick, K. He, P. Dollár, Focal loss for dense object detection (2017).
    """

    gamma: float = 2.0
    alpha: float = 0.25

    def __post_init__(self) -> None:
        check_number(self, "gamma", least=0)
        check_number(self, "alpha", least=0, most=1)

    def per_row(self, output: Array, target: Array) -> Array:
        y = as_labels(target, output)
        one, zero = np.logaddexp(0.0, -output), np.logaddexp(0.0, output)  # -log p, -log(1 - p)
        yes = self.alpha * y * np.exp(-self.gamma * zero) * one
        no = (1.0 - self.alpha) * (1.0 - y) * np.exp(-self.gamma * one) * zero
        return np.mean(yes + no, axis=1)
