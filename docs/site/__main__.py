"""Build the site: `python -m docs.site` writes build/site/index.html. A warning is an error.

The pages are read from a copy of the repository's own tree, so that the links between them work as they do there.
"""

import shutil
import sys
from pathlib import Path

from docs.site.reference import write_reference

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGES = ("README.md", "README.ko.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "docs", "examples")

SECTIONS = {
    "Guide": (
        "docs/data",
        "docs/activations-and-losses",
        "docs/estimators",
        "docs/seeing",
        "docs/minimize",
        "docs/test-functions",
    ),
    "How it works": (
        "docs/the-way",
        "docs/the-engine",
        "docs/tracing",
        "docs/precision",
        "docs/deep-networks",
        "docs/deep-training",
    ),
    "Extending": (
        "docs/own-optimiser",
        "docs/adding-an-op",
        "docs/adding-an-optimiser",
        "docs/adding-a-schedule-or-stopping-rule",
        "docs/adding-a-layer-activation-or-loss",
    ),
    "Project": ("docs/gallery/README", "한국어 <README.ko>", "CONTRIBUTING", "CHANGELOG", "docs/refused"),
}
"""The pages in the order of the menu; a page that no section names is an error of the build."""


def main() -> None:
    """Copy the pages, write the reference and the menu, build."""
    from sphinx.cmd.build import build_main

    source, target = ROOT / "build" / "site-source", ROOT / "build" / "site"
    for folder in (source, target):
        shutil.rmtree(folder, ignore_errors=True)
    copy_pages(source)
    reference = write_reference(source / "reference")
    with (source / "README.md").open("a", encoding="utf-8") as readme:
        readme.write(menu({**SECTIONS, "Reference": tuple(f"reference/{name}" for name in reference)}))
    status = build_main(["-b", "html", "-c", str(HERE), "-W", "--keep-going", "-q", str(source), str(target)])
    if status == 0:
        shutil.copyfile(target / "README.html", target / "index.html")
        print(f"the site is in {target.relative_to(ROOT)}/index.html")
    sys.exit(status)


def copy_pages(source: Path) -> None:
    """The repository's pages and what they show or link to."""
    source.mkdir(parents=True)
    for name in PAGES:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, source / name, ignore=shutil.ignore_patterns("__pycache__", "site"))
        else:
            shutil.copyfile(path, source / name)
    for page in source.rglob("*.md"):  # the empty line that ends a doctest would be shown
        page.write_text(page.read_text(encoding="utf-8").replace("\n\n```\n", "\n```\n"), encoding="utf-8")


def menu(sections: dict[str, tuple[str, ...]]) -> str:
    """The menu beside every page, as hidden lists at the end of the first page."""
    lists = [
        "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *pages, "```"])
        for caption, pages in sections.items()
    ]
    return "\n\n" + "\n\n".join(lists) + "\n"


if __name__ == "__main__":
    main()
