"""Folders of pictures: a folder for each class, read by Pillow."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Pixels, Text
from hagang.data.dataset import Labelled
from hagang.data.text import count
from hagang.errors import DataError, FileFormatError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["class_folders", "read_pictures"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
GREY = ("1", "L", "LA", "I", "F", "I;16")


def class_folders(folder: Path) -> list[Path]:
    """The folders in a folder that hold pictures: one for each class."""
    return [inner for inner in sorted(folder.iterdir()) if inner.is_dir() and _pictures(inner)]


def read_pictures(folder: Path) -> Labelled:
    """Read the pictures in a folder's folders, each of which is a class: as bytes, grey where all of them are.

    Raises
    ------
    FileFormatError
        When Pillow is not there, or a file is damaged.
    DataError
        When the pictures differ in size.
    """
    classes = class_folders(folder)
    files = [(file, code) for code, inner in enumerate(classes) for file in _pictures(inner)]
    opened = [_open(file) for file, _ in files]
    _check_sizes(files, opened)
    grey = all(picture.mode in GREY for picture in opened)
    values = np.stack([_bytes(file, "L" if grey else "RGB") for file, _ in files])
    target = Text("class", np.array([code for _, code in files], np.int32), tuple(inner.name for inner in classes))
    return Labelled(Pixels(values.reshape(len(values), -1), values.shape[1:]), target)


def _pictures(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def _open(file: Path) -> Any:
    try:
        from PIL import Image
    except ImportError as error:
        text = f"{file} is a picture, which Pillow reads; install it with: pip install pillow"
        raise FileFormatError(text) from error
    try:
        with Image.open(file) as picture:
            return picture
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged(file, error) from error


def _bytes(file: Path, mode: str) -> Any:
    from PIL import Image

    try:
        with Image.open(file) as again:
            return np.asarray(again.convert(mode), dtype=np.uint8)
    except (OSError, SyntaxError, ValueError) as error:
        raise _damaged(file, error) from error


def _check_sizes(files: Sequence[tuple[Path, int]], opened: Sequence[Any]) -> None:
    sizes = Counter(picture.size for picture in opened)
    if len(sizes) == 1:
        return
    usual, most = sizes.most_common(1)[0]
    odd, size = next((file, picture.size) for (file, _), picture in zip(files, opened) if picture.size != usual)
    text = (
        f"the pictures differ in size: {odd} is {size[0]} × {size[1]}, and {count(most, 'picture')} {usual[0]} × "
        f"{usual[1]}; expected one size. Resize them first."
    )
    raise DataError(text)


def _damaged(file: Path, error: Exception) -> FileFormatError:
    return FileFormatError(f"{file} is a damaged picture ({str(error).splitlines()[0]}); fetch or save it again.")
