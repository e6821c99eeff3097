"""NumPy's .npz files: several arrays under names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Pair = tuple[NDArray[Any], NDArray[Any] | None]

__all__ = ["read_npz"]

TRAIN = (("x_train", "y_train"), ("train_x", "train_y"), ("x", "y"), ("data", "target"), ("images", "labels"))
TEST = (("x_test", "y_test"), ("test_x", "test_y"))


def read_npz(path: Path) -> tuple[Pair, Pair | None]:
    """Read the inputs and targets of a .npz file, and its test part if it has one.

    Recognised names (in any case): X and y, x_train and y_train with x_test and y_test, train_x …, data and
    target, images and labels.

    Raises
    ------
    FileFormatError
        When the file is damaged, or holds Python objects (which are code, and never unpickled).
    DataError
        When no recognised name is in it.
    """
    arrays = _arrays(path)
    train = _pair(arrays, TRAIN)
    if train is None:
        text = (
            f"{path} holds the arrays {', '.join(sorted(arrays)) or '(none)'}; expected X and y, or x_train, "
            "y_train, x_test and y_test. Save it with np.savez(path, X=X, y=y)."
        )
        raise DataError(text)
    return train, _pair(arrays, TEST)


def _arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name.lower(): archive[name] for name in archive.files}
    except (ValueError, OSError, EOFError) as error:
        text = f"{path} cannot be read as .npz ({str(error).splitlines()[0]}); save plain numbers or text again."
        raise FileFormatError(text) from error


def _pair(arrays: dict[str, NDArray[Any]], names: tuple[tuple[str, str], ...]) -> Pair | None:
    return next(((arrays[x], arrays.get(y)) for x, y in names if x in arrays), None)
