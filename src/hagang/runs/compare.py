"""Differences between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hagang.runs.run import Run

__all__ = ["differences", "facts"]

_SECTIONS = ("config", "data", "environment", "outcome")
_UNTOLD = ("findings", "labels")


def differences(runs: Sequence[Run]) -> dict[str, dict[str, list[Any]]]:
    """The settings and results that differ between runs.

    Parameters
    ----------
    runs : sequence of Run
        Two or more.

    Returns
    -------
    dict of str to dict
        By section (`config`, `data`, `environment`, `outcome`): for each setting or result its value in every run; None
        where a run does not have it.
    """
    told = [facts(run.record) for run in runs]
    return {section: _unlike([each[section] for each in told]) for section in _SECTIONS}


def _unlike(told: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for each in told for name in each)
    rows = {name: [each.get(name) for each in told] for name in names}
    return {name: values for name, values in rows.items() if any(value != values[0] for value in values)}


def facts(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A record flattened, with nested names joined by dots: `rows.test`.

    Examples
    --------
    >>> facts({"data": {"name": "iris", "rows": {"test": 23}}})["data"]
    {'name': 'iris', 'rows.test': 23}
    """
    return {section: dict(_flat(record.get(section, {}), "")) for section in _SECTIONS}


def _flat(nested: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif name not in _UNTOLD:
            yield prefix + name, value
