"""JSON: an object on each line, or one array of objects."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from hagang.data.findings import Finding
from hagang.data.frames import read_frame
from hagang.data.text import count
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hagang.data.columns import Table
    from hagang.data.files import Look
    from hagang.data.hints import Hints

__all__ = ["read_json"]


def read_json(look: Look, hints: Hints) -> tuple[Table, list[Finding]]:
    """Read records, one a row; what is nested in them stays as text.

    Raises
    ------
    FileFormatError
        When a line is no object; the message names it.
    """
    names: dict[str, None] = {}
    rows = []
    for row in _objects(look):
        names.update(dict.fromkeys(row))
        rows.append(row)
    if not names:
        text = f"{look.path} holds no objects with values; expected one on each line."
        raise FileFormatError(text)
    table = read_frame({name: [_value(row.get(name)) for row in rows] for name in names}, hints)
    shape = f"{count(len(table), 'row')}, {count(len(table.columns), 'column')}"
    return table, [Finding("file", f"{look.path.name}: {shape} (JSON)")]


def _objects(look: Look) -> Iterator[dict[str, Any]]:
    if look.head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"[":
        with _open(look) as file:
            yield from _checked(look, file.read(), "")
        return
    with _open(look) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield from _checked(look, line, f", line {number:,}")


def _checked(look: Look, text: str, where: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = (str(error).splitlines() or ["?"])[0]
        message = f"{look.path}{where} is not JSON ({reason}); expected one object on each line, or an array of them."
        raise FileFormatError(message) from error
    values = value if isinstance(value, list) else [value]
    odd = next((v for v in values if not isinstance(v, dict)), None)
    if odd is not None:
        message = f'{look.path}{where} holds {str(odd)[:30]!r}; expected objects such as {{"size": 3}}.'
        raise FileFormatError(message)
    return values


def _open(look: Look) -> Any:
    opened = gzip.open if look.gzipped else open
    return opened(look.file, "rt", encoding="utf-8-sig", errors="replace")


def _value(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1 << 62:
        return float(value) if abs(value) < 10**300 else str(value)
    return value
