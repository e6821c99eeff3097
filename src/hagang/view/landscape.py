"""The loss round a result as a map, with the way that led there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.measure import Landscape, landscape, surroundings
from hagang.view.marks import Axis, Heights, Line, Mark, Panel, Points
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from hagang.runs import Run

__all__ = ["plot_landscape"]


def plot_landscape(run: Run | Landscape, data: Any = None, **how: Any) -> Picture:
    """Draw the loss over a plane through the kept weights, with the path projected on it.

    Parameters
    ----------
    run : Run or Landscape
        A run, or what `hagang.measure.landscape` told.
    data : pair of arrays or Prepared
        What the run was trained on; not needed where the run had `FinalLandscape` among its listeners.
    **how
        Passed on to `hagang.measure.landscape`: `directions`, `size`, `rows`, `seed`.

    Raises
    ------
    ArgumentError
        Without data, where nothing was kept.
    """
    told = run if isinstance(run, Landscape) else _kept(run) if data is None else landscape(run, data, **how)
    heights = np.where(np.isfinite(told.losses), told.losses, np.nan)
    marks: list[Mark] = [Heights(told.across, told.up, heights, "loss")]
    title = "The loss round the result"
    if told.path is not None:
        x, y = told.path.T
        marks.append(Line(x, y, label="path", colour="vermilion", width=1.4, dots=True, moves=True))
        marks.append(Points(x[:1], y[:1], label="start", colour="vermilion", shape="ring", size=8))
        title += f"; {told.share:.0%} of the path's way lies in this plane"
    marks.append(Points([0.0], [0.0], label="kept", colour="amber", shape="star", size=13))
    kind = "main direction of the path" if told.directions == "path" else "random direction, filter-normalised"
    limits = [(float(axis[0]), float(axis[-1])) for axis in (told.across, told.up)]
    panel = Panel(marks, Axis(f"first {kind}", limits=limits[0]), Axis(f"second {kind}", limits=limits[1]))
    return Picture([panel], title, width=6.8, height=5.4)


def _kept(run: Run) -> Landscape:
    told = surroundings(run)
    if told is None:
        msg = f"data: expected what run '{run.name}' was trained on, received None, and no landscape was kept with it"
        raise ArgumentError(msg)
    return told
