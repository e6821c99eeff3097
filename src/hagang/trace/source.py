"""Where in the user's code a trace could not go on, and what to write there instead."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hagang.errors import TraceError
from hagang.trace.remedies import remedy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["cannot_trace", "where_in_source"]

_OWN = str(Path(__file__).parents[1]) + os.sep
_LIBRARIES = ("numpy", "scipy")
_STANDARD = sysconfig.get_path("stdlib") + os.sep
_INSTALLED = ("site-packages", "dist-packages")

_KEPT = "a stand-in that a function kept from being traced holds no numbers"
_KEPT_REMEDY = "read result.path, keep copies of what callback= gives, or pass gradient='numerical' to minimize"

_WIDEST = 120
"""Characters of source that an error shows."""

_Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class SourceLocation:
    """A location in the user's code: the file, the line, its text, and the very expression with what holds it."""

    file: str
    line: int
    text: str
    expression: ast.AST | None
    holder: ast.AST | None
    frame: FrameType

    def __str__(self) -> str:
        return f'File "{self.file}", line {self.line}' + (f": {self.text}" if self.text else "")


def cannot_trace(what: str, otherwise: str, *, read: bool = True) -> TraceError:
    """The error for a step that NumPy's protocols cannot see.

    Parameters
    ----------
    what : str
        What was asked of the traced value.
    otherwise : str
        The remedy, unless the expression itself tells a better one.
    read : bool
        Whether to look at the expression for a better one.
    """
    location = where_in_source()
    if location is None:
        return TraceError(f"{what}; {otherwise}")
    if not _is_traced_now(location.frame):
        return TraceError(f"{_KEPT}\n  {location}\n  {_KEPT_REMEDY}")
    through = _libraries_between(location.frame)
    rewrite = remedy(location.expression, location.holder, location.frame, through) if read else None
    return TraceError(f"{what}\n  {location}\n  {rewrite or otherwise}")


def where_in_source() -> SourceLocation | None:
    """The expression of the user's code that is running now."""
    frame = _user_frame()
    if frame is None:
        return None
    name = frame.f_code.co_filename
    span = _span(frame)
    expression, holder = _find(name, span) if span else (None, None)
    line = span[0] if span else frame.f_lineno
    return SourceLocation(name, line, _text(name, line, expression), expression, holder, frame)


def _text(name: str, line: int, expression: ast.AST | None) -> str:
    """The line; of a very long one the expression alone."""
    text = linecache.getline(name, line).strip()
    if len(text) > _WIDEST and expression is not None:
        text = ast.unparse(expression)
    return text if len(text) <= _WIDEST else text[:_WIDEST] + "…"


def _user_frame() -> FrameType | None:
    """The innermost frame outside of what is installed; where all is installed, outside of NumPy, SciPy and hagang."""
    frames = [frame for frame in _frames(sys._getframe(1)) if not _is_library(frame)]
    return next((frame for frame in frames if not _is_installed(frame)), frames[0] if frames else None)


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_library(frame: FrameType) -> bool:
    return _package(frame) in _LIBRARIES or frame.f_code.co_filename.startswith((_OWN, "<__array_function__"))


def _is_installed(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    return name.startswith((_STANDARD, "<frozen")) or any(part in Path(name).parts for part in _INSTALLED)


def _libraries_between(user: FrameType) -> set[str]:
    """The packages whose code the user's expression went through before it came to the stand-in."""
    packages = set()
    for frame in _frames(sys._getframe(1)):
        if frame is user:
            break
        packages.add(_package(frame))
    return packages


def _is_traced_now(user: FrameType) -> bool:
    """Whether hagang is calling the user's code; else a stand-in has outlived its trace."""
    return any(frame.f_code.co_filename.startswith(_OWN) for frame in _frames(user.f_back))


def _span(frame: FrameType) -> _Span | None:
    """First and last line, first and last byte: the positions that the bytecode keeps of what is running."""
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    first, last, left, right = positions
    if first is None or last is None or left is None or right is None:
        return None
    return first, last, left, right


def _find(name: str, span: _Span) -> tuple[ast.AST | None, ast.AST | None]:
    """The innermost expression at this location, and the expression or statement that holds it."""
    try:
        tree = ast.parse("".join(linecache.getlines(name)))
    except (SyntaxError, ValueError):
        return None, None
    innermost: tuple[ast.AST | None, ast.AST | None] = None, None
    for holder in ast.walk(tree):
        for node in ast.iter_child_nodes(holder):
            if isinstance(node, (ast.expr, ast.stmt)) and _span_of(node) == span:
                innermost = node, holder
    return innermost


def _span_of(node: ast.expr | ast.stmt) -> tuple[int, int | None, int, int | None]:
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset
