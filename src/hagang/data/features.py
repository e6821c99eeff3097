"""Features of either kind: fitted to inputs, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from hagang.data.column_features import ColumnFeatures
from hagang.data.columns import Pixels
from hagang.data.pixel_features import PixelFeatures
from hagang.errors import ArgumentError

if TYPE_CHECKING:
    from hagang.data.columns import Inputs

__all__ = ["Features", "features_from_json", "fit_features"]

Features: TypeAlias = ColumnFeatures | PixelFeatures


def fit_features(inputs: Inputs, *, scale: str | Mapping[str, str] | None = None, embed: int | None = None) -> Features:
    """Fit `ColumnFeatures` to a table, or `PixelFeatures` to images.

    Parameters
    ----------
    inputs
        The training part.
    scale
        ``"standard"``, ``"minmax"``, ``"robust"`` or ``"none"``, also by column; None is ``"standard"`` for columns and
        ``"minmax"`` for images.
    embed
        As for `ColumnFeatures.fit`.

    Examples
    --------
    >>> from hagang.data import load
    >>> fit_features(load({"x": [1.0, 3.0, 2.0], "s": ["a", "b", "a"]}).inputs).names
    ('x', 's=a', 's=b')
    """
    if isinstance(inputs, Pixels):
        if isinstance(scale, Mapping):
            text = f"scale by column is for tables, and these are images of shape {inputs.shape}. Received {scale!r}."
            raise ArgumentError(text)
        return PixelFeatures.fit(inputs, scale=scale or "minmax")
    return ColumnFeatures.fit(inputs, scale=scale or "standard", embed=embed)


def features_from_json(data: Mapping[str, Any]) -> Features:
    """Return the features that `to_json` described."""
    return PixelFeatures.from_json(data) if data["kind"] == "pixels" else ColumnFeatures.from_json(data)
