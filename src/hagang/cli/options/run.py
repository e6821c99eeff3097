"""Where the results go, and how the run is reported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

from hagang.cli.options.make import flag, option
from hagang.recipe import defaults

__all__ = ["RunOptions"]

_option = partial(option, panel="Run")
_flag = partial(flag, panel="Run")


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """The panel Run."""

    seed: Annotated[
        int,
        _option(
            "--seed",
            metavar="N",
            text="Decides the split, the initial weights and the shuffling.",
            default=defaults.SEED,
            least=0,
        ),
    ] = defaults.SEED
    threads: Annotated[
        int | None,
        _option(
            "--threads",
            metavar="N",
            text="Number of threads; results do not depend on it.",
            default="all cores",
            least=1,
        ),
    ] = None
    out: Annotated[
        Path, _option("--out", "-o", metavar="FILE", text="Where to save the model.", default=defaults.OUT)
    ] = Path(defaults.OUT)
    folder: Annotated[
        Path | None,
        _option(
            "--folder",
            metavar="DIR",
            text="Keep the run in a new folder, such as runs/first, for hagang report, runs and compare.",
        ),
    ] = None
    watch: Annotated[
        bool,
        _flag("--watch", text="With --folder: record gradients, updates and weights by layer, for the report."),
    ] = False
    force: Annotated[bool, _flag("--force", text="Replace a file at --out that is no model of hagang's.")] = False
    json: Annotated[bool, _flag("--json", text="Print one JSON object per line, on standard output.")] = False
    quiet: Annotated[bool, _flag("--quiet", "-q", text="Print nothing but errors.")] = False
