"""Mutation testing: which small changes of the source does no test notice?

    bash scripts/test coverage                              # which tests run which lines
    python -m scripts.mutate optim stopping --count 50      # mutants per package, drawn by a seed

Each mutant changes one operator, constant, condition or statement and meets the tests that run its line, those of
its own package first. No file is changed: the tests import the mutant in the module's place. Tests that start another
process do not see it. What survived is printed as a diff: either a test is missing, or the change makes no difference.
"""

from __future__ import annotations

import argparse
import ast
import copy
import difflib
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from coverage import CoverageData

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
SHARED = ("numpy", "scipy.optimize", "scipy.special", "sklearn", "pandas")
"""What every test run would import anew."""

# --- what is changed ------------------------------------------------------------------------------------------

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift,
}  # fmt: skip
SKIPPED = ("annotation", "returns", "decorator_list")


@dataclass(frozen=True)
class Mutant:
    """A module's source with one change, and the lines that run it."""

    path: Path
    source: str
    changed: str
    lines: range

    @property
    def module(self) -> str:
        """The name under which tests import it."""
        parts = self.path.relative_to(ROOT / "src").with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def diff(self) -> str:
        """What was changed."""
        name = str(self.path.relative_to(ROOT))
        old, new = (text.splitlines() for text in (self.source, self.changed))
        return "\n".join(difflib.unified_diff(old, new, name, name, n=1, lineterm=""))


def changes(node: ast.AST, is_condition: bool) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    if is_condition and ast.unparse(node) != "TYPE_CHECKING":
        yield ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            yield replaced(node, ops=[SWAPS[type(op)]()])
        case ast.BinOp(op=op) | ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield replaced(node, op=SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield ast.Constant(value + 1 if isinstance(value, int) or not value else value * 2)
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break() | ast.AugAssign():
            yield ast.Pass()


def replaced(node: ast.AST, **fields: Any) -> ast.AST:
    """A copy with other fields."""
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def mutants(path: Path) -> list[Mutant]:
    """Every mutant of a file."""
    source = path.read_text(encoding="utf-8")
    return [
        Mutant(path, source, changed, lines)
        for node, lines, is_condition in visited(ast.parse(source), range(0))
        for new in changes(node, is_condition)
        if (changed := spliced(source, node, new)) is not None
    ]


def visited(node: ast.AST, lines: range, is_condition: bool = False) -> Iterator[tuple[ast.AST, range, bool]]:
    """All nodes that compute, each with the lines of its statement; not types, messages, or what is not run."""
    if isinstance(node, ast.stmt):
        body = getattr(node, "body", None)
        lines = range(node.lineno, body[0].lineno if body else (node.end_lineno or node.lineno) + 1)
    yield node, lines, is_condition
    for field, value in ast.iter_fields(node):
        if field in SKIPPED or (isinstance(node, ast.keyword) and node.arg == "strict"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not is_wording(child):
                yield from visited(child, lines, field in ("test", "ifs"))


def is_wording(node: ast.AST) -> bool:
    """A text, an error raised, or the message that it will say."""
    is_message = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "msg"
    return is_message or isinstance(node, ast.JoinedStr | ast.Raise)


def spliced(source: str, node: Any, new: ast.AST) -> str | None:
    """The source with other text in a node's place, if that is Python."""
    text = ast.unparse(ast.fix_missing_locations(new))
    text = f"({text})" if isinstance(node, ast.expr) else text
    lines = source.encode().splitlines(keepends=True)
    before = b"".join(lines[: node.lineno - 1]) + lines[node.lineno - 1][: node.col_offset]
    after = lines[node.end_lineno - 1][node.end_col_offset :] + b"".join(lines[node.end_lineno :])
    changed = (before + text.encode() + after).decode()
    try:
        compile(changed, "mutant", "exec")
    except SyntaxError:
        return None
    return changed


# --- which tests meet it --------------------------------------------------------------------------------------


def covering(data: CoverageData, mutant: Mutant) -> list[str]:
    """The tests that run the mutant's lines; those of the whole file, where its lines run only when it is imported."""
    by_line = data.contexts_by_lineno(str(mutant.path))
    own = {test for line in mutant.lines for test in by_line.get(line, [])} - {""}
    every = {test for tests in by_line.values() for test in tests} - {""}
    return sorted({test.rpartition("|")[0] for test in own or every})


def chosen(tests: list[str], package: str, most: int, draw: random.Random) -> list[str]:
    """The package's own tests first, then the others in any order, up to a number."""
    shuffled = draw.sample(tests, len(tests))
    return sorted(shuffled, key=lambda test: f"/{package}/" not in test)[:most]


# --- a test run that meets the mutant -------------------------------------------------------------------------


class Loader(SourceFileLoader):
    """Loads other source in a file's place."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.path))
        self._source = mutant.changed

    def get_code(self, fullname: str) -> Any:
        return compile(self._source, self.path, "exec")


@dataclass(frozen=True)
class Meeting:
    """Finds the mutant when its module is imported; a plugin of pytest that leaves the chosen tests, in their order."""

    mutant: Mutant
    tests: list[str]

    def find_spec(self, name: str, path: object = None, target: object = None) -> Any:
        if name != self.mutant.module:
            return None
        return spec_from_file_location(name, self.mutant.path, loader=Loader(name, self.mutant))

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        place = {test: k for k, test in enumerate(self.tests)}
        # The mutant may have renamed what a test is parametrised with: then all tests of that function are left.
        renamed = {test.partition("[")[0] for test in place.keys() - {item.nodeid for item in items}}
        left = [item for item in items if item.nodeid in place or item.nodeid.partition("[")[0] in renamed]
        items[:] = sorted(left, key=lambda item: place.get(item.nodeid, -1))

    def run(self) -> None:
        """In a process of its own, in which hagang has not been imported."""
        sys.meta_path.insert(0, self)
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        files = sorted({test.partition("::")[0] for test in self.tests})
        options = ["-x", "-q", "-p", "no:cacheprovider", "--timeout=60", "--hypothesis-profile=unshrunk"]
        sys.exit(int(pytest.main([*options, *files], plugins=[self])))


def judged(mutant: Mutant, tests: list[str], seconds: float) -> str:
    """Whether one of the tests fails."""
    if not tests:
        return "not covered"
    process = get_context("fork").Process(target=Meeting(mutant, tests).run)
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return "undecided"
    return {0: "survived", 5: "not covered"}.get(process.exitcode or 0, "killed")  # 5: pytest met no test


# --- the command ----------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Mutants that no test notices.")
    parser.add_argument("packages", nargs="+", help="folders under src/hagang, such as optim or runtime/native")
    parser.add_argument("--count", type=int, default=50, help="mutants per package")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=300, help="tests that a mutant meets at most")
    parser.add_argument("--seconds", type=float, default=600, help="time for a mutant's tests")
    parser.add_argument("--data", type=Path, default=ROOT / "build/coverage", help="coverage's data")
    asked = parser.parse_args()
    data = CoverageData(str(asked.data))
    data.read()
    for name in SHARED:
        import_module(name)
    for package in asked.packages:
        draw = random.Random(asked.seed)
        everything = [each for path in sorted((ROOT / "src/hagang" / package).rglob("*.py")) for each in mutants(path)]
        counts: Counter[str] = Counter()
        began = time.monotonic()
        for mutant in draw.sample(everything, min(asked.count, len(everything))):
            tests = covering(data, mutant)
            verdict = judged(mutant, chosen(tests, package, asked.most, draw), asked.seconds)
            counts[verdict] += 1
            if verdict != "killed":
                print(f"{verdict}, {len(tests)} tests:\n{mutant.diff()}\n", flush=True)
        summary = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        print(f"== {package}: {summary}, of {len(everything)}, in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
