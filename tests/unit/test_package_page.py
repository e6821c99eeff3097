"""The package's page on PyPI has no link that leads nowhere."""

import re
from pathlib import Path

import pytest
from scripts.package_page import absolute_links, dynamic_metadata

README = Path(__file__).parents[2] / "README.md"
RELATIVE = re.compile(r"\]\((?!https?://|#)[^)]*\)")


def test_relative_links_become_absolute() -> None:
    text = absolute_links("[pages](docs/a.md#b), ![drawn](docs/a.svg), [peer](https://numpy.org)", "https://host/us/it")
    assert "[pages](https://host/us/it/blob/main/docs/a.md#b)" in text
    assert "![drawn](https://host/us/it/raw/main/docs/a.svg)" in text
    assert "[peer](https://numpy.org)" in text


def test_without_a_repository_links_are_words() -> None:
    assert absolute_links("see [pages](docs/a.md) and [peer](https://numpy.org)", "") == (
        "see pages and [peer](https://numpy.org)"
    )


@pytest.mark.parametrize("repository", ["", "https://host/us/it"])
def test_the_readme_keeps_no_relative_link(repository: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAGANG_REPOSITORY", repository)
    text = dynamic_metadata("readme", {})["text"]
    assert not RELATIVE.search(text)
    assert text.startswith("# hagang")


def test_links_of_the_package_need_a_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAGANG_REPOSITORY", raising=False)
    assert dynamic_metadata("urls", {}) == {}
    monkeypatch.setenv("HAGANG_REPOSITORY", "https://host/us/it/")
    assert dynamic_metadata("urls", {})["Issues"] == "https://host/us/it/issues"


def test_other_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 'readme' or 'urls', received 'name'"):
        dynamic_metadata("name", {})
