"""200 damaged files of each format: read, or refused in words. `python -m tests.fuzz 10000` tries more."""

import importlib.util
import sys

import pytest
from tests.fuzz.campaign import campaign
from tests.fuzz.formats import FORMATS

NEEDS = {
    "xlsx": "openpyxl",
    "arrow": "pyarrow",
    "feather": "pyarrow",
    **dict.fromkeys(("png", "jpeg", "tiff", "gif"), "PIL"),
}
MUTATIONS = 200


@pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")
@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_read_or_refused_in_words(name):
    if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None:
        pytest.skip(f"needs {NEEDS[name]}")
    counts, others = campaign(name, MUTATIONS)
    assert counts.total() == MUTATIONS
    assert others == []
    assert counts["refused"] > 0
