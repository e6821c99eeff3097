"""Key presses without Enter and without echo; the terminal's settings are restored."""

from __future__ import annotations

import atexit
import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Keys"]


class Keys:
    """Reads key presses from a terminal while open. Without a terminal or job control there are never any.

    Ctrl-C still sends its signal.

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
        """Whether key presses are read."""
        return self._before is not None

    def open(self) -> Keys:
        """Take control of the terminal, if this process is in its foreground."""
        if self._before is None and self._has_terminal():
            import termios
            import tty

            self._before = termios.tcgetattr(self._stream.fileno())
            atexit.register(self.close)
            tty.setcbreak(self._stream.fileno(), termios.TCSANOW)
        return self

    def close(self) -> None:
        """Restore the terminal."""
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
        """The keys pressed since the last call, in order, after waiting at most `wait` seconds for the first."""
        if not self.is_open or not self._in_foreground():
            return ""
        import select

        keys = b""
        while select.select([self._stream.fileno()], [], [], 0.0 if keys else wait)[0]:
            part = os.read(self._stream.fileno(), 64)
            keys += part
            if not part:
                break
        return keys.decode("utf-8", "replace")

    def _has_terminal(self) -> bool:
        try:
            import termios  # noqa: F401

            return self._stream.isatty() and self._in_foreground()
        except (ImportError, ValueError, OSError, AttributeError):
            return False

    def _in_foreground(self) -> bool:
        """A background job that changes its terminal would be suspended."""
        try:
            return os.tcgetpgrp(self._stream.fileno()) == os.getpgrp()
        except OSError:
            return False
