"""The state of the live display, and its layout."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from hagang.measure.decimate import Decimated
from hagang.view.live.braille import bar, plot

if TYPE_CHECKING:
    from hagang.training.events import EpochEnd

__all__ = ["LiveState", "layout"]

TRAINING, VALIDATION = "#4aa3e0", "#f2803c"
_LEAST_WIDTH, _LEAST_HEIGHT = 44, 12
_CURVES, _LABEL = 9, 9
_LAYERS = 6
_PLACES = 1024
"""Number of epochs in a curve: more would fall on the same dots."""

_SPAN = 6.0
"""Powers of ten spanned by the bar of a gradient."""


@dataclass
class LiveState:
    """The data on display."""

    epochs: int = 0
    steps: int = 0
    epoch: int = 0
    step: int = 0
    first_step: int = 0
    seconds: float = 0.0
    rate: float = math.nan
    unit: float = 1.0
    losses: Decimated[tuple[float, float]] = field(default_factory=lambda: Decimated(_PLACES))
    """Training and validation losses; NaN without validation."""
    last: EpochEnd | None = None
    best: tuple[int, float] | None = None
    layers: tuple[str, ...] = ()
    norms: tuple[float, ...] = ()
    keys: bool = False
    paused: bool = False

    def add_epoch(self, record: EpochEnd) -> None:
        """Add an epoch."""
        self.last = record
        validation = math.nan if record.validation_loss is None else record.validation_loss
        self.losses.keep(record.epoch, (record.loss, validation))
        if record.is_best and record.validation_loss is not None:
            self.best = (record.epoch, record.validation_loss)

    @property
    def speed(self) -> float:
        """Steps per second."""
        return (self.step - self.first_step) / self.seconds if self.seconds > 0 else math.nan


def layout(state: LiveState, width: int, height: int) -> Group:
    """The lines for a terminal of this size; only the two most important ones if it is small."""
    lines = [_position(state, width), _scores(state)]
    if width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
        return _cut(lines, width)
    layers = _layers(state, width)[: max(0, height - _LEAST_HEIGHT)]
    rows = min(_CURVES, height - len(lines) - len(layers) - 3)
    return _cut([*lines, *_curves(state, width, rows), *layers, _keys(state)], width)


def _cut(lines: list[Text], width: int) -> Group:
    """Crop lines to the width of the terminal, since wrapping would break the next redraw."""
    for line in lines:
        line.no_wrap, line.overflow = True, "crop"
        line.truncate(max(1, width - 1), overflow="crop")
    return Group(*lines)


def _position(state: LiveState, width: int) -> Text:
    position = f"epoch {state.epoch:{len(str(state.epochs))}}/{state.epochs}"
    share = state.step / state.steps if state.steps else 0.0
    speed = f"{state.speed:,.0f} steps/s" if math.isfinite(state.speed) else ""
    rate = f"rate {state.rate:.3g}" if math.isfinite(state.rate) else ""
    details = "  ".join(filter(None, (speed, rate, _left(state))))
    filled = bar(share, 12 if width >= 60 else 6)
    return Text.assemble((position, "bold"), "  ", (filled, TRAINING), " ", details)


def _left(state: LiveState) -> str:
    """The time that the remaining epochs would take; a rule may end the run earlier."""
    if not (math.isfinite(state.speed) and state.speed > 0 and state.steps):
        return ""
    seconds = round((state.steps - state.step) / state.speed)
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02} left at most"


def _scores(state: LiveState) -> Text:
    if state.last is None:
        return Text("first epoch in progress", style="dim")
    last = state.last
    line = Text.assemble(("loss ", TRAINING), f"{last.loss:.4f}")
    if last.validation_loss is not None:
        line.append("  ").append("validation ", VALIDATION).append(f"{last.validation_loss:.4f}")
    for name, value in last.metrics.items():
        shown = f"{value * state.unit:.4g}" if name == "rmse" else f"{value:.4f}"
        line.append(f"  {name} {shown}")
    if state.best is not None:
        line.append(f"  best {state.best[1]:.4f}, epoch {state.best[0]}", "dim")
    return line


def _curves(state: LiveState, width: int, height: int) -> list[Text]:
    if not state.losses.things or height < 2:
        return []
    losses, validation = zip(*state.losses.things, strict=True)
    curves = [(TRAINING, losses)]
    if any(map(math.isfinite, validation)):
        curves.append((VALIDATION, validation))
    numbers = [value for _, values in curves for value in values if math.isfinite(value)]
    lines = plot(curves, width - _LABEL - 2, height)
    labels = [""] * height
    if numbers:
        labels[0], labels[-1] = f"{max(numbers):.3g}", f"{min(numbers):.3g}"
    return [
        Text.assemble((label.rjust(_LABEL - 1) + " ", "dim"), line) for label, line in zip(labels, lines, strict=True)
    ]


def _layers(state: LiveState, width: int) -> list[Text]:
    """One line per layer: its gradient norm, as a bar over powers of ten below the largest."""
    pairs = list(zip(state.layers, state.norms, strict=False))
    shown = pairs if len(pairs) <= _LAYERS else [*pairs[: _LAYERS // 2], *pairs[-_LAYERS // 2 :]]
    largest = max((norm for _, norm in shown if norm > 0), default=0.0)
    if not largest:
        return []
    wide = max(len(name) for name, _ in shown)
    return [_layer(name.ljust(wide), norm, largest, min(24, width // 3)) for name, norm in shown]


def _layer(name: str, norm: float, largest: float, width: int) -> Text:
    share = 1 + math.log10(norm / largest) / _SPAN if norm > 0 else 0.0
    return Text.assemble(("gradient ", "dim"), f"{name}  ", (bar(share, width), "#dc93bf"), f" {norm:.1e}")


def _keys(state: LiveState) -> Text:
    if not state.keys:
        return Text("Ctrl-C stops and keeps the best weights", style="dim")
    pause = "p resume" if state.paused else "p pause"
    line = Text(f"s stop and keep the best weights   + − learning rate × 2, ÷ 2   {pause}", style="dim")
    return Text.assemble(("paused   ", "bold"), line) if state.paused else line
