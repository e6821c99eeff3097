"""Animations by matplotlib: the lines that move grow from their first point to their last."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from hagang.errors import ArgumentError
from hagang.view.render.static import draw_picture, style
from hagang.view.theme import theme_named

if TYPE_CHECKING:
    from pathlib import Path

    from hagang.view.picture import Picture

__all__ = ["save_animation"]

FRAMES, HOLD, FRAMES_A_SECOND, DOTS_PER_INCH = 60, 12, 12, 100


def save_animation(picture: Picture, path: Path, theme: str = "light") -> None:
    """Write a .gif, or an .mp4 where ffmpeg is installed; the last image stands for a second.

    Raises
    ------
    ArgumentError
        Where nothing in the picture moves, or ffmpeg is missing.
    """
    writer = _writer(path)
    with style():
        figure, moving = draw_picture(picture, theme_named(theme))
        if not moving:
            msg = "path: expected a .png, .svg, .pdf or .html, since nothing in this picture moves"
            raise ArgumentError(msg)
        steps = max(len(points[0]) for _, points in moving)
        with writer.saving(figure, str(path), DOTS_PER_INCH):
            for shown in _frames(steps):
                _grow(moving, shown)
                writer.grab_frame(facecolor=figure.get_facecolor())


def _frames(steps: int) -> list[int]:
    """How many points each image shows: all numbers, or about sixty evenly spread, then the last again."""
    every = max(1, -(-steps // FRAMES))
    shown = list(range(1, steps + 1, every))
    return [*shown, *([steps] * HOLD)]


def _grow(moving: list[Any], shown: int) -> None:
    for line, points in moving:
        part = [values[:shown] for values in points]
        (line.set_data if len(part) == 2 else line.set_data_3d)(*part)


def _writer(path: Path) -> Any:
    from matplotlib.animation import FFMpegWriter, PillowWriter

    if path.suffix.lower() == ".gif":
        return PillowWriter(fps=FRAMES_A_SECOND)
    if shutil.which("ffmpeg") is None:
        msg = f"path: expected ffmpeg to be installed for '{path}'; install it, or write a .gif"
        raise ArgumentError(msg)
    return FFMpegWriter(fps=FRAMES_A_SECOND)
