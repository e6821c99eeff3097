"""Drawing each kind of mark with matplotlib."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.view.marks import Band, Bars, HeightMap, Image, Line, Mark, Note, Points, ReferenceLine, Regions
from hagang.view.theme import CYCLE, DIVERGING, HEIGHTS, Theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import numpy.typing as npt
    from matplotlib.figure import Figure

    Array = npt.NDArray[Any]

__all__ = ["Pen", "draw", "height_levels"]

SMALL = 8.5
LEVELS = 14
ON_PALE, ON_DEEP = "#232323", "#fdfdfd"
"""Text colours on a heat map, which does not change with the theme, unlike the theme's own ink and paper."""

DASHES = {"solid": "-", "dashed": (0, (5, 3)), "dotted": (0, (1.2, 2))}
SHAPES = {"circle": "o", "ring": "o", "star": "*", "cross": "X", "square": "s", "triangle": "^"}


@dataclass
class Pen:
    """The axes to draw on, and the colour cycle."""

    figure: Figure
    axes: Any
    theme: Theme
    solid: bool = False
    bars: int = 0
    bars_drawn: int = 0
    moving: list[tuple[Any, list[Array]]] = field(default_factory=list)
    _next: Iterator[str] = field(default_factory=lambda: cycle(CYCLE))

    def colour(self, mark: Any) -> str:
        """The mark's colour, or the next in the cycle."""
        return self.theme[mark.colour or next(self._next)]


def draw(marks: Sequence[Mark], pen: Pen) -> None:
    """Draw the marks, later ones over earlier ones."""
    pen.bars = sum(isinstance(mark, Bars) for mark in marks)
    for layer, mark in enumerate(marks):
        _DRAWN[type(mark)](pen, mark, 2 + layer * 0.01)


def _places(mark: Any, solid: bool) -> list[Array]:
    return [np.asarray(part) for part in ((mark.x, mark.y, mark.z) if solid else (mark.x, mark.y))]


def _line(pen: Pen, mark: Line, layer: float) -> None:
    (drawn,) = pen.axes.plot(
        *_places(mark, pen.solid),
        color=pen.colour(mark),
        linewidth=mark.width,
        linestyle=DASHES[mark.dash],
        marker="o" if mark.dots else "",
        markersize=max(2.4, 1.8 * mark.width),
        alpha=0.35 if mark.faint else 1.0,
        zorder=layer + (8 if pen.solid else 0),
        label=mark.label or None,
    )
    if mark.moves:
        pen.moving.append((drawn, _places(mark, pen.solid)))


def _points(pen: Pen, mark: Points, layer: float) -> None:
    colour = pen.colour(mark)
    ring = mark.shape == "ring"
    pen.axes.scatter(
        *_places(mark, pen.solid),
        s=mark.size**2,
        marker=SHAPES[mark.shape],
        facecolors=pen.theme["paper"] if ring else colour,
        edgecolors=colour if ring else pen.theme["paper"],
        linewidths=1.5 if ring else 0.5,
        zorder=layer + (9 if pen.solid else 1),
        label=mark.label or None,
        **({"depthshade": False} if pen.solid else {}),
    )


def _band(pen: Pen, mark: Band, layer: float) -> None:
    x, low, high = (np.asarray(part) for part in (mark.x, mark.low, mark.high))
    pen.axes.fill_between(
        x, low, high, color=pen.colour(mark), alpha=0.25, linewidth=0, zorder=layer, label=mark.label or None
    )


def _level(pen: Pen, mark: ReferenceLine, layer: float) -> None:
    line = pen.axes.axhline if mark.of == "y" else pen.axes.axvline
    colour = pen.theme[mark.colour]
    line(mark.at, color=colour, linewidth=1.1, linestyle=DASHES[mark.dash], zorder=layer)
    if not mark.label:
        return
    place, coordinates, how = _beside(mark, pen.axes)
    how |= {"textcoords": "offset points", "fontsize": SMALL, "color": colour, "zorder": layer}
    pen.axes.annotate(mark.label, place, xycoords=coordinates, **how)


def _beside(mark: ReferenceLine, axes: Any) -> tuple[tuple[float, float], Any, dict[str, Any]]:
    """Where the label of a reference line goes: above its left end, or left of its upper end."""
    if mark.of == "y":
        return (0.008, mark.at), axes.get_yaxis_transform(), {"ha": "left", "va": "bottom", "xytext": (0, 2.5)}
    upright = {"ha": "right", "va": "top", "rotation": 90, "xytext": (-2.5, 0)}
    return (mark.at, 0.985), axes.get_xaxis_transform(), upright


def _bars(pen: Pen, mark: Bars, layer: float) -> None:
    width = 0.8 / pen.bars
    places = np.arange(len(mark.names)) - 0.4 + width * (pen.bars_drawn + 0.5)
    pen.bars_drawn += 1
    colour, label = pen.colour(mark), mark.label or None
    if mark.flat:
        pen.axes.barh(places, mark.values, width, color=colour, label=label, zorder=layer)
        pen.axes.set_ylim(len(mark.names) - 0.4, -0.6)
    else:
        pen.axes.bar(places, mark.values, width, color=colour, label=label, zorder=layer)


def _note(pen: Pen, mark: Note, layer: float) -> None:
    right = mark.side == "right"
    pen.axes.annotate(
        mark.text,
        (mark.x, mark.y),
        xytext=(4 if right else -4, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=SMALL,
        color=pen.theme[mark.colour],
        zorder=layer + 2,
        annotation_clip=True,
    )


# --- over a grid ---------------------------------------------------------------------------------------


def height_levels(heights: Array) -> Array | None:
    """Contour levels, evenly spaced in the logarithm of the height above the minimum; None if all values are equal."""
    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if high - low <= 1e-12 * max(1.0, abs(low)):
        return None
    lowest = max(float(np.quantile(finite - low, 0.02)), (high - low) * 1e-6)
    levels: Array = low + np.concatenate([[0.0], np.geomspace(lowest, high - low, LEVELS)])
    return levels


def _heights(pen: Pen, mark: HeightMap, layer: float) -> None:
    z = np.asarray(mark.z, np.float64)
    levels = height_levels(z) if mark.levels is None else np.asarray(mark.levels)
    if levels is None:
        return
    (_surface if pen.solid else _contours)(pen, mark, z, levels, layer)


def _contours(pen: Pen, mark: HeightMap, z: Array, levels: Array, layer: float) -> None:
    from matplotlib.colors import BoundaryNorm

    del layer
    x, y, colours = np.asarray(mark.x), np.asarray(mark.y), _height_colours()
    filled = pen.axes.contourf(x, y, z, levels=levels, cmap=colours, norm=BoundaryNorm(levels, 256), zorder=0.5)
    pen.axes.contour(x, y, z, levels=levels[1:-1], colors="white", linewidths=0.5, alpha=0.6, zorder=0.6)
    if not mark.label:
        return
    bar = _bar(pen, filled, mark.label)
    bar.set_ticks(levels[::2].tolist(), labels=[_short(level) for level in levels[::2]])
    bar.minorticks_off()


def _surface(pen: Pen, mark: HeightMap, z: Array, levels: Array, layer: float) -> None:
    across, up = np.meshgrid(np.asarray(mark.x), np.asarray(mark.y))
    place = np.interp(z, levels, np.linspace(0, 1, len(levels)))
    pen.axes.plot_surface(
        across, up, z, facecolors=_height_colours()(place), rcount=70, ccount=70, linewidth=0, shade=False, zorder=layer
    )
    pen.axes.computed_zorder = False


def _height_colours() -> Any:
    """The sequential colour map without its palest end, which would vanish on white and glare on black."""
    import matplotlib as mpl
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("heights", mpl.colormaps[HEIGHTS](np.linspace(0.0, 0.86, 64)))


def _regions(pen: Pen, mark: Regions, layer: float) -> None:
    from matplotlib.colors import ListedColormap

    z = np.asarray(mark.z)
    classes = int(z.max()) + 1
    colours = ListedColormap([pen.theme[CYCLE[k % len(CYCLE)]] for k in range(classes)])
    x, y = np.asarray(mark.x), np.asarray(mark.y)
    edges = np.arange(classes + 1) - 0.5
    pen.axes.contourf(x, y, z, levels=edges, cmap=colours, alpha=0.28, zorder=layer - 1.5)
    if classes > 1:
        pen.axes.contour(x, y, z, levels=edges[1:-1], colors=pen.theme["ink"], linewidths=0.7, zorder=layer - 1.4)


def _image(pen: Pen, mark: Image, layer: float) -> None:
    values = np.asarray(mark.values, np.float64)
    low, high = mark.ends
    colours = DIVERGING if mark.diverging else HEIGHTS.removesuffix("_r")
    drawn = pen.axes.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto", zorder=layer - 1.5)
    if mark.label:
        _bar(pen, drawn, mark.label)
    for i, row in enumerate(mark.texts or ()):
        for j, text in enumerate(row):
            pale = _lightness(drawn.cmap(drawn.norm(values[i, j]))) > 0.55
            pen.axes.text(j, i, text, ha="center", va="center", fontsize=SMALL, color=ON_PALE if pale else ON_DEEP)


def _lightness(colour: tuple[float, ...]) -> float:
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def _bar(pen: Pen, drawn: Any, label: str) -> Any:
    bar = pen.figure.colorbar(drawn, ax=pen.axes, pad=0.02, aspect=30)
    bar.set_label(label, color=pen.theme["ink"])
    bar.ax.tick_params(labelsize=SMALL, colors=pen.theme["ink"])
    bar.outline.set_visible(False)
    return bar


def _short(number: float) -> str:
    """Three digits, without an exponent if possible."""
    rounded = float(f"{number:.3g}")
    return f"{rounded:,.12g}" if rounded == 0 or 1e-4 <= abs(rounded) < 1e7 else f"{rounded:.2g}"


_DRAWN: dict[type[Any], Callable[[Pen, Any, float], None]] = {
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
