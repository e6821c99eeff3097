"""What is kept of a finished training: on the run, in its folder, and in the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hagang.runs import MODEL, Run, read_record
from hagang.runs.folder import write_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.data import Prepared
    from hagang.workflow.options import Options

__all__ = ["finished", "notes", "rows"]


def finished(run: Run, data: Prepared, options: Options, extras: Mapping[str, Any]) -> Run:
    """The run with all that is known of it, its folder and `options.out` brought up to date."""
    about = dict(run.network.about)
    about["data"] = {**about["data"], "columns": [line.to_json() for line in data.understood]}
    network = replace(run.network, about={**about, "options": extras["options"]})
    if run.folder is not None:
        network.save(run.folder / MODEL)
        write_record(run.folder, {**read_record(run.folder), **extras})
    if options.out is not None:
        network.save(options.out)
    return replace(run, model=network, record={**run.record, **extras})


def rows(data: Prepared) -> dict[str, int]:
    """The number of rows of each part."""
    return {"training": len(data.train), "validation": len(data.validation), "test": len(data.test)}


def notes(data: Prepared) -> list[str]:
    """What was noticed of the data, but for what it and the task are."""
    return [str(finding) for finding in data.findings if finding.kind not in ("file", "task")]
