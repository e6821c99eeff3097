"""From values to groups: which values share a kernel, in which phase each runs, what must lie in memory.

An edge is local where the consumer reads just what the same thread produced; otherwise it is a cut, and threads meet
between the two phases. A pointwise value joins the kernel of what it reads wherever that makes no cycle.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hagang.runtime.native.parts import Space
from hagang.runtime.native.values import (
    FULL,
    Anchor,
    Batch,
    GeneralOp,
    Operand,
    Tape,
    Value,
    space_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hagang.runtime.native.layouts import Layout

__all__ = ["WHOLE_READ", "Group", "KernelSchedule"]

WHOLE_READ = "whole"
"""A reader that is not a tape: a product's or reduction's operand, a general op, an output."""

_LARGEST_CONE = 24
_MOST_READS = 100

_ANCHOR_SPACES = {
    "contract_rows": Space.ROWS,
    "contract_tile": Space.TILES,
    "reduce_rows": Space.ROWS,
    "reduce_columns": Space.TILES,
    "reduce_all": Space.WHOLE,
}


@dataclass(eq=False)
class Group:
    """A kernel in the making."""

    space: Space
    layout: Layout
    bits: int
    phase: int
    source: Value | None = None
    """The anchor, general op or batch input that it computes, if any."""
    output: str | None = None
    roots: list[Tape] = field(default_factory=list)
    reads: dict[Value, set[str]] = field(default_factory=lambda: defaultdict(set))
    after: dict[Group, None] = field(default_factory=dict)
    """The groups that must run before this one. Not a set: the order of kernels would change from run to run."""

    @property
    def hosts(self) -> bool:
        """Whether pointwise values can join."""
        return self.output is None and (self.source is None or isinstance(self.source, Anchor))

    def needs(self) -> set[Group]:
        """All groups that must run before this one."""
        needed: set[Group] = set()
        todo = list(self.after)
        while todo:
            group = todo.pop()
            if group not in needed:
                needed.add(group)
                todo.extend(group.after)
        return needed


class KernelSchedule:
    """Places every value that the results need."""

    def __init__(
        self, values: list[Value], outputs: Mapping[str, tuple[Value, bool]], updates: Mapping[str, Value]
    ) -> None:
        self.groups: list[Group] = []
        self.producer: dict[Value, Group] = {}
        results = {value for value, _ in outputs.values()} | set(updates.values())
        live = _reachable(results)
        self._values = [value for value in values if value in live]
        self.roots = _roots(self._values, results)
        for value in self._values:
            self._place(value)
        for name, (value, by_rows) in outputs.items():
            self._place_output(name, value, by_rows)

    @property
    def phases(self) -> int:
        return 1 + max((group.phase for group in self.groups), default=0)

    def _place(self, value: Value) -> None:
        if isinstance(value, Anchor):
            operands = [value.a] if value.b is None else [value.a, value.b]
            self._add(value, _ANCHOR_SPACES[value.kind], [(x, WHOLE_READ) for x in operands])
        elif isinstance(value, GeneralOp):
            self._add(value, value.space, [(x, WHOLE_READ) for x in value.inputs])
        elif isinstance(value, Batch):
            self._add(value, Space.ROWS if value.by_rows else Space.WHOLE, [])
        elif isinstance(value, Tape) and value in self.roots:
            self.place_tape(value)

    def _add(self, value: Value, space: Space, reads: list[Operand]) -> Group:
        group = Group(space, value.layout, value.bits, self._phase(space, value.layout, value.bits, reads), value)
        self._read(group, reads)
        self.groups.append(group)
        self.producer[value] = group
        return group

    def _place_output(self, name: str, value: Value, by_rows: bool) -> None:
        space = Space.ROWS if by_rows else Space.WHOLE
        reads = [(value, WHOLE_READ)]
        group = Group(space, value.layout, value.bits, self._phase(space, value.layout, value.bits, reads), None, name)
        self._read(group, reads)
        self.groups.append(group)

    def place_tape(self, value: Tape, phase: int | None = None) -> None:
        """Join a group, or start one."""
        reads = self.leaves(value)
        space = space_of(value.layout)
        if phase is None:
            phase = self._phase(space, value.layout, value.bits, reads)
            host = self._host(value, space, phase, reads)
        else:
            host = None
        if host is None:
            host = Group(space, value.layout, value.bits, phase)
            self.groups.append(host)
        host.roots.append(value)
        self.producer[value] = host
        self._read(host, reads)

    def _read(self, group: Group, reads: Iterable[Operand]) -> None:
        for value, mode in reads:
            group.reads[value].add(mode)
            producer = self.producer.get(value)
            if producer is not None and producer is not group:
                group.after[producer] = None

    def leaves(self, root: Tape) -> list[Operand]:
        """What a cone reads: arrays, and values that other roots or anchors make."""
        leaves: dict[Operand, None] = {}
        todo: list[Tape] = [root]
        while todo:
            tape = todo.pop()
            for value, mode in tape.operands:
                if mode == FULL and isinstance(value, Tape) and value not in self.roots:
                    todo.append(value)
                else:
                    leaves[value, mode] = None
        return list(leaves)

    def _phase(self, space: Space, layout: Layout, bits: int, reads: Iterable[Operand]) -> int:
        phase = 0
        for value, mode in reads:
            producer = self.producer.get(value)
            if producer is not None:
                phase = max(phase, producer.phase + (not _local(producer, value, space, layout, bits, mode)))
        return phase

    def _host(self, value: Tape, space: Space, phase: int, reads: list[Operand]) -> Group | None:
        read = {leaf for leaf, _ in reads}
        for group in reversed(self.groups):
            same = (group.space, group.layout, group.bits, group.phase) == (space, value.layout, value.bits, phase)
            if not (same and group.hosts):
                continue
            made_here = any(self.producer.get(leaf) is group for leaf in read)
            shares = made_here or any(leaf in group.reads for leaf in read)
            if shares and self._fits(group, reads):
                return group
        return None

    def _fits(self, group: Group, reads: list[Operand]) -> bool:
        if len(group.reads) + len(reads) + len(group.roots) > _MOST_READS:
            return False
        for leaf, mode in reads:
            producer = self.producer.get(leaf)
            if producer is group and mode != FULL:
                return False
            if producer is not None and producer is not group and group in producer.needs():
                return False
        return True

    def ordered(self) -> list[Group]:
        """The groups by phase, each after what it needs."""
        done: dict[Group, None] = {}
        for root in sorted(self.groups, key=lambda group: group.phase):
            stack = [(root, False)]
            while stack:
                group, ready = stack.pop()
                if group in done:
                    continue
                if ready:
                    done[group] = None
                else:
                    stack.append((group, True))
                    stack.extend((before, False) for before in group.after if before not in done)
        return sorted(done, key=lambda group: group.phase)


def _local(producer: Group, value: Value, space: Space, layout: Layout, bits: int, mode: str) -> bool:
    """Whether a thread reads only what it made itself."""
    if producer.space is not space:
        return False
    if space is Space.TILES:
        return mode == FULL and (value.layout, value.bits) == (layout, bits)
    return True


def _operands(value: Value) -> list[Operand]:
    if isinstance(value, Tape):
        return list(value.operands)
    if isinstance(value, Anchor):
        return [(value.a, WHOLE_READ)] + ([(value.b, WHOLE_READ)] if value.b is not None else [])
    if isinstance(value, GeneralOp):
        return [(x, WHOLE_READ) for x in value.inputs]
    return []


def _reachable(results: Iterable[Value]) -> set[Value]:
    reached: set[Value] = set()
    todo = list(results)
    while todo:
        value = todo.pop()
        if value not in reached:
            reached.add(value)
            todo.extend(x for x, _ in _operands(value))
    return reached


def _roots(values: list[Value], results: set[Value]) -> set[Value]:
    """The pointwise values that get a name: what others read from memory, and what is worth computing once."""
    users: dict[Value, list[Operand]] = defaultdict(list)
    for value in values:
        for x, mode in _operands(value):
            users[x].append((value, mode))
    roots: set[Value] = set()
    size: dict[Value, int] = {}
    anchored: set[Value] = set()
    for value in values:
        if not isinstance(value, Tape):
            continue
        inside = [x for x, mode in value.operands if mode == FULL and isinstance(x, Tape) and x not in roots]
        size[value] = 1 + sum(size[x] for x in inside)
        if any(x in anchored for x in inside) or any(
            isinstance(x, Anchor) and mode == FULL for x, mode in value.operands
        ):
            anchored.add(value)
        read = value in results or any(mode != FULL or not isinstance(user, Tape) for user, mode in users[value])
        shared = len(users[value]) > 1 and (value.costly or value in anchored)
        if read or shared or size[value] > _LARGEST_CONE:
            roots.add(value)
    return roots
