"""Options from a TOML file: a table for each group of them, a key for each option, as `--print-config` writes it."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hagang.errors import FileFormatError
from hagang.workflow.options import GROUPS

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping
    from typing import NoReturn

__all__ = ["TABLES", "read_config", "table_of"]

TABLES: dict[str, tuple[str, ...]] = {
    **GROUPS,
    "data": ("source", *GROUPS["data"]),
    "run": (*GROUPS["run"], "json", "quiet"),
}
"""The tables of a file, each with its options; also the data itself, and what concerns the terminal alone."""


def read_config(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The options that a file sets, by name, with the values that TOML has.

    Raises
    ------
    FileFormatError
        Where the file is missing or not TOML, or a table or a key is not known; with the one that may be meant.
    """
    file, options = Path(path), {}
    for table, keys in _parsed(file).items():
        if table not in TABLES or not isinstance(keys, dict):
            _unknown_table(file, table, isinstance(keys, dict))
        for key, value in keys.items():
            name = key.replace("-", "_")
            if name not in TABLES[table]:
                _unknown_key(file, table, key)
            options[name] = value
    return options


def table_of(name: str) -> str | None:
    """The table that an option belongs to.

    Examples
    --------
    >>> table_of("epochs"), table_of("speed")
    ('descent', None)
    """
    return next((table for table, names in TABLES.items() if name.replace("-", "_") in names), None)


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: no such file; hagang train DATA --print-config > {path} writes one"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path}: expected TOML: {error}"
    raise FileFormatError(msg)


def _unknown_table(path: Path, name: str, is_table: bool) -> NoReturn:
    home = table_of(name)
    if not is_table and home is not None:
        msg = f"{path}: '{name}' belongs under [{home}]"
        raise FileFormatError(msg)
    tables = ", ".join(f"[{table}]" for table in TABLES)
    msg = f"{path}: expected the tables {tables}, received '{name}'{_did_you_mean(name, TABLES, '[{}]')}"
    raise FileFormatError(msg)


def _unknown_key(path: Path, table: str, key: str) -> NoReturn:
    home = table_of(key)
    if home is not None:
        hint = f"; it belongs under [{home}]"
    else:
        everywhere = [name for names in TABLES.values() for name in names]
        hint = _did_you_mean(key, TABLES[table], "'{}'") or _did_you_mean(key, everywhere, "'{}'")
    msg = f"{path}: [{table}] has no '{key}'{hint}"
    raise FileFormatError(msg)


def _did_you_mean(name: str, known: Iterable[str], form: str) -> str:
    near = get_close_matches(name.replace("_", "-"), [each.replace("_", "-") for each in known], n=1)
    return f"; did you mean {form.format(near[0])}?" if near else ""
