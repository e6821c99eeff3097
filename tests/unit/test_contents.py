"""The table of contents: what it offers, and what importing it costs."""

import ast
import importlib.machinery
import importlib.util
import pkgutil
import subprocess
import sys
import tomllib
import types
from pathlib import Path

import pytest

import hagang

HEAVY = ["scipy", "sklearn", "duckdb", "safetensors", "matplotlib", "typer", "rich", "pandas", "polars", "pyarrow"]


def imported_by(code: str) -> set[str]:
    """The top-level packages in memory after running the code in an interpreter of its own."""
    code = f"import sys\n{code}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_hagang_imports_numpy_and_nothing_heavier():
    assert imported_by("import hagang").isdisjoint(HEAVY)


def test_every_name_comes_without_a_heavy_import():
    loaded = imported_by("from hagang import *")
    assert "numpy" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_type_checkers_see_the_names_that_users_see():
    tree = ast.parse(Path(hagang.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.name: node.module for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == hagang._HOME


@pytest.mark.parametrize("name", sorted(hagang.__all__))
def test_every_name_is_there(name):
    assert getattr(hagang, name) is not None
    assert name in dir(hagang)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'hagang' has no attribute 'Adamm'"):
        _ = hagang.Adamm


@pytest.fixture
def installed():
    if hagang.__version__ == "unknown":
        pytest.skip("hagang runs from its source tree, it is not installed")


@pytest.mark.usefixtures("installed")
def test_the_native_module_is_installed():
    native = importlib.util.find_spec("hagang._native")
    assert native is not None
    assert native.origin.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


@pytest.mark.usefixtures("installed")
def test_the_installed_version_is_the_projects(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert hagang.__version__ == project["version"]


def test_no_package_shares_its_name_with_a_public_function():
    modules = {module.name for module in pkgutil.iter_modules(hagang.__path__)}
    assert modules.isdisjoint(hagang.__all__)


def test_the_module_is_a_plain_one_which_pickles_by_reference():
    assert type(hagang) is types.ModuleType
