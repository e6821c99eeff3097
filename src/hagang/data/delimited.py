"""Tables in text files: CSV, TSV and their relatives, read by DuckDB."""

from __future__ import annotations

import csv
import gzip
import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from hagang.data.cell_parsing import BLANK, MISSING, is_code, nfc, to_number
from hagang.data.dialect import Dialect, find_dialect, has_header
from hagang.data.findings import Finding
from hagang.data.numerals import are_dotted_thousands
from hagang.data.query import connect, file_literal, literal, quoted, table_of_scan
from hagang.data.text import count
from hagang.data.values import NO_HINTS, CellError
from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hagang.data.columns import Table
    from hagang.data.files import Look
    from hagang.data.hints import Hints

__all__ = ["NotUtf8", "open_delimited", "read_delimited", "write_parquet"]

SAMPLE_ROWS = 1000
SAMPLE_CELLS = 200_000
RARE_BLANKS = "\t\u00a0\u3000"


def read_delimited(look: Look, hints: Hints = NO_HINTS) -> tuple[Table, list[Finding]]:
    """Read a text table, every cell as text first, and give each column its type over all its rows.

    Parameters
    ----------
    look
        The file and its first bytes.
    hints
        What is known of it before.

    Raises
    ------
    FileFormatError
        When the file is not UTF-8, damaged, or a row has more or fewer cells than the others.
    DataError
        When there is a header and nothing else, or a value is infinite.
    """
    with connect() as database:
        opened = open_delimited(database, look, hints)
        try:
            table = _table(database, look, opened, hints)
        except CellError as error:
            text = f"{look.path}, line {_line(look, opened.dialect, error.row + opened.header)}: {error}"
            raise DataError(text) from error
        except DataError as error:
            text = f"{look.path}: {error}"
            raise DataError(text) from error
    if opened.dialect.trailing:
        table = _without_last(look, opened.dialect, table)
    shape = f"{count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    return table, [*_about(look, opened, shape), *opened.findings]


def _without_last(look: Look, dialect: Dialect, table: Table) -> Table:
    """Leave out a last column that is only there because each row ends in a separator."""
    last = table.columns[-1]
    if last.missing.all():
        return table.without([last.name])
    text = (
        f"{look.path}, line {dialect.skip}: the header names {count(dialect.width - 1, 'column')}, but rows have "
        f"{count(dialect.width, 'cell')}, the last of which is not always empty. Name the last column, or take it out."
    )
    raise FileFormatError(text)


class NotUtf8(FileFormatError):
    """A text file is not UTF-8, though its beginning is."""


@dataclass(frozen=True)
class Opened:
    """A text table about to be read.

    Parameters
    ----------
    dialect
        Its layout.
    header
        Whether its first row names the columns.
    names
        The columns' names.
    numeric
        The fields (c1, c2, …) that are plain numbers as far as the first rows tell.
    findings
        What was noticed of the names.
    """

    dialect: Dialect
    header: bool
    names: Sequence[str]
    numeric: Sequence[str]
    findings: Sequence[Finding]

    @property
    def fields(self) -> list[str]:
        """What the scan calls the columns."""
        return _counted(self.dialect.width)


def open_delimited(database: Any, look: Look, hints: Hints = NO_HINTS) -> Opened:
    """Find a text table's layout and names."""
    dialect = find_dialect(_sample(look), hints.separator)
    first = _first_rows(database, look, dialect)
    named = not dialect.names and _is_header(first, hints)
    if len(first) <= named:
        text = f"{look.path} holds a header and no rows; expected at least one row of data below it."
        raise DataError(text)
    fields = _counted(dialect.width)
    unnamed = ("",) if dialect.trailing else ()
    names, findings = _names((*dialect.names, *unnamed) or (first[0] if named else fields))
    plain = [field for field, name in zip(fields, names) if hints.as_numbers(name)]
    return Opened(dialect, named, names, _numeric(first[named:], fields, set(plain)), findings)


def _is_header(first: Sequence[Sequence[str]], hints: Hints) -> bool:
    """Whether the first row names the columns: as was said, or as it holds a name that was, or as it looks."""
    if hints.header is not None:
        return hints.header
    return bool(set(nfc(first[0])) & set(hints.names)) or has_header(first)


def write_parquet(database: Any, look: Look, opened: Opened, path: Path) -> list[Finding]:
    """Copy a text table, every cell as text, to a Parquet file, without having it in memory.

    Raises
    ------
    FileFormatError
        As `read_delimited`.
    """
    import duckdb

    scan = _scan(look, opened.dialect, opened.header)
    named = ", ".join(f"{field} AS {quoted(name)}" for field, name in zip(opened.fields, opened.names))
    try:
        if not opened.dialect.separator:
            _check_widths(database, look, opened.dialect, scan)
        database.execute(f"COPY (SELECT {named} FROM {scan}) TO {literal(str(path))} (FORMAT parquet)").fetchall()
    except duckdb.Error as error:
        raise _explained(look, str(error), opened.dialect) from error
    return [*_about(look, opened, count(len(opened.names), "column")), *opened.findings]


def _line(look: Look, dialect: Dialect, row: int) -> int:
    """The line on which a row begins, a header being a row: another than its number where cells hold several lines."""
    with _text(look) as file:
        for _ in range(dialect.skip):
            file.readline()
        if not dialect.separator:
            whole = (number for number, line in enumerate(file, dialect.skip + 1) if line.strip(BLANK))
            return next(islice(whole, row - 1, None), row)
        reader = csv.reader(file, delimiter=dialect.separator)
        for _ in islice(filter(None, reader), row - 1):
            pass
        return dialect.skip + reader.line_num + 1


def _text(look: Look) -> TextIO:
    if look.gzipped:
        return gzip.open(look.file, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return look.file.open(encoding="utf-8-sig", errors="replace", newline="")


def _first_rows(database: Any, look: Look, dialect: Dialect) -> list[list[str]]:
    import duckdb

    try:
        limit = min(SAMPLE_ROWS, max(SAMPLE_CELLS // dialect.width, 20))
        rows = database.execute(f"SELECT * FROM {_scan(look, dialect)} LIMIT {limit}").fetchall()
    except duckdb.Error as error:
        raise _explained(look, str(error), dialect) from error
    return [[(cell or "").strip(BLANK) for cell in row[: dialect.width]] for row in rows]


def _numeric(rows: Sequence[Sequence[str]], fields: Sequence[str], plain: set[str]) -> list[str]:
    """The fields, of some, that are plain numbers as far as the first rows tell."""
    columns = zip(fields, zip(*rows, strict=True))
    return [field for field, cells in columns if field in plain and _are_plain(set(cells) - set(MISSING))]


def _are_plain(cells: set[str]) -> bool:
    return not any(math.isnan(to_number(cell)) or is_code(cell) for cell in cells) and not are_dotted_thousands(cells)


def _table(database: Any, look: Look, opened: Opened, hints: Hints) -> Table:
    import duckdb

    dialect = opened.dialect
    scan, blanks = _scan(look, dialect, opened.header), _blanks(look, dialect)
    try:
        if not dialect.separator:
            _check_widths(database, look, dialect, scan)
        return table_of_scan(
            database, scan, opened.fields, opened.names, numeric=opened.numeric, blanks=blanks, hints=hints
        )
    except duckdb.Error as error:
        raise _explained(look, str(error), dialect) from error


def _check_widths(database: Any, look: Look, dialect: Dialect, scan: str) -> None:
    numbered = f"SELECT row_number() OVER () AS row, cells FROM {scan}"
    query = f"SELECT row, cells FROM ({numbered}) WHERE cells <> {dialect.width} ORDER BY row LIMIT 1"
    ragged = database.execute(query).fetchone()
    if ragged:
        where = f"{look.path}, row {ragged[0]}"
        raise _ragged(where, dialect, dialect.width, ragged[1])


def _sample(look: Look) -> str:
    head = look.head if look.whole else look.head[: look.head.rfind(b"\n") + 1] or look.head
    return head.decode("utf-8-sig", errors="replace")


def _scan(look: Look, dialect: Dialect, header: bool = False) -> str:
    fields = _counted(dialect.width)
    if dialect.separator:
        columns = ", ".join(f"'{field}': 'VARCHAR'" for field in fields)
        return _read_csv(look, dialect, dialect.separator, columns, header)
    lines = _read_csv(look, dialect, "\x01", "'line': 'VARCHAR'", header)
    cells = ", ".join(f"cut[{i + 1}] AS {field}" for i, field in enumerate(fields))
    cut = f"SELECT regexp_split_to_array(trim(line, {literal(BLANK)}), '[ \t]+') AS cut FROM {lines}"
    return (
        f"(SELECT {', '.join(fields)}, cells FROM (SELECT {cells}, len(cut) AS cells FROM ({cut}) WHERE cut[1] <> ''))"
    )


def _read_csv(look: Look, dialect: Dialect, separator: str, columns: str, header: bool) -> str:
    options = (
        f"auto_detect = false, header = {str(header).lower()}, skip = {dialect.skip}, "
        f"delim = {literal(separator)}, quote = '\"', escape = {literal(dialect.escape)}, "
        f"compression = '{'gzip' if look.gzipped else 'none'}', columns = {{{columns}}}, "
        "nullstr = ''"
    )
    if _mixed_newlines(look):
        options += ", strict_mode = false"
    return f"read_csv({file_literal(look.file)}, {options})"


def _blanks(look: Look, dialect: Dialect) -> str:
    """The blanks to trim, as SQL: spaces alone is fast; all of them where others than the separator occur."""
    head = look.head.decode("utf-8", "ignore")
    others = [blank for blank in RARE_BLANKS if blank in head and blank != dialect.separator]
    return literal(BLANK) if others else "' '"


def _mixed_newlines(look: Look) -> bool:
    return b"\r\n" in look.head and re.search(rb"(?<!\r)\n", look.head) is not None


def _counted(width: int) -> list[str]:
    return [f"c{i + 1}" for i in range(width)]


def _names(cells: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Make a header's cells names: an empty one is called by its position, a repeated one is numbered."""
    names: dict[str, None] = {}
    findings = []
    last: Counter[str] = Counter()
    for i, cell in enumerate(nfc(cells)):
        plain = cell or f"c{i + 1}"
        name = plain
        while name in names:
            last[plain] += 1
            name = f"{plain}_{last[plain] + 1}"
        if name != plain:
            text = f"the name {plain!r} occurs again: column {i + 1} is {name!r}"
            findings.append(Finding("file", text, name))
        names[name] = None
    return list(names), findings


def _about(look: Look, opened: Opened, shape: str) -> list[Finding]:
    dialect = opened.dialect
    header = "a header" if opened.header or dialect.names else "no header (the columns are c1, c2, …)"
    between = {"": "blanks", "\t": "tabs", " ": "spaces"}.get(dialect.separator, repr(dialect.separator))
    notes = [Finding("file", note) for note in look.notes]
    findings = [*notes, Finding("file", f"{look.path.name}: {shape}, separated by {between}, {header}")]
    above = dialect.skip - dialect.named_apart
    if above:
        lines = count(above, "line")
        findings.append(Finding("file", f"{look.path.name}: {lines} above the table skipped"))
    return findings


def _explained(look: Look, message: str, dialect: Dialect) -> FileFormatError:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{look.path}, line {_line(look, dialect, int(line[1]) - dialect.skip)}" if line else str(look.path)
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if widths:
        return _ragged(where, dialect, int(widths[1]), int(widths[2]))
    if "unicode" in message:
        return NotUtf8(f"{look.path} is not UTF-8{f' (line {line[1]})' if line else ''}; say encoding=…")
    if "unterminated quote" in message:
        return FileFormatError(f'{where}: a quote is opened and never closed. Close it, or double it ("").')
    if "GZIP" in message:
        return FileFormatError(f"{look.path} is a damaged gzip file (cut short?); fetch or compress it again.")
    return FileFormatError(f"{where} cannot be read as a table: {message.splitlines()[0]}")


def _ragged(where: str, dialect: Dialect, expected: int, received: int) -> FileFormatError:
    between = f"separated by {dialect.separator!r}" if dialect.separator else "separated by blanks"
    return FileFormatError(
        f"{where}: expected {count(expected, 'cell')} {between}, found {received}. "
        "Correct that line (a separator inside a text needs quotes around the text)."
    )
