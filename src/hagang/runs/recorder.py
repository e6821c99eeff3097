"""What is kept of a run: always a `Run`, and its folder where one was asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from hagang.runs.folder import Folder, claim
from hagang.runs.record import about_data, begun, ended, fingerprint
from hagang.runs.run import Run
from hagang.runtime import DEFAULT
from hagang.training.history import History
from hagang.training.holdout import Guess, Outcomes, answers, held_out, judge

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from hagang.runs.report_section import ReportSection
    from hagang.training.config import Config
    from hagang.training.events import RunEnd
    from hagang.training.inputs import TrainingData
    from hagang.training.state import State
    from hagang.training.trained import TrainedNetwork

__all__ = ["Keeper"]


class Keeper:
    """Takes down what a run is about, and puts the `Run` together when it is over.

    It holds on to the rows held out, not to those trained on.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] | None,
        config: Config,
        data: Any,
        rows: TrainingData,
        listeners: Sequence[Any],
        where: tuple[int | None, str | None],
    ) -> None:
        self._config, self._history, self._others = config, History(), listeners
        self._threads, self._runtime = where[0], where[1] or DEFAULT
        self._data, self._held = about_data(data, rows), held_out(data, rows)
        self._guess = Guess.of(rows.train.head.y, rows.classes if rows.is_classification else 0, rows.target)
        self._path = None if folder is None else claim(folder)
        self._folder: Folder | None = None
        if self._path is not None:
            self._data["fingerprint"] = fingerprint(rows.train.head.x, rows.train.head.y)
            self._held = self._held or ("training", rows.train.head)
            self._folder = Folder(self._path, self._history, self._begun)

    @cached_property
    def _begun(self) -> dict[str, Any]:
        return begun(self._config, self._data, self._threads, self._runtime)

    @property
    def listeners(self) -> Sequence[Any]:
        """The history, the folder after it, and those of the user."""
        kept = [self._history] if self._folder is None else [self._history, self._folder]
        return [*kept, *self._others]

    def close(self, network: TrainedNetwork, end: RunEnd, scores: Mapping[str, float], state: State | None) -> Run:
        """The finished run."""

        def record() -> dict[str, Any]:
            said = self._guess.said(network.target)
            judged = self._judged(run.outcomes, network)
            return ended(self._begun, end, validation=dict(scores), guess=said, **judged)

        run = Run(
            history=self._history,
            scores=scores,
            stopped_by=end.stopped_by,
            config=self._config,
            folder=self._path,
            state=state,
            find_record=record,
            find_network=lambda: network,
            find_outcomes=lambda: None if self._held is None else answers(network, *self._held),
            find_sections=lambda: _sections(run, self._others),
            find_measured=lambda: _measured(self._others),
        )
        if self._folder is not None:
            self._folder.finish(run)
        return run

    def _judged(self, outcomes: Outcomes | None, network: TrainedNetwork) -> dict[str, Any]:
        if outcomes is None:
            return {}
        return {"held": outcomes.part, **judge(network.task, outcomes, self._guess)}


def _sections(run: Run, listeners: Sequence[Any]) -> list[ReportSection]:
    """What the listeners that have `report_section` tell of the run."""
    told = [listener.report_section(run) for listener in listeners if hasattr(listener, "report_section")]
    return [section for section in told if section is not None]


def _measured(listeners: Sequence[Any]) -> dict[str, Any]:
    """What the listeners that have `measured` found, by their names."""
    return {listener.name: listener.measured() for listener in listeners if hasattr(listener, "measured")}
