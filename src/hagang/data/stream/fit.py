"""Features and target of a table that is never in memory: decided on a sample, measured by one pass over all rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.cell_parsing import nfc_name
from hagang.data.columns import Numbers, Table, Text
from hagang.data.encoders import CategoryEncoder, CodeEncoder, NumberEncoder
from hagang.data.findings import Finding
from hagang.data.fitting import LeftOut, divisor, fit_counts
from hagang.data.parquet import columns_of_source, is_nested
from hagang.data.stream.sums import Sums
from hagang.data.targets import Classes, Quantity, fit_target
from hagang.data.text import count, number
from hagang.data.time_encoder import TimeEncoder
from hagang.data.values import LARGEST, column_read_as, less
from hagang.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hagang.data.column_features import ColumnFeatures
    from hagang.data.columns import Column
    from hagang.data.dataset import Labelled
    from hagang.data.encoder import Encoder
    from hagang.data.readings import Reading
    from hagang.data.stream.scan import Scan
    from hagang.data.stream.shares import Shares
    from hagang.data.targets import Target

__all__ = ["Measured", "measure", "read_sample", "sample"]

SAMPLE_ROWS = 131_072
CELLS_AT_ONCE = 1 << 22
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
        columns = columns_of_source(database, scan.files[0][0], f"({source})", _raw(scan, kinds), scan.hints.joint())
    return Table(tuple(columns[scan.raw_names.get(n, n)] for n in kinds), len(next(iter(columns.values()))))


def _raw(scan: Scan, kinds: Mapping[str, str]) -> dict[str, str]:
    return {scan.raw_names.get(name, name): kind for name, kind in kinds.items()}


def read_sample(scan: Scan, column: Column, reading: Reading) -> Column:
    """Read a sample's texts as all of the table's are."""
    if not isinstance(column, Text):
        return column
    how = str(reading)
    gone = [scan.hints.is_missing(value, how) for value in column.values]
    codes, values = less(column.codes, column.values, gone) if any(gone) else (column.codes, column.values)
    return column_read_as(reading, column.name, codes, values)


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
    measured = [e for e in features.encoders if isinstance(e, NumberEncoder | TimeEncoder)]
    with scan.connection() as database:
        figures = _ask(scan, database, [e for e in measured if scan.in_sql(e.name)], where)
        figures |= _by_reading(scan, shares, [e for e in measured if not scan.in_sql(e.name)], drawn.target)
        for encoder in features.encoders:
            if encoder.name in figures:
                fitted.append(_refit(encoder, figures[encoder.name], scales[encoder.name]))
                missing[encoder.name] = int(figures[encoder.name][0] - figures[encoder.name][1])
                findings += _words(scan, database, encoder.name, where) if scan.in_sql(encoder.name) else []
            elif isinstance(encoder, CategoryEncoder | CodeEncoder):
                item, missing[encoder.name] = _categories(scan, database, encoder, where)
                fitted.append(item)
            else:
                fitted.append(encoder)
        target = _target(scan, shares, database, drawn.target, task, where)
    encoders = tuple(item for item in fitted if not isinstance(item, LeftOut))
    left_out = (*features.left_out, *(item for item in fitted if isinstance(item, LeftOut)))
    return Measured(replace(features, encoders=encoders, left_out=left_out), target, missing, tuple(findings))


def _known(scan: Scan, target: Column) -> str:
    plain = isinstance(target, Numbers) and scan.in_sql(target.name)
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


def _by_reading(
    scan: Scan, shares: Shares, encoders: Sequence[NumberEncoder | TimeEncoder], target: Column
) -> dict[str, tuple[float, ...]]:
    """The same figures of columns whose texts have to be read one by one."""
    if not encoders:
        return {}
    sums = {encoder.name: Sums(getattr(encoder, "bounds", None)) for encoder in encoders}
    names = [*sums, target.name]
    narrow = replace(scan, hows={name: scan.hows[name] for name in dict.fromkeys(names)})
    for rows in scan.ranges(max(1, CELLS_AT_ONCE // len(names))):
        table = narrow.read(rows)
        counted = (shares.parts(rows.start, rows.stop) == 0) & ~table[target.name].missing
        for name, own in sums.items():
            own.add(table[name].values[counted])
    return {name: own.figures for name, own in sums.items()}


def _refit(encoder: NumberEncoder | TimeEncoder | Encoder, figures: tuple[float, ...], scale: str) -> Encoder | LeftOut:
    if isinstance(encoder, NumberEncoder):
        return _numbers(encoder, figures, scale)
    rows, values, smallest, largest, mean, deviation = figures
    if not values or smallest == largest or not isinstance(encoder, TimeEncoder):
        return LeftOut(encoder.name, "has one value only")
    return replace(
        encoder,
        shift=mean,
        scale=deviation if encoder.scale else 0.0,
        bounds=(smallest, largest),
        missing=int(rows - values),
    )


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
    counts: Counter[str] = Counter()
    for word, n in pairs:
        if word is not None:
            counts[nfc_name(word)] += n
    rows = sum(n for _, n in pairs)
    embed = 0 if isinstance(encoder, CodeEncoder) else None
    words = tuple(sorted(counts))
    item = fit_counts(encoder.name, words, np.array([counts[word] for word in words], np.int64), rows, embed)
    return item, rows - sum(counts.values())


def _target(scan: Scan, shares: Shares, database: Any, target: Column, task: str, where: str) -> Target:
    if task == "classification" and (isinstance(target, Text) or scan.in_sql(target.name)):
        value = scan.sql_text(target.name) if isinstance(target, Text) else scan.sql_number(target.name)
        everywhere = _known(scan, target)
        labels = scan.execute(database, f"SELECT DISTINCT {value} AS v FROM {scan.source} WHERE {everywhere}")
        return Classes.fit(_few(target, [label for (label,) in labels]))
    if isinstance(target, Numbers) and task != "classification" and not scan.in_sql(target.name):
        sums = _by_reading(scan, shares, [_as_encoder(target)], target)[target.name]
        if sums[2] != sums[3]:
            return Quantity(target.name, sums[4], sums[5])
    if isinstance(target, Numbers) and scan.in_sql(target.name):
        value = scan.sql_number(target.name)
        query = f"SELECT avg({value}), stddev_pop({value}), min({value}), max({value}) FROM {scan.source} WHERE {where}"
        ((mean, deviation, low, high),) = scan.execute(database, query)
        if low is not None and low != high:
            _check_finite(scan, database, target.name, value, (0, 0, low, high))
            return Quantity(target.name, mean, deviation)
    return fit_target(target, task)


def _as_encoder(target: Numbers) -> NumberEncoder:
    return NumberEncoder(target.name, 0.0, 0.0, 1.0, None, 0)


def _few(target: Column, values: list[Any]) -> Column:
    """A column that holds each of these values once."""
    if isinstance(target, Text):
        words = tuple(sorted({nfc_name(value) for value in values}))
        return Text(target.name, np.arange(len(words), dtype=np.int32), words)
    return replace(target, values=np.array(sorted(values), np.float64))
