"""How new data is read for a model that is there: each column as at training."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hagang.data.cell_parsing import MISSING
from hagang.data.column_features import ColumnFeatures
from hagang.data.encoders import CategoryEncoder, CodeEncoder, NumberEncoder
from hagang.data.targets import Classes
from hagang.data.time_encoder import TimeEncoder

if TYPE_CHECKING:
    from hagang.data.encoder import Encoder
    from hagang.data.features import Features
    from hagang.data.targets import Target

__all__ = ["types_like"]

_POSITION = re.compile(r"c\d+")


def types_like(features: Features | None, target: Target | None = None) -> dict[str, str]:
    """What each column is, by the features that a model was trained on, so that a file that shows less is read alike.

    A table whose columns are known by their positions alone may lack the target, so nothing is said of it.

    Examples
    --------
    >>> from hagang.data import prepare
    >>> ready = prepare({"x": [f"{k},5" for k in range(60)], "y": [k % 2 for k in range(60)]}, "y")
    >>> types_like(ready.features)
    {'x': '1234,5'}
    """
    if not isinstance(features, ColumnFeatures) or all(map(_POSITION.fullmatch, features.known)):
        return {}
    types = {encoder.name: kind for encoder in features.encoders if (kind := _type(encoder))}
    types |= {item.name: "text" for item in features.left_out}
    if isinstance(target, Classes) and all(isinstance(label, str) for label in target.labels):
        types[target.name] = _words(tuple(map(str, target.labels)))
    return types


def _type(encoder: Encoder) -> str:
    if isinstance(encoder, NumberEncoder):
        return encoder.spelling or "number"
    if isinstance(encoder, TimeEncoder):
        return encoder.spelling
    if isinstance(encoder, CategoryEncoder | CodeEncoder):
        return _words(encoder.values)
    return "text"


def _words(values: tuple[str, ...]) -> str:
    return "words" if any(value in MISSING for value in values) else "text"
