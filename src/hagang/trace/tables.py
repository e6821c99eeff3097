"""The tables of what is traced: each NumPy or SciPy name and what lowers it. Filled by the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

__all__ = ["CREATORS", "FUNCTIONS", "UFUNCS", "Lowering"]

Lowering: TypeAlias = Callable[..., Any]

UFUNCS: Final[dict[str, Lowering]] = {}
"""By the ufunc's name, `add`, or with its method, `add.reduce`; so SciPy's are found without importing SciPy."""

FUNCTIONS: Final[dict[Callable[..., Any], Lowering]] = {}
"""By the function itself; `operator.getitem` stands for indexing."""

CREATORS: Final[dict[str, Lowering]] = {}
"""Functions that make arrays, called with `like=` a traced value: by name, given the trace's precision first."""
