"""The loss landscape around the trained weights, with the training path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.measure import Landscape, landscape, surroundings
from hagang.view.marks import Axis, HeightMap, Line, Mark, Panel, Points
from hagang.view.picture import Picture

if TYPE_CHECKING:
    from hagang.runs import Run

__all__ = ["plot_landscape"]


def plot_landscape(run: Run | Landscape, data: Any = None, **how: Any) -> Picture:
    """Plot the loss over a plane through the final weights, with the training path projected onto it.

    Parameters
    ----------
    run : Run or Landscape
        A run, or the result of `hagang.measure.landscape`.
    data : pair of arrays or Prepared
        What the run was trained on; not needed where the run had `FinalLandscape` among its listeners.
    **how
        Passed on to `hagang.measure.landscape`: `directions`, `size`, `rows`, `seed`.

    Raises
    ------
    ArgumentError
        Without data, if no landscape was recorded.
    """
    grid = run if isinstance(run, Landscape) else _recorded(run) if data is None else landscape(run, data, **how)
    heights = np.where(np.isfinite(grid.losses), grid.losses, np.nan)
    marks: list[Mark] = [HeightMap(grid.across, grid.up, heights, "loss")]
    title = "Loss landscape"
    if grid.path is not None:
        x, y = grid.path.T
        marks.append(Line(x, y, label="path", colour="vermilion", width=1.4, dots=True, moves=True))
        marks.append(Points(x[:1], y[:1], label="start", colour="vermilion", shape="ring", size=8))
        title += f"; this plane holds {grid.share:.0%} of the path"
    marks.append(Points([0.0], [0.0], label="final", colour="amber", shape="star", size=13))
    kind = "main direction of the path" if grid.directions == "path" else "random direction, filter-normalised"
    limits = [(float(axis[0]), float(axis[-1])) for axis in (grid.across, grid.up)]
    panel = Panel(marks, Axis(f"first {kind}", limits=limits[0]), Axis(f"second {kind}", limits=limits[1]))
    return Picture([panel], title, width=6.8, height=5.4)


def _recorded(run: Run) -> Landscape:
    recorded = surroundings(run)
    if recorded is None:
        msg = (
            f"data: expected what run '{run.name}' was trained on, received None, and no landscape was recorded with it"
        )
        raise ArgumentError(msg)
    return recorded
