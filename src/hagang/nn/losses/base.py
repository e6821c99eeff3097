"""The loss interface: one number per row, the prediction it implies, and the targets it accepts."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from hagang.nn.losses.targets import TargetKind

__all__ = ["Array", "CustomLoss", "Loss"]

Array = Any


class Loss(ABC):
    """A loss: a NumPy function of the network's output and the target.

    Subclasses are frozen dataclasses. All that `fit` needs to know about a loss is declared here; it knows no loss by
    name.
    """

    reduce: ClassVar[Literal["mean", "sum"]] = "mean"
    """How the losses of the rows are combined."""
    task: ClassVar[Literal["classification", "regression"]] = "regression"
    """Whether classes or quantities are predicted."""
    targets: ClassVar[tuple[TargetKind, ...]] = ()
    """The kinds of target accepted; empty for any."""
    allows_unseen_classes: ClassVar[bool] = False
    """Whether the network may have more outputs than there are classes in the training rows."""
    takes_standardised: ClassVar[bool] = True
    """Whether the target may be standardised."""

    @property
    def name(self) -> str:
        """Its name on the command line and in messages, as `mean_squared` for `MeanSquared`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

    @abstractmethod
    def per_row(self, output: Array, target: Array) -> Array:
        """The loss of each row, shape (rows,)."""

    def predict(self, output: Array) -> Array:
        """The prediction for the network's output, such as softmax for cross entropy."""
        return output

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        """The number of outputs needed for this target and number of classes (0 for quantities); None for any."""
        return None

    def check_target(self, y: npt.NDArray[Any]) -> None:
        """Check that the loss accepts the target.

        Raises
        ------
        ArgumentError
            Naming the loss, what it accepts, what was received and the remedy.
        """
        if not self.targets or any(kind.accepts(y) for kind in self.targets):
            return
        kind = "class codes" if y.dtype.kind in "iu" else "quantities"
        expected = " or ".join(each.description for each in self.targets)
        received = f"{kind} from {y.min():g} to {y.max():g}"
        msg = f"loss '{self.name}': expected {expected} in y, received {received}; {self.targets[0].remedy}"
        raise ArgumentError(msg)

    def __call__(self, output: Array, target: Array, weight: Array = None) -> Array:
        r"""The loss of a batch, one number.

        With one weight per row, the weighted sum :math:`\sum_i w_i \ell_i`, or the weighted mean
        :math:`\sum_i w_i \ell_i / \sum_i w_i`, which is 0 if all weights are 0.
        """
        rows = self.per_row(output, target)
        if weight is None:
            return np.sum(rows) if self.reduce == "sum" else np.mean(rows)
        total = np.sum(weight * rows)
        return total if self.reduce == "sum" else total / np.maximum(np.sum(weight), np.finfo(weight.dtype).tiny)


@dataclass(frozen=True, repr=False)
class CustomLoss(Loss):
    """A user's function of (output, target) that gives one number per row, as a loss.

    Examples
    --------
    >>> loss = CustomLoss(lambda output, target: np.sum((output - target) ** 4, axis=1))
    >>> float(loss(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]])))
    8.0
    """

    function: Callable[[Array, Array], Array]

    @property
    def name(self) -> str:
        """The name of the function."""
        return getattr(self.function, "__name__", "custom")

    def __repr__(self) -> str:
        return f"CustomLoss({self.name})"

    def per_row(self, output: Array, target: Array) -> Array:
        return self.function(output, target)
