"""Read damaged files one after another, saying before each which it is, so that one knows what ended this process."""

import contextlib
import os
import resource
import shutil
import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzz.formats import FORMATS
from tests.fuzz.mutations import mutate

from hagang.errors import HagangError

SECONDS = 20
MEMORY = 16 << 30


def main(name: str, start: int, stop: int) -> None:
    """Print a line with each seed, and a line with what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    file_name, make, read = FORMATS[name]
    with TemporaryDirectory() as folder, TemporaryDirectory() as made:
        content = make(Path(made))
        if (Path(made) / "run").exists():
            shutil.copytree(Path(made) / "run", folder, dirs_exist_ok=True)
        path = Path(folder) / file_name
        path.write_bytes(content)
        read(path)  # what is sound is read
        for seed in range(start, stop):
            os.write(out, f"{seed} ".encode())
            path.write_bytes(mutate(content, seed))
            signal.alarm(SECONDS)
            os.write(out, (_outcome(read, path) + "\n").encode())
            signal.alarm(0)


def _outcome(read, path: Path) -> str:
    try:
        read(path)
    except HagangError:
        return "refused"
    except BaseException as error:
        text = " ".join(str(error).split())[:100]
        return f"{type(error).__name__}: {text}"
    return "read"


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
