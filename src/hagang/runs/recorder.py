"""Recording a run: always as a `Run`, and in a folder if requested."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hagang.data import Prepared
from hagang.runs.folder import Folder, claim
from hagang.runs.record import about_data, about_model, begun, ended
from hagang.runs.run import Run
from hagang.runtime import DEFAULT
from hagang.training.history import History
from hagang.training.holdout import Baseline, held_out, judge, outcomes_of
from hagang.training.rows import fingerprint
from hagang.training.sources import Batches

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from hagang.runs.report_section import ReportSection
    from hagang.training.config import Config
    from hagang.training.events import RunEnd
    from hagang.training.inputs import TrainingData
    from hagang.training.state import TrainingState
    from hagang.training.trained import TrainedNetwork

__all__ = ["Recorder"]


class Recorder:
    """Records a run, and assembles the `Run` at its end."""

    def __init__(
        self,
        folder: str | os.PathLike[str] | None,
        config: Config,
        data: Any,
        rows: TrainingData,
        listeners: Sequence[Any],
        *,
        threads: int | None,
        runtime: str | None,
    ) -> None:
        data = data.data if isinstance(data, Batches) else data
        self._config, self._history, self._others = config, History(), listeners
        self._data, self._held = about_data(data, rows), held_out(data, rows)
        self._baseline = Baseline.of(rows, data.train.y if isinstance(data, Prepared) else rows.train.head.y)
        self._path = None if folder is None else claim(folder)
        if self._path is not None:
            self._data["fingerprint"] = fingerprint(rows.train.head.x, rows.train.head.y)
            self._held = self._held or ("training", rows.train.head)
        self._begun = begun(config, self._data, threads, runtime or DEFAULT)
        self._folder = None if self._path is None else Folder(self._path, self._history, self._begun)

    @property
    def listeners(self) -> Sequence[Any]:
        """The history, then the folder, then the user's listeners."""
        kept = [self._history] if self._folder is None else [self._history, self._folder]
        return [*kept, *self._others]

    def close(
        self, network: TrainedNetwork, end: RunEnd, scores: Mapping[str, float], state: TrainingState | None
    ) -> Run:
        """The finished run."""
        outcomes = None if self._held is None else outcomes_of(network, *self._held)
        judged = {} if outcomes is None else {"held": outcomes.part, **judge(outcomes, self._baseline)}
        known = {"guess": self._baseline.describe(network.target), "shares": self._baseline.shares}
        record = ended(self._begun, end, validation=dict(scores), **known, **judged)
        run = Run(
            history=self._history,
            scores=scores,
            stopped_by=end.stopped_by,
            config=self._config,
            folder=self._path,
            state=state,
            record=record,
            model=replace(network, about={**network.about, "config": record["config"], **about_model(record)}),
            outcomes=None if outcomes is None else outcomes.evenly_spaced(),
            measured=_measured(self._others),
        )
        run = replace(run, sections=_sections(run, self._others))
        if self._folder is not None:
            self._folder.finish(run)
        return run


def _sections(run: Run, listeners: Sequence[Any]) -> list[ReportSection]:
    """The report sections of the listeners that have `report_section`."""
    sections = [listener.report_section(run) for listener in listeners if hasattr(listener, "report_section")]
    return [section for section in sections if section is not None]


def _measured(listeners: Sequence[Any]) -> dict[str, Any]:
    """The measurements of the listeners that have `measured`, by name."""
    return {listener.name: listener.measured() for listener in listeners if hasattr(listener, "measured")}
