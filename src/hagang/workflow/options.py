"""What `hagang.train` and `hagang train` may be asked, in one record, with the defaults of `recipe`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from hagang.recipe import defaults
from hagang.workflow import parse

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GROUPS", "Options", "plain"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Options:
    """The options of a training, read; `train` says what each means."""

    target: Any = None
    task: str | None = None
    drop: tuple[str, ...] = ()
    scale: str | Mapping[str, str] | None = None
    log_target: bool = True
    folds: int | None = None
    validation: Any = defaults.VALIDATION
    test: Any = defaults.TEST
    weight: Any = None
    class_weight: str | Mapping[Any, float] | None = None
    group: Any = None
    time: Any = None
    part: Any = None
    header: bool | None = None
    separator: str | None = None
    encoding: str | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    stream: bool | None = None
    memory: str | int | None = None

    hidden: tuple[int, ...] | None = None
    activation: Any = defaults.ACTIVATION
    init: Any = None
    norm: str = "none"
    residual: bool = False
    dropout: tuple[float, float] = (0.0, 0.0)
    noise: float = 0.0
    loss: Any = None
    label_smoothing: float = 0.0
    precision: str = defaults.PRECISION

    optimizer: Any = defaults.OPTIMIZER
    lr: float | None = None
    weight_decay: float | None = None
    l1: float = 0.0
    l2: float = 0.0
    max_norm: float | None = None
    clip_norm: float | None = None
    ema_decay: float = defaults.EMA_DECAY
    schedule: Any = defaults.SCHEDULE
    batch_size: int | str | None = None
    drop_last: bool = False
    balanced: bool = False
    epochs: int = defaults.EPOCHS
    patience: int = defaults.PATIENCE
    stop: Any = None

    seed: int = defaults.SEED
    threads: int | None = None
    out: Path | None = None
    folder: Path | None = None
    watch: bool = False
    force: bool = False

    @classmethod
    def of(cls, **values: Any) -> Options:
        """Read values, as typed or as Python has them.

        Raises
        ------
        ArgumentError
            Where a value is none of the option's.

        Examples
        --------
        >>> Options.of(hidden="100,50", dropout=0.2).hidden
        (100, 50)
        """
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in values.items()})

    def describe(self) -> dict[str, Any]:
        """The options that are set, as values that JSON can hold; without the places that results go to."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _PLACES}
        return {name: plain(value) for name, value in values.items() if value is not None}


_NAMES = [field.name for field in fields(Options)]
_STARTS = [_NAMES.index(name) for name in ("target", "hidden", "optimizer", "seed")] + [len(_NAMES)]

GROUPS: dict[str, tuple[str, ...]] = {
    group: tuple(_NAMES[start:end])
    for group, start, end in zip(("data", "network", "descent", "run"), _STARTS, _STARTS[1:], strict=False)
}
"""The options of the data, of the network, of the descent and of the run."""

_FLAGS = ("log_target", "residual", "drop_last", "balanced", "watch", "header", "stream", "force")
_WHOLE = {"folds": 2, "epochs": 1, "patience": 0, "seed": 0, "threads": 1}
"""Options that are whole numbers, each with the least that it can be."""
_NUMBERS = (
    "clip_norm",
    "ema_decay",
    "l1",
    "l2",
    "label_smoothing",
    "lr",
    "max_norm",
    "noise",
    "weight_decay",
)
_PLACES = ("out", "folder", "force")

_READ: dict[str, Any] = {
    "drop": parse.columns,
    "types": parse.column_types,
    "missing": parse.columns,
    "scale": parse.scales,
    "test": parse.share_or_source,
    "validation": parse.share_or_source,
    "class_weight": parse.class_weights,
    "hidden": parse.units,
    "dropout": parse.dropout_rates,
    "batch_size": parse.batch_rows,
    "out": parse.place,
    "folder": parse.place,
    **{name: parse.flags(name) for name in _FLAGS},
    **{name: parse.whole_numbers(name, least) for name, least in _WHOLE.items()},
    **{name: parse.numbers(name) for name in _NUMBERS},
}


def plain(value: Any) -> Any:
    """A value as JSON can hold it; arrays and tables by their kind and shape, anything else as it prints.

    Examples
    --------
    >>> import numpy as np
    >>> plain((8, 4)), plain(np.zeros((3, 2)))
    ([8, 4], 'ndarray of shape (3, 2)')
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    shape = getattr(value, "shape", None)
    return str(value) if shape is None else f"{type(value).__name__} of shape {tuple(shape)}"
