"""Damage to bytes, decided by a seed."""

import random

SPECIAL = (0, 255, 127, 128, 10, 44, 34, 45, 57)
WORDS = (
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x80",
    b"\xff\xff\xff\x7f",
    b"\0" * 8,
    b"\xff" * 8,
    b"1e999",
    b"-1",
    b"\n" * 4,
)


def mutate(content: bytes, seed: int) -> bytes:
    """The same bytes with one to eight faults."""
    dice = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        dice.choice((_set, _set, _set, _word, _cut, _repeat, _take_out, _insert))(damaged, dice)
    return bytes(damaged)


def _place(damaged: bytearray, dice: random.Random) -> int:
    """Somewhere, more often at the beginning or the end, where headers and footers are."""
    n = max(len(damaged), 1)
    return dice.choice((dice.randrange(n), dice.randrange(min(n, 64)), n - 1 - dice.randrange(min(n, 64))))


def _set(damaged: bytearray, dice: random.Random) -> None:
    if damaged:
        damaged[_place(damaged, dice)] = dice.choice((*SPECIAL, dice.randrange(256)))


def _word(damaged: bytearray, dice: random.Random) -> None:
    place, word = _place(damaged, dice), dice.choice(WORDS)
    damaged[place : place + len(word)] = word


def _cut(damaged: bytearray, dice: random.Random) -> None:
    del damaged[_place(damaged, dice) :]


def _repeat(damaged: bytearray, dice: random.Random) -> None:
    place = _place(damaged, dice)
    damaged[place:place] = damaged[place : place + dice.choice((1, 16, 300))] * dice.choice((1, 2, 20))


def _take_out(damaged: bytearray, dice: random.Random) -> None:
    place = _place(damaged, dice)
    del damaged[place : place + dice.choice((1, 4, 50))]


def _insert(damaged: bytearray, dice: random.Random) -> None:
    place = _place(damaged, dice)
    damaged[place:place] = dice.randbytes(dice.choice((1, 4, 30)))
