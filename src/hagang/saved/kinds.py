"""What hagang itself can build from a record: its layers, activations, optimisers, schedules and stopping rules.

Whatever those packages export joins by itself.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from hagang import nn, optim, schedules, stopping

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["KINDS"]


def _records(package: ModuleType) -> dict[str, Any]:
    """By package too, since a layer and a schedule may share a name."""
    prefix = package.__name__.rpartition(".")[2]
    exported = {name: thing for name, thing in vars(package).items() if isinstance(thing, type)}
    return {f"{prefix}.{name}": thing for name, thing in exported.items() if is_dataclass(thing)}


KINDS: dict[str, Any] = {
    **{f"nn.{name}": function for name, function in nn.ACTIVATIONS.items()},
    **_records(nn),
    **_records(optim),
    **_records(schedules),
    **_records(stopping),
}
"""By the name in the record: `nn.Dense`, `nn.relu`, `optim.Adam`."""
