"""The mutants of a file: one small change each, of what computes."""

from scripts.mutate import mutants

SOURCE = '''"""A page of 3 numbers."""
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import this


def clipped(x: int = 0, *, loud: bool = True) -> list[int]:
    """Not 5."""
    if x < 7 and loud:
        msg = f"too small by {7 - x}"
        raise ValueError(msg)
    return [-k for k in range(x) if k]
'''
CHANGES = {
    "x: int = (1)", "loud: bool = (False)", "if (not (x < 7 and loud)):", "if (x < 7 or loud):",
    "if (x <= 7) and loud:", "if x < (8) and loud:",
    "[(k) for k in range(x) if k]", "[-k for k in range(x) if (not k)]",
}  # fmt: skip


def test_a_mutant_is_one_change_of_what_computes(tmp_path):
    file = tmp_path / "clipped.py"
    file.write_text(SOURCE, encoding="utf-8")
    found = mutants(file)
    assert len(found) == len(CHANGES)
    for change in CHANGES:
        (mutant,) = [each for each in found if change in each.changed]
        assert len(set(mutant.changed.splitlines()) ^ set(SOURCE.splitlines())) == 2


def test_a_statement_of_several_lines_is_run_by_all_of_them(tmp_path):
    file = tmp_path / "sum.py"
    file.write_text("y = (\n    1\n    + x\n)\nif x:\n    y += 2\n", encoding="utf-8")
    assert [mutant.lines for mutant in mutants(file)] == [range(1, 5)] * 2 + [range(5, 6)] + [range(6, 7)] * 2
