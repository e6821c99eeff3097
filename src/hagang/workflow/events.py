"""What `train` tells its listeners before the run itself: one frozen record per event.

A listener of `train` may have `on_data`, `on_conversion`, `on_folds` and `on_batch_size` beside the events of `fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hagang.training.events import EVENTS as RUN_EVENTS
from hagang.training.events import check_listeners

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hagang.data import Prepared
    from hagang.nn import Network

__all__ = ["EVENTS", "Conversion", "DataReady", "check", "of_the_run", "tell"]

EVENTS = ("on_data", "on_conversion", "on_folds", "on_batch_size")


@dataclass(frozen=True, eq=False)
class DataReady:
    """The data is read and prepared, and the network is built.

    Parameters
    ----------
    data : Prepared
        With all findings.
    network : Network
        What is going to be trained.
    """

    data: Prepared
    network: Network


@dataclass(frozen=True)
class Conversion:
    """A table larger than memory is being converted: rows done, and their number."""

    done: int
    rows: int


def check(listeners: Sequence[Any]) -> None:
    """Raise where one of these could hear nothing."""
    check_listeners(listeners if not isinstance(listeners, list | tuple) else of_the_run(listeners), "listeners")


def of_the_run(listeners: Iterable[Any]) -> list[Any]:
    """Those that `fit` may be given: all but the ones that hear nothing but the events here."""
    return [each for each in listeners if not _has(each, EVENTS) or _has(each, RUN_EVENTS)]


def tell(listeners: Iterable[Any], event: str, record: Any) -> None:
    """Call each listener that has this event."""
    for listener in listeners:
        if hasattr(listener, event):
            getattr(listener, event)(record)


def _has(listener: Any, events: Iterable[str]) -> bool:
    return any(hasattr(listener, event) for event in events)
