"""The layer rules: the contract itself, and that no module needs itself."""

import importlib.util
from graphlib import CycleError, TopologicalSorter

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


def test_no_module_imports_itself_by_a_detour():
    graph = grimp.build_graph("hagang", exclude_type_checking_imports=True, cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1]))
