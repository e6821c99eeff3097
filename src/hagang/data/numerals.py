"""How people write numbers: separators, currencies, units, magnitudes. One convention per column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hagang.data.cell_parsing import fold, to_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Numeral",
    "Numerals",
    "are_dotted_thousands",
    "canonical_unit",
    "is_known_unit",
    "parse_numeral",
    "pick_separators",
]

SEPARATORS = (("", "."), (",", "."), ("", ","), (".", ","), (" ", "."), (" ", ","), ("'", "."), ("'", ","))
"""Thousands and decimals; where several fit a column alike, the first of them is its convention."""

_CURRENCIES = {
    **dict.fromkeys(("$", "us$", "usd", "달러", "dollar", "dollars"), "$"),
    **dict.fromkeys(("€", "eur", "euro", "euros", "유로"), "€"),
    **dict.fromkeys(("£", "gbp"), "£"),
    **dict.fromkeys(("₩", "원", "krw", "won"), "원"),
    **dict.fromkeys(("¥", "jpy", "円", "엔", "yen"), "¥"),
    **dict.fromkeys(("元", "cny", "rmb", "위안"), "元"),
    **dict.fromkeys(("₹", "inr", "rs", "rs."), "₹"),
    **{code: code for code in ("chf", "fr.", "cad", "aud", "nzd", "sek", "nok", "dkk", "kr", "kr.", "pln", "zł")},
    **{code: code for code in ("czk", "kč", "huf", "rub", "₽", "try", "₺", "brl", "r$", "mxn", "sgd", "hkd", "twd")},
    **{code: code for code in ("ca$", "c$", "a$", "hk$", "nt$", "vnd", "₫", "thb", "฿", "ils", "₪", "zar", "btc")},
}
_LATIN_MEASURES = (
    "% ‰ kg mg µg lb lbs oz km cm mm µm ft inch m2 m3 cm2 cm3 km2 ha ml cl sec min hr hrs ms day days year years yr "
    "yrs kw kwh mwh mw hz khz mhz ghz gb mb kb tb °c °f kcal kj pa hpa kpa bar psi mph km/h m/s kg/m2 pcs ea"
)
_KOREAN_MEASURES = (
    "명 개 건 회 점 세 살 년 월 일 시간 분 초 평 층 호 권 장 인 가구 세대 톤 리터 미터 킬로 대 주 통 곳 동 마리 그루"
)
_MEASURES = frozenset(f"{_LATIN_MEASURES} {_KOREAN_MEASURES}".split())
_WESTERN = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "b": 1e9, "bn": 1e9}
_WESTERN |= {"mrd": 1e9, "billion": 1e9}
_EASTERN = {"천만": 1e7, "백만": 1e6, "십만": 1e5, "만": 1e4, "천": 1e3, "억": 1e8, "조": 1e12, "万": 1e4, "億": 1e8}

_BODY = r"(?:\d+(?:[.,' ]\d+)*[.,]?|[.,]\d+)"
_SIZE = r"(?:[kKMB]|(?i:mn|mio|mrd|bn|thousand|million|billion)\.?)(?![^\W\d_])"
_HANGUL = "|".join(sorted(_EASTERN, key=len, reverse=True))
_BEFORE = "|".join(re.escape(c) for c in sorted(_CURRENCIES, key=len, reverse=True))
_UNIT = r"[^\W\d_]{1,5}/[^\W\d_]{1,5}[23]?|[^\W\d_]{1,12}\.?[23]?|[%‰°$€£¥₩₹₽₺₫฿₪][CF]?"
_SIMPLE = re.compile(rf"([+-])?({_BODY})", re.ASCII)
_WORD = re.compile(
    rf"(?P<open>\()? ?(?P<sign>[+-])? ?(?P<before>(?i:{_BEFORE}))? ?(?P<inner>[+-])? ?"
    rf"(?P<number>(?:{_BODY} ?(?:{_HANGUL}) ?)+{_BODY}?|{_BODY}(?:[eE][+-]?\d+)?(?: ?{_SIZE})?)"
    rf" ?(?P<after>{_UNIT})?(?P<last>-)?(?P<close>\))?"
)
_DOTTED = re.compile(r"[+-]?[1-9]\d{0,2}(?:[.]\d{3})+")
_PART = re.compile(rf"({_BODY}) ?({_HANGUL})?")
_TAIL = re.compile(rf"(?P<body>{_BODY}(?:[eE][+-]?\d+)?) ?(?P<size>{_SIZE})?")
_DIGITS = str.maketrans("012345678", "999999999")
_ALL = (1 << len(SEPARATORS)) - 1
_LONGEST = 40


class Numeral(NamedTuple):
    """What a cell spells: its parts, still with their separators, and what stands around them."""

    parts: tuple[tuple[str, float], ...]
    negative: bool
    unit: str
    fits: int
    western: bool


@dataclass(frozen=True)
class Numerals:
    """How a column writes its numbers.

    Parameters
    ----------
    thousands, decimal
        What parts the thousands, and the decimals.
    unit
        The currency or unit that stands before or behind, or nothing.

    Examples
    --------
    >>> german = Numerals(".", ",", "€")
    >>> str(german), Numerals.named("1.234,5 €") == german, german.value("-€ 1.200,50")
    ('1.234,5 €', True, -1200.5)
    >>> Numerals(",", ".", "원").value("1억 2,000만원"), Numerals(",").value("(1,200)")
    (120000000.0, -1200.0)
    """

    thousands: str = ""
    decimal: str = "."
    unit: str = ""

    def __str__(self) -> str:
        """How it writes 1234.5; the plain way is the empty text."""
        text = f"1{self.thousands}234{self.decimal}5{' ' if self.unit else ''}{self.unit}"
        return "" if text == "1234.5" else text

    @classmethod
    def named(cls, text: str) -> Numerals:
        """Return what `str` described."""
        match = re.fullmatch(r"1(\D?)234(\D)5 ?(.*)", text)
        return cls(match[1], match[2], match[3]) if match else cls()

    def values(self, numerals: Sequence[Numeral | None]) -> NDArray[np.float64]:
        """Return numbers, NaN for what this convention does not write."""
        bit = 1 << SEPARATORS.index((self.thousands, self.decimal))
        return np.array([np.nan if n is None else self._value(n, bit) for n in numerals], np.float64)

    def value(self, text: str) -> float:
        """Return the number that a cell spells, NaN where it is not written so."""
        return float(self.values([parse_numeral(text)])[0])

    def _value(self, numeral: Numeral, bit: int) -> float:
        if not numeral.fits & bit or (numeral.unit and canonical_unit(numeral.unit) != canonical_unit(self.unit)):
            return np.nan
        total = 0.0
        for body, size in numeral.parts:
            plain = body.replace(self.thousands, "") if self.thousands else body
            total += float(plain.replace(",", ".") if self.decimal == "," else plain) * size
        return -total if numeral.negative else total


def parse_numeral(text: str) -> Numeral | None:
    """Take a cell apart that spells a number in some way, or return None.

    Examples
    --------
    >>> parse_numeral("USD 1.5k").unit, parse_numeral("soon"), parse_numeral("192.168.0.1")
    ('USD', None, None)
    """
    simple = _SIMPLE.fullmatch(text)
    if simple:
        fits = _fits(simple[2])
        return Numeral(((simple[2], 1.0),), simple[1] == "-", "", fits, False) if fits else None
    if not np.isnan(to_number(text)):
        body = text.lstrip("+-")
        return Numeral(((body, 1.0),), text[0] == "-", "", _ALL if body[0] in "iI" else _fits(body), False)
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    match = _WORD.fullmatch(fold(text))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    parts, western = _parts(match["number"])
    fits = _common(_fits(body) for body, _ in parts)
    signs = [sign for sign in (match["sign"], match["inner"], match["last"]) if sign]
    if not parts or not fits or len(signs) > 1 or (match["before"] and match["after"]) or (signs and match["open"]):
        return None
    unit = match["before"] or match["after"] or ""
    return Numeral(parts, "-" in signs or bool(match["open"]), unit, fits, western)


def canonical_unit(unit: str) -> str:
    """Return the one name of a currency or unit: "$" for USD, "원" for ₩.

    Examples
    --------
    >>> canonical_unit("USD"), canonical_unit("KG"), canonical_unit("₩")
    ('$', 'kg', '원')
    """
    plain = unit.casefold()
    return _CURRENCIES.get(plain, plain)


def is_known_unit(unit: str) -> bool:
    """Whether this is a currency or a common unit of measure."""
    plain = canonical_unit(unit)
    return plain in _MEASURES or plain in _CURRENCIES.values()


def are_dotted_thousands(texts: Iterable[str]) -> bool:
    """Whether points stand before three digits only, and numbers without one stay below 1,000: 1.234 beside 999.

    Examples
    --------
    >>> are_dotted_thousands(["1.234", "999"]), are_dotted_thousands(["1.25", "999"]), are_dotted_thousands(["1.234"])
    (True, False, False)
    """
    dotted, whole = 0, 0
    for text in texts:
        if "." in text:
            if not _DOTTED.fullmatch(text):
                return False
            dotted += 1
        elif text.lstrip("+-").isdigit():
            if len(text.lstrip("+-")) > 3:
                return False
            whole += 1
    return dotted > 0 and whole > 0


def pick_separators(numerals: Iterable[tuple[Numeral, int]], decimal: str | None = None) -> tuple[tuple[str, str], int]:
    """Return the separators that fit most cells, and how many they fit.

    Examples
    --------
    >>> german = [(parse_numeral(word), 1) for word in ("1.234,5", "12", "1.200")]
    >>> pick_separators(german), pick_separators(german, decimal=".")[1]
    ((('.', ','), 3), 2)
    """
    cells: Counter[int] = Counter()
    for numeral, count in numerals:
        cells[numeral.fits] += count
    allowed = [bit for bit, (_, mark) in enumerate(SEPARATORS) if decimal in (None, mark)]
    fitting = [sum(count for fits, count in cells.items() if fits >> bit & 1) for bit in allowed]
    best = max(range(len(allowed)), key=lambda k: fitting[k])
    return SEPARATORS[allowed[best]], fitting[best]


def _parts(number: str) -> tuple[tuple[tuple[str, float], ...], bool]:
    if any(mark in number for mark in _EASTERN):
        return tuple((body, _EASTERN.get(size, 1.0)) for body, size in _PART.findall(number)), False
    match = _TAIL.fullmatch(number)
    if match is None:
        return (), False
    scale = _WESTERN[match["size"].rstrip(".").casefold()] if match["size"] else 1.0
    return ((match["body"], scale),), bool(match["size"])


def _common(masks: Iterable[int]) -> int:
    return reduce(and_, masks, _ALL)


def _fits(body: str) -> int:
    """Which of the separators a number may be written with, a bit each."""
    return _fits_shape((body[0] if body[0] in "0.," else "9") + body[1:].translate(_DIGITS))


@lru_cache(4096)
def _fits_shape(shape: str) -> int:
    return sum(1 << k for k, pattern in enumerate(_PATTERNS) if pattern.fullmatch(shape))


def _pattern(thousands: str, decimal: str) -> re.Pattern[str]:
    mark, part = re.escape(decimal), re.escape(thousands)
    grouped = rf"[1-9]\d{{0,2}}(?:{part}\d{{2,3}})*{part}\d{{3}}|" if thousands else ""
    return re.compile(rf"(?:(?:{grouped}\d+)(?:{mark}\d*)?|{mark}\d+)(?:[eE][+-]?\d+)?")


_PATTERNS = [_pattern(thousands, decimal) for thousands, decimal in SEPARATORS]
