"""Sentences and figures that several commands print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.data import Classes, Target
from hagang.data.text import listing

if TYPE_CHECKING:
    from hagang.nn import Network

__all__ = ["chain", "target_text"]


def chain(network: Network, width: int) -> str:
    """Write a network as a chain of sizes.

    Examples
    --------
    >>> from hagang.nn import Dense, Network
    >>> chain(Network([Dense(100, "relu"), Dense(3)]), 4)
    '4 → 100 relu → 3'
    """
    return " → ".join([str(width), *(layer.label for layer in network.layers)])


def target_text(target: Target) -> str:
    """What is predicted."""
    if isinstance(target, Classes):
        return f"{len(target.labels)} classes of {target.name!r} ({listing(target.labels, 6)})"
    return f"the quantity {target.name!r}, mean {target.mean:,.6g}, standard deviation {target.scale:,.6g}"
