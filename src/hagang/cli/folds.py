"""`hagang train --folds`: every row is tested once, by a network that has not seen it."""

from __future__ import annotations

from statistics import mean, stdev
from typing import TYPE_CHECKING

from hagang.cli import built
from hagang.cli.asked import scales
from hagang.cli.page import amount
from hagang.data import load, prepare_folds
from hagang.errors import ArgumentError
from hagang.recipe import defaults
from hagang.runs import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from hagang.cli.asked import Asked
    from hagang.cli.page import Page
    from hagang.data import Prepared

__all__ = ["say_folds"]


def say_folds(page: Page, asked: Asked, settings: Callable[[Asked, Prepared], Mapping[str, Any]]) -> None:
    """Train on each fold's other rows, and say the scores of all."""
    if asked.data.stream:
        msg = "--folds: expected data in memory, received --stream; leave one of them out"
        raise ArgumentError(msg)
    scores = [_scored(asked, ready, settings) for ready in _prepared(asked)]
    page.gap()
    rows = [(f"fold {k}", *map(amount, one.values())) for k, one in enumerate(scores, start=1)]
    means = [mean(one[name] for one in scores) for name in scores[0]]
    spreads = [stdev(one[name] for one in scores) for name in scores[0]]
    heads = ("", *(name.replace("_", " ") for name in scores[0]))
    page.table(heads, [*rows, ("mean", *map(amount, means)), ("deviation", *map(amount, spreads))])
    page.gap()


def _prepared(asked: Asked) -> list[Prepared]:
    data = asked.data
    read = load(
        data.source,
        data.target,
        task=data.task,
        drop=tuple(data.drop or ()),
        header=data.header,
        separator=data.separator,
        weight=data.weight,
        group=data.group,
    )
    options = {"scale": scales(data.scale), "embed": defaults.MANY_CATEGORIES}
    standardise = built.standardises(asked.network)
    share = data.validation
    return list(
        prepare_folds(read, data.folds or 2, validation=share, seed=asked.run.seed, standardise=standardise, **options)
    )


def _scored(
    asked: Asked, ready: Prepared, settings: Callable[[Asked, Prepared], Mapping[str, Any]]
) -> dict[str, float]:
    rules = built.rules(asked.descent, ready)
    network, descent = built.network(asked.network, ready), asked.descent
    size = descent.batch_size
    rows = int(size) if size is not None and size.isdigit() else None
    run = fit(
        network,
        ready,
        **settings(asked, ready),
        schedule=descent.schedule,
        epochs=descent.epochs,
        batch_size=rows,
        stop=rules,
    )
    return run.network.evaluate(ready)
