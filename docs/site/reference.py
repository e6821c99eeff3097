"""The pages of the reference, made from the packages: each public name with its docstring."""

import inspect
import sys
import types
from importlib import import_module
from pathlib import Path
from typing import Any

import hagang

__all__ = ["public_names", "write_reference"]

WHOLE = ("data", "nn", "optim", "schedules", "stopping", "measure", "view", "metrics", "errors")
"""Packages all of whose names are public; of the others those that `hagang` itself gives."""

FIRST = ("workflow.training", "runs", "training", "estimators", "minimizing", "derivatives")
"""The packages that users meet first."""


def write_reference(folder: Path) -> list[str]:
    """Write a page per package, and return their names in order."""
    folder.mkdir(parents=True)
    pages = public_names()
    for package, paths in pages.items():
        (folder / f"{package}.rst").write_text(page(package, paths), encoding="utf-8")
    return list(pages)


def public_names() -> dict[str, list[str]]:
    """For each package the full names to write about: `hagang.fit`, `hagang.schedules.Cosine`."""
    homes = {home.removeprefix("hagang."): names for home, names in hagang._HOMES.items()}
    others = sorted(home for home in homes if home not in (*FIRST, *WHOLE))
    packages = [*(home for home in FIRST if home in homes), *WHOLE, *others]
    return {package: names_of(package, homes.get(package, ())) for package in packages}


def names_of(package: str, at_top: tuple[str, ...]) -> list[str]:
    """At the top where `hagang` has the name, in the package otherwise; in the package's own order."""
    if package not in WHOLE:
        return [f"hagang.{name}" for name in at_top]
    module = import_module(f"hagang.{package}")
    names = getattr(module, "__all__", None) or [name for name, value in vars(module).items() if is_public(name, value)]
    return [f"hagang.{name}" if name in at_top else f"hagang.{package}.{name}" for name in names]


def is_public(name: str, value: Any) -> bool:
    """Whether a package gives this on purpose, rather than for its own use."""
    own = getattr(value, "__module__", "").startswith("hagang.")
    return own and not name.startswith("_") and not isinstance(value, types.ModuleType)


def page(package: str, paths: list[str]) -> str:
    """One page as reStructuredText."""
    module = import_module(f"hagang.{package}")
    parts = [heading(f"hagang.{package}"), inspect.getdoc(module) or "", ".. currentmodule:: hagang"]
    return "\n\n".join([*parts, *(directive(path) for path in paths)]) + "\n"


def heading(text: str) -> str:
    """A page's title."""
    return f"{text}\n{'=' * len(text)}"


def directive(path: str) -> str:
    """What Sphinx writes about one name."""
    owner, _, name = path.rpartition(".")
    value = getattr(import_module(owner), name)
    if inspect.isclass(value):
        inherits = any(base.__module__.startswith("hagang") and base.__name__[0] != "_" for base in value.__bases__)
        return f".. autoclass:: {path}\n   :members:" + "\n   :show-inheritance:" * inherits
    if inspect.isroutine(value):
        return f".. autofunction:: {path}"
    return f".. py:data:: {path}\n\n   {constant_docs(owner, name)}"


def constant_docs(owner: str, name: str) -> str:
    """The text below a constant, in whichever module of its package it is defined."""
    from sphinx.pycode import ModuleAnalyzer

    for module in sorted(each for each in sys.modules if each == owner or each.startswith(f"{owner}.")):
        docs = ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name))
        if docs:
            return " ".join(docs).strip()
    msg = f"{owner}.{name}: expected a text below the constant, found none"
    raise ValueError(msg)
