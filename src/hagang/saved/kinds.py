"""What hagang itself can build from a record: its layers, activations, initialisers and optimisers.

Whatever those packages export joins by itself.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

from hagang import nn, optim

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["KINDS"]


def _classes(package: ModuleType) -> dict[str, type]:
    return {name: thing for name, thing in vars(package).items() if isinstance(thing, type) and is_dataclass(thing)}


KINDS: dict[str, Any] = {**_classes(nn), **_classes(optim), **nn.ACTIVATIONS}
"""By the name in the record."""
