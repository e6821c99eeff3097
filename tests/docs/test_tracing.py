"""The page on tracing lists exactly what is traced."""

import re

import numpy as np
import pytest
from scipy import special

from hagang.trace.tables import CREATORS, FUNCTIONS, UFUNCS


@pytest.fixture(scope="module")
def listed(repository):
    """The names of the page's list, by group."""
    page = (repository / "docs" / "tracing.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", page, re.DOTALL)[1]
    groups: dict[str, list[str]] = {}
    for line in block.splitlines():
        name = line[:16].strip() or name  # noqa: F821
        groups.setdefault(name, []).extend(line[16:].split())
    return groups


def test_every_name_on_the_page_is_traced(listed):
    for group, names in listed.items():
        for name in names:
            home = special if group == "scipy.special" else np
            base, _, more = name.partition(".")
            found = getattr(getattr(home, base), more) if base == "linalg" else getattr(home, base)
            if group == "with like=":
                assert f"np.{name}" in CREATORS
            elif isinstance(found, np.ufunc):
                assert name in UFUNCS
            else:
                assert found in FUNCTIONS


def test_every_traced_name_is_on_the_page(listed):
    names = [name for group in listed.values() for name in group]
    assert len(set(names)) == len(names)
    functions = {f"{f.__module__}.{f.__name__}".removeprefix("numpy.") for f in FUNCTIONS} - {"_operator.getitem"}
    assert set(names) == set(UFUNCS) | functions | {name.removeprefix("np.") for name in CREATORS}
