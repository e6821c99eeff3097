"""What is learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from hagang.cli import recipe
from hagang.cli.options.common import Data, Header, Separator  # noqa: TC001 (read at run time)
from hagang.cli.options.make import option

__all__ = ["DataOptions"]

_option = partial(option, panel="Data")


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """The panel Data."""

    source: Data
    target: Annotated[
        str | None,
        _option(
            "--target",
            "-t",
            metavar="COLUMN",
            text="The column to predict: its name, its position (the first is 1) or last.",
        ),
    ] = None
    task: Annotated[
        str | None,
        _option("--task", metavar="KIND", text="classification or regression.", default="by the target's values"),
    ] = None
    drop: Annotated[
        list[str] | None,
        _option("--drop", metavar="COLUMN", text="Leave a column out; repeatable."),
    ] = None
    scale: Annotated[
        str | None,
        _option("--scale", metavar="HOW", text="standard, minmax or none.", default="standard; images: minmax"),
    ] = None
    validation: Annotated[
        float,
        _option(
            "--validation",
            metavar="SHARE",
            text="Share of the rows to watch, not to train on.",
            default=recipe.VALIDATION,
        ),
    ] = recipe.VALIDATION
    test: Annotated[
        str,
        _option(
            "--test",
            metavar="SHARE|DATA",
            text="Share of the rows to score at the end, or other rows.",
            default=recipe.TEST,
        ),
    ] = str(recipe.TEST)
    header: Header = None
    separator: Separator = None
