"""Colours that people with any kind of colour vision can tell apart."""

from __future__ import annotations

__all__ = ["BLUE", "GREY", "INK", "ORANGE", "SURFACE", "VERMILION"]

BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"
"""Of Okabe and Ito's palette (2008)."""

INK, GREY = "#222222", "#8a8a8a"

SURFACE = "Blues_r"
"""Matplotlib's map for heights: dark is low; it keeps its order in grey and for every kind of colour vision."""
