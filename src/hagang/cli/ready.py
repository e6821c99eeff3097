"""Data made ready as the panel Data asks, for every command that trains or looks ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.cli import recipe
from hagang.cli.asked import scales, share_or_source
from hagang.data import Prepared, prepare

if TYPE_CHECKING:
    from hagang.cli.options import DataOptions

__all__ = ["made_ready"]


def made_ready(data: DataOptions, seed: int, standardise: bool = True) -> Prepared:
    """Read, split and encode; with a quantity to predict standardised, or as it is."""
    return prepare(
        data.source,
        data.target,
        task=data.task,
        scale=scales(data.scale),
        embed=recipe.MANY_CATEGORIES,
        validation=data.validation,
        test=share_or_source(data.test),
        drop=tuple(data.drop or ()),
        header=data.header,
        separator=data.separator,
        weight=data.weight,
        group=data.group,
        time=data.time,
        part=data.part,
        standardise=standardise,
        seed=seed,
    )
