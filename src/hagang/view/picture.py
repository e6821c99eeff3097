"""`Picture`: panels of marks, rendered by matplotlib, by plotly, or as an animation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.view.marks import PanelGrid
from hagang.view.render.interactive import as_html, as_plotly
from hagang.view.render.motion import save_animation
from hagang.view.render.static import as_matplotlib, as_svg, save_static

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from matplotlib.figure import Figure

__all__ = ["STILL", "SUFFIXES", "Picture", "check_suffix"]

STILL, MOVING = (".png", ".svg", ".pdf"), (".gif", ".mp4")
SUFFIXES = (*STILL, ".html", *MOVING)
"""The file extensions that can be written."""


@dataclass(frozen=True)
class Picture(PanelGrid):
    """Panels of marks, rendered as a file, a matplotlib or plotly figure, SVG or HTML.

    Parameters
    ----------
    panels : sequence of Panel
        Left to right, then top to bottom.
    title : str
        Title above all panels.
    columns : int
        Number of panels per row.
    width, height : float
        Size in inches, at 150 dots per inch.

    Examples
    --------
    >>> from hagang.view.marks import Axis, Line, Panel
    >>> line = Line([0, 1, 2], [4, 2, 1], label="gd")
    >>> picture = Picture([Panel([line], Axis("step"), Axis("value"))], "Gradient descent")
    >>> picture.matplotlib().axes[0].get_ylabel()
    'value'
    """

    def save(self, path: str | os.PathLike[str], theme: str = "light") -> None:
        """Write a file.

        Parameters
        ----------
        path : str or path
            The extension selects the format: .png, .svg, .pdf; interactive .html (needs plotly: `pip install
            'hagang[interactive]'`); animated .gif, and .mp4 if ffmpeg is installed.
        theme : str
            "light" or "dark". Light .svg and .html files switch to dark if the browser prefers it.

        Raises
        ------
        ArgumentError
            For another extension, or if the renderer is not installed.
        """
        suffix = check_suffix(path)
        if suffix == ".html":
            Path(path).write_text(self.html(), encoding="utf-8")
        elif suffix in MOVING:
            save_animation(self, Path(path), theme)
        else:
            save_static(self, Path(path), theme)

    def matplotlib(self, theme: str = "light") -> Figure:
        """The matplotlib figure, for further customisation."""
        return as_matplotlib(self, theme)

    def plotly(self, theme: str = "light") -> Any:
        """The plotly figure; needs plotly."""
        return as_plotly(self, theme)

    def svg(self) -> str:
        """The picture as SVG text, which switches to dark colours if the browser prefers them."""
        return as_svg(self)

    def html(self) -> str:
        """A self-contained interactive page; needs plotly."""
        return as_html(self)

    def _repr_html_(self) -> str:
        return self.svg()


def check_suffix(path: str | os.PathLike[str], name: str = "path", known: Sequence[str] = SUFFIXES) -> str:
    """The extension of a picture's file, checked.

    Raises
    ------
    ArgumentError
        If pictures cannot be written in this format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in known:
        msg = f"{name}: expected a file that ends in {', '.join(known)}, received '{path}'"
        raise ArgumentError(msg)
    return suffix
