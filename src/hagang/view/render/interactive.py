"""Rendering by plotly: the same marks, interactive."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from importlib import import_module
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.view.marks import Band, Bars, HeightMap, Image, Line, Note, Points, ReferenceLine, Regions
from hagang.view.render.strokes import height_levels
from hagang.view.theme import CYCLE, DARK, LIGHT, theme_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hagang.view.marks import Panel, PanelGrid
    from hagang.view.theme import Theme

__all__ = ["as_html", "as_plotly"]

DASHES = {"solid": "solid", "dashed": "dash", "dotted": "dot"}
SHAPES = {
    "circle": "circle",
    "ring": "circle-open",
    "star": "star",
    "cross": "x",
    "square": "square",
    "triangle": "triangle-up",
}
_BACKGROUND = ("Contour", "Heatmap", "Surface")
"""Traces without an entry in the legend."""

FLAT_ONLY = {"star": "diamond", "triangle": "diamond"}
"""Substitutes for shapes that plotly lacks in three dimensions."""


def as_plotly(picture: PanelGrid, theme: str = "light") -> Any:
    """The picture as a plotly figure."""
    chosen = theme_named(theme)
    make_subplots = _plotly("plotly.subplots").make_subplots
    rows = math.ceil(len(picture.panels) / picture.columns)
    kinds = [{"type": "scene" if panel.z is not None else "xy"} for panel in picture.panels]
    kinds += [{"type": "xy"}] * (rows * picture.columns - len(kinds))
    figure = make_subplots(
        rows,
        picture.columns,
        specs=[kinds[k * picture.columns : (k + 1) * picture.columns] for k in range(rows)],
        subplot_titles=[panel.title for panel in picture.panels] if any(p.title for p in picture.panels) else None,
    )
    for k, panel in enumerate(picture.panels):
        _panel(figure, panel, (k // picture.columns + 1, k % picture.columns + 1), chosen)
    figure.update_layout(
        title={"text": picture.title},
        template="none",
        font={"color": chosen["ink"]},
        paper_bgcolor=chosen["paper"],
        plot_bgcolor=chosen["paper"],
        legend={"bgcolor": "rgba(0,0,0,0)"},
        margin={"t": 90, "r": 30, "b": 60, "l": 70},
        height=400 * rows if rows > 1 else None,
    )
    return figure


_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{margin:0;background:{light}}}
@media screen and (prefers-color-scheme: dark){{body{{background:{dark}}}}}</style></head><body>
{plot}
<script>
const scheme = window.matchMedia("(prefers-color-scheme: dark)");
const colours = {colours};
const paint = () => Plotly.update(document.querySelector(".js-plotly-plot"), {{}}, colours[scheme.matches ? 1 : 0]);
paint(); scheme.addEventListener("change", paint);
</script></body></html>
"""


def as_html(picture: PanelGrid) -> str:
    """One page with the figure and plotly's code, so that it needs no network."""
    import html
    import json

    figure = as_plotly(picture)
    how = {"displaylogo": False, "responsive": True}
    plot = figure.to_html(full_html=False, include_plotlyjs=True, default_height="96vh", config=how)
    colours = [_painted(figure, theme) for theme in (LIGHT, DARK)]
    return _PAGE.format(
        title=html.escape(picture.title or "hagang"),
        plot=plot,
        colours=json.dumps(colours),
        light=LIGHT["paper"],
        dark=DARK["paper"],
    )


def _painted(figure: Any, theme: Theme) -> dict[str, str]:
    """The colours of the layout in a theme, in the form of plotly's update."""
    colours = {"font.color": theme["ink"], "paper_bgcolor": theme["paper"], "plot_bgcolor": theme["paper"]}
    for name in figure.layout.to_plotly_json():
        if name.startswith(("xaxis", "yaxis")):
            colours |= {f"{name}.gridcolor": theme["grid"], f"{name}.linecolor": theme["grey"]}
    return colours


def _plotly(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        msg = (
            "expected plotly to be installed for interactive pictures; pip install 'hagang[interactive]', or write .svg"
        )
        raise ArgumentError(msg) from None


# --- panels --------------------------------------------------------------------------------------------


@dataclass
class _PlotlyPen:
    """The subplot to draw on, and the colour cycle."""

    figure: Any
    place: tuple[int, int]
    theme: Theme
    panel: Panel
    solid: bool
    _next: Iterator[str] = field(default_factory=lambda: cycle(CYCLE))

    def colour(self, mark: Any) -> str:
        return self.theme[mark.colour or next(self._next)]

    def add(self, kind: str, label: str = "", **how: Any) -> None:
        trace = getattr(_plotly("plotly.graph_objects"), kind)
        named = {"name": label, "showlegend": self._is_new(label)} if kind not in _BACKGROUND else {}
        self.figure.add_trace(trace(**named, **how), row=self.place[0], col=self.place[1])

    def _is_new(self, label: str) -> bool:
        """Whether the one legend that plotly has for all panels should tell of it."""
        return self.panel.legend != "none" and bool(label) and all(trace.name != label for trace in self.figure.data)


def _panel(figure: Any, panel: Panel, place: tuple[int, int], theme: Theme) -> None:
    pen = _PlotlyPen(figure, place, theme, panel, solid=panel.z is not None)
    for mark in panel.marks:
        _DRAWN[type(mark)](pen, mark)
    row, col = place
    if panel.z is not None:
        named = {f"{name}axis": {"title": axis.label} for name, axis in zip("xyz", (panel.x, panel.y, panel.z))}
        figure.update_scenes(**named, aspectmode="cube", row=row, col=col)
        return
    figure.update_xaxes(**_axis(panel, "x", theme), row=row, col=col)
    figure.update_yaxes(**_axis(panel, "y", theme), row=row, col=col)
    if any(isinstance(mark, Image) or (isinstance(mark, Bars) and mark.flat) for mark in panel.marks):
        figure.update_yaxes(autorange="reversed", row=row, col=col)


def _axis(panel: Panel, name: str, theme: Theme) -> dict[str, Any]:
    axis, names = getattr(panel, name), panel.names(name)
    how: dict[str, Any] = {
        "title": axis.label,
        "type": axis.scale,
        "visible": not panel.bare,
        "zeroline": False,
        "showline": True,
        "linecolor": theme["grey"],
        "gridcolor": theme["grid"],
    }
    if axis.scale == "log":
        how |= {"exponentformat": "power", "dtick": 1}
    if axis.limits is not None:
        how["range"] = [math.log10(end) if axis.scale == "log" else end for end in axis.limits]
    if names is not None:
        how |= {"tickvals": list(range(len(names))), "ticktext": [str(one) for one in names]}
    return how


# --- marks ---------------------------------------------------------------------------------------------


def _places(mark: Any, solid: bool) -> dict[str, Any]:
    names = "xyz" if solid else "xy"
    return {name: np.asarray(getattr(mark, name), np.float64) for name in names}


def _line(pen: _PlotlyPen, mark: Line) -> None:
    pen.add(
        "Scatter3d" if pen.solid else "Scatter",
        mark.label,
        **_places(mark, pen.solid),
        mode="lines+markers" if mark.dots else "lines",
        line={
            "color": pen.colour(mark),
            "width": mark.width * (2 if pen.solid else 1.2),
            "dash": DASHES[mark.dash],
        },
        marker={"size": 3 if pen.solid else 5},
        opacity=0.4 if mark.faint else 1.0,
    )


def _points(pen: _PlotlyPen, mark: Points) -> None:
    shape = FLAT_ONLY.get(mark.shape, mark.shape) if pen.solid else mark.shape
    pen.add(
        "Scatter3d" if pen.solid else "Scatter",
        mark.label,
        **_places(mark, pen.solid),
        mode="markers",
        marker={
            "color": pen.colour(mark),
            "size": mark.size * (0.6 if pen.solid else 1.2),
            "symbol": SHAPES.get(shape, shape),
        },
    )


def _band(pen: _PlotlyPen, mark: Band) -> None:
    x, low, high = (np.asarray(part, np.float64) for part in (mark.x, mark.low, mark.high))
    colour = pen.colour(mark)
    pen.add(
        "Scatter",
        mark.label,
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([high, low[::-1]]),
        fill="toself",
        mode="lines",
        line={"width": 0},
        fillcolor=_translucent(colour),
    )


def _translucent(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.25)"


def _level(pen: _PlotlyPen, mark: ReferenceLine) -> None:
    row, col = pen.place
    add = pen.figure.add_hline if mark.of == "y" else pen.figure.add_vline
    line = {"color": pen.theme[mark.colour], "width": 1.2, "dash": DASHES[mark.dash]}
    add(mark.at, line=line, row=row, col=col, exclude_empty_subplots=False)
    if mark.label:
        across, up = _beside(mark, pen.panel)
        how = {"showarrow": False, "font": {"color": pen.theme[mark.colour]}, "xanchor": "left", "yanchor": "bottom"}
        pen.figure.add_annotation(**across, **up, **how, text=mark.label, row=row, col=col)


def _beside(mark: ReferenceLine, panel: Panel) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where the label of a reference line goes; plotly measures logarithmic axes in powers of ten."""
    axis = panel.y if mark.of == "y" else panel.x
    at = math.log10(mark.at) if axis.scale == "log" else mark.at
    if mark.of == "y":
        return {"x": 0.01, "xref": "x domain"}, {"y": at}
    return {"x": at}, {"y": 0.01, "yref": "y domain"}


def _bars(pen: _PlotlyPen, mark: Bars) -> None:
    values = np.asarray(mark.values, np.float64)
    places = list(range(len(mark.names)))
    across = {"x": values, "y": places, "orientation": "h"} if mark.flat else {"x": places, "y": values}
    pen.add("Bar", mark.label, **across, marker={"color": pen.colour(mark)}, hovertext=list(mark.names))


def _note(pen: _PlotlyPen, mark: Note) -> None:
    pen.add(
        "Scatter",
        x=[mark.x],
        y=[mark.y],
        text=[mark.text],
        mode="text",
        textposition="middle right" if mark.side == "right" else "middle left",
        textfont={"color": pen.theme[mark.colour]},
    )


def _heights(pen: _PlotlyPen, mark: HeightMap) -> None:
    x, y, z = (np.asarray(part, np.float64) for part in (mark.x, mark.y, mark.z))
    levels = height_levels(z)
    # Colours follow the logarithm of the height above the minimum, as in the static picture; hovering shows z itself.
    above = z if levels is None else np.log(np.maximum(z - levels[0], levels[1] - levels[0]))
    hover: dict[str, Any] = {
        "customdata": z,
        "hovertemplate": f"{mark.label} %{{customdata:.6g}}<extra></extra>",
        "showscale": False,
    }
    if pen.solid:
        pen.add("Surface", x=x, y=y, z=z, surfacecolor=above, colorscale="Blues_r", opacity=0.85, showscale=False)
    else:
        pen.add("Contour", x=x, y=y, z=above, colorscale="Blues_r", ncontours=18, line={"width": 0.5}, **hover)


def _regions(pen: _PlotlyPen, mark: Regions) -> None:
    z = np.asarray(mark.z, np.float64)
    count = int(z.max()) + 1
    stops = [[(k + side) / count, pen.theme[CYCLE[k % len(CYCLE)]]] for k in range(count) for side in (0, 1)]
    where: dict[str, Any] = {"x": np.asarray(mark.x, np.float64), "y": np.asarray(mark.y, np.float64), "z": z}
    pen.add("Heatmap", **where, zmin=-0.5, zmax=count - 0.5, colorscale=stops, opacity=0.3, showscale=False)


def _image(pen: _PlotlyPen, mark: Image) -> None:
    values = np.asarray(mark.values, np.float64)
    low, high = mark.ends
    how: dict[str, Any] = {"zmin": low, "zmax": high, "colorscale": "RdBu_r" if mark.diverging else "Blues"}
    if mark.texts is not None:
        how |= {"text": [list(row) for row in mark.texts], "texttemplate": "%{text}"}
    pen.add("Heatmap", z=values, showscale=bool(mark.label), colorbar={"title": mark.label}, **how)


_DRAWN: dict[type[Any], Callable[[_PlotlyPen, Any], None]] = {
    Line: _line,
    Points: _points,
    Band: _band,
    ReferenceLine: _level,
    Bars: _bars,
    Note: _note,
    HeightMap: _heights,
    Regions: _regions,
    Image: _image,
}
