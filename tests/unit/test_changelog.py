"""The changelog's newest version is the project's."""

import re
import tomllib


def test_the_newest_version_in_the_changelog_is_the_projects(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    headings = re.findall(r"^## \[(.+?)\]", (repository / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    newest = next(heading for heading in headings if heading != "Unreleased")
    assert newest == project["version"]
