"""A command's options as a TOML file: a table for each panel of its help, a key for each option."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from hagang.cli.options.make import decided_by
from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NoReturn

__all__ = ["read", "to_toml"]


def to_toml(panels: Sequence[object]) -> str:
    """Every option's value as TOML; one without a value is a comment with what decides it.

    Examples
    --------
    >>> from hagang.cli.options import RunOptions
    >>> print(to_toml([RunOptions(threads=2)]))
    [run]
    seed = 0
    threads = 2
    out = "model.safetensors"
    # folder
    watch = false
    json = false
    quiet = false
    """
    return "\n\n".join("\n".join([f"[{_table(type(panel))}]", *_lines(panel)]) for panel in panels)


def _lines(panel: Any) -> Iterable[str]:
    hints = _hints(type(panel))
    for field in fields(panel):
        value, key = getattr(panel, field.name), _key(field.name)
        if value is None:
            decided = decided_by(hints[field.name].__metadata__[0].help)
            yield f"# {key}: {decided}" if decided else f"# {key}"
        else:
            yield f"{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str | Path):
        # JSON's text is TOML's, but for one character that JSON leaves as it is.
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)


def read(path: Path, panels: Sequence[type]) -> dict[str, Any]:
    """The options that a file sets, by field, as texts, lists and truth values that the command line understands.

    Raises
    ------
    FileFormatError
        Where the file is missing or not TOML, or a table, a key or a kind of value is not known; with the one that may
        be meant.
    """
    known = {_table(panel): {_key(name): (name, hint) for name, hint in _hints(panel).items()} for panel in panels}
    options: dict[str, Any] = {}
    for name, table in _parsed(path).items():
        if name not in known or not isinstance(table, dict):
            _unknown(path, name, known, isinstance(table, dict))
        for key, value in table.items():
            option = known[name].get(_key(key))
            if option is None:
                _unknown_key(path, name, key, known)
            options[option[0]] = _as_typed(value, option[1], f"{path}: [{name}] {key}")
    return options


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: no such file; hagang train DATA --print-config > {path} writes one"
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"{path}: expected TOML: {error}"
    raise FileFormatError(msg)


def _as_typed(value: Any, hint: Any, where: str) -> Any:
    kinds = _kinds(hint)
    if bool in kinds:
        return value if isinstance(value, bool) else _wrong(where, "true or false", value)
    if list in kinds:
        fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return value if fits else _wrong(where, "a list of strings", value)
    if isinstance(value, list) and str in kinds and all(_is_plain(item) for item in value):
        return ",".join(map(str, value))
    return str(value) if _is_plain(value) else _wrong(where, "a number or a string", value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _kinds(hint: Any) -> set[Any]:
    """What an option may be, without its alternatives' contents: list for list[str] | None."""
    plain = get_args(hint)[0]
    alternatives = (plain,) if get_origin(plain) in (None, list) else get_args(plain)
    return {get_origin(kind) or kind for kind in alternatives}


def _wrong(where: str, expected: str, value: Any) -> NoReturn:
    msg = f"{where}: expected {expected}, received {value!r}"
    raise FileFormatError(msg)


def _unknown(path: Path, name: str, known: Mapping[str, Mapping[str, Any]], is_table: bool) -> NoReturn:
    home = next((table for table, options in known.items() if _key(name) in options), None)
    if not is_table and home is not None:
        msg = f"{path}: '{name}' belongs under [{home}]"
        raise FileFormatError(msg)
    tables = ", ".join(f"[{table}]" for table in known)
    msg = f"{path}: expected the tables {tables}, received '{name}'{_did_you_mean(name, known, '[{}]')}"
    raise FileFormatError(msg)


def _unknown_key(path: Path, table: str, key: str, known: Mapping[str, Mapping[str, Any]]) -> NoReturn:
    home = next((name for name, options in known.items() if _key(key) in options), None)
    if home is not None:
        hint = f"; it belongs under [{home}]"
    else:
        everywhere = {option for options in known.values() for option in options}
        hint = _did_you_mean(key, known[table], "'{}'") or _did_you_mean(key, everywhere, "'{}'")
    msg = f"{path}: [{table}] has no '{key}'{hint}"
    raise FileFormatError(msg)


def _did_you_mean(name: str, known: Iterable[str], form: str) -> str:
    near = get_close_matches(_key(name), list(known), n=1)
    return f"; did you mean {form.format(near[0])}?" if near else ""


def _table(panel: type) -> str:
    return panel.__name__.removesuffix("Options").lower()


def _key(name: str) -> str:
    return name.replace("_", "-")


def _hints(panel: type) -> dict[str, Any]:
    return get_type_hints(panel, include_extras=True)
