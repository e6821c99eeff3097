"""The live view in a real pseudo-terminal: keys, sizes, Ctrl-C, pipes."""

import json
import os
import re
import select
import subprocess

import pytest
from tests.cli.processes import ENVIRONMENT as ANYWHERE
from tests.cli.processes import HAGANG, INTERRUPTIBLE

from hagang.runs import open_run

if os.name == "nt":
    pytest.skip("Windows has no pseudo-terminals of this kind", allow_module_level=True)

import fcntl
import struct
import termios

ENVIRONMENT = {
    **{name: value for name, value in ANYWHERE.items() if name not in ("COLUMNS", "LINES")},
    "TERM": "xterm-256color",
}
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CLEARED = "\x1b[2J"
ENDLESS = ["train", "flowers.csv", "-t", "kind", "--patience", "0", "--epochs", "1000000", "--schedule", "constant"]
HERE = 'exec "$@" <"$0" 2>"$0"'
"""The leader of a session that opens a terminal has it as its own, as after a login."""


class Terminal:
    """A process with a terminal for its keys and its standard error."""

    def __init__(self, *typed, columns=100, lines=30):
        self.ours, self.theirs = os.openpty()
        self.size(columns, lines)
        self.before = termios.tcgetattr(self.theirs)
        command = ["sh", "-c", HERE, os.ttyname(self.theirs), *INTERRUPTIBLE, *map(str, typed)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, env=ENVIRONMENT, start_new_session=True, text=True
        )
        self.shown = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        os.close(self.ours)
        os.close(self.theirs)

    def size(self, columns, lines):
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def press(self, keys):
        os.write(self.ours, keys.encode())

    def read(self, wait=0.1):
        """Take what was shown meanwhile."""
        part = b""
        while select.select([self.ours], [], [], wait if not part else 0)[0]:
            part += os.read(self.ours, 65536)
        self.shown += part.decode("utf-8", "replace")
        return part

    def until(self, said):
        """Read until it was said, however long it takes; give what came since the last time."""
        start = len(self.shown)
        while not re.search(said, ESCAPE.sub("", self.shown[start:])):
            if self.process.poll() is not None and not self.read():
                pytest.fail(f"ended, and never said {said!r}: {self.shown[-2000:]!r}")
            self.read()
        return self.shown[start:]

    def becomes(self, columns, lines):
        """Change the size, and leave what was shown before it was noticed."""
        start = len(self.shown)
        self.size(columns, lines)
        while CLEARED not in self.shown[start:]:
            self.read()
        self.shown = self.shown[self.shown.rindex(CLEARED) :]

    def epoch(self):
        """The number of the epoch that is shown next."""
        return re.findall(r"epoch +(\d+)/", ESCAPE.sub("", self.until(r"epoch +\d+/")))[-1]

    def end(self):
        """Wait for the end; give exit status and standard output."""
        while self.process.poll() is None:
            self.read()
        out, _ = self.process.communicate()
        self.read()
        return self.process.returncode, out

    @property
    def is_sane(self):
        """Whether modes are as before, and the cursor is seen."""
        return termios.tcgetattr(self.theirs) == self.before and self.shown.rfind("\x1b[?25h") > self.shown.rfind(
            "\x1b[?25l"
        )


def test_keys_steer_the_run(folder):
    with Terminal(*ENDLESS, "--lr", "0.001", "--folder", "first") as terminal:
        terminal.until("s stop and keep the best")
        terminal.until(r"rate 0\.001 ")
        terminal.press("+")
        terminal.until(r"rate 0\.002 ")
        terminal.press("--")
        terminal.until(r"rate 0\.0005 ")
        terminal.press("p")
        terminal.until("paused")
        terminal.becomes(90, 30)
        place = terminal.epoch()
        terminal.becomes(100, 30)
        assert terminal.epoch() == place
        terminal.press("p")
        terminal.until("p pause")
        terminal.press("s")
        status, out = terminal.end()
        assert status == 0
        assert "Stopped    interrupted (the key s)" in out
        assert "are kept" in " ".join(out.split())
        assert "\x1b" not in out
        assert terminal.is_sane
    said = [change.said for change in open_run("first").history.changes]
    assert said == ["manual: learning rate × 2"] + 2 * ["manual: learning rate × 0.5"]


def test_it_shows_curves_and_gradients_by_layer(folder):
    with Terminal(*ENDLESS) as terminal:
        shown = ESCAPE.sub("", terminal.until("gradient 0: "))
        assert re.search("[\u2801-\u28ff]", shown)
        for word in ("steps/s", "left at most", "loss ", "validation ", "accuracy ", "best "):
            assert word in shown
        terminal.press("s")
        assert terminal.end()[0] == 0


def test_it_fits_a_terminal_that_changes_its_size(folder):
    with Terminal(*ENDLESS) as terminal:
        terminal.until("s stop and keep the best")
        terminal.becomes(50, 16)
        terminal.until("s stop and keep")
        rows = [ESCAPE.sub("", line) for line in re.split("[\r\n]+", terminal.shown)]
        assert max(map(len, rows)) <= 50
        terminal.becomes(30, 5)
        terminal.until("epoch")
        assert "s stop" not in terminal.shown
        terminal.press("s")
        assert terminal.end()[0] == 0
        assert terminal.is_sane


def test_a_new_size_begins_on_an_empty_screen(folder):
    with Terminal(*ENDLESS) as terminal:
        terminal.until("s stop and keep the best")
        assert CLEARED not in terminal.shown
        terminal.becomes(80, 24)
        terminal.until("s stop and keep the best")
        terminal.press("s")
        terminal.end()


def test_ctrl_c_leaves_the_terminal_as_it_was(folder):
    with Terminal(*ENDLESS) as terminal:
        terminal.until("accuracy")
        assert termios.tcgetattr(terminal.theirs) != terminal.before
        terminal.press("\x03")
        status, out = terminal.end()
        assert status == 0
        assert "Stopped    interrupted (Ctrl-C)" in out
        assert terminal.is_sane


def test_quiet_shows_nothing_and_takes_no_keys(folder):
    with Terminal("train", "flowers.csv", "-t", "kind", "--epochs", 20, "-q") as terminal:
        assert terminal.end() == (0, "")
        assert terminal.shown == ""
        assert termios.tcgetattr(terminal.theirs) == terminal.before


def test_a_pipe_gets_plain_lines(folder):
    typed = ["train", "flowers.csv", "-t", "kind", "--epochs", "3"]
    done = subprocess.run(
        [*HAGANG, *typed], capture_output=True, text=True, check=True, env=ENVIRONMENT, stdin=subprocess.DEVNULL
    )
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]


def test_programs_get_json(folder):
    typed = ["train", "prices.csv", "-t", "price", "--epochs", "3", "--json", "--folder", "first"]
    done = subprocess.run([*HAGANG, *typed], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    assert done.stderr == ""
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["event"] for one in told] == ["begin", "epoch", "epoch", "epoch", "end", "result"]
    assert told[0]["lr"] == 0.001
    assert told[1]["metrics"].keys() == {"rmse"}
    assert told[4]["stopped_by"] == "epoch limit: 3 epochs done"
    assert told[5]["scores"].keys() == told[5]["baseline"].keys() == {"rmse", "mae", "r2"}
    assert (told[5]["model"], told[5]["folder"]) == ("model.safetensors", "first")
