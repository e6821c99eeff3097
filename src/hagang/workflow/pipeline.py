"""All of a training, in order: read, build, try, train, score, save. Whoever listens is told of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hagang.data.multi_file import files_of
from hagang.errors import ArgumentError, TrainingError
from hagang.measure import FinalLandscape, Watch
from hagang.runs import check_folder, choose_batch_size, fit
from hagang.saved import check_output, is_model
from hagang.training import network_findings
from hagang.workflow import build, events
from hagang.workflow.data import prepare_data
from hagang.workflow.events import Conversion, DataReady, tell
from hagang.workflow.folds import cross_validate
from hagang.workflow.reading import Reading
from hagang.workflow.record import finished
from hagang.workflow.settings import batches, run_settings, trial_settings
from hagang.workflow.target_transform import transform_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.data import Prepared
    from hagang.nn import Network
    from hagang.runs import Run
    from hagang.runs.batch_size import BatchSizes
    from hagang.workflow.options import Options

__all__ = ["run"]


def run(source: Any, options: Options, listeners: Sequence[Any] = (), reads: Sequence[Any] = ()) -> Run:
    """Do what `train` says, with options that have been read; `reads` are more files that must not be written over."""
    _check(source, options, listeners, reads)
    data, network = _prepare(source, options, listeners)
    extras: dict[str, Any] = {"options": {"data": data.name, **options.describe()}}
    if options.folds is not None:
        folds = cross_validate(source, options)
        extras["folds"] = folds.describe()
        tell(listeners, "on_folds", folds)
    size = options.batch_size
    if size == "auto":
        sizes = choose_batch_size(network, batches(options, data), **trial_settings(options, data))
        size, extras["batch_sizes"] = sizes.chosen, _sizes(sizes)
        tell(listeners, "on_batch_size", sizes)
    reading = Reading()
    heard = [reading, *events.of_the_run(listeners), *(_inside() if options.watch else [])]
    result = _fit(network, data, options, size, heard)
    if reading.describe():
        extras["reading"] = reading.describe()
    return finished(result, data, options, extras)


def _files(source: Any) -> list[Any]:
    """The files that a source names."""
    return [source, *files_of(source)] if isinstance(source, str | Path) else []


def _check(source: Any, options: Options, listeners: Sequence[Any], reads: Sequence[Any]) -> None:
    """Find what can be found wrong before the data is read."""
    events.check(listeners)
    if options.out is not None:
        check_output(
            options.out,
            (*_files(source), options.test, options.validation, *reads),
            force=options.force,
            replaceable=is_model,
        )
    if options.folder is not None:
        check_folder(options.folder)
    elif options.watch:
        msg = "watch: expected a folder beside it, where what is recorded goes, received none; give folder='runs/first'"
        raise ArgumentError(msg)
    if options.folds is not None and options.stream:
        msg = "folds: expected data in memory, received stream=True; leave one of them out"
        raise ArgumentError(msg)
    if options.folds is not None and not isinstance(options.validation, int | float):
        msg = "folds: expected a share of the rows for validation, received another source; leave one of them out"
        raise ArgumentError(msg)
    build.check(options)


def _prepare(source: Any, options: Options, listeners: Sequence[Any]) -> tuple[Prepared, Network]:
    def progress(done: int, rows: int) -> None:
        tell(listeners, "on_conversion", Conversion(done, rows))

    data = prepare_data(source, options, standardise=build.standardises(options), progress=progress)
    network = build.network(options, data)
    if options.log_target and options.loss is None:
        data = transform_target(network, data, **trial_settings(options, data))
    data = replace(data, findings=(*data.findings, *network_findings(network, data)))
    tell(listeners, "on_data", DataReady(data, network))
    return data, network


def _fit(network: Network, data: Prepared, options: Options, size: int | str | None, listeners: Sequence[Any]) -> Run:
    result = fit(
        network,
        batches(options, data),
        **trial_settings(options, data),
        **run_settings(options, data),
        batch_size=size,
        listeners=listeners,
        folder=options.folder,
    )
    if not result.history.epochs:
        msg = f"stopped before the first epoch was done, so nothing is saved: {result.stopped_by}"
        raise TrainingError(msg)
    return result


def _sizes(sizes: BatchSizes) -> dict[str, Any]:
    return {"chosen": sizes.chosen, "tried": [vars(trial) for trial in sizes.tried]}


def _inside() -> list[Any]:
    """What looks into the network for the report."""
    watch = Watch()
    return [watch, FinalLandscape(watch)]
