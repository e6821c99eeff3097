"""Pictures: every mark drawn by every backend, files by their ending, themes, letters without a font."""

import builtins
import re
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest

import hagang as hg
from hagang.view import Picture
from hagang.view.marks import Axis, Band, Bars, HeightMap, Image, Line, Note, Panel, Points, ReferenceLine, Regions
from hagang.view.render import motion
from hagang.view.theme import CYCLE, DARK, LIGHT

GRID = np.arange(5.0)
FLAT = {
    "line": Line(GRID, GRID**2, label="a line", dots=True, moves=True),
    "faint": Line(GRID, GRID**2, faint=True, dash="dotted"),
    "points": Points(GRID, GRID, label="points", shape="star"),
    "band": Band(GRID, GRID - 1, GRID + 1, label="a band"),
    "threshold": ReferenceLine(2.0, label="threshold"),
    "event": ReferenceLine(3.0, "x", label="rate cut", colour="vermilion"),
    "bars": Bars(["a", "b", "c"], [1, 2, 3], label="bars"),
    "flat bars": Bars(["a", "b", "c"], [1, 2, 3], flat=True),
    "heights": HeightMap(GRID, GRID, np.add.outer(GRID**2, GRID**2)),
    "even heights": HeightMap(GRID, GRID, np.ones((5, 5))),
    "regions": Regions(GRID, GRID, np.tile(np.arange(5) // 2, (5, 1))),
    "image": Image(np.eye(3), label="share", texts=[["1", "0", "0"]] * 3),
    "diverging image": Image(np.eye(3) - 0.2, diverging=True),
    "note": Note(1.0, 1.0, "here", side="left"),
}
SOLID = [
    HeightMap(GRID, GRID, np.add.outer(GRID, GRID)),
    Line(GRID, GRID, GRID),
    Points(GRID, GRID, GRID, shape="star"),
]


def one(mark, **axes):
    return Picture([Panel([mark], Axis("step"), Axis("value", **axes), title="panel")], "whole")


@pytest.mark.parametrize("name", FLAT)
def test_every_mark_is_drawn_by_matplotlib(name):
    axes = one(FLAT[name]).matplotlib().axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title(loc="left")) == ("step", "value", "panel")
    drawn = len(axes.lines) + len(axes.collections) + len(axes.patches) + len(axes.images) + len(axes.texts)
    assert (drawn == 0) == (name == "even heights")
    label = getattr(FLAT[name], "label", "")
    if isinstance(FLAT[name], Line | Points | Band | Bars) and label:
        assert [text.get_text() for text in axes.get_legend().get_texts()] == [label]


@pytest.mark.parametrize("name", FLAT)
def test_every_mark_is_drawn_by_plotly(name):
    pytest.importorskip("plotly")
    figure = one(FLAT[name]).plotly()
    assert len(figure.data) + len(figure.layout.shapes) == 1
    assert figure.layout.xaxis.title.text == "step"
    assert figure.layout.title.text == "whole"


def test_three_axes_are_drawn_by_both():
    pytest.importorskip("plotly")
    picture = Picture([Panel(SOLID, Axis("x"), Axis("y"), Axis("value"))])
    assert picture.matplotlib().axes[0].get_zlabel() == "value"
    assert [trace.type for trace in picture.plotly().data] == ["surface", "scatter3d", "scatter3d"]


def test_series_without_a_colour_take_the_cycles_in_turn():
    lines = [Line(GRID, GRID), Line(GRID, GRID, colour="ink"), Line(GRID, GRID)]
    axes = Picture([Panel(lines)]).matplotlib("dark").axes[0]
    assert [line.get_color() for line in axes.lines] == [DARK[CYCLE[0]], DARK["ink"], DARK[CYCLE[1]]]


def test_scales_limits_and_names():
    picture = Picture(
        [
            Panel([FLAT["line"]], Axis("x", limits=(1, 3)), Axis("y", "log")),
            Panel([FLAT["bars"]], Axis(names=["one", "two", "three"])),
        ],
        columns=2,
    )
    left, right = picture.matplotlib().axes
    assert (left.get_xlim(), left.get_yscale()) == ((1, 3), "log")
    assert [text.get_text() for text in right.get_xticklabels()] == ["one", "two", "three"]


def contrast(one, other):
    """WCAG's ratio of two colours' luminances."""

    def luminance(colour):
        parts = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
        return np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_colours_stand_out_from_the_paper(theme):
    assert contrast(theme["ink"], theme["paper"]) > 7
    assert contrast(theme["grey"], theme["paper"]) > 4.5
    assert all(contrast(theme[name], theme["paper"]) > 3 for name in CYCLE[:4])


def test_an_unknown_colour_or_theme_is_told():
    with pytest.raises(hg.ArgumentError, match=r"colour: expected one of paper, ink, .*, received 'mauve'"):
        Picture([Panel([Line(GRID, GRID, colour="mauve")])]).matplotlib()
    with pytest.raises(hg.ArgumentError, match="theme: expected one of light, dark, received 'grey'"):
        one(FLAT["line"]).matplotlib("grey")


# --- files ---------------------------------------------------------------------------------------------

STARTS = {".png": b"\x89PNG", ".pdf": b"%PDF", ".gif": b"GIF89a", ".svg": b"<?xml", ".html": b"<!doctype html>"}


@pytest.mark.parametrize("suffix", STARTS)
def test_a_file_is_what_it_ends_in(suffix, tmp_path):
    if suffix == ".html":
        pytest.importorskip("plotly")
    file = tmp_path / f"picture{suffix}"
    one(FLAT["line"]).save(file)
    assert file.read_bytes().startswith(STARTS[suffix])


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(hg.ArgumentError, match=re.escape("path: expected a file that ends in .png, .svg, .pdf, .html")):
        one(FLAT["line"]).save(tmp_path / "picture.txt")


def test_svg_turns_dark_where_a_browser_asks_and_is_written_alike_each_time():
    svg = one(FLAT["line"]).svg()
    assert svg == one(FLAT["line"]).svg()
    assert "prefers-color-scheme: dark" in svg
    assert f'[style*="fill: {LIGHT["paper"]}"]{{fill:{DARK["paper"]}!important}}' in svg
    texts = [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"step", "value", "a line", "whole"} <= set(texts)


def test_a_dark_svg_stays_dark(tmp_path):
    one(FLAT["line"]).save(tmp_path / "dark.svg", theme="dark")
    svg = (tmp_path / "dark.svg").read_text(encoding="utf-8")
    assert DARK["paper"] in svg
    assert "prefers-color-scheme" not in svg


def test_an_interactive_page_needs_no_network(tmp_path):
    pytest.importorskip("plotly")
    page = one(FLAT["line"]).html()
    assert re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="[^"]*"', page) == []
    assert DARK["paper"] in page


def test_an_interactive_page_without_plotly_is_told(monkeypatch):
    real = builtins.__import__

    def without(name, *how, **more):
        if name.startswith("plotly"):
            raise ImportError(name)
        return real(name, *how, **more)

    monkeypatch.setattr("hagang.view.render.interactive.import_module", lambda name: without(name))
    with pytest.raises(hg.ArgumentError, match=re.escape("pip install 'hagang[interactive]', or write .svg")):
        one(FLAT["line"]).html()


def test_a_picture_in_which_nothing_moves_is_no_animation(tmp_path):
    with pytest.raises(hg.ArgumentError, match="nothing in this picture moves"):
        one(FLAT["bars"]).save(tmp_path / "still.gif")


def test_film_needs_ffmpeg(tmp_path, monkeypatch):
    monkeypatch.setattr(motion.shutil, "which", lambda name: None)
    with pytest.raises(hg.ArgumentError, match=r"expected ffmpeg to be installed .* or write a .gif"):
        one(FLAT["line"]).save(tmp_path / "film.mp4")


def test_an_animation_ends_with_the_whole_line():
    assert motion._frames(3) == [1, 2, 3, *[3] * motion.HOLD]
    many = motion._frames(1000)
    assert len(many) < 80
    assert many[-1] == 1000


def test_letters_that_no_font_has_are_told_once(tmp_path, monkeypatch):
    monkeypatch.setattr("hagang.view.render.static._hangul", list)
    with pytest.warns(hg.HagangWarning, match="no installed font has some of the characters") as told:
        Picture([Panel([FLAT["line"]], Axis("걸음"))], "내려가는 길").save(tmp_path / "korean.png")
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Picture([Panel([FLAT["line"]], Axis("걸음"))], "내려가는 길").save(tmp_path / "korean.svg")
    assert "내려가는 길" in (tmp_path / "korean.svg").read_text(encoding="utf-8")


def test_matplotlibs_own_settings_are_left_alone():
    import matplotlib as mpl

    names = ["font.family", "font.size", "svg.fonttype", "savefig.dpi"]
    before = [mpl.rcParams[name] for name in names]
    one(FLAT["line"]).svg()
    assert [mpl.rcParams[name] for name in names] == before


def test_one_legend_tells_of_each_series_once_whatever_the_panels():
    pytest.importorskip("plotly")
    line = Line(GRID, GRID, label="same")
    figure = Picture(
        [Panel([line]), Panel([line]), Panel([Points(GRID, GRID, label="hidden")], legend="none")]
    ).plotly()
    assert [(trace.name, trace.showlegend) for trace in figure.data] == [
        ("same", True),
        ("same", False),
        ("hidden", False),
    ]


def test_a_levels_words_stand_beside_it_on_a_logarithmic_axis_too():
    pytest.importorskip("plotly")
    panel = Panel([Line(GRID, GRID + 1), ReferenceLine(100.0, label="stop")], y=Axis("value", "log"))
    (words,) = Picture([panel]).plotly().layout.annotations
    assert (words.text, words.y) == ("stop", 2.0)
