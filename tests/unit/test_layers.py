"""The layer rules: the map, and that no module needs itself by way of others."""

import importlib.util

import grimp
import pytest


@pytest.fixture(scope="module")
def layers(repository):
    spec = importlib.util.spec_from_file_location("layers", repository / "scripts" / "layers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def verdict(layers, arrows, *imports):
    graph = grimp.ImportGraph()
    graph.add_module("hagang")
    for importer, imported in imports:
        for module in (importer, imported):
            for depth in range(2, module.count(".") + 2):
                graph.add_module(".".join(module.split(".")[:depth]))
        graph.add_import(importer=importer, imported=imported, line_number=3, line_contents="")
    contract = layers.Map("map", {}, {"type": "map", "arrows": arrows})
    return contract.check(graph, verbose=False).metadata["broken"]


def test_what_the_named_packages_import_may_be_imported(layers):
    arrows = ["errors ->", "graph -> errors", "ops -> graph", "nn -> ops"]
    assert verdict(layers, arrows, ("hagang.ops.sum", "hagang.graph"), ("hagang.ops.sum", "hagang.errors")) == []


def test_an_import_against_the_arrows_is_told_with_its_line(layers):
    (line,) = verdict(layers, ["graph ->", "ops -> graph"], ("hagang.graph.node", "hagang.ops.sum"))
    assert line == "hagang.graph.node imports hagang.ops.sum (line 3); graph may import nothing"


def test_a_package_outside_the_map_is_told(layers):
    assert verdict(layers, ["graph ->"], ("hagang.extra.a", "hagang.extra.b")) == ["'extra' does not stand in the map"]


def test_nobody_may_import_the_one_that_imports_everything(layers):
    arrows = ["graph ->", "cli -> everything"]
    assert verdict(layers, arrows, ("hagang.cli.main", "hagang.graph")) == []
    assert len(verdict(layers, arrows, ("hagang.graph.node", "hagang.cli.main"))) == 1


def test_a_compiled_module_is_a_package_like_any_other(layers):
    graph = grimp.ImportGraph()
    for module in ("hagang", "hagang.runtime", "hagang.graph"):
        graph.add_module(module)
    for importer in ("hagang.runtime", "hagang.graph"):
        graph.add_import(
            importer=importer, imported="hagang", line_number=3, line_contents="from hagang import _native"
        )
    arrows = ["_native ->", "graph ->", "runtime -> _native"]
    contract = layers.Map("map", {}, {"type": "map", "arrows": arrows})
    (line,) = contract.check(graph, verbose=False).metadata["broken"]
    assert line == "hagang.graph imports hagang._native (line 3); graph may import nothing"


def test_a_map_with_a_cycle_is_refused(layers):
    with pytest.raises(ValueError, match="the map has a cycle"):
        layers.closure({"a": ["b"], "b": ["a"]})


def circle_of(layers, known, *imports):
    graph = grimp.ImportGraph()
    graph.add_module("hagang")
    for importer, imported in imports:
        graph.add_module(importer)
        graph.add_module(imported)
        graph.add_import(importer=importer, imported=imported, line_number=3, line_contents="")
    contract = layers.Acyclic("circles", {}, {"type": "acyclic", "known": known})
    return contract.check(graph, verbose=False).metadata["broken"]


ROUND = [("hagang.a", "hagang.b"), ("hagang.b", "hagang.c"), ("hagang.c", "hagang.a"), ("hagang.c", "hagang.d")]


def test_a_circle_is_told_with_its_modules(layers):
    assert circle_of(layers, [], *ROUND) == ["circle: hagang.a hagang.b hagang.c"]
    assert circle_of(layers, [], *ROUND[:2]) == []


def test_what_goes_through_the_root_is_no_circle(layers):
    """The root is the table of contents: its names are loaded when they are used."""
    assert circle_of(layers, [], ("hagang.a", "hagang"), ("hagang", "hagang.a")) == []


def test_known_circles_must_still_be_there(layers):
    assert circle_of(layers, ["hagang.c hagang.a hagang.b"], *ROUND) == []
    (line,) = circle_of(layers, ["hagang.a hagang.b"], *ROUND[:2])
    assert line == "no circle any more, take it from the list: hagang.a hagang.b"
