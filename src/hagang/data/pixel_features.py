"""Images of bytes: they stay bytes in memory, and the network multiplies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.data.columns import Pixels
from hagang.data.text import listing
from hagang.errors import ArgumentError, DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from hagang.data.columns import Inputs
    from hagang.data.findings import Finding

__all__ = ["PixelFeatures"]


@dataclass(frozen=True)
class PixelFeatures:
    """How images of bytes become features: a x + b, one a and one b for all pixels.

    The matrix stays uint8 (a quarter of float32, an eighth of float64); `affine` says what the network's
    first step has to do.

    Parameters
    ----------
    shape
        The shape of one image.
    affine
        The factor a and the shift b.
    scale
        How they were chosen.
    """

    shape: tuple[int, ...]
    affine: tuple[float, float] = (1 / 255, 0.0)
    scale: str = "minmax"

    codes = ()
    """No pixel is a code."""

    @classmethod
    def fit(cls, images: Pixels, *, scale: str = "minmax") -> PixelFeatures:
        """Choose factor and shift.

        Parameters
        ----------
        images
            The training part.
        scale
            ``"minmax"`` (0 to 1: a is 1/255), ``"standard"`` (mean 0, standard deviation 1 over all pixels
            of the training part), ``"none"``.

        Raises
        ------
        ArgumentError
            When `scale` is none of these.
        DataError
            When all pixels are equal.
        """
        if scale not in _CHOICES:
            text = f"scale must be one of {listing(_CHOICES)}. Received {scale!r}."
            raise ArgumentError(text)
        if images.values.size == 0 or images.values.min() == images.values.max():
            text = "every pixel of every image has the same value; expected images that differ."
            raise DataError(text)
        return cls(images.shape, _CHOICES[scale](images.values), scale)

    @property
    def width(self) -> int:
        """The number of features: one a pixel."""
        return int(np.prod(self.shape))

    @property
    def names(self) -> tuple[str, ...]:
        """The features' names, by position in the image."""
        return tuple("pixel " + ",".join(map(str, at)) for at in np.ndindex(*self.shape))

    @property
    def findings(self) -> list[Finding]:
        """Nothing is ever decided that a person would have to know."""
        return []

    def transform(self, images: Inputs) -> NDArray[np.uint8]:
        """Return the images' bytes, shape (n, width), uint8; `affine` is still to be applied.

        Raises
        ------
        DataError
            When the images are of another shape than at training.
        """
        if not isinstance(images, Pixels):
            text = "the model was trained on images of bytes (uint8), but these are columns; expected images."
            raise DataError(text)
        if images.shape != self.shape:
            text = f"the images are of shape {images.shape}; expected {self.shape}, as at training. Resize them."
            raise DataError(text)
        return images.values

    def notice(self, images: Inputs) -> list[Finding]:  # noqa: ARG002 (the same face as ColumnFeatures)
        """Say what is new in these images: nothing can be."""
        return []

    def describe(self) -> str:
        """Say in a line what is done."""
        factor, shift = self.affine
        return f"images of shape {self.shape}: {factor:.6g} x {shift:+.6g}"

    def to_json(self) -> dict[str, Any]:
        """Return a description for `features_from_json`."""
        return {"kind": "pixels", "shape": list(self.shape), "affine": list(self.affine), "scale": self.scale}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PixelFeatures:
        """Return what `to_json` described."""
        factor, shift = data["affine"]
        return cls(tuple(data["shape"]), (factor, shift), data["scale"])


def _standard(values: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean and deviation from how often each value occurs: exact, and without a copy in floats."""
    counts = sum(np.bincount(chunk, minlength=256) for chunk in np.array_split(values.reshape(-1), 64))
    levels = np.arange(256.0)
    mean = float(levels @ counts / values.size)
    deviation = float(np.sqrt((levels - mean) ** 2 @ counts / values.size))
    return 1 / deviation, -mean / deviation


_CHOICES: dict[str, Any] = {
    "minmax": lambda _: (1 / 255, 0.0),
    "standard": _standard,
    "none": lambda _: (1.0, 0.0),
}
