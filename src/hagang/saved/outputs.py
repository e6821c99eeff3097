"""What a command may write over: an older model of its own, or anything with `force`; never what it reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError
from hagang.saved.atomic import check_writable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["check_output", "is_model"]

_HEAD = 1 << 16


def check_output(
    file: Path,
    reads: Iterable[object] = (),
    *,
    force: bool = False,
    replaceable: Callable[[Path], bool] | None = None,
    option: str = "out",
) -> None:
    """Check in advance that a file may be written.

    Parameters
    ----------
    file
        The file.
    reads
        What is read meanwhile: paths, or anything else, which is no file.
    force
        Whether an existing file may be replaced.
    replaceable
        Says of an existing file whether it may be replaced without that.
    option
        What the file was given as.

    Raises
    ------
    ArgumentError
        When the file is one of those that are read, or exists.
    FileFormatError
        When it cannot be written.
    """
    check_writable(file)
    if not file.exists():
        return
    for source in reads:
        if isinstance(source, str | Path) and _is_same(file, Path(source).expanduser()):
            msg = f"{option}: expected another file than what is read, received '{file}' for both; choose another name"
            raise ArgumentError(msg)
    if not force and not (replaceable is not None and replaceable(file)):
        msg = (
            f"{option}: expected a new file, received '{file}', which exists; choose another name, or replace it with "
            "force=True"
        )
        raise ArgumentError(msg)


def is_model(file: Path) -> bool:
    """Whether a file is a model or a checkpoint of hagang's, as its first bytes say."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    return head[8:9] == b"{" and b'"hagang"' in head


def _is_same(file: Path, source: Path) -> bool:
    if source.is_dir():
        return source.resolve() in file.resolve().parents
    return source.exists() and source.samefile(file)
