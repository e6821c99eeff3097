"""`python -m docs.gallery`: make every figure, the page that shows them, and the record of what they consist of.

`python -m docs.gallery NAME…` makes those whose file's name begins so.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from docs.gallery.figures import FIGURES, structure

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
STRUCTURE = HERE / "structure.json"

_HEAD = """\
# Gallery

Every picture here is made by `python -m docs.gallery`. An .svg turns dark where the browser asks for that, and
`.save("picture.html")` makes the same picture interactive. How they are made is in `docs/gallery/descents.py` and its
neighbours.
"""


def main(wanted: Sequence[str]) -> None:
    """Make the figures whose names begin as wanted, or all."""
    known = json.loads(STRUCTURE.read_text(encoding="utf-8")) if STRUCTURE.exists() else {}
    for figure in FIGURES:
        if not wanted or figure.file.startswith(tuple(wanted)):
            picture = figure.make()
            picture.save(HERE / figure.file)
            known[figure.file] = structure(picture)
            print(f"{figure.file}  {(HERE / figure.file).stat().st_size / 1000:.0f} kB")
    kept = {figure.file: known[figure.file] for figure in FIGURES if figure.file in known}
    STRUCTURE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "README.md").write_text(page(), encoding="utf-8")


def page() -> str:
    """The page with all figures."""
    parts = [f"{figure.caption}\n\n![{Path(figure.file).stem}]({figure.file})\n" for figure in FIGURES]
    return "\n".join([_HEAD, *parts])


if __name__ == "__main__":
    main(sys.argv[1:])
