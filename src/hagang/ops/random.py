"""Counter-based random numbers: a pure function of seed, step, stream and position, the same on every machine.

Element `e` of a float32 value is word `e mod 4` of the Philox 4×32-10 block with counter
`(e div 4, stream, step mod 2³², step div 2³²)` and key `(seed mod 2³², seed div 2³²)`; its upper 24 bits make
the number. An element of a float64 value takes two words, `e div 2` being the block, and 53 bits.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from hagang.errors import ProgramError
from hagang.graph import CONSTANT, Dims, Kind, Node, Op, make

if TYPE_CHECKING:
    import numpy.typing as npt

    from hagang.graph import Attrs, Axis, OutputType

__all__ = ["RANDOM", "philox", "random_uniform"]

_ROUNDS = 10
_MULTIPLIERS = np.array([0xD2511F53, 0xCD9E8D57], np.uint64)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def philox(counter: Any, key: tuple[Any, Any], xp: Any = np) -> Any:
    """Philox 4×32-10.

    Parameters
    ----------
    counter : ndarray of uint64, shape (4, n)
        Four 32-bit words per block.
    key : pair of int or uint64
        Two 32-bit words.
    xp : module
        The array module.

    Returns
    -------
    ndarray of uint64, shape (4, n)
        Four random 32-bit words per block.

    References
    ----------
    J. Salmon, M. Moraes, R. Dror, D. Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
    """
    a, b, c, d = counter
    for turn in range(_ROUNDS):
        k0, k1 = ((word + turn * weyl) & _LOW for word, weyl in zip(key, _WEYL))
        first, second = _MULTIPLIERS[0] * a, _MULTIPLIERS[1] * c
        a, b, c, d = (second >> _HALF) ^ b ^ k0, second & _LOW, (first >> _HALF) ^ d ^ k1, first & _LOW
    return xp.stack([a, b, c, d])


def _uniform_type(inputs: tuple[Node, ...], attrs: Attrs) -> OutputType:
    if any(x.dims != () or x.dtype != np.int64 for x in inputs):
        msg = f"random_uniform: expected seed and step as int64 scalars, received {inputs}"
        raise ProgramError(msg)
    return tuple(attrs["shape"]), np.dtype(attrs["dtype"])


def _evaluate_uniform(xp: Any, seed: Any, step: Any, shape: tuple[int, ...], dtype: np.dtype[Any], stream: int) -> Any:
    size = prod(shape)
    each = 4 if dtype == np.float32 else 2
    blocks = xp.arange(-(-size // each), dtype=np.uint64)
    fixed = (xp.full_like(blocks, word) for word in (stream, *_halves(step)))
    words = philox(xp.stack([blocks, *fixed]), _halves(seed), xp)
    return _to_unit(words, dtype).T.ravel()[:size].reshape(shape)


def _halves(number: Any) -> tuple[Any, Any]:
    """The lower and the upper 32 bits of an int64."""
    bits = number.astype(np.uint64)
    return bits & _LOW, bits >> _HALF


def _to_unit(words: Any, dtype: np.dtype[Any]) -> Any:
    """Whole numbers of 24 or 53 random bits, scaled to [0, 1)."""
    if dtype == np.float32:
        return (words >> np.uint64(8)).astype(np.float32) * np.float32(2.0**-24)
    high, low = words[0::2] >> np.uint64(5), words[1::2] >> np.uint64(6)
    return (high * np.uint64(1 << 26) + low).astype(np.float64) * 2.0**-53


def _uniform_axes(node: Node) -> tuple[tuple[Axis, ...], ...]:
    return (), ()


random_uniform_op = Op("random_uniform", Kind.RANDOM, _uniform_type, _evaluate_uniform, CONSTANT, _uniform_axes)


def random_uniform(seed: Node, step: Node, shape: Dims, dtype: npt.DTypeLike, stream: int) -> Node:
    """Uniform numbers in [0, 1); `stream` (32 bits) distinguishes the places that draw at the same step."""
    return make(random_uniform_op, seed, step, shape=tuple(shape), dtype=np.dtype(dtype), stream=stream)


RANDOM = (random_uniform_op,)
