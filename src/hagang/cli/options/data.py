"""The data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from hagang.cli.options.common import Data, Encoding, Header, Missing, Separator, Types  # noqa: TC001 (read at run time)
from hagang.cli.options.make import flag, option
from hagang.recipe import defaults

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
        list[str] | None,
        _option(
            "--scale",
            metavar="HOW",
            text="Scaling: standard, minmax, robust or none; of one column as price=robust; repeatable.",
            default="standard; images: minmax",
        ),
    ] = None
    log_target: Annotated[
        bool,
        flag(
            "--log-target/--no-log-target",
            text="Try log(1 + y) for a skewed target from 0 up, and keep it if the validation error is lower.",
            panel="Data",
            default="tried",
        ),
    ] = True
    folds: Annotated[
        int | None,
        _option("--folds", metavar="K", text="First print the scores of K-fold cross-validation.", least=2),
    ] = None
    validation: Annotated[
        str,
        _option(
            "--validation",
            metavar="SHARE|DATA",
            text="Share of the rows held out for validation while training, or another source.",
            default=defaults.VALIDATION,
        ),
    ] = str(defaults.VALIDATION)
    test: Annotated[
        str,
        _option(
            "--test",
            metavar="SHARE|DATA",
            text="Share of the rows held out for the scores at the end, or another source.",
            default=defaults.TEST,
        ),
    ] = str(defaults.TEST)
    weight: Annotated[
        str | None,
        _option("--weight", metavar="COLUMN", text="Column of sample weights; not an input."),
    ] = None
    class_weight: Annotated[
        list[str] | None,
        _option(
            "--class-weight",
            metavar="HOW",
            text="balanced, so that all classes count the same; or the weight of one class as yes=5; repeatable.",
        ),
    ] = None
    group: Annotated[
        str | None,
        _option("--group", metavar="COLUMN", text="Rows of one group stay in one part; not an input."),
    ] = None
    time: Annotated[
        str | None,
        _option("--time", metavar="COLUMN", text="Train on the earliest rows, test on the latest."),
    ] = None
    part: Annotated[
        str | None,
        _option(
            "--part", metavar="COLUMN", text="Column that says train, validation or test for each row; not an input."
        ),
    ] = None
    header: Header = None
    separator: Separator = None
    encoding: Encoding = None
    types: Types = None
    missing: Missing = None
    stream: Annotated[
        bool | None,
        flag(
            "--stream/--no-stream",
            text="Convert the table once to a compact form on disk beside the model, and read it block by block.",
            panel="Data",
            default="if it does not fit into --memory",
        ),
    ] = None
    memory: Annotated[
        str | None,
        _option("--memory", metavar="SIZE", text="Memory limit, as 2GB.", default="half of the machine's"),
    ] = None
