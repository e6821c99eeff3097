"""Cross-validation: every row is tested once, by a network that has not seen it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean, stdev
from typing import TYPE_CHECKING, Any

from hagang.runs import fit
from hagang.workflow import build
from hagang.workflow.data import fold_data
from hagang.workflow.settings import run_settings, trial_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.data import Prepared
    from hagang.workflow.options import Options

__all__ = ["Folds", "cross_validate"]


@dataclass(frozen=True)
class Folds:
    """The test scores of each fold.

    Examples
    --------
    >>> folds = Folds(({"accuracy": 0.5}, {"accuracy": 1.0}))
    >>> folds.mean, folds.describe()["deviation"]
    ({'accuracy': 0.75}, {'accuracy': 0.3535533905932738})
    """

    scores: tuple[Mapping[str, float], ...]

    @property
    def mean(self) -> dict[str, float]:
        """Over the folds."""
        return {name: mean(fold[name] for fold in self.scores) for name in self.scores[0]}

    @property
    def deviation(self) -> dict[str, float]:
        """The standard deviation over the folds, with n - 1."""
        return {name: stdev(fold[name] for fold in self.scores) for name in self.scores[0]}

    def describe(self) -> dict[str, Any]:
        """As plain values, for a run's record."""
        return {"scores": [dict(fold) for fold in self.scores], "mean": self.mean, "deviation": self.deviation}


def cross_validate(source: Any, options: Options) -> Folds:
    """Train on the other rows of each fold, and score the fold's own."""
    prepared = fold_data(source, options, standardise=build.standardises(options))
    return Folds(tuple([_score(options, data) for data in prepared]))


def _score(options: Options, data: Prepared) -> dict[str, float]:
    size = options.batch_size if isinstance(options.batch_size, int) else None
    network = build.network(options, data)
    run = fit(network, data, **trial_settings(options, data), **run_settings(options, data), batch_size=size)
    return run.network.evaluate(data)
