"""Features and target of a table that is never in memory: decided on a sample, measured by one pass over all rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Numbers, Table, Text
from hagang.data.datetimes import is_datetime
from hagang.data.encoders import CategoryEncoder, CodeEncoder, NumberEncoder
from hagang.data.findings import Finding
from hagang.data.fitting import LeftOut, divisor, fit_counts
from hagang.data.parquet import columns_of_source, is_nested
from hagang.data.targets import Classes, Quantity, fit_target
from hagang.data.text import count, number
from hagang.data.values import LARGEST
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.data.column_features import ColumnFeatures
    from hagang.data.columns import Column
    from hagang.data.dataset import Labelled
    from hagang.data.encoder import Encoder
    from hagang.data.stream.scan import Scan
    from hagang.data.stream.shares import Shares
    from hagang.data.targets import Target

__all__ = ["Measured", "how", "measure", "sample"]

SAMPLE_ROWS = 131_072
SAMPLE_PIECES = 64


@dataclass(frozen=True)
class Measured:
    """What a pass over all training rows found.

    Parameters
    ----------
    features, target
        Fitted to them.
    missing
        In how many of them each column is missing.
    findings
        What was noticed.
    """

    features: ColumnFeatures
    target: Target
    missing: Mapping[str, int]
    findings: tuple[Finding, ...]


def sample(scan: Scan, shares: Shares) -> Table:
    """Read rows of the training part from places spread over the whole table."""
    pieces = list(scan.ranges(max(1, min(len(scan), SAMPLE_ROWS) // SAMPLE_PIECES)))
    chosen = [pieces[k] for k in np.unique(np.linspace(0, len(pieces) - 1, SAMPLE_PIECES).astype(int))]
    kinds = {name: kind for name, kind in scan.kinds.items() if not is_nested(kind)}
    source = " UNION ALL ".join(f"SELECT * FROM {scan.rows_of(piece)} WHERE {shares.sql}" for piece in chosen)
    with scan.connection() as database:
        columns = columns_of_source(database, scan.files[0][0], f"({source})", kinds)
    return Table(tuple(columns[name] for name in kinds), len(next(iter(columns.values()))))


def how(column: Column) -> str:
    """How a column is to be read from a scan: as "number", "boolean" or "text", or by its spelling."""
    if isinstance(column, Text):
        return "text"
    return column.spelling or ("boolean" if column.boolean else "number")


def measure(
    scan: Scan, shares: Shares, drawn: Labelled, features: ColumnFeatures, task: str, scales: Mapping[str, str]
) -> Measured:
    """Fit to all rows of the training part what was decided on a sample of them.

    Counts, means, deviations, largest and smallest values and the categories are those of all rows; medians,
    quantiles and the bounds for extreme values those of the sample.

    Raises
    ------
    DataError
        When a value is infinite, or the target cannot be learned.
    """
    where = f"{shares.sql} AND {_known(scan, drawn.target)}"
    missing: dict[str, int] = {}
    fitted: list[Encoder | LeftOut] = []
    findings: list[Finding] = []
    with scan.connection() as database:
        figures = _ask(scan, database, [e for e in features.encoders if _is_plain(e)], where)
        for encoder in features.encoders:
            if encoder.name in figures:
                fitted.append(_numbers(encoder, figures[encoder.name], scales[encoder.name]))  # type: ignore[arg-type]
                missing[encoder.name] = int(figures[encoder.name][0] - figures[encoder.name][1])
                findings += _words(scan, database, encoder.name, where)
            elif isinstance(encoder, CategoryEncoder | CodeEncoder):
                item, missing[encoder.name] = _categories(scan, database, encoder, where)
                fitted.append(item)
            else:
                fitted.append(encoder)
        target = _target(scan, database, drawn.target, task, where)
    encoders = tuple(item for item in fitted if not isinstance(item, LeftOut))
    left_out = (*features.left_out, *(item for item in fitted if isinstance(item, LeftOut)))
    return Measured(replace(features, encoders=encoders, left_out=left_out), target, missing, tuple(findings))


def _is_plain(encoder: Encoder) -> bool:
    return isinstance(encoder, NumberEncoder) and not encoder.spelling


def _known(scan: Scan, target: Column) -> str:
    plain = isinstance(target, Numbers) and not (target.spelling and not scan.numeric(target.name))
    sql = scan.sql_number(target.name) if plain else scan.sql_text(target.name)
    return f"{sql} IS NOT NULL"


def _ask(scan: Scan, database: Any, encoders: Sequence[Encoder], where: str) -> dict[str, tuple[Any, ...]]:
    """Rows, values, smallest, largest, mean and deviation of the values within an encoder's bounds, of each column."""
    if not encoders:
        return {}
    aggregates = ", ".join(_aggregates(scan, encoder) for encoder in encoders)
    (row,) = scan.execute(database, f"SELECT {aggregates} FROM {scan.source} WHERE {where}")
    values = [figure if figure is None else float(figure) for figure in row]  # DuckDB may answer in decimals
    by_name = {encoder.name: tuple(values[6 * i : 6 * i + 6]) for i, encoder in enumerate(encoders)}
    for name, figures in by_name.items():
        _check_finite(scan, database, name, scan.sql_number(name), figures)
    return by_name


def _aggregates(scan: Scan, encoder: Encoder) -> str:
    value = scan.sql_number(encoder.name)
    low, high = getattr(encoder, "bounds", None) or (-LARGEST, LARGEST)
    cut = f"least(greatest({value}, {low!r}), {high!r})"
    return f"count(*), count({value}), min({value}), max({value}), avg({cut}), stddev_pop({cut})"


def _check_finite(scan: Scan, database: Any, name: str, value: str, figures: tuple[Any, ...]) -> None:
    if figures[2] is None or max(abs(figures[2]), abs(figures[3])) <= LARGEST:
        return
    query = f"SELECT file_row_number, {value} FROM {scan.source} WHERE abs({value}) > {LARGEST} LIMIT 1"
    ((row, wrong),) = scan.execute(database, query)
    what = "infinite" if np.isinf(wrong) else f"{wrong:.6g}"
    text = (
        f"column {name!r} is {what} in row {row + 1} of {scan.files[0][0]}; expected finite numbers up to "
        f"{LARGEST:g}. Replace them, or leave them empty to count as missing."
    )
    raise DataError(text)


def _numbers(encoder: NumberEncoder, figures: tuple[float, ...], scale: str) -> Encoder | LeftOut:
    rows, values, smallest, largest, mean, deviation = figures
    if not values or smallest == largest:
        only = f"has one value only ({number(largest)})" if values else "has no values"
        return LeftOut(encoder.name, only)
    low, high = encoder.bounds or (smallest, largest)
    low, high = max(low, smallest), min(high, largest)
    own = replace(encoder, missing=int(rows - values))
    if encoder.soft or encoder.bounds is None:
        return own
    if scale == "minmax":
        return replace(own, shift=low, scale=high - low)
    return replace(own, shift=mean, scale=divisor(deviation, max(mean - low, high - mean)))


def _words(scan: Scan, database: Any, name: str, where: str) -> list[Finding]:
    """Words in a column of numbers, which count as missing."""
    if scan.numeric(name):
        return []
    text, value = scan.sql_text(name), scan.sql_number(name)
    query = (
        f"SELECT {text} AS word, count(*) FROM {scan.source} WHERE {where} AND {text} IS NOT NULL AND {value} IS NULL "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 4"
    )
    words = scan.execute(database, query)
    if not words:
        return []
    shown = ", ".join(f"{word!r} ({count(n, 'row')})" for word, n in words)
    return [Finding("missing", f"{name!r} is numbers, but for {shown}: counted as missing", name)]


def _categories(scan: Scan, database: Any, encoder: CategoryEncoder | CodeEncoder, where: str) -> tuple[Any, int]:
    text = scan.sql_text(encoder.name)
    pairs = scan.execute(database, f"SELECT {text} AS word, count(*) FROM {scan.source} WHERE {where} GROUP BY 1")
    counts = {word: n for word, n in pairs if word is not None}
    rows = sum(n for _, n in pairs)
    embed = 0 if isinstance(encoder, CodeEncoder) else None
    words = tuple(sorted(counts))
    item = fit_counts(encoder.name, words, np.array([counts[word] for word in words], np.int64), rows, embed)
    return item, rows - sum(counts.values())


def _target(scan: Scan, database: Any, target: Column, task: str, where: str) -> Target:
    if task == "classification" and not (isinstance(target, Numbers) and target.spelling):
        value = scan.sql_text(target.name) if isinstance(target, Text) else scan.sql_number(target.name)
        labels = scan.execute(database, f"SELECT DISTINCT {value} AS v FROM {scan.source} WHERE {where} ORDER BY 1")
        return Classes.fit(_few(target, [label for (label,) in labels]))
    if isinstance(target, Numbers) and (
        not target.spelling or scan.numeric(target.name) or is_datetime(target.spelling)
    ):
        value = scan.sql_number(target.name)
        query = f"SELECT avg({value}), stddev_pop({value}), min({value}), max({value}) FROM {scan.source} WHERE {where}"
        ((mean, deviation, low, high),) = scan.execute(database, query)
        if low is not None and low != high:
            _check_finite(scan, database, target.name, value, (0, 0, low, high))
            return Quantity(target.name, mean, deviation)
    return fit_target(target, task)


def _few(target: Column, values: list[Any]) -> Column:
    """A column that holds each of these values once."""
    if isinstance(target, Text):
        words = tuple(sorted(values))
        return Text(target.name, np.arange(len(words), dtype=np.int32), words)
    return replace(target, values=np.array(values, np.float64))
