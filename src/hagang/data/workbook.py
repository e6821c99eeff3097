"""Excel's workbooks, read by python-calamine: the first sheet that holds anything."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

from hagang.data.text import listing
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    import zipfile
    from pathlib import Path

__all__ = ["is_workbook", "write_csv"]


def is_workbook(archive: zipfile.ZipFile) -> bool:
    """Whether a zip archive is a workbook."""
    return any(name.startswith("xl/workbook") for name in archive.namelist())


def write_csv(path: Path, to: Path) -> str:
    """Write a workbook's first sheet that is not empty as CSV, to be read like any; return what to say of it.

    Raises
    ------
    FileFormatError
        When python-calamine is not there, or the workbook is damaged or empty.
    """
    try:
        import python_calamine as calamine
    except ImportError as error:
        text = f"{path} is a workbook, which python-calamine reads; install it with: pip install python-calamine"
        raise FileFormatError(text) from error
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        sheets = ((name, book.get_sheet_by_name(name).to_python()) for name in names)
        name, rows = next(((name, rows) for name, rows in sheets if rows), ("", []))
    except Exception as error:  # calamine's errors share no class but Exception
        text = f"{path} is a damaged workbook ({(str(error).splitlines() or ['?'])[0]}); save it again."
        raise FileFormatError(text) from error
    if not rows:
        text = f"{path} holds no filled sheet; expected a table."
        raise FileFormatError(text)
    with to.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[_cell(value) for value in row] for row in rows])
    others = f" (beside it: {listing((n for n in names if n != name), 3)})" if len(names) > 1 else ""
    return f"{path.name}: the sheet {name!r} is read{others}"


def _cell(value: Any) -> str:
    """Write a cell as a file of text would have it: whole numbers without a point, dates in ISO's order."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return str(value.date())
    return str(value).replace("\r", "")
