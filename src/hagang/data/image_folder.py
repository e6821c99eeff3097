"""Pictures, read by Pillow: a folder for each class, or pictures alone."""

from __future__ import annotations

import warnings
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

    from numpy.typing import NDArray

__all__ = ["class_folders", "is_picture", "pictures_in", "read_labelled_pictures", "read_pictures"]

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
"""The formats that are opened, whatever a file is called: others can start programs, as PostScript does Ghostscript."""

GREY = ("1", "L", "LA", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")
WIDE = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
WHITE = 255


def is_picture(file: Path) -> bool:
    """Whether a file is a picture by its name."""
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".")


def pictures_in(folder: Path) -> list[Path]:
    """The pictures right in a folder, in the order of their names."""
    return sorted(file for file in folder.iterdir() if is_picture(file))


def class_folders(folder: Path) -> list[Path]:
    """The folders in a folder that hold pictures: one for each class."""
    return [inner for inner in sorted(folder.iterdir()) if inner.is_dir() and pictures_in(inner)]


def read_labelled_pictures(folder: Path) -> Labelled:
    """Read the pictures in a folder's folders, each of which is a class.

    Raises
    ------
    FileFormatError, DataError
        As `read_pictures`.
    """
    classes = class_folders(folder)
    files = [(file, code) for code, inner in enumerate(classes) for file in pictures_in(inner)]
    target = Text("class", np.array([code for _, code in files], np.int32), tuple(inner.name for inner in classes))
    return Labelled(read_pictures([file for file, _ in files]), target)


def read_pictures(files: Sequence[Path], shape: tuple[int, ...] | None = None) -> Pixels:
    """Read pictures as bytes: grey where all of them are, or as `shape` has it, which is that of a model's training.

    They are turned as their EXIF data says, see-through parts lie on white, and 16 bits become 8.

    Raises
    ------
    FileFormatError
        When Pillow is not there, or a file is damaged.
    DataError
        When the pictures differ in size.
    """
    opened = [_open(file) for file in files]
    _check_sizes(files, opened)
    grey = all(array.ndim == 2 for array in opened) if not shape else len(shape) == 2
    values = np.stack([_in_colours(array, grey) for array in opened])
    return Pixels(values.reshape(len(values), -1), values.shape[1:])


def _open(file: Path) -> NDArray[np.uint8]:
    """A picture as it looks: shape (height, width) where it is grey, (height, width, 3) where it has colours."""
    try:
        from PIL import Image, ImageOps
    except ImportError as error:
        text = f"{file} is a picture, which Pillow reads; install it with: pip install pillow"
        raise FileFormatError(text) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                return _as_bytes(ImageOps.exif_transpose(picture))
    except Exception as error:  # Pillow's plugins let through what they meet: struct.error, IndexError, …
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        text = f"{file} is a damaged picture, or none ({reason}); fetch or save it again."
        raise FileFormatError(text) from error


def _as_bytes(picture: Any) -> NDArray[np.uint8]:
    if picture.mode in WIDE:
        return _eight_bits(np.asarray(picture, dtype=np.float64))
    if "A" in picture.mode or "transparency" in picture.info:
        grey = picture.mode == "LA"
        picture = _on_white(picture.convert("RGBA"))
        return np.asarray(picture.convert("L" if grey else "RGB"), np.uint8)
    return np.asarray(picture.convert("L" if picture.mode in GREY else "RGB"), np.uint8)


def _eight_bits(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Numbers from 0 to 65,535, or from 0 to 255 where none is larger, as bytes."""
    largest = float(values.max(initial=0))
    scaled = values / 257 if largest > WHITE else values
    return np.clip(np.rint(scaled), 0, WHITE).astype(np.uint8)


def _on_white(picture: Any) -> Any:
    from PIL import Image

    white = Image.new("RGBA", picture.size, (WHITE,) * 4)
    return Image.alpha_composite(white, picture)


def _in_colours(array: NDArray[np.uint8], grey: bool) -> NDArray[np.uint8]:
    """The same in grey, by the luma of ITU-R 601-2, or in three colours."""
    if grey and array.ndim == 3:
        weighted = array @ np.array([19595, 38470, 7471], np.int64)
        return ((weighted + 0x8000) >> 16).astype(np.uint8)
    return np.repeat(array[..., None], 3, axis=-1) if not grey and array.ndim == 2 else array


def _check_sizes(files: Sequence[Path], opened: Sequence[NDArray[np.uint8]]) -> None:
    sizes = Counter(array.shape[:2] for array in opened)
    if len(sizes) == 1:
        return
    usual, most = sizes.most_common(1)[0]
    odd, size = next((file, array.shape[:2]) for file, array in zip(files, opened) if array.shape[:2] != usual)
    text = (
        f"the pictures differ in size: {odd} is {size[1]} × {size[0]}, and {count(most, 'picture')} {usual[1]} × "
        f"{usual[0]}; expected one size. Resize them first."
    )
    raise DataError(text)
