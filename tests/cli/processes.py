"""The command in a process of its own."""

import os
import sys
from pathlib import Path

import hagang

HAGANG = [sys.executable, "-m", "hagang"]
INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from hagang.cli.main import main; raise SystemExit(main())",
]
"""The same, which hears Ctrl-C also where the tests were started by what ignores it, such as a shell's background."""

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(hagang.__file__).resolve().parents[1])}
"""The same hagang as this process runs, also from a folder elsewhere."""
