"""From a file larger than memory to its compact form on disk, once; and from there to what can be trained on."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.choose import choose_target
from hagang.data.column_features import ColumnFeatures, scales_of
from hagang.data.column_report import ColumnReport, column_report
from hagang.data.columns import Table
from hagang.data.dataset import Labelled
from hagang.data.features import features_from_json
from hagang.data.findings import Finding
from hagang.data.preflight import preflight
from hagang.data.roles import weights_of
from hagang.data.stream.conventions import readings_of
from hagang.data.stream.fit import measure, read_sample, sample
from hagang.data.stream.rows import TARGET, WEIGHT
from hagang.data.stream.shares import PARTS, Shares
from hagang.data.stream.store import Store
from hagang.data.targets import Classes, Quantity, target_from_json
from hagang.data.task import decide_task
from hagang.data.text import count, listing
from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from hagang.data.readings import Reading
    from hagang.data.stream.scan import Scan
    from hagang.data.targets import Target

__all__ = ["Converted", "StreamRequest", "convert"]

VERSION = 2
CELLS_AT_ONCE = 1 << 23
"""Numbers read at once: 64 MiB as DuckDB gives them."""

ABOUT = "about.json"


@dataclass(frozen=True)
class StreamRequest:
    """What a person decided about a table that is streamed; see `prepare`."""

    target: Any
    task: str | None
    drop: Sequence[str]
    scale: str | Mapping[str, str]
    embed: int | None
    weight: str | None
    validation: float
    test: float
    seed: int
    standardise: bool = True
    types: Mapping[str, str] = field(default_factory=dict)
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Converted:
    """A table in its compact form, and all that was decided and found on the way."""

    store: Store
    features: ColumnFeatures
    target: Target
    findings: tuple[Finding, ...]
    understood: tuple[ColumnReport, ...]


def convert(
    open_scan: Callable[[], tuple[Scan, Sequence[Finding]]],
    folder: Path,
    request: StreamRequest,
    fingerprint: Callable[[], Any],
    progress: Callable[[int, int], None] | None = None,
) -> Converted:
    """Convert a table, or go on with it, or take what an earlier call has converted.

    Parameters
    ----------
    open_scan
        Opens the table, and tells what was noticed of it.
    folder
        Where the compact form lies or will lie.
    request
        What a person decided.
    fingerprint
        Tells the source's files, sizes and times of change, as JSON can hold them.
    progress
        Told the rows that are done, and how many there are.

    Raises
    ------
    DataError, FileFormatError
        As `prepare`; also when the source changes meanwhile.
    """
    began = fingerprint()
    key = json.loads(json.dumps({"version": VERSION, "source": began, "request": vars(request)}, default=str))
    about = _read_about(folder, key)
    if about is not None and (converted := _opened(folder, about)).store.resume() >= about["rows"]:
        converted.store.check()
        return _with_lost_rows(converted)
    scan, findings = open_scan()
    if about is None:
        about = {"key": key, "rows": len(scan), **_decide(scan, request, findings)}
        _begin(folder, about)
    converted = _opened(folder, about)
    _go_on(scan, request, converted, about, converted.store.resume(), progress)
    if fingerprint() != began:
        text = f"{began[0][0]} changed while it was read; expected a source that stays. Begin again when it is written."
        raise FileFormatError(text)
    return _with_lost_rows(converted)


def _decide(scan: Scan, request: StreamRequest, findings: Sequence[Finding]) -> dict[str, Any]:
    """Everything that has to be known before the first row is converted."""
    shares = Shares.of(len(scan), request.validation, request.test, request.seed)
    raw = sample(scan, shares)
    for dropped in request.drop:
        raw[dropped]  # raises where there is none
    raw = raw.without(request.drop)
    readings = readings_of(scan, raw)
    scan = replace(scan, hows={name: str(reading) for name, reading in readings.items()})
    table = Table(tuple(read_sample(scan, column, readings[column.name]) for column in raw.columns), len(raw))
    name = choose_target(table, request.target)
    weight = None if request.weight is None else choose_target(table, request.weight, "weight")
    known = np.flatnonzero(~table[name].missing)
    if not len(known):
        text = f"the target {name!r} is missing in every one of {count(len(table), 'row')} looked at; choose another."
        raise DataError(text)
    inputs = table.without([name, *([weight] if weight else [])])
    drawn = Labelled(inputs, table[name]).take(known)
    task, finding = decide_task(drawn.target, request.task)
    scales = scales_of(request.scale, inputs.names)
    fitted = ColumnFeatures.fit(drawn.inputs, scale=request.scale, embed=request.embed)  # type: ignore[arg-type]
    measured = measure(scan, shares, drawn, fitted, task, scales)
    features, target = measured.features, measured.target
    if isinstance(target, Quantity) and not request.standardise:
        target = Quantity(target.name, 0.0, 1.0)
    multiplied = features.transform(drawn.inputs)[:, : features.width - len(features.codes)]
    spoilt = preflight(drawn, [], target, multiplied)
    looked = Finding(
        "file", f"kinds, medians and bounds are those of {count(len(drawn), 'row')} from all over the table"
    )
    decided = (*features.findings, *measured.findings)
    lines = [_exact(line, measured.missing) for line in column_report(drawn, features, target)]
    return {
        "features": features.to_json(),
        "target": target.to_json(),
        "read": {column: scan.hows[column] for column in (*features.inputs, name, *([weight] if weight else []))},
        "names": [name, weight],
        "dtypes": _dtypes(features, drawn, target, weight),
        "findings": [vars(f) for f in (*findings, looked, finding, *_notes(readings), *decided, *spoilt)],
        "understood": lines,
    }


def _notes(readings: Mapping[str, Reading]) -> list[Finding]:
    return [Finding("read", note, name) for name, reading in readings.items() for note in reading.notes]


def _exact(line: ColumnReport, missing: Mapping[str, int]) -> dict[str, str | int]:
    return {**line.to_json(), "missing": missing.get(line.column, line.missing)}


def _dtypes(features: ColumnFeatures, drawn: Labelled, target: Target, weight: str | None) -> dict[str, str]:
    """The type of each column on disk."""
    few = drawn.take(np.arange(1))
    dtypes = {e.name: e.compact(few.inputs[e.name]).dtype.str for e in features.encoders}  # type: ignore[index]
    codes = np.min_scalar_type(len(target.labels)) if isinstance(target, Classes) else np.dtype(np.float32)
    dtypes[TARGET] = codes.str
    return dtypes | ({WEIGHT: np.dtype(np.float32).str} if weight else {})


def _go_on(
    scan: Scan,
    request: StreamRequest,
    converted: Converted,
    about: Mapping[str, Any],
    begin: int,
    progress: Callable[[int, int], None] | None,
) -> None:
    shares = Shares.of(len(scan), request.validation, request.test, request.seed)
    scan = replace(scan, hows=about["read"])
    for rows in scan.ranges(max(1, CELLS_AT_ONCE // len(about["read"])), begin):
        try:
            table = scan.read(rows)
            columns, known = _columns(table, about["names"], converted)
        except DataError as error:
            text = f"{rows.file}, rows {rows.start + 1:,} to {rows.stop:,}: {error}"
            raise DataError(text) from error
        part = shares.parts(rows.start, rows.stop)[known]
        parts = {name: {key: values[part == k] for key, values in columns.items()} for k, name in enumerate(PARTS)}
        converted.store.append(rows.first + len(rows), parts, len(rows) - int(known.sum()))
        if progress is not None:
            progress(rows.first + len(rows), len(scan))


def _columns(table: Any, names: Sequence[str | None], converted: Converted) -> tuple[dict[str, Any], NDArray[np.bool_]]:
    """The compact columns of the rows whose target is known, and which these are."""
    target, weight = names
    known = ~table[target].missing
    rows = table if known.all() else table.take(np.flatnonzero(known))
    columns = {e.name: e.compact(rows[e.name]) for e in converted.features.encoders}
    columns[TARGET] = converted.target.encode(rows[target]).reshape(-1)
    if weight is not None:
        columns[WEIGHT] = weights_of(rows[weight])
    return columns, known


def _with_lost_rows(converted: Converted) -> Converted:
    """With how many rows had no target."""
    lost = sum(chunk.lost for chunk in converted.store.chunks)
    if not lost:
        return converted
    name = converted.target.name
    finding = Finding("target", f"{count(lost, 'row')} left out, the target {name!r} being missing", name)
    return Converted(
        converted.store, converted.features, converted.target, (*converted.findings, finding), converted.understood
    )


# --- the folder ----------------------------------------------------------------------------------------


def _read_about(folder: Path, key: Any) -> dict[str, Any] | None:
    """What an earlier call decided for the same source and wishes; None where there is nothing of the kind."""
    path = folder / ABOUT
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return about if about.get("key") == key else None


def _is_ours(name: str) -> bool:
    return name in (ABOUT, "chunks.jsonl", *PARTS) or (name.startswith("cells") and name.endswith(".parquet"))


def _begin(folder: Path, about: dict[str, Any]) -> None:
    """Make room: a folder of ours with other rows is emptied, one with anything else is refused."""
    if folder.exists():
        foreign = [p.name for p in folder.iterdir() if not _is_ours(p.name)]
        if foreign or not folder.is_dir():
            text = f"{folder} is to hold the converted rows, and holds {listing(foreign, 3)}; give another folder."
            raise FileFormatError(text)
        for part in PARTS:
            shutil.rmtree(folder / part, ignore_errors=True)
        (folder / "chunks.jsonl").unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")


def _opened(folder: Path, about: Mapping[str, Any]) -> Converted:
    features = features_from_json(about["features"])
    return Converted(
        Store(folder, about["dtypes"], PARTS),
        features,  # type: ignore[arg-type]
        target_from_json(about["target"]),
        tuple(Finding(**finding) for finding in about["findings"]),
        tuple(ColumnReport(**line) for line in about["understood"]),
    )
