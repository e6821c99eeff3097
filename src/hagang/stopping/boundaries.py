"""Rules that act where chunks or epochs end: a number of epochs, time, validation patience, a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from hagang.errors import ArgumentError, check_choice, check_number
from hagang.stopping.base import Array, Record, Rule, State, Verdict, plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Epochs", "Patience", "Person", "Time"]


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
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_number(self, "count", least=1, whole=True)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("epoch", self) >= self.count

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        epoch = int(record.known("epoch", self))
        return Verdict(self, f"the number of epochs: {epoch} of {self.count} done", {"epoch": epoch})

    def __str__(self) -> str:
        return f"epochs {self.count}"


@dataclass(frozen=True)
class Time(Rule):
    """Stop after a time; looked at where a chunk of steps ends.

    Parameters
    ----------
    seconds : float
        Above 0.

    Examples
    --------
    >>> rule = Time(60)
    >>> _, verdict = rule.check(rule.start(), Record(step=900, seconds=61.25))
    >>> print(verdict)
    time: 61.2 s of 60 s passed
    """

    seconds: float
    reads: ClassVar = ("seconds",)
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        check_number(self, "seconds", above=0)

    def holds(self, state: State, record: Record) -> Array:
        del state
        return record.known("seconds", self) >= self.seconds

    def verdict(self, state: State, record: Record) -> Verdict:
        del state
        passed = float(record.known("seconds", self))
        return Verdict(self, f"time: {passed:.1f} s of {self.seconds:g} s passed", {"seconds": passed})

    def __str__(self) -> str:
        return f"time>{plain(self.seconds)}s"


@dataclass(frozen=True)
class Patience(Rule):
    """Stop where the validation loss, or the score, has not become better in so many observations.

    Parameters
    ----------
    count : int
        How many observations without a gain; one an epoch, or however often the loss is measured.
    minimum_gain : float
        How much better than the best a value must be to count, in the loss's or the score's units.
    minimum_epochs : int
        Do not stop before this many epochs.
    restore_best : bool
        Go back to the weights of the best observation.
    of : {'validation', 'value', 'score'}
        What is watched: the validation loss, the training loss, or the score, of which more is better.

    Examples
    --------
    >>> rule = Patience(2, minimum_gain=0.01)
    >>> state = rule.start()
    >>> for epoch, loss in enumerate((0.9, 0.5, 0.495, 0.6), start=1):
    ...     state, verdict = rule.check(state, Record(epoch=epoch, validation=loss))
    >>> print(verdict)
    patience: the validation loss has not gained 0.01 on its best, 0.5 of epoch 2, in 2 observations (now 0.6, epoch 4)

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
        """The state after this record; one without what is watched, between measurements, changes nothing."""
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
        passed = "risen above" if self.of == "score" else "fallen below"
        gained = f"gained {plain(self.minimum_gain)} on" if self.minimum_gain else passed
        best, epoch, waited = float(state["best"]), int(state["best_epoch"]), int(state["waited"])
        value, now = getattr(record, self.of), int(record.known("epoch", self))
        value = float("nan") if value is None else float(value)
        message = (
            f"patience: {what} has not {gained} its best, {best:g} of epoch {epoch}, in {waited} observations "
            f"(now {value:g}, epoch {now})"
        )
        numbers = {"value": value, "best": best, "best_epoch": epoch, "waited": waited, "epoch": now}
        return Verdict(self, message, numbers, self.restore_best)

    def __str__(self) -> str:
        gain = f" gain {plain(self.minimum_gain)}" if self.minimum_gain else ""
        after = f" after {self.minimum_epochs}" if self.minimum_epochs else ""
        of = "" if self.of == "validation" else f" of {self.of}"
        return f"patience {self.count}{gain}{after}{of}{'' if self.restore_best else ' keep-last'}"


@dataclass(frozen=True)
class Person(Rule):
    """Stop where a person asks: by Ctrl-C, or through a function that is called at boundaries, such as epochs' ends.

    Parameters
    ----------
    callback : callable, optional
        `callback(record)` returns whether to stop, or the reason as text.

    Examples
    --------
    >>> rule = Person(lambda record: "enough seen" if record.epoch > 3 else False)
    >>> _, verdict = rule.check(rule.start(), Record(step=40, epoch=4))
    >>> print(verdict)
    a person: enough seen, at step 40
    """

    callback: Callable[[Record], bool | str] | None = None
    reads: ClassVar = ("step",)
    at_step: ClassVar[bool] = False

    def __post_init__(self) -> None:
        callback: object = self.callback
        if callback is not None and not callable(callback):
            msg = f"Person: expected callback to be a function of the record, received callback={callback!r:.60}"
            raise ArgumentError(msg)

    def start(self) -> State:
        return {"reason": ""}

    def advance(self, state: State, record: Record) -> State:
        """The state after asking once: the reason to stop, or no reason."""
        del state
        if record.interrupted:
            return {"reason": "Ctrl-C"}
        asked = self.callback(record) if self.callback is not None else False
        return {"reason": asked if isinstance(asked, str) else self._name() if asked else ""}

    def _name(self) -> str:
        return str(getattr(self.callback, "__name__", "the callback"))

    def holds(self, state: State, record: Record) -> Array:
        del record
        return state["reason"] != ""

    def verdict(self, state: State, record: Record) -> Verdict:
        step = int(record.known("step", self))
        return Verdict(self, f"a person: {state['reason']}, at step {step}", {"step": step})

    def __str__(self) -> str:
        return "person"
