"""Rules that act at the end of chunks or epochs: epoch and time limits, patience, interruption by the user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from hagang.errors import ArgumentError, check_choice, check_number
from hagang.stopping.base import Array, Record, Rule, State, Verdict, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from hagang.stopping.reason import StopKind

__all__ = ["Epochs", "Interrupt", "Patience", "Time"]


@dataclass(frozen=True)
class Epochs(Rule):
    """Stop after a number of epochs.

    Parameters
    ----------
    count : int
        1 or more.
    """

    count: int
    reads: ClassVar = ("epoch",)
    kind = "epochs"
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_number(self, "count", least=1, whole=True)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("epoch", self) >= self.count

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        epoch = int(record.known("epoch", self))
        return Verdict(self, f"epoch limit: {epoch} of {self.count} epochs done", {"epoch": epoch})

    def __str__(self) -> str:
        return f"epochs {self.count}"


@dataclass(frozen=True)
class Time(Rule):
    """Stop after a time limit, checked at the end of each chunk of steps.

    Parameters
    ----------
    seconds : float
        Above 0.

    Examples
    --------
    >>> rule = Time(60)
    >>> _, verdict = rule.check(rule.start(), Record(step=900, seconds=61.25))
    >>> print(verdict)
    time limit: 61.2 s of 60 s elapsed
    """

    seconds: float
    reads: ClassVar = ("seconds",)
    kind = "time"
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_number(self, "seconds", above=0)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("seconds", self) >= self.seconds

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        elapsed = float(record.known("seconds", self))
        return Verdict(self, f"time limit: {elapsed:.1f} s of {self.seconds:g} s elapsed", {"seconds": elapsed})

    def __str__(self) -> str:
        return f"time>{plain(self.seconds)}s"


@dataclass(frozen=True)
class Patience(Rule):
    """Early stopping: stop when the validation loss, or the score, has not improved for `count` evaluations.

    Parameters
    ----------
    count : int
        Number of evaluations without improvement, one per epoch or as often as the loss is measured.
    minimum_gain : float
        The smallest improvement on the best value that counts, in units of the loss or the score.
    minimum_epochs : int
        Never stop before this epoch.
    restore_best : bool
        Restore the weights of the best evaluation.
    of : {'validation', 'value', 'score'}
        The monitored quantity: the validation loss, the training loss, or the score, for which higher is better.

    Examples
    --------
    >>> rule = Patience(2, minimum_gain=0.01)
    >>> state = rule.start()
    >>> for epoch, loss in enumerate((0.9, 0.5, 0.495, 0.6), start=1):
    ...     state, verdict = rule.check(state, Record(epoch=epoch, validation=loss))
    >>> print(verdict)
    patience: the validation loss has not improved by 0.01 on its best, 0.5 (epoch 2), for 2 evaluations; it is 0.6 ...

    References
    ----------
    L. Prechelt, Early stopping — but when? (1998).
    """

    count: int = 10
    minimum_gain: float = 0.0
    minimum_epochs: int = 0
    restore_best: bool = True
    of: str = "validation"
    at_step: ClassVar[bool] = False

    kind = "patience"

    def __post_init__(self) -> None:
        check_number(self, "count", least=1, whole=True)
        check_number(self, "minimum_gain", least=0)
        check_number(self, "minimum_epochs", least=0, whole=True)
        check_choice(self, "of", ("validation", "value", "score"))

    @property
    def reads(self) -> tuple[str, ...]:  # type: ignore[override]
        return ("epoch", self.of)

    def start(self) -> State:
        return {
            "best": np.float64(-np.inf if self.of == "score" else np.inf),
            "best_epoch": np.int64(0),
            "waited": np.int64(0),
        }

    def advance(self, state: State, record: Record) -> State:
        """The state after this record; one without the monitored quantity, between evaluations, changes nothing."""
        value = getattr(record, self.of)
        if value is None:
            return state
        gain = value - state["best"] if self.of == "score" else state["best"] - value
        if gain > self.minimum_gain:
            epoch = np.int64(record.known("epoch", self))
            return {"best": np.float64(value), "best_epoch": epoch, "waited": np.int64(0)}
        return {**state, "waited": state["waited"] + 1}

    def holds(self, state: State, record: Record) -> Array:
        return state["waited"] >= self.count and record.known("epoch", self) >= self.minimum_epochs

    def is_best(self, state: State) -> bool:
        return bool(self.restore_best and state["waited"] == 0 and np.isfinite(state["best"]))

    def verdict(self, state: State, record: Record) -> Verdict:
        what = {"validation": "the validation loss", "value": "the loss", "score": "the score"}[self.of]
        by = f" by {plain(self.minimum_gain)}" if self.minimum_gain else ""
        best, epoch, waited = float(state["best"]), int(state["best_epoch"]), int(state["waited"])
        value, now = getattr(record, self.of), int(record.known("epoch", self))
        value = float("nan") if value is None else float(value)
        message = (
            f"patience: {what} has not improved{by} on its best, {best:g} (epoch {epoch}), for {waited} evaluations; "
            f"it is {value:g} (epoch {now})"
        )
        numbers = {"value": value, "best": best, "best_epoch": epoch, "waited": waited, "epoch": now}
        return Verdict(self, message, numbers, self.restore_best)

    def __str__(self) -> str:
        gain = f" gain {plain(self.minimum_gain)}" if self.minimum_gain else ""
        after = f" after {self.minimum_epochs}" if self.minimum_epochs else ""
        of = "" if self.of == "validation" else f" of {self.of}"
        return f"patience {self.count}{gain}{after}{of}{'' if self.restore_best else ' keep-last'}"


CTRL_C = "Ctrl-C"


@dataclass(frozen=True)
class Interrupt(Rule):
    """Stop when the user asks: by Ctrl-C, or through a function that is called at the end of chunks and epochs.

    Parameters
    ----------
    callback : callable, optional
        `callback(record)` returns whether to stop, or the reason as text.

    Examples
    --------
    >>> rule = Interrupt(lambda record: "enough seen" if record.epoch > 3 else False)
    >>> _, verdict = rule.check(rule.start(), Record(step=40, epoch=4))
    >>> print(verdict)
    interrupted (enough seen) at step 40
    """

    callback: Callable[[Record], bool | str] | None = None
    reads: ClassVar = ("step",)
    kind = "callback"
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        callback: object = self.callback
        if callback is not None and not callable(callback):
            msg = f"Interrupt: expected callback to be a function of the record, received callback={callback!r:.60}"
            raise ArgumentError(msg)

    def start(self) -> State:
        return {"reason": ""}

    def advance(self, state: State, record: Record) -> State:
        """The state after calling the function once: the reason to stop, or none."""
        del state
        if record.interrupted:
            return {"reason": CTRL_C}
        answer = self.callback(record) if self.callback is not None else False
        return {"reason": answer if isinstance(answer, str) else self._name() if answer else ""}

    def _name(self) -> str:
        return str(getattr(self.callback, "__name__", "the callback"))

    def holds(self, state: State, record: Record) -> Array:
        del record
        return state["reason"] != ""

    def verdict(self, state: State, record: Record) -> Verdict:
        step = int(record.known("step", self))
        kind: StopKind = "interrupted" if state["reason"] == CTRL_C else "callback"
        return Verdict(self, f"interrupted ({state['reason']}) at step {step}", {"step": step}, stop_kind=kind)

    def __str__(self) -> str:
        return "interrupt"
