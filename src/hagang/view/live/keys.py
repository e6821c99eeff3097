"""Keys as they are pressed, without Enter and without echo; the terminal is put back as it was."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Keys"]


class Keys:
    """Reads keys from a terminal while it is open. Where there is none, or no job control, no key is ever pressed.

    Ctrl-C stays what it is: the terminal still sends its signal.

    Parameters
    ----------
    stream : text file, optional
        Standard input by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdin if stream is None else stream
        self._before: Any = None

    @property
    def is_open(self) -> bool:
        """Whether keys can come."""
        return self._before is not None

    def open(self) -> Keys:
        """Take the terminal, if it is one and this process is in its foreground."""
        if self._before is None and self._has_terminal():
            import termios
            import tty

            self._before = termios.tcgetattr(self._stream.fileno())
            atexit.register(self.close)
            tty.setcbreak(self._stream.fileno(), termios.TCSANOW)
        return self

    def close(self) -> None:
        """Put the terminal back."""
        if self._before is None:
            return
        import termios

        before, self._before = self._before, None
        atexit.unregister(self.close)
        if self._in_foreground():
            termios.tcsetattr(self._stream.fileno(), termios.TCSANOW, before)

    def __enter__(self) -> Keys:
        return self.open()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def pressed(self, wait: float = 0.0) -> str:
        """What was pressed since the last time, in order; after waiting at most so many seconds for a first key."""
        if not self.is_open or not self._in_foreground():
            return ""
        import select

        said = b""
        while select.select([self._stream.fileno()], [], [], 0.0 if said else wait)[0]:
            part = os.read(self._stream.fileno(), 64)
            said += part
            if not part:
                break
        return said.decode("utf-8", "replace")

    def _has_terminal(self) -> bool:
        try:
            import termios  # noqa: F401

            return self._stream.isatty() and self._in_foreground()
        except (ImportError, ValueError, OSError, AttributeError):
            return False

    def _in_foreground(self) -> bool:
        """A background job that touched its terminal would be stopped by it."""
        try:
            return os.tcgetpgrp(self._stream.fileno()) == os.getpgrp()
        except OSError:
            return False
