"""Where new slot values are written: in place where the old value is no longer read, else at the end of the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hagang.runtime.native.parts import Space
from hagang.runtime.native.values import FULL, Mirror, Slot, Tape, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hagang.runtime.native.schedule import Group, KernelSchedule

__all__ = ["place_updates"]


def place_updates(
    schedule: KernelSchedule, updates: Mapping[str, Value], slots: Mapping[str, Slot]
) -> dict[Value, Slot]:
    """Decide for each update where it is written.

    Returns
    -------
    dict of Value to Slot
        The values that are stored in a slot; the rest of the updates got a copy in a last phase, which is in the
        dict in their place.
    """
    stored: dict[Value, Slot] = {}
    late: list[tuple[Slot, Value]] = []
    for name, value in updates.items():
        slot = slots[name]
        if _in_place(schedule, slot, value):
            stored[value] = slot
        else:
            late.append((slot, value))
    last = schedule.phases
    for slot, value in late:
        copy = Tape(slot.layout, slot.bits, "move", ((value, FULL),))
        schedule.roots.add(copy)
        schedule.place_tape(copy, last)
        stored[copy] = slot
    return stored


def _in_place(schedule: KernelSchedule, slot: Slot, value: Value) -> bool:
    writer = schedule.producer[value]
    before = []
    for group in schedule.groups:
        modes = _modes(group, slot)
        if not modes or group.phase < writer.phase:
            continue
        if group.phase > writer.phase:
            return False
        own_tile = modes == {FULL} and (group.layout, group.bits) == (slot.layout, slot.bits)
        alone = writer.space is Space.WHOLE and group is not writer
        if group.space is not writer.space or not (own_tile or alone):
            return False
        if group is not writer:
            if writer in group.needs():
                return False
            before.append(group)
    writer.after.update(dict.fromkeys(before))
    return True


def _modes(group: Group, slot: Slot) -> set[str]:
    """How a group reads the slot's old value, directly or through its mirror."""
    modes_of_slot: set[str] = set()
    for value, modes in group.reads.items():
        if value is slot:
            modes_of_slot |= modes
        elif isinstance(value, Mirror) and value.slot is slot:
            modes_of_slot |= {"mirror"}
    return modes_of_slot
