"""The contracts behind `lint-imports`: each package imports what the map in pyproject.toml lets it import, no more, and
no modules import one another, be it for annotations only."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import DetailedImport, ImportGraph

ROOT = "hagang"
EVERYTHING = "everything"


class Map(Contract):
    """An arrow says what a package may import: the packages named, and what those may import.

    Packages that are not there yet may stand in the map; one that is there and not in the map breaks it. The root
    may import all, being the table of contents.
    """

    type_name = "map"
    arrows = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        arrows = dict(read(line) for line in self.arrows)
        allowed = closure(arrows)
        present = {child.removeprefix(f"{ROOT}.") for child in graph.find_children(ROOT)}
        broken = [f"'{name}' does not stand in the map" for name in sorted(present - set(allowed))]
        for importer, imported in sorted(crossings(graph)):
            lines = graph.get_import_details(importer=importer, imported=imported)
            where = ", ".join(f"line {line['line_number']}" for line in lines)
            source = package(importer)
            for target in [imported] if imported != ROOT else compiled(lines):
                if source in allowed and EVERYTHING not in arrows[source] and package(target) not in allowed[source]:
                    said = " ".join(arrows[source]) or "nothing"
                    broken.append(f"{importer} imports {target} ({where}); {source} may import {said}")
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(line)


class Acyclic(Contract):
    """No module needs itself by way of others; imports under TYPE_CHECKING count.

    `known` lists circles that are still there, each as its modules; one that is gone must leave the list.
    """

    type_name = "acyclic"
    known = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        found = {" ".join(circle) for circle in circles(graph)}
        known = {" ".join(sorted(line.split())) for line in self.known}
        broken = [f"circle: {circle}" for circle in sorted(found - known)]
        broken += [f"no circle any more, take it from the list: {circle}" for circle in sorted(known - found)]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(line)


def circles(graph: ImportGraph) -> list[list[str]]:
    """The sets of modules that need one another, by Tarjan's algorithm; the root, whose names are lazy, is left out."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        path.append(module)
        for target in sorted(graph.find_modules_directly_imported_by(module) - {ROOT}):
            if target not in number:
                visit(target)
            if target in path:
                lowest[module] = min(lowest[module], lowest[target])
        if lowest[module] == number[module]:
            k = path.index(module)
            if len(path) - k > 1:
                found.append(sorted(path[k:]))
            del path[k:]

    for module in sorted(graph.modules - {ROOT}):
        if module not in number:
            visit(module)
    return found


def read(line: str) -> tuple[str, list[str]]:
    """Read `trace -> ops` as the package and what it names."""
    name, _, named = line.partition("->")
    return name.strip(), named.split()


def closure(arrows: dict[str, list[str]]) -> dict[str, set[str]]:
    """All that each package may import: what it names and what that may import."""
    known = {name: [target for target in named if target != EVERYTHING] for name, named in arrows.items()}
    unknown = {target for named in known.values() for target in named} - set(known)
    if unknown:
        raise ValueError(f"the map names packages without a line of their own: {sorted(unknown)}")
    try:
        ordered = list(TopologicalSorter(known).static_order())
    except CycleError as error:
        raise ValueError(f"the map has a cycle: {error.args[1]}") from None
    allowed: dict[str, set[str]] = {}
    for name in ordered:
        allowed[name] = {name}.union(*(allowed[target] for target in known[name]))
    return allowed


def crossings(graph: ImportGraph) -> set[tuple[str, str]]:
    """Every import of a module of another package; the root's own are left out."""
    return {
        (importer, imported)
        for importer in graph.modules - {ROOT}
        for imported in graph.find_modules_directly_imported_by(importer)
        if package(importer) != package(imported)
    }


def compiled(lines: list[DetailedImport]) -> list[str]:
    """What `from hagang import _native` imports: the import graph knows no compiled modules and names the root.

    `import hagang` names the root itself, whose names are loaded lazily: that is everything.
    """
    named = [line["line_contents"].partition(" import ")[2].split(",") for line in lines]
    return [f"{ROOT}.{name.split()[0]}" if name.strip() else ROOT for names in named for name in names]


def package(module: str) -> str:
    """The package under the root that a module belongs to; empty for the root itself."""
    return ".".join(module.split(".")[1:2])
