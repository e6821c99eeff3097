"""Options from a file, and to one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path  # noqa: TC003 (read at run time)
from typing import Annotated

import typer  # noqa: TC002 (read at run time)

from hagang.cli.options.data import DataOptions
from hagang.cli.options.descent import DescentOptions
from hagang.cli.options.make import flag, option
from hagang.cli.options.network import NetworkOptions
from hagang.cli.options.run import RunOptions

__all__ = ["TRAIN", "ConfigOptions"]

TRAIN = (DataOptions, NetworkOptions, DescentOptions, RunOptions)
"""The panels of `hagang train` that a file can set."""

_option, _flag = partial(option, panel="Configuration"), partial(flag, panel="Configuration")


def _from_file(context: typer.Context, path: Path | None) -> None:
    """What the file says takes the place of the defaults, before the other options are read."""
    if path is not None:
        from hagang.cli.config import read

        context.default_map = read(path, TRAIN)


@dataclass(frozen=True, kw_only=True)
class ConfigOptions:
    """The panel Configuration."""

    config: Annotated[
        Path | None,
        _option(
            "--config",
            metavar="FILE",
            text="Read options from a TOML file; options on the command line take precedence.",
            callback=_from_file,
            is_eager=True,
        ),
    ] = None
    print_config: Annotated[bool, _flag("--print-config", text="Print all options as such a file, and exit.")] = False
