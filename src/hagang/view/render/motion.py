"""Animations by matplotlib: moving lines grow from their first point to their last."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ArgumentError
from hagang.view.render.static import draw_picture, style
from hagang.view.theme import theme_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.figure import Figure

    from hagang.view.marks import PanelGrid


__all__ = ["save_animation"]

FRAMES, HOLD, FRAMES_PER_SECOND, DOTS_PER_INCH, COLOURS = 60, 12, 12, 90, 96


def save_animation(picture: PanelGrid, path: Path, theme: str = "light") -> None:
    """Write a .gif, or an .mp4 if ffmpeg is installed; the last frame is held for a second.

    Raises
    ------
    ArgumentError
        If nothing in the picture moves, or ffmpeg is missing.
    """
    write = {".gif": _write_gif, ".mp4": _write_film}[path.suffix.lower()]
    with style():
        figure, moving = draw_picture(picture, theme_named(theme))
        if not moving:
            msg = "path: expected a .png, .svg, .pdf or .html, since nothing in this picture moves"
            raise ArgumentError(msg)
        figure.set_dpi(DOTS_PER_INCH)
        steps = max(len(points[0]) for _, points in moving)
        write(path, figure, _growing(moving, steps))


def _write_gif(path: Path, figure: Figure, growing: Iterator[int]) -> None:
    """Write all frames with one palette and no dithering, so that static parts compress well."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    palette = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(COLOURS)
    images = []
    for _ in growing:
        canvas.draw()
        drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        images.append(drawn.quantize(palette=palette, dither=Image.Dither.NONE))
    options: Any = {"save_all": True, "duration": round(1000 / FRAMES_PER_SECOND), "loop": 0, "optimize": True}
    images[0].save(path, append_images=images[1:], **options)


def _write_film(path: Path, figure: Figure, growing: Iterator[int]) -> None:
    from matplotlib.animation import FFMpegWriter

    if shutil.which("ffmpeg") is None:
        msg = f"path: expected ffmpeg to be installed for '{path}'; install it, or write a .gif"
        raise ArgumentError(msg)
    writer = FFMpegWriter(fps=FRAMES_PER_SECOND)
    with writer.saving(figure, str(path), DOTS_PER_INCH):
        for _ in growing:
            writer.grab_frame(facecolor=figure.get_facecolor())


def _frames(steps: int) -> list[int]:
    """Number of points shown in each frame, about sixty frames, then the last repeated."""
    every = max(1, -(-steps // FRAMES))
    shown = list(range(1, steps + 1, every))
    return [*shown, *([steps] * HOLD)]


def _growing(moving: list[Any], steps: int) -> Iterator[int]:
    """Extend the lines frame by frame."""
    for shown in _frames(steps):
        for line, points in moving:
            part = [values[:shown] for values in points]
            (line.set_data if len(part) == 2 else line.set_data_3d)(*part)
        yield shown
