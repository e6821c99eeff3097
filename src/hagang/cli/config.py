"""A command's options as a TOML file: a table for each panel of its help, a key for each option."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from hagang.cli.options.make import decided_by
from hagang.errors import FileFormatError
from hagang.workflow.config import read_config, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
    force = false
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
    """The options that a file sets, by field, as strings, lists and booleans that the command line understands.

    Raises
    ------
    FileFormatError
        As `read_config`, and for a value of another kind.
    """
    hints = {name: hint for panel in panels for name, hint in _hints(panel).items()}
    return {
        name: _as_typed(value, hints[name], f"{path}: [{table_of(name)}] {_key(name)}")
        for name, value in read_config(path).items()
    }


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


def _table(panel: type) -> str:
    return panel.__name__.removesuffix("Options").lower()


def _key(name: str) -> str:
    return name.replace("_", "-")


def _hints(panel: type) -> dict[str, Any]:
    return get_type_hints(panel, include_extras=True)
