"""Rendering by matplotlib."""

from __future__ import annotations

import io
import math
import re
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hagang.errors import HagangWarning
from hagang.view.marks import HeightMap, Image, Regions
from hagang.view.render.strokes import Pen, draw
from hagang.view.theme import DARK, HANGUL, LIGHT, theme_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from hagang.view.marks import Axis, Panel, PanelGrid
    from hagang.view.theme import Theme

__all__ = ["as_matplotlib", "as_svg", "draw_picture", "save_static", "style"]

DOTS_PER_INCH = 150
TEXT, SMALL = 10.5, 9.0
FIRST_FONT = "DejaVu Sans"
"""The font that ships with matplotlib."""


def as_matplotlib(picture: PanelGrid, theme: str = "light") -> Figure:
    """The picture as a matplotlib figure."""
    chosen = theme_named(theme)
    with style():
        return draw_picture(picture, chosen)[0]


def save_static(picture: PanelGrid, path: Path, theme: str = "light") -> None:
    """Write a .png, .svg or .pdf."""
    if path.suffix.lower() == ".svg":
        path.write_text(_adaptive(_svg(picture, theme), theme_named(theme)), encoding="utf-8")
        return
    with style(), _one_warning_for_missing_glyphs():
        draw_picture(picture, theme_named(theme))[0].savefig(path)


def as_svg(picture: PanelGrid) -> str:
    """The picture as SVG for HTML, without the XML declaration; light, or dark if the browser prefers it."""
    svg = _adaptive(_svg(picture, "light"), LIGHT)
    return svg[svg.index("<svg") :]


def _svg(picture: PanelGrid, theme: str) -> str:
    written = io.StringIO()
    # Text stays text: small files, and glyphs missing here come from the fonts of the viewer.
    with style(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")
        draw_picture(picture, theme_named(theme))[0].savefig(written, format="svg", metadata={"Date": None})
    return _shorter(written.getvalue())


def _shorter(svg: str) -> str:
    """Round coordinates to a tenth of a point, which is invisible and halves the size."""
    return re.sub(r'\bd="[^"]*"', lambda path: re.sub(r"\d+\.\d{3,}", lambda n: f"{float(n[0]):.1f}", path[0]), svg)


def _adaptive(svg: str, theme: Theme) -> str:
    """Add rules that replace the colours of the light theme by the dark one's if the browser prefers dark."""
    if theme is not LIGHT:
        return svg
    rules = [
        f'[style*="{kind}: {LIGHT[name]}"]{{{kind}:{DARK[name]}}}'
        for name in LIGHT.colours
        for kind in ("fill", "stroke")
        if f"{kind}: {LIGHT[name]}" in svg
    ]
    important = " ".join(rule.replace("}", "!important}") for rule in rules)
    style = f"<style>@media screen and (prefers-color-scheme: dark) {{ {important} }}</style>"
    return re.sub(r"(<svg[^>]*>)", lambda match: match[1] + style, svg, count=1)


# --- style ---------------------------------------------------------------------------------------------


@contextmanager
def style() -> Iterator[None]:
    """Matplotlib's settings while a figure is created or written; the user's settings are restored afterwards."""
    import matplotlib as mpl

    settings: Any = {
        "font.family": [FIRST_FONT, *_hangul()],
        "font.size": TEXT,
        "axes.unicode_minus": True,
        "axes.formatter.useoffset": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "hagang",
        "figure.dpi": DOTS_PER_INCH,
        "savefig.dpi": DOTS_PER_INCH,
        "path.simplify": True,
    }
    with mpl.rc_context(settings):
        yield


def _hangul() -> list[str]:
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in HANGUL if name in installed]


@contextmanager
def _one_warning_for_missing_glyphs() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    missing = [one for one in caught if "missing from" in str(one.message)]
    for one in caught:
        if one not in missing:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)
    if missing:
        text = "no installed font has some of the characters, which appear as boxes; install one (NanumGothic)"
        warnings.warn(f"{text}, or write an .svg", HagangWarning, stacklevel=4)


# --- figure --------------------------------------------------------------------------------------------


def draw_picture(picture: PanelGrid, theme: Theme) -> tuple[Figure, list[Any]]:
    """The figure, and the moving lines with their points."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(picture.width, picture.height), layout="constrained", facecolor=theme["paper"])
    rows = math.ceil(len(picture.panels) / picture.columns)
    moving: list[Any] = []
    for k, panel in enumerate(picture.panels):
        moving += _panel(figure, panel, (rows, picture.columns, k + 1), theme)
    if picture.title:
        figure.suptitle(picture.title, x=0.012, ha="left", fontsize=TEXT + 1.5, color=theme["ink"])
    return figure, moving


def _panel(figure: Figure, panel: Panel, place: tuple[int, int, int], theme: Theme) -> list[Any]:
    axes = figure.add_subplot(*place, projection="3d" if panel.z is not None else None, facecolor=theme["paper"])
    _scales(axes, panel)
    pen = Pen(figure, axes, theme, solid=panel.z is not None)
    draw(panel.marks, pen)
    _label(axes, panel, theme)
    if panel.bare:
        axes.set_axis_off()
    elif panel.z is not None:
        _tidy_solid(axes, theme)
    else:
        _tidy(axes, panel, theme)
    _legend(axes, panel, theme)
    return pen.moving


def _each(panel: Panel) -> Iterator[tuple[str, Axis]]:
    for name, axis in (("x", panel.x), ("y", panel.y), ("z", panel.z)):
        if axis is not None:
            yield name, axis


def _scales(axes: Axes, panel: Panel) -> None:
    for name, axis in _each(panel):
        if axis.scale != "linear":
            getattr(axes, f"set_{name}scale")(axis.scale)
    if panel.square:
        axes.set_aspect("equal", adjustable="datalim" if panel.x.limits is None else "box")


def _label(axes: Axes, panel: Panel, theme: Theme) -> None:
    for name, axis in _each(panel):
        getattr(axes, f"set_{name}label")(axis.label, color=theme["ink"])
        if axis.limits is not None:
            getattr(axes, f"set_{name}lim")(axis.limits)
        names = panel.names(name)
        if names is not None:
            _name(axes, name, names)
    if panel.title:
        axes.set_title(panel.title, loc="left", fontsize=TEXT, color=theme["ink"])


def _name(axes: Axes, name: str, names: Any) -> None:
    """Tick labels, rotated if they would overlap."""
    crowded = name == "x" and sum(len(str(one)) + 2 for one in names) > 48 / max(1, _columns(axes))
    how = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if crowded else {}
    getattr(axes, f"set_{name}ticks")(range(len(names)), labels=[str(one) for one in names], **how)


def _columns(axes: Axes) -> int:
    spec = axes.get_subplotspec()
    return 1 if spec is None else spec.get_gridspec().ncols


def _tidy(axes: Axes, panel: Panel, theme: Theme) -> None:
    image = any(isinstance(mark, Image) for mark in panel.marks)
    filled = image or any(isinstance(mark, HeightMap | Regions) for mark in panel.marks)
    for side, spine in axes.spines.items():
        spine.set_visible(not image and side in ("left", "bottom"))
        spine.set_color(theme["grey"])
    axes.tick_params(labelsize=SMALL, colors=theme["ink"], color=theme["grey"], which="both")
    if filled:
        axes.grid(visible=False)
    else:
        axes.grid(visible=True, color=theme["grid"], linewidth=0.7)
    axes.set_axisbelow(True)


def _tidy_solid(axes: Any, theme: Theme) -> None:
    axes.tick_params(labelsize=SMALL - 1, colors=theme["ink"])
    axes.set_box_aspect(None, zoom=0.94)
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.get_major_locator().set_params(nbins=6)
        axis.set_pane_color((0, 0, 0, 0))
        axis.line.set_color(theme["grey"])
        axis._axinfo["grid"].update(color=theme["grid"], linewidth=0.6)
    axes.view_init(elev=38, azim=-58)


def _legend(axes: Axes, panel: Panel, theme: Theme) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if not labels or panel.legend == "none":
        return
    where: dict[str, Any] = {"loc": "best"}
    if panel.legend == "below":
        where = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.16), "ncols": min(4, len(labels))}
    legend = axes.legend(
        handles,
        labels,
        fontsize=SMALL,
        facecolor=theme["paper"],
        edgecolor="none",
        framealpha=0.85,
        labelcolor=theme["ink"],
        **where,
    )
    legend.set_zorder(9)
