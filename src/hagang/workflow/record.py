"""What is kept of a finished training: on the run, in its folder, and in the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang import metrics
from hagang.data import Classes
from hagang.runs import MODEL, Run, read_record
from hagang.runs.folder import write_record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from hagang.data import Prepared, Target
    from hagang.training import TrainedNetwork
    from hagang.workflow.options import Options

__all__ = ["baseline", "finished", "notes", "rows"]

_AT_ONCE = 1 << 20


def finished(run: Run, data: Prepared, options: Options, extras: Mapping[str, Any]) -> Run:
    """The run with all that is known of it, its folder and `options.out` brought up to date."""
    network = _described(run, data, extras)
    if run.folder is not None:
        network.save(run.folder / MODEL)
        write_record(run.folder, {**read_record(run.folder), **extras})
    if options.out is not None:
        network.save(options.out)
    return replace(run, find_network=lambda: network, find_record=lambda: {**run.record, **extras})


def rows(data: Prepared) -> dict[str, int]:
    """The number of rows of each part."""
    return {"training": len(data.train), "validation": len(data.validation), "test": len(data.test)}


def notes(data: Prepared) -> list[str]:
    """What was noticed of the data, but for what it and the task are."""
    return [str(finding) for finding in data.findings if finding.kind not in ("file", "task")]


def baseline(target: Target, shares: Sequence[float], y: npt.NDArray[np.generic]) -> dict[str, float]:
    """Score, on `y` (codes, or a standardised quantity), the training rows' class shares or mean."""
    if isinstance(target, Classes):
        return metrics.score(target.task, y, np.tile(np.asarray(shares), (len(y), 1)))
    return metrics.score(target.task, target.decode(y), np.full(len(y), target.mean))


def _described(run: Run, data: Prepared, extras: Mapping[str, Any]) -> TrainedNetwork:
    """The trained network with what `hagang show` and `hagang evaluate` should know of its origin."""
    shares = _shares(data)
    about = {
        **run.network.about,
        "data": {
            "name": data.name,
            "rows": rows(data),
            "notes": notes(data),
            "columns": [line.to_json() for line in data.understood],
        },
        "options": extras["options"],
        "shares": shares,
        "stopped_by": run.stopped_by,
        **_scores(run, data, shares),
    }
    return replace(run.network, about=about)


def _scores(run: Run, data: Prepared, shares: list[float]) -> dict[str, Any]:
    """Scores of the test part; of the validation part where none was kept, and none at all without either."""
    parts = (("test", data.test), ("validation", data.validation))
    of, part = next(((name, part) for name, part in parts if len(part)), ("", None))
    if part is None:
        return {}
    scores = run.network.evaluate((part.X, part.y))
    return {"scored": of, "scores": scores, "baseline": baseline(data.target, shares, part.y)}


def _shares(data: Prepared) -> list[float]:
    if not isinstance(data.target, Classes):
        return []
    pieces = np.array_split(data.train.y, 1 + len(data.train) // _AT_ONCE)  # bincount makes int64 of what it counts
    counts = np.sum([np.bincount(piece, minlength=len(data.target.labels)) for piece in pieces], axis=0)
    return [float(share) for share in counts / counts.sum()]
