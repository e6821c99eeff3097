"""Where a run goes, and what it depends on besides."""

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
        _option("--seed", metavar="N", text="Decides split, start and shuffling.", default=defaults.SEED, least=0),
    ] = defaults.SEED
    threads: Annotated[
        int | None,
        _option("--threads", metavar="N", text="Results do not depend on it.", default="all cores", least=1),
    ] = None
    out: Annotated[Path, _option("--out", "-o", metavar="FILE", text="Where the model goes.", default=defaults.OUT)] = (
        Path(defaults.OUT)
    )
    folder: Annotated[
        Path | None,
        _option(
            "--folder",
            metavar="DIR",
            text="Keep the run in a new folder, runs/first say, for hagang report, runs and compare.",
        ),
    ] = None
    watch: Annotated[
        bool,
        _flag("--watch", text="With --folder: record what happens inside, by layer, for the report."),
    ] = False
    json: Annotated[bool, _flag("--json", text="Tell programs: a JSON object a line, on standard output.")] = False
    quiet: Annotated[bool, _flag("--quiet", "-q", text="Print nothing but errors.")] = False
