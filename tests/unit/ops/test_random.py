"""Counter-based random numbers: known answers, range, and what they depend on."""

import numpy as np
import pytest

from hagang.errors import ProgramError
from hagang.graph import R, evaluate
from hagang.ops.leaf import constant, input_node
from hagang.ops.random import philox, random_uniform

# Counter, key and result as the authors publish them (Random123, kat_vectors, philox4x32 of 10 rounds).
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [int(word, 16) for word in text.split()]


def drawn(shape, dtype=np.float64, seed=1, step=2, stream=3, rows=None):
    node = random_uniform(constant(seed), constant(step), shape, dtype, stream)
    return evaluate([node], {}, rows)[0]


@pytest.mark.parametrize(("counter", "key", "result"), KNOWN)
def test_philox_gives_the_published_answers(counter, key, result):
    found = philox(np.array(words(counter), np.uint64)[:, None], tuple(words(key)))
    assert found[:, 0].tolist() == words(result)


@pytest.mark.parametrize(("dtype", "unit"), [(np.float32, 2.0**-24), (np.float64, 2.0**-53)])
def test_numbers_are_multiples_of_the_unit_spread_evenly_over_zero_to_one(dtype, unit):
    x = drawn((100_000,), dtype).astype(np.float64)
    assert 0 <= x.min() < 1e-4
    assert 1 - 1e-4 < x.max() < 1
    np.testing.assert_array_equal(x / unit, np.round(x / unit))
    # The mean of n has standard deviation 1/√(12 n) = 0.0009; tenths of the range hold 10,000 ± 95 each.
    assert abs(x.mean() - 0.5) < 4 * 0.0009
    assert np.all(abs(np.histogram(x, 10, (0, 1))[0] - 10_000) < 4 * 95)


def test_first_number_is_made_of_the_first_word_of_its_block():
    block = philox(np.array([[0], [3], [2], [0]], np.uint64), (1, 0))[:, 0]
    assert drawn((1,), np.float32)[0] == (int(block[0]) >> 8) * 2.0**-24
    assert drawn((1,))[0] == ((int(block[0]) >> 5) * 2**26 + (int(block[1]) >> 6)) * 2.0**-53


def test_an_element_depends_on_its_flat_position_alone():
    np.testing.assert_array_equal(drawn((R, 2), rows=3).ravel(), drawn((7,))[:6])


@pytest.mark.parametrize("change", [{"seed": 2}, {"seed": 1 + 2**32}, {"step": 3}, {"step": 2 + 2**32}, {"stream": 4}])
def test_seed_step_and_stream_each_give_other_numbers(change):
    assert not np.any(drawn((64,)) == drawn((64,), **change))


def test_seed_and_step_are_whole_scalars():
    with pytest.raises(ProgramError, match="expected seed and step as int64 scalars"):
        random_uniform(input_node("seed", (), np.float64), constant(0), (2,), np.float64, 0)
