"""Tables in text files: CSV, TSV and their relatives, read by DuckDB."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hagang.data.dialect import Dialect, find_dialect, has_header
from hagang.data.findings import Finding
from hagang.data.query import clean, connect, literal, table_of_texts
from hagang.data.wording import count
from hagang.data.words import BLANK
from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hagang.data.columns import Table
    from hagang.data.files import Look

__all__ = ["read_delimited"]

SAMPLE = 1000


def read_delimited(
    look: Look, *, header: bool | None = None, separator: str | None = None
) -> tuple[Table, list[Finding]]:
    """Read a text table, every cell as text first, and give each column its type over all its rows.

    Parameters
    ----------
    look
        The file and its first bytes.
    header
        Whether the first row names the columns; None decides.
    separator
        The character between cells; None decides.

    Raises
    ------
    FileFormatError
        When the file is not UTF-8, damaged, or a row has more or fewer cells than the others.
    DataError
        When there is a header and nothing else, or a value is infinite.
    """
    dialect = find_dialect(_sample(look), separator)
    with connect() as database:
        rows = _read(database, look, f"SELECT * FROM {_scan(look, dialect)} LIMIT {SAMPLE}", dialect)
        cells = [[(cell or "").strip(BLANK) for cell in row] for row in rows]
        named = has_header(cells) if header is None else header
        if len(cells) <= named:
            text = f"{look.path} holds a header and no rows; expected at least one row of data below it."
            raise DataError(text)
        names, findings = _names(cells[0]) if named else (_counted(dialect.width), [])
        fields = _counted(dialect.width)
        cleaned = ", ".join(f"{clean(field)} AS {field}" for field in fields)
        query = f"CREATE TEMP TABLE cells AS SELECT {cleaned} FROM {_scan(look, dialect, named)}"
        _read(database, look, query, dialect)
        table = table_of_texts(database, "cells", fields, names)
    return table, _about(look, dialect, named, table) + findings


def _sample(look: Look) -> str:
    if look.head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        _not_utf8(look, "is written in UTF-16")
    head = look.head if look.whole else look.head[: look.head.rfind(b"\n") + 1] or look.head
    return head.decode("utf-8-sig", errors="replace")


def _scan(look: Look, dialect: Dialect, header: bool = False) -> str:
    fields = _counted(dialect.width)
    if dialect.separator:
        columns = ", ".join(f"'{field}': 'VARCHAR'" for field in fields)
        return _read_csv(look, dialect, dialect.separator, columns, header)
    lines = _read_csv(look, dialect, "\x01", "'line': 'VARCHAR'", header)
    cells = ", ".join(f"cells[{i + 1}] AS {field}" for i, field in enumerate(fields))
    split = f"SELECT regexp_split_to_array(trim(line, {literal(BLANK)}), '[ \t]+') AS cells FROM {lines}"
    return f"(SELECT {cells} FROM ({split}) WHERE cells[1] <> '')"


def _read_csv(look: Look, dialect: Dialect, separator: str, columns: str, header: bool) -> str:
    options = (
        f"auto_detect = false, header = {str(header).lower()}, skip = {dialect.skip}, "
        f"delim = {literal(separator)}, quote = '\"', escape = {literal(dialect.escape)}, "
        f"compression = '{'gzip' if look.gzipped else 'none'}', columns = {{{columns}}}, "
        f"strict_mode = {str(not _mixed_newlines(look)).lower()}"
    )
    return f"read_csv({literal(str(look.path))}, {options})"


def _mixed_newlines(look: Look) -> bool:
    return b"\r\n" in look.head and re.search(rb"(?<!\r)\n", look.head) is not None


def _counted(width: int) -> list[str]:
    return [f"c{i + 1}" for i in range(width)]


def _names(cells: Sequence[str]) -> tuple[list[str], list[Finding]]:
    """Make a header's cells names: an empty one is called by its position, a repeated one is numbered."""
    names: list[str] = []
    findings = []
    for i, cell in enumerate(cells):
        plain = cell.lstrip("# ") if i == 0 else cell
        name, n = plain or f"c{i + 1}", 1
        while name in names:
            n += 1
            name = f"{plain or f'c{i + 1}'}_{n}"
        if n > 1:
            findings.append(Finding("file", f"the name {plain!r} occurs again: column {i + 1} is {name!r}", name))
        names.append(name)
    return names, findings


def _about(look: Look, dialect: Dialect, named: bool, table: Table) -> list[Finding]:
    between = {"": "blanks", "\t": "tabs", " ": "spaces"}.get(dialect.separator, repr(dialect.separator))
    header = "a header" if named else "no header (the columns are c1, c2, …)"
    shape = f"{count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    findings = [Finding("file", f"{look.path.name}: {shape}, separated by {between}, {header}")]
    if dialect.skip:
        lines = count(dialect.skip, "line")
        findings.append(Finding("file", f"{look.path.name}: {lines} above the table skipped"))
    return findings


def _read(database: Any, look: Look, query: str, dialect: Dialect) -> list[tuple[str | None, ...]]:
    import duckdb

    try:
        rows: list[tuple[str | None, ...]] = database.execute(query).fetchall()
    except duckdb.Error as error:
        raise _explained(look, str(error), dialect) from error
    return rows


def _explained(look: Look, message: str, dialect: Dialect) -> FileFormatError:
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"{look.path}, line {line[1]}" if line else str(look.path)
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if widths:
        return FileFormatError(
            f"{where}: expected {widths[1]} cells separated by {dialect.separator!r}, found {widths[2]}. "
            "Correct that line (a separator inside a text needs quotes around the text)."
        )
    if "unicode" in message:
        return _encoding(look, f"is not UTF-8 (line {line[1]})" if line else "is not UTF-8")
    if "unterminated quote" in message:
        return FileFormatError(f'{where}: a quote is opened and never closed. Close it, or double it ("").')
    if "GZIP" in message:
        return FileFormatError(f"{look.path} is a damaged gzip file (cut short?); fetch or compress it again.")
    reason = message.splitlines()[0]
    return FileFormatError(f"{where} cannot be read as a table: {reason}")


def _not_utf8(look: Look, problem: str) -> None:
    raise _encoding(look, problem)


def _encoding(look: Look, problem: str) -> FileFormatError:
    return FileFormatError(
        f"{look.path} {problem}; expected UTF-8 text. Save it as UTF-8, for example with: "
        f"iconv -f latin1 -t utf-8 {look.path.name} > utf8-{look.path.name}"
    )
