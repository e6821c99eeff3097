"""The visual style: colour-blind-safe colours, light and dark, and fonts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CYCLE", "DARK", "DIVERGING", "HANGUL", "HEIGHTS", "LIGHT", "THEMES", "Theme", "theme_named"]

CYCLE = ("blue", "vermilion", "green", "purple", "amber", "sky")
"""The default colour cycle: Okabe and Ito (2008), the strongest first."""

HEIGHTS = "Blues_r"
"""The sequential colour map of matplotlib: dark is low; it is monotone in lightness."""

DIVERGING = "RdBu_r"
"""The colour map for values below and above zero."""

HANGUL = (
    *("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Nanum Gothic", "Malgun Gothic", "Apple SD Gothic Neo"),
    *("AppleGothic", "UnDotum"),
)
"""Fonts with Hangul, used as fallbacks if installed."""


@dataclass(frozen=True)
class Theme:
    """Colours by name.

    Parameters
    ----------
    name : str
        "light" or "dark".
    colours : mapping of str to str
        `#rrggbb` by name: `paper` for the background, `ink` for text, `grey` for secondary marks, `grid`, and the names
        in `CYCLE`.
    """

    name: str
    colours: Mapping[str, str]

    def __getitem__(self, colour: str) -> str:
        """The colour of this name."""
        if colour not in self.colours:
            msg = f"colour: expected one of {', '.join(self.colours)}, received '{colour}'"
            raise ArgumentError(msg)
        return self.colours[colour]


LIGHT = Theme(
    "light",
    {
        "paper": "#ffffff",
        "ink": "#222222",
        "grey": "#767676",
        "grid": "#e4e4e4",
        "blue": "#0072b2",
        "vermilion": "#d55e00",
        "green": "#009e73",
        "purple": "#b3588f",
        "amber": "#e69f00",
        "sky": "#56b4e9",
    },
)
DARK = Theme(
    "dark",
    {
        "paper": "#14171a",
        "ink": "#e6e6e6",
        "grey": "#9a9a9a",
        "grid": "#32373c",
        "blue": "#4aa3e0",
        "vermilion": "#f2803c",
        "green": "#2dc49a",
        "purple": "#dc93bf",
        "amber": "#f0b840",
        "sky": "#9cd5f7",
    },
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def theme_named(name: str) -> Theme:
    """The theme of this name.

    Raises
    ------
    ArgumentError
        If there is none.

    Examples
    --------
    >>> theme_named("dark")["paper"]
    '#14171a'
    """
    if name not in THEMES:
        msg = f"theme: expected one of {', '.join(THEMES)}, received {name!r}"
        raise ArgumentError(msg)
    return THEMES[name]
