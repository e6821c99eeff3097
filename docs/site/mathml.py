"""Equations as MathML, which browsers draw by themselves: no script, no fonts, nothing fetched."""

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import ExtensionError

__all__ = ["block", "inline", "setup"]

REPLACED = {r"\lVert": r"\|", r"\rVert": r"\|", r"\tfrac": r"\frac", r"\text ": r"\text{ }"}
"""What the converter does not know, and what says the same."""


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls to install the extension."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def inline(self: Any, node: Any) -> None:
    """An equation within a line."""
    self.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def block(self: Any, node: Any) -> None:
    """An equation in lines of its own; aligned at & where it has several."""
    for part in filter(str.strip, node.astext().split("\n\n")):
        aligned = r"\\" in part and not part.lstrip().startswith(r"\begin")
        latex = rf"\begin{{aligned}}{part}\end{{aligned}}" if aligned else part
        self.body.append(f'<div class="math">{mathml(latex, "block")}</div>')
    raise nodes.SkipNode


def mathml(latex: str, display: str) -> str:
    """One equation."""
    for unknown, known in REPLACED.items():
        latex = latex.replace(unknown, known)
    try:
        return str(convert(latex.strip(), display=display))
    except Exception as error:
        msg = f"equation: {latex!r} cannot be converted: {error!r}"
        raise ExtensionError(msg) from error
