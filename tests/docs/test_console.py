"""The README's terminal sessions: every command there prints what the page shows, its figures aside."""

import re
from pathlib import Path

import pytest

from hagang.cli import main

ROOT = Path(__file__).resolve().parents[2]
SESSION = re.compile(r"^```console\n\$ hagang ([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = ["README.md", "README.ko.md"]


def shape(text):
    """The text without its figures and with single spaces: what must not change from run to run."""
    return re.sub(r"[ \n]+", " ", re.sub(r"[\d][\d.,]*", "#", text)).strip()


@pytest.mark.parametrize("page", PAGES)
def test_a_session_on_the_page_is_what_the_command_prints(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    sessions = SESSION.findall((ROOT / page).read_text(encoding="utf-8"))
    assert sessions
    for typed, shown in sessions:
        assert main(typed.split()) == 0
        assert shape(capsys.readouterr().out) == shape(shown)
