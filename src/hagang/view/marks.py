"""What can stand on a picture, as plain data: each mark is numbers with a label and the name of a colour."""

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
    "Heights",
    "Image",
    "Level",
    "Line",
    "Mark",
    "Note",
    "Panel",
    "PanelGrid",
    "Points",
    "Regions",
    "spans_decades",
]

Numbers: TypeAlias = npt.ArrayLike
Dash = Literal["solid", "dashed", "dotted"]
Shape = Literal["circle", "ring", "star", "cross", "square", "triangle"]


@dataclass(frozen=True, eq=False)
class Line:
    """Points joined in order.

    Parameters
    ----------
    x, y, z : array of shape (points,)
        Where; z in three dimensions only.
    label : str
        Its name in the legend; none where empty.
    colour : str
        A name of the theme; where empty the next of its cycle.
    width : float
        In points (1/72 inch).
    dash : str
        solid, dashed or dotted.
    dots : bool
        Whether each point is marked.
    moves : bool
        Whether it grows in an animation.
    faint : bool
        Whether it stands back behind the others.
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
    """Points on their own; `size` is their diameter in points."""

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
class Level:
    """A straight line across the panel: at a height (`of="y"`, a threshold) or a place (`of="x"`, an event)."""

    at: float
    of: Literal["x", "y"] = "y"
    label: str = ""
    colour: str = "grey"
    dash: Dash = "dashed"


@dataclass(frozen=True, eq=False)
class Bars:
    """A bar for each name; several of them in a panel stand side by side. `flat` bars lie, the first at the top."""

    names: Sequence[str]
    values: Numbers
    label: str = ""
    colour: str = ""
    flat: bool = False


@dataclass(frozen=True, eq=False)
class Heights:
    """Heights over a grid: contours, or a surface in three dimensions.

    Parameters
    ----------
    x, y : array of shape (columns,) and (rows,)
        The grid's places.
    z : array of shape (rows, columns)
        The heights.
    label : str
        What they are, beside a bar of colours; no bar where empty.
    levels : array, optional
        Where contours lie; by default evenly in the logarithm of the height above the lowest.
    """

    x: Numbers
    y: Numbers
    z: Numbers
    label: str = "value"
    levels: Numbers | None = None


@dataclass(frozen=True, eq=False)
class Regions:
    """Areas by class over a grid: `z` of shape (rows, columns) counts in the theme's cycle from 0."""

    x: Numbers
    y: Numbers
    z: Numbers


@dataclass(frozen=True, eq=False)
class Image:
    """Numbers as an image, the first row at the top.

    Parameters
    ----------
    values : array of shape (rows, columns)
        The numbers.
    label : str
        What they are, beside a bar of colours; no bar where empty.
    limits : (float, float), optional
        The numbers that the ends of the colours stand for; by default the lowest and the highest.
    diverging : bool
        Whether zero is the middle of the colours.
    texts : sequence of sequence of str, optional
        Written into each cell.
    """

    values: Numbers
    label: str = ""
    limits: tuple[float, float] | None = None
    diverging: bool = False
    texts: Sequence[Sequence[str]] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The numbers that the ends of the colours stand for."""
        values: npt.NDArray[np.float64] = np.asarray(self.values, np.float64)
        low, high = self.limits or (float(np.nanmin(values)), float(np.nanmax(values)))
        most = max(abs(low), abs(high))
        return (-most, most) if self.diverging else (low, high)


@dataclass(frozen=True)
class Note:
    """Words at a place in the numbers of the axes, to its right or left."""

    x: float
    y: float
    text: str
    colour: str = "ink"
    side: Literal["left", "right"] = "right"


Mark: TypeAlias = Line | Points | Band | Level | Bars | Heights | Regions | Image | Note


@dataclass(frozen=True)
class Axis:
    """An axis: what it measures, with its unit; its scale; where it ends; names in place of numbers.

    Parameters
    ----------
    label : str
        As "time (s)".
    scale : str
        linear or log.
    limits : (float, float), optional
        By default what the marks need.
    names : sequence of str, optional
        For the places 0, 1, 2, …
    """

    label: str = ""
    scale: Literal["linear", "log"] = "linear"
    limits: tuple[float, float] | None = None
    names: Sequence[str] | None = None


@dataclass(frozen=True)
class Panel:
    """One pair of axes with marks; three axes where z is given; none at all where `bare`."""

    marks: Sequence[Mark]
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    z: Axis | None = None
    title: str = ""
    bare: bool = False
    square: bool = False
    """Whether a unit is as long on both axes."""
    legend: Literal["inside", "below", "none"] = "inside"

    def names(self, of: str) -> Sequence[str] | None:
        """What stands at the places 0, 1, 2, … of an axis: its own names, or those of bars."""
        axis = {"x": self.x, "y": self.y}.get(of)
        if axis is None or axis.names is not None:
            return None if axis is None else axis.names
        return next((bars.names for bars in self.marks if isinstance(bars, Bars) and bars.flat == (of == "y")), None)


@dataclass(frozen=True)
class PanelGrid:
    """Panels in rows and columns: all that a renderer needs to know of a picture."""

    panels: Sequence[Panel]
    title: str = ""
    columns: int = 1
    width: float = 6.8
    height: float = 4.6


def spans_decades(numbers: Numbers) -> bool:
    """Whether a logarithmic axis shows these better: all above zero, the highest far above the lowest.

    Examples
    --------
    >>> spans_decades([1.0, 1e-3]), spans_decades([1.0, 2.0]), spans_decades([1.0, 0.0])
    (True, False, False)
    """
    array = np.asarray(numbers, np.float64)
    array = array[np.isfinite(array)]
    return bool(array.size and np.min(array) > 0 and np.max(array) > 30 * np.min(array))
