"""The gallery: every figure still consists of what is recorded, and lies in its folder."""

import json
from pathlib import Path

import pytest
from docs.gallery.__main__ import HERE, STRUCTURE, page
from docs.gallery.figures import FIGURES, structure

LARGEST = 2_500_000


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.file)
def test_a_figure_consists_of_what_is_recorded(figure):
    recorded = json.loads(STRUCTURE.read_text(encoding="utf-8"))
    assert structure(figure.make()) == recorded[figure.file]


def test_the_page_shows_every_figure():
    assert (HERE / "README.md").read_text(encoding="utf-8") == page()
    assert all((HERE / figure.file).is_file() for figure in FIGURES)


def test_the_folder_holds_nothing_else_and_stays_small():
    pictures = [path for path in HERE.iterdir() if path.suffix in (".svg", ".png", ".gif")]
    assert {path.name for path in pictures} == {figure.file for figure in FIGURES}
    assert sum(Path(path).stat().st_size for path in pictures) < LARGEST
