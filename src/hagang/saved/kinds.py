"""The types that a record may name: hagang's layers, activations, optimisers, schedules and stopping rules.

Whatever those packages export is included automatically.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from hagang import nn, optim, schedules, stopping

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["KINDS"]


def _records(package: ModuleType) -> dict[str, Any]:
    """With the package in the name, since a layer and a schedule may share one."""
    prefix = package.__name__.rpartition(".")[2]
    exported = {name: value for name, value in vars(package).items() if isinstance(value, type)}
    return {f"{prefix}.{name}": kind for name, kind in exported.items() if is_dataclass(kind)}


KINDS: dict[str, Any] = {
    **{f"nn.{name}": function for name, function in nn.ACTIVATIONS.items()},
    **_records(nn),
    **_records(optim),
    **_records(schedules),
    **_records(stopping),
}
"""By name: `nn.Dense`, `nn.relu`, `optim.Adam`."""
