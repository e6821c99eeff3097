"""Every row in one part, in the right proportions, the same for ever."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagang.data import split
from hagang.errors import ArgumentError, DataError


def philox(key, n):
    """The first n numbers of Philox4x64-10, in whole numbers (Salmon et al., 2011, section 4.3)."""
    top, numbers = 2**64, []
    for block in range(1, n // 4 + 2):
        x, k = [block, 0, 0, 0], [key, 0]
        for _ in range(10):
            a, b = x[0] * 0xD2E7470EE14C6C93, x[2] * 0xCA5A826395121157
            x = [(b // top) ^ x[1] ^ k[0], b % top, (a // top) ^ x[3] ^ k[1], a % top]
            k = [(k[0] + 0x9E3779B97F4A7C15) % top, (k[1] + 0xBB67AE8584CAA73B) % top]
        numbers += x
    return numbers[:n]


@given(
    rows=st.integers(10, 300),
    classes=st.integers(1, 12),
    validation=st.floats(0, 0.45),
    test=st.floats(0, 0.45),
    seed=st.integers(0, 2**40),
)
def test_every_row_is_in_one_part(rows, classes, validation, test, seed):
    codes = np.random.default_rng(seed).integers(0, classes, rows)
    parts = split(rows, classes=codes, validation=validation, test=test, seed=seed)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(rows))
    assert set(codes[parts.train].tolist()) == set(codes.tolist())
    assert abs(len(parts.test) - test * rows) <= classes / 2 + 1
    for part in (parts.train, parts.validation, parts.test):
        assert (np.diff(part) > 0).all()


def test_classes_keep_their_proportions():
    codes = np.repeat([0, 1, 2], [1000, 100, 20])
    parts = split(1120, classes=codes, seed=4)
    for part in (parts.validation, parts.test):
        assert np.bincount(codes[part]).tolist() == [150, 15, 3]


def test_many_rare_classes_still_give_whole_parts():
    parts = split(300, classes=np.repeat(np.arange(100), 3), seed=1)
    assert len(parts.validation) == len(parts.test) == 45


def test_a_class_of_one_row_is_trained_on():
    codes = np.r_[np.zeros(20, int), 7]
    for seed in range(20):
        assert 20 in split(21, classes=codes, validation=0.3, test=0.3, seed=seed).train


def test_the_split_is_the_same_on_every_machine_and_version():
    for seed in (0, 1, 12345678901):
        order = sorted(range(20), key=philox(seed, 20).__getitem__)
        assert split(20, seed=seed).test.tolist() == sorted(order[:3])
        assert split(20, seed=seed).validation.tolist() == sorted(order[3:6])


def test_seeds_differ():
    assert split(1000, seed=0).test.tolist() != split(1000, seed=1).test.tolist()


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"rows": 9}, DataError, "at least 10 rows.*found 9"),
        ({"rows": 20, "validation": 1.0}, ArgumentError, "validation must be a share.*Received 1.0"),
        ({"rows": 20, "test": -0.1}, ArgumentError, "test must be a share.*Received -0.1"),
        ({"rows": 20, "test": 0.5, "validation": 0.5}, ArgumentError, r"leave rows to train on. Received 0.5 \+ 0.5"),
        ({"rows": 20, "seed": -1}, ArgumentError, "Received -1"),
    ],
)
def test_shares_that_make_no_sense(options, error, text):
    with pytest.raises(error, match=text):
        split(**options)
