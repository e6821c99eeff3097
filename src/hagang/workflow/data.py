"""The data as the options ask: read, split, encoded, scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hagang.data import Dataset, load, prepare, prepare_folds
from hagang.errors import ArgumentError
from hagang.recipe.defaults import MANY_CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hagang.data import Prepared
    from hagang.workflow.options import Options

__all__ = ["fold_data", "prepare_data", "with_values"]


def with_values(source: Any, options: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Take `(X, y)` or `(X, y, weight)` apart: the rest is the target and the weights.

    Raises
    ------
    ArgumentError
        Where there are others, or a target or weights are given too.
    """
    if not isinstance(source, tuple | list):
        return source, options
    if len(source) not in (2, 3):
        msg = f"data: expected a path, a table, an array, (X, y) or (X, y, weight), received {len(source)} values"
        raise ArgumentError(msg)
    values = dict(zip(("target", "weight"), source[1:], strict=False))
    twice = [name for name in values if options.get(name) is not None]
    if twice:
        msg = f"{twice[0]}: expected None beside data of {len(source)} arrays, which brings it, received another"
        raise ArgumentError(msg)
    return source[0], options | values


def prepare_data(
    source: Any,
    options: Options,
    *,
    standardise: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Prepared:
    """Read, split and encode.

    Parameters
    ----------
    source, options
        As `train` has them.
    standardise
        Whether a quantity to predict is shifted and scaled.
    progress
        Called with the rows done and their number while a table larger than memory is converted, to a folder beside
        the model.
    """
    return prepare(
        source,
        options.target,
        validation=options.validation,
        test=options.test,
        time=options.time,
        part=options.part,
        standardise=standardise,
        stream=options.stream,
        memory=options.memory,
        folder=None if options.out is None else options.out.with_suffix(".stream"),
        progress=progress,
        seed=options.seed,
        scale=options.scale,
        embed=MANY_CATEGORIES,
        **_reading(options),
    )


def fold_data(source: Any, options: Options, *, standardise: bool = True) -> Iterator[Prepared]:
    """The data prepared once for each fold, which is its test part."""
    data = source if isinstance(source, Dataset) else load(source, options.target, **_reading(options))
    return prepare_folds(
        data,
        options.folds or 2,
        validation=options.validation,
        seed=options.seed,
        standardise=standardise,
        scale=options.scale,
        embed=MANY_CATEGORIES,
    )


def _reading(options: Options) -> dict[str, Any]:
    """How a source is read."""
    names = ("task", "drop", "header", "separator", "encoding", "types", "missing", "weight", "group")
    return {name: getattr(options, name) for name in names}
