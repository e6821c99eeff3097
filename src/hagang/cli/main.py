"""The entry point, where every error becomes one line and an exit status."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hagang._version import installed_version
from hagang.cli.app import app
from hagang.cli.parse import as_typed, name_option
from hagang.errors import HagangError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FAULT", "INTERRUPTED", "main"]

FAULT = 2
"""The exit status after an error that the user can fix."""

INTERRUPTED = 130
"""The exit status after Ctrl-C where nothing was kept: 128 and SIGINT's number, as shells count."""

_PIPE_CLOSED = 141
_WITH_OPTIONS = ("train", "inspect")
"""Commands whose options are the library's, of which its messages speak."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after `hagang`; by default the process's own arguments.

    Returns
    -------
    int
        The exit status: 0 when all went well, 2 after an error, 130 after Ctrl-C.
    """
    typed = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            status: Any = app(typed, prog_name="hagang", standalone_mode=False)
            sys.stdout.flush()
        except (KeyboardInterrupt, typer.Abort):
            status = INTERRUPTED
        except BrokenPipeError:
            _leave_pipe()
            return _PIPE_CLOSED
        except _UsageError as error:
            return _fail(_usage(error), FAULT)
        except (HagangError, OSError) as error:
            return _fail(_message(error, typed[0]), FAULT)
        except Exception as error:
            return _fail(_unforeseen(error), FAULT)
    if status == INTERRUPTED:
        return _fail("interrupted", INTERRUPTED)
    return status if isinstance(status, int) else 0


# Typer exports this one of its usage errors, not their common base.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _usage(error: Any) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "hagang"
    return f"{_lower(error.format_message().strip())}\nTry '{command} --help'."


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _message(error: Exception, command: str) -> str:
    if isinstance(error, HagangError) or not isinstance(error, OSError):
        text = as_typed(str(error))
        return name_option(text) if command in _WITH_OPTIONS else text
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _unforeseen(error: Exception) -> str:
    """Three lines on what nobody foresaw: what, where, and how to tell."""
    if isinstance(error, MemoryError):
        return "the machine's memory is not enough; give less data, fewer threads, or --memory with hagang train"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    version = installed_version("hagang")
    return (
        f"{what}\n  at {Path(frame.filename).name}, line {frame.lineno}, in {frame.name} (hagang {version})\n"
        "  This is a fault of hagang: please report it with these lines and the command."
    )


def _fail(text: str, status: int) -> int:
    print(f"error: {text}" if status == FAULT else text, file=sys.stderr)
    return status


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    print(f"warning: {message}", file=sys.stderr)


def _leave_pipe() -> None:
    """Keep the interpreter from reporting the closed pipe when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
