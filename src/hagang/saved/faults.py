"""Errors about files: which file, what is wrong, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from hagang.errors import FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AGAIN", "FOREIGN", "damaged", "fail"]

AGAIN = "restore a copy, or save the model again"
FOREIGN = "expected a model that hagang saved"


def fail(file: Path, what: str, remedy: str) -> NoReturn:
    """Raise the error."""
    msg = f"'{file}' {what}; {remedy}"
    raise FileFormatError(msg)


def damaged(file: Path, why: str) -> NoReturn:
    """Raise the error for a damaged model file."""
    fail(file, f"is damaged: {why}", AGAIN)
