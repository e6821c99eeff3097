"""What a loss is: a number a row, and what belongs to it."""

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
    """A loss: frozen constants, and a NumPy function of a network's output and the target.

    Subclasses are frozen dataclasses. What `fit` must know of a loss it asks here; it knows none by name.
    """

    reduce: ClassVar[Literal["mean", "sum"]] = "mean"
    """How rows are brought together."""
    task: ClassVar[Literal["classification", "regression"]] = "regression"
    """What is predicted: classes, or quantities."""
    targets: ClassVar[tuple[TargetKind, ...]] = ()
    """What the target may be; nothing here takes anything."""
    allows_unseen_classes: ClassVar[bool] = False
    """Whether there may be more outputs than the training rows have classes."""
    takes_standardised: ClassVar[bool] = True
    """Whether a target that was shifted and scaled makes sense."""

    @property
    def name(self) -> str:
        """Its name on the command line and in messages, as `mean_squared` for `MeanSquared`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

    @abstractmethod
    def per_row(self, output: Array, target: Array) -> Array:
        """A number a row, shape (rows,)."""

    def predict(self, output: Array) -> Array:
        """From the network's output to the prediction, as softmax for cross entropy."""
        return output

    def outputs(self, y: npt.NDArray[Any], classes: int) -> int | None:  # noqa: ARG002
        """How many outputs a row must have for this target of so many classes (0 for quantities); None: any."""
        return None

    def check_target(self, y: npt.NDArray[Any]) -> None:
        """See that the target is of a kind that the loss takes.

        Raises
        ------
        ArgumentError
            Naming the loss, what it takes, what came and the remedy.
        """
        if not self.targets or any(kind.holds(y) for kind in self.targets):
            return
        kind = "class codes" if y.dtype.kind in "iu" else "quantities"
        wanted = " or ".join(each.said for each in self.targets)
        received = f"{kind} from {y.min():g} to {y.max():g}"
        msg = f"loss '{self.name}': expected {wanted} in y, received {received}; {self.targets[0].remedy}"
        raise ArgumentError(msg)

    def __call__(self, output: Array, target: Array, weight: Array = None) -> Array:
        r"""The loss of a batch, one number.

        With a weight for each row, the weighted sum :math:`\sum_i w_i \ell_i`, or the weighted mean
        :math:`\sum_i w_i \ell_i / \sum_i w_i`, which is 0 where all weights are.
        """
        rows = self.per_row(output, target)
        if weight is None:
            return np.sum(rows) if self.reduce == "sum" else np.mean(rows)
        total = np.sum(weight * rows)
        return total if self.reduce == "sum" else total / np.maximum(np.sum(weight), np.finfo(weight.dtype).tiny)


@dataclass(frozen=True, repr=False)
class CustomLoss(Loss):
    """A loss that is a user's own function of (output, target), giving a number a row.

    Examples
    --------
    >>> loss = CustomLoss(lambda output, target: np.sum((output - target) ** 4, axis=1))
    >>> float(loss(np.array([[3.0], [1.0]]), np.array([[1.0], [1.0]])))
    8.0
    """

    function: Callable[[Array, Array], Array]

    @property
    def name(self) -> str:
        """The function's name."""
        return getattr(self.function, "__name__", "own")

    def __repr__(self) -> str:
        return f"CustomLoss({self.name})"

    def per_row(self, output: Array, target: Array) -> Array:
        return self.function(output, target)
