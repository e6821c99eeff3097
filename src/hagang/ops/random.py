"""Counter-based random numbers: a pure function of seed, step, stream and position, the same on every machine.

Element `e` of a float32 value is word `e mod 4` of the Philox 4×32-10 block with counter
`(e div 4, stream, step mod 2³², step div 2³²)` and key `(seed mod 2³², seed div 2³²)`; its upper 24 bits make
the number. An element of a float64 value takes two words, `e div 2` being the block, and 53 bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import CONSTANT, Dims, Node, Op, make

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.graph.op import Attrs, Axis, OutputType

__all__ = ["RANDOM", "philox", "random_uniform"]

_ROUNDS = 10
_MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], np.uint64)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox(counter: npt.NDArray[np.uint64], key: tuple[int, int]) -> npt.NDArray[np.uint64]:
    """Philox 4×32-10.

    Parameters
    ----------
    counter : ndarray of uint64, shape (4, n)
        Four 32-bit words a block.
    key : pair of int
        Two 32-bit words.

    Returns
    -------
    ndarray of uint64, shape (4, n)
        Four random 32-bit words a block.

    References
    ----------
    J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
    """
    a, b, c, d = counter
    for turn in range(_ROUNDS):
        k0, k1 = (np.uint64((word + turn * weyl) & 0xFFFFFFFF) for word, weyl in zip(key, _WEYL))
        first, second = _MULTIPLIERS[0] * a, _MULTIPLIERS[1] * c
        a, b, c, d = (second >> _HALF) ^ b ^ k0, second & _LOW, (first >> _HALF) ^ d ^ k1, first & _LOW
    return np.stack([a, b, c, d])


def _uniform_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    if any(x.dims != () or x.dtype != np.int64 for x in inputs):
        msg = f"random_uniform: expected seed and step as int64 scalars, received {inputs}"
        raise ProgramError(msg)
    return tuple(attrs["shape"]), np.dtype(attrs["dtype"])


def _evaluate_uniform(
    seed: npt.NDArray[np.int64],
    step: npt.NDArray[np.int64],
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    stream: int,
) -> npt.NDArray[Any]:
    size = int(np.prod(shape, dtype=np.int64))
    each = 4 if dtype == np.float32 else 2
    blocks = np.arange(-(-size // each), dtype=np.uint64)
    when = int(step) & 0xFFFFFFFFFFFFFFFF
    fixed = (np.full_like(blocks, word) for word in (stream, when & 0xFFFFFFFF, when >> 32))
    key = int(seed) & 0xFFFFFFFFFFFFFFFF
    words = philox(np.stack([blocks, *fixed]), (key & 0xFFFFFFFF, key >> 32))
    return _to_unit(words, dtype).T.ravel()[:size].reshape(shape)


def _to_unit(words: npt.NDArray[np.uint64], dtype: np.dtype[Any]) -> npt.NDArray[Any]:
    """Whole numbers of 24 or 53 random bits, scaled to [0, 1)."""
    if dtype == np.float32:
        return (words >> np.uint64(8)).astype(np.float32) * np.float32(2.0**-24)
    high, low = words[0::2] >> np.uint64(5), words[1::2] >> np.uint64(6)
    return (high * np.uint64(1 << 26) + low).astype(np.float64) * 2.0**-53


def _uniform_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    return (), ()


random_uniform_op = Op(
    "random_uniform",
    _uniform_type,
    _evaluate_uniform,
    CONSTANT,
    _uniform_axes,
    "random_uniform",
    "Philox 4x32-10, Salmon et al. 2011",
)


def random_uniform(seed: Node, step: Node, shape: Dims, dtype: npt.DTypeLike, stream: int) -> Node:
    """Uniform numbers in [0, 1); `stream` (32 bits) tells apart the places that draw at the same step."""
    return make(random_uniform_op, seed, step, shape=tuple(shape), dtype=np.dtype(dtype), stream=stream)


RANDOM = (random_uniform_op,)
