"""`python -m docs.gallery`: make every figure, the page that shows them, and the record of what they consist of.

`python -m docs.gallery NAME…` makes only the figures whose file names start with NAME.
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

`python -m docs.gallery` makes every picture here; the code is in `docs/gallery/`. An .svg switches to dark colours if
the browser prefers them, and `.save("picture.html")` writes the interactive version.
"""


def main(prefixes: Sequence[str]) -> None:
    """Make the figures whose file names start with one of the prefixes, or all."""
    known = json.loads(STRUCTURE.read_text(encoding="utf-8")) if STRUCTURE.exists() else {}
    for figure in FIGURES:
        if not prefixes or figure.file.startswith(tuple(prefixes)):
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
