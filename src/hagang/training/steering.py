"""Manual changes to a run: they act between chunks, and are recorded."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Change", "Steering"]


@dataclass(frozen=True)
class Change:
    """A manual change: after which step, and what."""

    step: int
    said: str


@dataclass
class Steering:
    """What a listener may change during a run. To stop it, a listener raises StopIteration with the reason.

    Parameters
    ----------
    factor : float
        What the schedule's learning rates are multiplied by from the next chunk on.
    idle : float
        Seconds that the run stood still, which its clock leaves out.
    changes : list of Change
        What was changed, in order.

    Examples
    --------
    >>> steering = Steering()
    >>> steering.multiply_rate(0.5, step=300)
    >>> steering.factor, steering.changes[0].said
    (0.5, 'manual: learning rate × 0.5')
    """

    factor: float = 1.0
    idle: float = 0.0
    changes: list[Change] = field(default_factory=list)

    def multiply_rate(self, by: float, step: int) -> None:
        """Change the learning rate, from the step after this one."""
        self.factor *= by
        self.changes.append(Change(step, f"manual: learning rate × {by:g}"))
