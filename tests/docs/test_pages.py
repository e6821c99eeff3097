"""The pages: every printed example runs and prints what the page says, every link leads somewhere."""

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])
FENCE = re.compile(r"^```(\S*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def examples(text):
    """The page's Python sessions with everything else blanked, so that line numbers stay."""
    kept = [""] * (text.count("\n") + 1)
    for fence in FENCE.finditer(text):
        if fence[1] in ("pycon", "python") and ">>>" in fence[2]:
            first = text.count("\n", 0, fence.start(2))
            lines = fence[2].splitlines()
            kept[first : first + len(lines)] = lines
    return "\n".join(kept)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_examples_print_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    session = doctest.DocTestParser().get_doctest(
        examples(page.read_text(encoding="utf-8")), {}, name_of(page), str(page), 0
    )
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(session, out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_within_the_repository_lead_somewhere(page):
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    targets = [link for link in LINK.findall(text) if not re.match(r"https?://|mailto:|#", link)]
    missing = [link for link in targets if not (page.parent / link.partition("#")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_paths_named_in_code_exist(page):
    """A recipe that names a file which has moved would send its reader nowhere; `<placeholders>` are free."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    named = re.findall(r"`((?:src/hagang|native|tests|docs|scripts|benchmarks|examples|\.ci)/[\w./-]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []
