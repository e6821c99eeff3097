"""The installed size of a library with all its dependencies."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["installed_megabytes"]

_PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


def installed_megabytes(packages: Iterable[str]) -> dict[str, float]:
    """Megabytes (10⁶ bytes) of each package and its dependencies, without bytecode."""
    sizes: dict[str, float] = {}
    waiting = list(packages)
    while waiting:
        name = _canonical(waiting.pop())
        if name not in sizes:
            sizes[name] = _own_megabytes(name)
            waiting += _needed(name)
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(name: str) -> list[str]:
    """The dependencies of a package on this platform, without extras."""
    requirements = [Requirement(text) for text in _requirements(name)]
    return [r.name for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]


def _requirements(name: str) -> list[str]:
    try:
        required = importlib.metadata.requires(name)
    except importlib.metadata.PackageNotFoundError:
        required = None
    if required is None and name == "hagang":
        # It runs from its source tree, which says what an installation would bring.
        listed: list[str] = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["dependencies"]
        return listed
    return required or []


def _own_megabytes(name: str) -> float:
    files = _source_files() if name == "hagang" else _listed_files(name)
    return sum(file.stat().st_size for file in files if file.suffix != ".pyc" and file.is_file()) / 1e6


def _listed_files(name: str) -> list[Path]:
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Path(str(distribution.locate_file(file))) for file in distribution.files or []]


def _source_files() -> list[Path]:
    """The files of hagang, installed or in the source tree."""
    spec = find_spec("hagang")
    folders = spec.submodule_search_locations if spec is not None else None
    return [file for folder in folders or [] for file in Path(folder).rglob("*")]
