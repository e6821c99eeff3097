"""Sphinx's configuration. Everything a page needs is in the site itself: equations are MathML, no script is fetched."""

import re
import sys
from pathlib import Path
from typing import Any

from hagang import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "hagang"
author = "The hagang developers"
release = version = __version__

extensions = ["sphinx.ext.autodoc", "numpydoc", "myst_parser", "mathml"]
root_doc = "README"
exclude_patterns = ["docs/gallery/*.py"]

html_theme = "furo"
html_title = f"hagang {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_sourcelink = False
html_show_copyright = False
html_copy_source = False

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

# One backtick in a docstring is a name: a link where the reference has it, plain code elsewhere.
default_role = "py:obj"
suppress_warnings = ["ref.python"]  # of a name that several classes have, which is then left without a link
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
highlight_language = "none"
pygments_style = "friendly"
pygments_dark_style = "monokai"


GENERATED = re.compile(r"set_\w+_request|get_metadata_routing")
"""Methods that scikit-learn writes into its estimators; its own pages describe them."""

INITIAL = re.compile(r"^(\s*)([A-Za-z])\. ")
"""A line that begins with somebody's initial, or a parameter's symbol, which is not the first item of a list."""


def setup(app: Any) -> None:
    """What Sphinx calls before it reads the first page."""
    app.connect("autodoc-skip-member", skip_generated)
    app.connect("autodoc-process-bases", drop_plain_bases)
    app.connect("autodoc-process-docstring", escape_initials)


def skip_generated(_app: Any, _kind: str, name: str, *_rest: Any) -> bool | None:
    """Leave such methods out; None leaves the decision to others."""
    return bool(GENERATED.fullmatch(name)) or None


def drop_plain_bases(_app: Any, _name: str, _value: Any, _options: Any, bases: list[type]) -> None:
    """Name only the bases that a reader can look up here."""
    bases[:] = [base for base in bases if base.__module__.startswith("hagang") and not base.__name__.startswith("_")]


def escape_initials(_app: Any, _kind: str, _name: str, _value: Any, _options: Any, lines: list[str]) -> None:
    """Keep initials text."""
    lines[:] = [INITIAL.sub(r"\1\\\2. ", line) for line in lines]
