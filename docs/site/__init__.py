"""The documentation site: the repository's pages as they are, and a reference made from docstrings."""
