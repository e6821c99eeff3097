"""Training by L-BFGS: SciPy's steps along hagang's loss and gradient over all rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hagang.runtime import Chunk
from hagang.training.evaluate import batch_of
from hagang.training.step import GRADIENT, LOSS

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.training.trainer import Trainer

__all__ = ["Descent", "descend"]


@dataclass(frozen=True)
class Descent:
    """How it went.

    Parameters
    ----------
    loss : float
        At the weights where it ended.
    iterations : int
        How many steps were taken.
    converged : bool
        Whether SciPy found the gradient, or the gain, small enough.
    said : str
        SciPy's reason to stop.
    """

    loss: float
    iterations: int
    converged: bool
    said: str


def descend(
    trainer: Trainer,
    *,
    iterations: int = 200,
    evaluations: int = 15_000,
    tol: float = 1e-4,
) -> Descent:
    """Train the weights of a trainer's session by L-BFGS; they are left there.

    Parameters
    ----------
    trainer : Trainer
        What is trained, on all its rows at each step.
    iterations, evaluations : int
        At most so many steps, and so many losses with their gradients.
    tol : float
        The largest component of the gradient that is small enough.
    """
    from scipy.optimize import minimize

    objective = _Objective(trainer)
    found = minimize(
        objective,
        objective.start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations, "maxfun": evaluations, "gtol": tol},
    )
    objective.write(found.x)
    return Descent(float(found.fun), int(found.nit), bool(found.success), str(found.message))


class _Objective:
    """The loss and its gradient as a function of one long vector."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        slots = trainer.session.read()
        outputs = trainer.programs.gradient.outputs
        self._like = {
            name.removeprefix(f"{GRADIENT}."): slots[name.removeprefix(f"{GRADIENT}.")]
            for name in outputs
            if name != LOSS
        }
        self.start = np.concatenate([array.ravel() for array in self._like.values()]).astype(np.float64)

    def write(self, flat: npt.NDArray[np.float64]) -> None:
        """Put the weights into the session."""
        ends = np.cumsum([array.size for array in self._like.values()])
        parts = np.split(flat, ends[:-1])
        pairs = zip(self._like.items(), parts, strict=True)
        self._trainer.session.write({name: part.reshape(like.shape).astype(like.dtype) for (name, like), part in pairs})

    def __call__(self, flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        self.write(flat)
        batch = batch_of(self._trainer.data.train.head)
        outputs = self._trainer.session.run(self._trainer.programs.gradient, Chunk(batch)).outputs
        gradient = np.concatenate([outputs[f"{GRADIENT}.{name}"][0].ravel() for name in self._like])
        return float(outputs[LOSS][0]), gradient.astype(np.float64)
