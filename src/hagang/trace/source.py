"""Where in the user's code a trace could not go on, and what to write there instead."""

from __future__ import annotations

import ast
import linecache
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hagang.errors import TraceError

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["cannot_trace", "remedy"]

_OWN = str(Path(__file__).parents[1])
_LIBRARIES = ("numpy", "scipy")

_REMEDIES = (
    (("max", "builtins.max"), "use np.maximum(a, b), or np.max(x) along an array"),
    (("min", "builtins.min"), "use np.minimum(a, b), or np.min(x) along an array"),
    (("float", "int", "bool", "complex"), "keep it an array; np.floor, np.rint or x.astype(...) convert arrays"),
    (("round",), "use np.rint"),
    (("sum",), "use np.sum"),
    (("np.array", "np.asarray", "numpy.array", "numpy.asarray", "array", "asarray"), "use np.stack"),
    (("logsumexp", "special.logsumexp", "scipy.special.logsumexp"), "use hagang.logsumexp"),
)


def cannot_trace(what: str, otherwise: str) -> TraceError:
    """The error for a step that NumPy's protocols cannot see.

    Parameters
    ----------
    what : str
        What was asked of the traced value.
    otherwise : str
        The remedy, unless the line itself tells a better one.
    """
    frame = _user_frame()
    if frame is None:
        return TraceError(f"{what}; {otherwise}")
    name, line = frame.f_code.co_filename, frame.f_lineno
    text = linecache.getline(name, line).strip()
    told = remedy(_expression(frame) or text) or otherwise
    where = f'File "{name}", line {line}' + (f": {text}" if text else "")
    return TraceError(f"{what}\n  {where}\n  {told}")


def _user_frame() -> FrameType | None:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_library(frame):
        frame = frame.f_back
    return frame


def _is_library(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return name.startswith(_OWN) or package in _LIBRARIES or name.startswith("<__array_function__")


def _expression(frame: FrameType) -> str | None:
    """The very expression that was running, from the positions that the bytecode keeps."""
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    start, end, left, right = positions
    if None in positions or start != end or start is None:
        return None
    encoded = linecache.getline(frame.f_code.co_filename, start).encode()
    return encoded[left:right].decode(errors="replace")


def remedy(text: str) -> str | None:
    """What to write instead of this piece of source, where it is one of the known cases."""
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return _remedy_for_statement(text)
    if isinstance(node, ast.Subscript):
        return "use np.take(constant, index, axis=...) to index a constant by a traced value"
    if isinstance(node, ast.Call):
        return _remedy_for_call(ast.unparse(node.func))
    return None


def _remedy_for_call(name: str) -> str | None:
    if name.startswith("math."):
        return f"use np.{_NUMPY_NAMES.get(name[5:], name[5:])}"
    return next((told for names, told in _REMEDIES if name in names), None)


_NUMPY_NAMES = {
    "fabs": "abs",
    "pow": "power",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}


def _remedy_for_statement(text: str) -> str | None:
    if text.startswith(("if ", "elif ", "while ", "assert ")):
        return "use np.where(condition, a, b)"
    return None
