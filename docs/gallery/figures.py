"""What a figure of the gallery is, and the list of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docs.gallery import descents, graphs, trainings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FIGURES", "Figure", "structure"]


@dataclass(frozen=True)
class Figure:
    """A figure: its file's name, what it shows, and the function that makes the picture."""

    file: str
    caption: str
    make: Callable[[], Any]


FIGURES: tuple[Figure, ...] = tuple(
    Figure(file, " ".join(caption.split()), make)
    for part in (graphs.FIGURES, descents.FIGURES, trainings.FIGURES)
    for file, caption, make in part
)


def structure(picture: Any) -> dict[str, Any]:
    """What must not change by accident: axes, scales, marks and labels."""
    if hasattr(picture, "graph"):
        return {"nodes": [node.name for node in picture.graph.nodes], "edges": len(picture.graph.edges)}
    return {"panels": [_panel(panel) for panel in picture.panels]}


def _panel(panel: Any) -> dict[str, Any]:
    axes = {name: axis for name, axis in (("x", panel.x), ("y", panel.y), ("z", panel.z)) if axis is not None}
    labels = {name: f"{axis.label} ({axis.scale})" for name, axis in axes.items()}
    return {**labels, "series": [f"{type(mark).__name__} {getattr(mark, 'label', '')}".strip() for mark in panel.marks]}
