"""The marks of a plot, as plain data: numbers with a label and a colour name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Axis",
    "Band",
    "Bars",
    "HeightMap",
    "Image",
    "Line",
    "Mark",
    "Note",
    "Panel",
    "PanelGrid",
    "Points",
    "ReferenceLine",
    "Regions",
    "spans_decades",
]

Numbers: TypeAlias = npt.ArrayLike
Dash = Literal["solid", "dashed", "dotted"]
Shape = Literal["circle", "ring", "star", "cross", "square", "triangle"]


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points in order.

    Parameters
    ----------
    x, y, z : array of shape (points,)
        Coordinates; z in three dimensions only.
    label : str
        The entry in the legend; none if empty.
    colour : str
        A colour name of the theme; if empty, the next of its cycle.
    width : float
        In points (1/72 inch).
    dash : str
        solid, dashed or dotted.
    dots : bool
        Whether to draw a dot at each point.
    moves : bool
        Whether the line grows in an animation.
    faint : bool
        Whether to draw it semi-transparent.
    """

    x: Numbers
    y: Numbers
    z: Numbers | None = None
    label: str = ""
    colour: str = ""
    width: float = 1.8
    dash: Dash = "solid"
    dots: bool = False
    moves: bool = False
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Points:
    """Scattered points; `size` is their diameter in points (1/72 inch)."""

    x: Numbers
    y: Numbers
    z: Numbers | None = None
    label: str = ""
    colour: str = ""
    shape: Shape = "circle"
    size: float = 5.0


@dataclass(frozen=True, eq=False)
class Band:
    """The area between two curves."""

    x: Numbers
    low: Numbers
    high: Numbers
    label: str = ""
    colour: str = ""


@dataclass(frozen=True)
class ReferenceLine:
    """A straight line across the panel: horizontal (`of="y"`, a threshold) or vertical (`of="x"`, an event)."""

    at: float
    of: Literal["x", "y"] = "y"
    label: str = ""
    colour: str = "grey"
    dash: Dash = "dashed"


@dataclass(frozen=True, eq=False)
class Bars:
    """One bar per name; several `Bars` in a panel are grouped. `flat` bars are horizontal, the first at the top."""

    names: Sequence[str]
    values: Numbers
    label: str = ""
    colour: str = ""
    flat: bool = False


@dataclass(frozen=True, eq=False)
class HeightMap:
    """A function over a grid: contours, or a surface in three dimensions.

    Parameters
    ----------
    x, y : array of shape (columns,) and (rows,)
        The coordinates of the grid.
    z : array of shape (rows, columns)
        The values.
    label : str
        The label of the colour bar; no colour bar if empty.
    levels : array, optional
        The contour levels; by default evenly spaced in the logarithm of the height above the minimum.
    """

    x: Numbers
    y: Numbers
    z: Numbers
    label: str = "value"
    levels: Numbers | None = None


@dataclass(frozen=True, eq=False)
class Regions:
    """Regions by class over a grid: `z` of shape (rows, columns) indexes the theme's cycle from 0."""

    x: Numbers
    y: Numbers
    z: Numbers


@dataclass(frozen=True, eq=False)
class Image:
    """A heat map, the first row at the top.

    Parameters
    ----------
    values : array of shape (rows, columns)
        The values.
    label : str
        The label of the colour bar; no colour bar if empty.
    limits : (float, float), optional
        The values at the ends of the colour map; by default the minimum and the maximum.
    diverging : bool
        Whether the colour map is centred at zero.
    texts : sequence of sequence of str, optional
        The text in each cell.
    """

    values: Numbers
    label: str = ""
    limits: tuple[float, float] | None = None
    diverging: bool = False
    texts: Sequence[Sequence[str]] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The values at the ends of the colour map."""
        values: npt.NDArray[np.float64] = np.asarray(self.values, np.float64)
        low, high = self.limits or (float(np.nanmin(values)), float(np.nanmax(values)))
        most = max(abs(low), abs(high))
        return (-most, most) if self.diverging else (low, high)


@dataclass(frozen=True)
class Note:
    """Text at a point in data coordinates, to its right or left."""

    x: float
    y: float
    text: str
    colour: str = "ink"
    side: Literal["left", "right"] = "right"


Mark: TypeAlias = Line | Points | Band | ReferenceLine | Bars | HeightMap | Regions | Image | Note


@dataclass(frozen=True)
class Axis:
    """An axis: its label, scale, limits and tick names.

    Parameters
    ----------
    label : str
        With the unit, as "time (s)".
    scale : str
        linear or log.
    limits : (float, float), optional
        By default as the marks need.
    names : sequence of str, optional
        Tick labels at 0, 1, 2, …
    """

    label: str = ""
    scale: Literal["linear", "log"] = "linear"
    limits: tuple[float, float] | None = None
    names: Sequence[str] | None = None


@dataclass(frozen=True)
class Panel:
    """A pair of axes with marks; three axes if z is given; no axes if `bare`."""

    marks: Sequence[Mark]
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    z: Axis | None = None
    title: str = ""
    bare: bool = False
    square: bool = False
    """Whether both axes have the same scale."""
    legend: Literal["inside", "below", "none"] = "inside"

    def names(self, of: str) -> Sequence[str] | None:
        """The tick labels at 0, 1, 2, … of an axis: its own, or those of bars."""
        axis = {"x": self.x, "y": self.y}.get(of)
        if axis is None or axis.names is not None:
            return None if axis is None else axis.names
        return next((bars.names for bars in self.marks if isinstance(bars, Bars) and bars.flat == (of == "y")), None)


@dataclass(frozen=True)
class PanelGrid:
    """Panels in rows and columns: all that a renderer needs."""

    panels: Sequence[Panel]
    title: str = ""
    columns: int = 1
    width: float = 6.8
    height: float = 4.6


def spans_decades(numbers: Numbers) -> bool:
    """Whether a logarithmic axis suits the values: all positive, with a maximum far above the minimum.

    Examples
    --------
    >>> spans_decades([1.0, 1e-3]), spans_decades([1.0, 2.0]), spans_decades([1.0, 0.0])
    (True, False, False)
    """
    array = np.asarray(numbers, np.float64)
    array = array[np.isfinite(array)]
    return bool(array.size and np.min(array) > 0 and np.max(array) > 30 * np.min(array))
