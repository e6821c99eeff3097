"""The Program: what goes through the door to a runtime. A pure graph from slots, batch and scalars to what is new."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from hagang.graph import Node, order, show

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Program"]


@dataclass(frozen=True, eq=False)
class Program:
    """One step, as a pure function: (slots, batch, scalars) → (new slots, outputs).

    Parameters
    ----------
    updates : mapping of str to Node
        The new value of each slot that changes, by the slot's name.
    outputs : mapping of str to Node
        What a run reports: one value per step, or one per row where its dims hold the rows.
    stop : str, optional
        The name of a boolean scalar output that ends a chunk at the very step where it is true.
    """

    updates: Mapping[str, Node] = field(default_factory=dict)
    outputs: Mapping[str, Node] = field(default_factory=dict)
    stop: str | None = None

    @property
    def roots(self) -> list[Node]:
        """Everything that a step must compute."""
        return [*self.updates.values(), *self.outputs.values()]

    @cached_property
    def inputs(self) -> dict[str, Node]:
        """The inputs that the step reads, by name, in the order of first use."""
        return {node.attrs["name"]: node for node in order(self.roots) if node.is_input}

    def with_role(self, role: str) -> Mapping[str, Node]:
        """The inputs of one role: slot, batch or scalar."""
        return self._by_role.get(role, {})

    @cached_property
    def _by_role(self) -> dict[str, dict[str, Node]]:
        roles: dict[str, dict[str, Node]] = {}
        for name, node in self.inputs.items():
            roles.setdefault(node.attrs["role"], {})[name] = node
        return roles

    def __str__(self) -> str:
        return show({**{f"{name}'": node for name, node in self.updates.items()}, **self.outputs})
