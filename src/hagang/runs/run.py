"""`Run`, the result of `fit` and `open_run`."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError, FileFormatError
from hagang.nn import Network
from hagang.training.trained import TrainedNetwork

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hagang.runs.report_section import ReportSection
    from hagang.stopping import StopReason
    from hagang.training.config import Config
    from hagang.training.history import History
    from hagang.training.holdout import Outcomes
    from hagang.training.state import TrainingState

    Measured = tuple[Mapping[str, Any], Mapping[str, Any]]

__all__ = ["Run", "layers_of"]


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """The result of `fit` and `open_run`: plain data, which can be pickled.

    Parameters
    ----------
    history : History
        Losses, learning rates and metrics by step and epoch.
    scores : mapping of str to float
        Validation loss (`loss`) and metrics of the final weights; empty without validation.
    stopped_by : StopReason
        Why the run ended, as text; `.kind`, `.rule` and `.numbers` give the details.
    config : Config or None
        The settings, with defaults filled in; None for an opened run with user-defined parts.
    folder : Path or None
        The run folder, if any.
    state : TrainingState or None
        The state from which `fit(run, ...)` continues exactly; None after a divergence and for an opened run.
    record : mapping
        The run as plain values: configuration, data, environment, outcome.
    model : TrainedNetwork or None
        The trained network; None for an opened run that ended before its first epoch was complete.
    outcomes : Outcomes or None
        Predictions and true values of held-out rows; None if there are none, or the run was interrupted.
    measured : mapping
        Measurements of listeners by name: arrays and descriptions.
    sections : sequence of ReportSection
        Report sections of listeners.
    """

    history: History
    scores: Mapping[str, float]
    stopped_by: StopReason
    config: Config | None
    folder: Path | None
    state: TrainingState | None
    record: Mapping[str, Any]
    model: TrainedNetwork | None
    outcomes: Outcomes | None = None
    measured: Mapping[str, Measured] = field(default_factory=dict)
    sections: Sequence[ReportSection] = ()

    def __repr__(self) -> str:
        return f"Run({self.name!r}: {len(self.history.epochs)} epochs, stopped by {self.stopped_by})"

    def _repr_html_(self) -> str:
        """For notebooks: name, reason to stop, scores and baseline."""
        outcome = self.record.get("outcome", {})
        rows = [("run", self.name), ("epochs", str(len(self.history.epochs))), ("stopped by", self.stopped_by)]
        baseline, scores = outcome.get("baseline", {}), outcome.get("scores", {})
        rows += [(f"{outcome['scored']} {n}", f"{s:.4g} (baseline {baseline[n]:.4g})") for n, s in scores.items()]
        body = "".join(f"<tr><th style='text-align:left'>{escape(n)}</th><td>{escape(s)}</td></tr>" for n, s in rows)
        return f"<table>{body}</table>"

    @property
    def network(self) -> TrainedNetwork:
        """The network with the best weights on the validation rows, or the last weights.

        Raises
        ------
        FileFormatError
            If an opened run ended before there was one.
        """
        if self.model is None:
            msg = f"'{self.folder}' holds no model: the run ended before its first epoch was done; train again"
            raise FileFormatError(msg)
        return self.model

    @property
    def name(self) -> str:
        """The name of the folder, or of the data."""
        return self.folder.name if self.folder is not None else str(self.record["data"]["name"])


def layers_of(network: Any) -> Network:
    """The layers of a network, a trained one or a run."""
    if isinstance(network, Network):
        return network
    if isinstance(network, Run) and network.config is not None:
        return layers_of(network.config.network)
    if isinstance(network, TrainedNetwork) and network.network is not None:
        return network.network
    msg = "network: expected a Network, a TrainedNetwork whose layers are known, or a Run, received "
    msg += type(network).__name__
    raise ArgumentError(msg)
