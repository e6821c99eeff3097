"""`hagang show`: what a model is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.cli.console import Console, size
from hagang.cli.parse import as_typed
from hagang.cli.phrases import chain, target_text
from hagang.data import ColumnFeatures, PixelFeatures
from hagang.data.text import count
from hagang.saved import read_header
from hagang.training import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hagang.training import TrainedNetwork

__all__ = ["run"]


def run(model: Path) -> None:
    """Read and print."""
    network = load(model)
    console = Console()
    versions = ", ".join(f"{name} {version}" for name, version in read_header(model).versions.items())
    console.row("Model", f"{model}, {size(model.stat().st_size)}, written with {versions}")
    console.row("Task", f"{network.task}: {target_text(network.target)}" if network.target else network.task)
    console.row("Network", _network(network))
    if network.network is not None:
        console.gap()
        console.table(*_layers(network))
        console.gap()
    _print_training(console, network.about)
    if isinstance(network.features, ColumnFeatures):
        _print_columns(console, network.features)
    elif isinstance(network.features, PixelFeatures):
        shape, (factor, shift) = network.features.shape, network.features.affine
        console.row(
            "Inputs", f"images of {' × '.join(map(str, shape))} pixels, each times {factor:.6g} plus {shift:.6g}"
        )


def _network(network: TrainedNetwork) -> str:
    weights = sum(array.size for array in network.weights.values())
    precision = ", ".join(sorted({str(array.dtype) for array in network.weights.values()}))
    width = 1
    for n in network.input_dims:
        width *= n
    layers = (
        chain(network.network, width) if network.network is not None else f"{width} inputs, layers of the user's own"
    )
    return f"{layers}; {count(weights, 'weight')}, {precision}"


def _layers(network: TrainedNetwork) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """One row per layer, without its path."""
    heads, rows = network.summary().table()
    return tuple(head.capitalize() if head.islower() else head for head in heads[1:]), [row[1:] for row in rows]


def _print_training(console: Console, about: Mapping[str, Any]) -> None:
    data, config = about.get("data"), about.get("config", {})
    if data is not None:
        rows = ", ".join(f"{data['rows'][part]:,} {part}" for part in ("training", "validation", "test"))
        console.row("Data", f"{data['name']}: {rows} rows", *map(as_typed, data["notes"]))
    # The schedule as it was written: its full record includes its state.
    settings = {**config, "schedule": about.get("options", {}).get("schedule", config.get("schedule"))}
    console.row("Training", ", ".join(f"{name} {value}" for name, value in settings.items() if name != "network"))
    if "stopped_by" in about:
        console.row("Stopped", as_typed(about["stopped_by"]))
    if "scores" in about:
        console.gap()
        console.scores(about["scores"], about["baseline"], about["scored"])
        console.gap()


def _print_columns(console: Console, features: ColumnFeatures) -> None:
    rows = [(encoder.name, encoder.describe()) for encoder in features.encoders]
    rows += [(item.name, f"left out: it {item.reason}") for item in features.left_out]
    console.table(("Column", "Treatment"), rows, right=False)
