"""The package's page on PyPI: its links, and the README with links that work there.

scikit-build-core asks for both while it builds a wheel or an sdist. The address of the repository is known only to
whoever releases: HAGANG_REPOSITORY, which the release workflow sets. Relative links of the README become absolute under
it; without it they become plain text, so that no link on the page is ever broken.
"""

import os
import re
from pathlib import Path
from typing import Any

__all__ = ["absolute_links", "dynamic_metadata", "urls"]

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#|mailto:)([^)\s]+)\)")


def dynamic_metadata(field: str, settings: dict[str, Any], project: Any = None) -> Any:
    """What scikit-build-core calls for each field that pyproject.toml lists as dynamic."""
    repository = os.environ.get("HAGANG_REPOSITORY", "").rstrip("/")
    if field == "urls":
        return urls(repository)
    if field == "readme":
        text = (ROOT / "README.md").read_text(encoding="utf-8")
        return {"content-type": "text/markdown", "text": absolute_links(text, repository)}
    msg = f"field: expected 'readme' or 'urls', received {field!r}"
    raise ValueError(msg)


def urls(repository: str) -> dict[str, str]:
    """The links beside the description; none where the repository is not known."""
    if not repository:
        return {}
    return {
        "Repository": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def absolute_links(text: str, repository: str) -> str:
    """The text with each relative link made absolute, or, without a repository, replaced by its words."""

    def replaced(link: re.Match[str]) -> str:
        image, words, target = link.groups()
        if not repository:
            return "" if image else words
        return f"{image}[{words}]({repository}/{'raw' if image else 'blob'}/main/{target})"

    return LINK.sub(replaced, text)
