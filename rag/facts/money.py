"""Amounts of money and per cent in text, in all the ways people write them.

A mention is a single figure ("$165k"), a range ("between 150.000 and 180.000 €"), or a bound
("upwards of $250,000", "up to 90k"). Works on text of any length in linear time: every
pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

from rag.documents.sentences import normalise
from rag.types import Period

PERCENT = "%"
HOURS_PER_YEAR = 2080
"""40 hours in each of 52 weeks, the convention of the US Bureau of Labor Statistics for wages
(https://www.bls.gov/oes/oes_doc_2.htm: annual wages are hourly wages times 2,080)."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a figure stands and what it is; ``currency`` is an ISO 4217 code, "%" or "".

    ``low`` or ``high`` is None where the text gives only the other bound. ``shared``: its sign is
    that of several currencies ("$"), of which the best known is taken.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str
    open_ended: bool = False
    period: Period | None = None
    approximate: bool = False
    shared: bool = False


_SYMBOLS = {
    "US$": "USD", "MX$": "MXN", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "SG$": "SGD", "R$": "BRL", "NT$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY",
    "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "฿": "THB", "₫": "VND", "₦": "NGN",
    "₱": "PHP", "zł": "PLN", "Kč": "CZK", "kr": "SEK", "Rs.": "INR", "Rs": "INR", "Fr.": "CHF",
}  # fmt: skip
_NAMES = {
    "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD", "canadian dollar": "CAD",
    "australian dollar": "AUD", "singapore dollar": "SGD", "new zealand dollar": "NZD", "dollar": "USD", "buck": "USD", "euro": "EUR",
    "pound sterling": "GBP", "pound": "GBP", "rupee": "INR", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY",
    "swiss franc": "CHF", "franc": "CHF", "won": "KRW", "zloty": "PLN", "brazilian real": "BRL", "reais": "BRL",
    "peso": "MXN", "rand": "ZAR",
    "krona": "SEK", "kronor": "SEK", "kroner": "DKK", "shekel": "ILS",
    "dirham": "AED", "riyal": "SAR", "baht": "THB", "złoty": "PLN",
}  # fmt: skip
# The best known of those that share a sign, and the others.
SHARED_SIGNS = {
    "USD": frozenset(("CAD", "AUD", "NZD", "SGD", "HKD")),
    "SEK": frozenset(("DKK", "NOK")),
}
# Names that are everyday words count only after a number with a scale or of four digits.
_AMBIGUOUS_NAMES = frozenset({"won", "pound", "rand"})
# Codes that are everyday words, or a maker of chips.
_CODES_THAT_ARE_WORDS = frozenset({"ALL", "AMD", "CUP", "GEL", "MOP", "PEN", "SOS", "TOP", "TRY"})
_CODES_IN_LOWER_CASE = (
    "usd",
    "eur",
    "gbp",
    "inr",
    "chf",
    "sgd",
    "cad",
    "aud",
    "jpy",
    "aed",
    "nzd",
    "hkd",
)

_SCALES = {
    "k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "million": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5,
    "lpa": 1e5, "crore": 1e7, "cr": 1e7,
}  # fmt: skip
_INDIAN_SCALES = frozenset({"lpa", "lakh", "lakhs", "lac", "crore"})


_PLURALS = {"krone": "kroner", "krona": "kronor", "króna": "krónur", "real": "reais", "leu": "lei"}


@cache
def currency_names() -> Mapping[str, str]:
    """Currencies by name, in lower case: the everyday names, and CLDR's full ones ("danish krone")."""
    found = dict(_NAMES)
    for code, name in Locale("en").currencies.items():
        *country, unit = str(name).lower().split()
        if country and code in _iso_codes() and not any(c in "()–" for c in name):
            units = (unit, _PLURALS.get(unit, unit))
            found |= {" ".join([*country, one]): str(code) for one in units if one}
    return found | _NAMES


@cache
def _iso_codes() -> frozenset[str]:
    """The currencies that are legal tender somewhere today."""
    territories = [str(t) for t in Locale("en").territories]
    codes = {str(c) for t in territories if len(t) == 2 for c in get_territory_currencies(t)}
    return frozenset(codes) - _CODES_THAT_ARE_WORDS


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_NUMBER = (
    r"(?:\d{1,3}(?P<mark>[,.' ])\d{3}(?:(?P=mark)\d{3}){0,4}(?:[.,]\d{1,2})?"
    r"|\d{1,2}(?:,\d{2}){1,3},\d{3}"
    r"|\d{1,15}(?:[.,]\d{1,6})?"
    r")(?![.,]?\d)"
)
# A plus sign that adds nothing: "$100k+", not "$100k + $20k" or "$100k + bonus".
_PLUS = r"(?:\+(?!\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3})?\s?\d)|\s\+(?!\s?[\w$€£¥₹]))"


@cache
def _amount() -> re.Pattern[str]:
    """One figure with what says its currency and scale; every repetition in it is bounded."""
    symbols, scales = _alternatives(_SYMBOLS), _alternatives(_SCALES)
    # "R696 000", "R950", "R2.5 million", but no R2-D2.
    rand = rf"R(?=\d{{2}}[\d.,]*(?!\w)|\d[\d.]*\s?(?:{scales})\b|\s?\d{{1,3}}[ ,]\d{{3}}(?!\d))"
    upper = _alternatives(_iso_codes())
    lower = _alternatives(_CODES_IN_LOWER_CASE)
    names = "|".join(re.escape(n) + "s?" for n in sorted(currency_names(), key=len, reverse=True))
    return re.compile(
        rf"(?:(?:(?P<code>\b(?:{upper}|{lower}))\s?(?P<both>{symbols})?"
        rf"|(?P<symbol>[€£¥₹]|(?<![A-Za-z])(?:{symbols}|{rand})))\s?|(?<![\w.,]))"
        rf"(?P<number>{_NUMBER}|(?<=[$€£¥₹])\.\d{{1,6}}(?!\d))"
        rf"(?:\s?-?(?P<scale>(?i:{scales}))(?![^\W\d_]))?"
        rf"(?P<plus>{_PLUS})?"
        rf"(?:\s?(?P<unit>%|(?i:per\s?cent|percentage\s{{1,3}}points?|pct|{names})\b"
        rf"|(?:{upper}|{lower})\b|(?:{symbols})(?!\s?\d|[^\W\d_])))?"
        rf"(?P<plusafter>{_PLUS})?"
    )


_SEPARATOR = re.compile(
    r"\s?(?:(?:-{1,2}|–|—|~)\s?|(?P<word>to|through|and)\s(?:(?:as\smuch\sas|about|around|over)\s)?)",
    re.I,
)
_COUNTED = re.compile(
    r"\s?-?(?:years?|yrs?|months?|weeks?|days?|hours?|people|employees|times|x)\b", re.I
)
_BETWEEN = re.compile(r"\b(?:between|from)\s{0,3}(?:about|around|roughly)?\s{0,3}$", re.I)
_LOWER_BOUND = re.compile(
    r"(?:upwards?\s+of|(?<!not\s)over|above|(?<!no\s)(?<!not\s)more\s+than|not?\s+(?:less|fewer)\s+than|at\s+least"
    r"|(?<!not\s)(?<!n't\s)(?<!never\s)exceed(?:s|ed|ing)?|north\s+of|in\s+excess\s+of|(?:a\s+)?minimum(?:\s+of)?"
    r"|start(?:s|ing)?\s+(?:at|from)|greater\s+than|beyond|surpass(?:es|ed|ing)?|>|≥)\s*$",
    re.I,
)
_UPPER_BOUND = re.compile(
    r"(?:up\s+to|as\s+much\s+as|at\s+most|not?\s+more\s+than|(?:not|n't|never)\s+(?:exceed|over)|(?:a\s+)?maximum(?:\s+of)?"
    r"|(?<!no\s)(?<!not\s)less\s+than|under|below|as\s+high\s+as|<|≤)\s*$",
    re.I,
)
_APPROXIMATE = re.compile(
    r"(?:around|about|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|~|≈)\s*$", re.I
)
_AFTER_LOWER = re.compile(
    r"\s*(?:(?:/|per\s|an?\s)\s?\w{1,6}\s+)?"
    r"(?:or\s+(?:more|above|higher|over)|and\s+(?:above|up|more|over)\b|plus\b(?!\s*\w)|upwards?\b)",
    re.I,
)
_AFTER_UPPER = re.compile(
    r"\s*(?:(?:/|per\s|an?\s)\s?\w{1,6}\s+)?or\s+(?:less|lower|below|under)\b", re.I
)
_EVERY = r"(?:/|\b(?:per|an?|each|every|by\s+the)[\s-])\s?"
_PERIODS: tuple[tuple[Period, str], ...] = (
    ("hour", rf"{_EVERY}(?:hour|hr|h)\b|-an-hour\b|\bhourly\b|\bph\b"),
    (
        "day",
        rf"{_EVERY}day\b|(?:/|\b(?:per|each|every)\s)shift\b|\bdaily\b|\bday[\s-]rates?\b|\bper\s+diem\b",
    ),
    ("week", rf"{_EVERY}(?:week|wk)\b|\bweekly\b|\bp\.?w\.?(?!\w)"),
    ("month", rf"{_EVERY}(?:month|mo|mth)\b|\bmonthly\b|\bpc?m\b|\bp\.m\.(?!\w)"),
    (
        "year",
        rf"{_EVERY}(?:year|yr|annum)\b|\bannually\b|\bannual\b|\byearly\b|\bp\.?a\.?(?!\w)|\blpa\b",
    ),
)
_PERIOD = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PERIODS), re.I)
_PERIOD_NAMES: dict[str, Period] = {name: name for name, _ in _PERIODS}
_NEAR = re.compile(r"[^\d$€£¥₹;|]{0,40}")
_CONTEXT_CHARS = 30
_PERIOD_CHARS = 16


def meant_by_sign(text: str) -> dict[str, str]:
    """What the shared signs stand for in a text that names one of their currencies apart from any
    sum or column ("All amounts are in Canadian dollars"), by the currency that they are taken for
    elsewhere. Nothing where it names several, or that one anywhere."""
    plain = normalise(text)
    names = [
        (
            currency_names()[m["name"].lower()] if m["name"] else m["code"],
            bool(m["before"] or m["after"]),
        )
        for m in _naming().finditer(plain)
    ]
    meant = {}
    for taken, others in SHARED_SIGNS.items():
        apart = {name for name, of_a_sum in names if name in others and not of_a_sum}
        if len(apart) == 1 and not any(taken.startswith(name) for name, _ in names):
            meant[taken] = apart.pop()
    return meant


@cache
def _naming() -> re.Pattern[str]:
    """A currency that shares its sign, by its code or full name, and what says that it is that of a
    sum or a column."""
    codes = _alternatives(
        [*SHARED_SIGNS, *(code for others in SHARED_SIGNS.values() for code in others)]
    )
    names = _alternatives(name for name in currency_names() if " " in name)
    return re.compile(
        rf"(?P<before>(?:\d[km]?|[(|])\s?|,)?\b(?:(?P<code>{codes}|US(?=\$))|(?P<name>(?i:{names})))s?\b"
        rf"(?P<after>\s?(?:\$?\d|[)|]))?"
    )


def find_period(text: str) -> Period | None:
    """The first period of pay that a text names ("a year", "/hr", "monthly")."""
    return next(find_periods(text), None)


def find_periods(text: str) -> Iterator[Period]:
    """The periods of pay that a text names, in its order."""
    return (_PERIOD_NAMES[str(match.lastgroup)] for match in _PERIOD.finditer(text))


def find_mentions(text: str, *, default_currency: str = "") -> Iterator[Mention]:
    """Money and per cent in a text, left to right.

    :param default_currency: of bare numbers, as a table's head gives it; bare numbers are no
        mention where it is "".
    """
    plain = normalise(text)
    position = 0
    while match := _amount().search(plain, position):
        side = _side(match)
        position = match.end()
        if side is None:
            continue
        mention = _range(plain, side, default_currency) or _single(plain, side, default_currency)
        if mention:
            position = max(position, mention.end)
            yield mention


@dataclass(frozen=True, slots=True)
class _Side:
    """One figure: its value before and after its scale, and how its currency is written."""

    start: int
    end: int
    number: float
    scale: str
    currency: str
    prefixed: bool
    plain_dollar: bool
    plus: bool
    grouped: bool

    @property
    def value(self) -> float:
        return round(self.number * _SCALES.get(self.scale, 1.0), 2)

    @property
    def takes_scale(self) -> bool:
        """Whether the other side's scale may be meant here too ("$150-250k")."""
        return not self.scale and not self.grouped and self.number < 1000

    def scaled(self, scale: str) -> float:
        return round(self.number * _SCALES[scale], 2)


def _side(match: re.Match[str]) -> _Side | None:
    raw, scale = match["number"], (match["scale"] or "").lower()
    number = parse_number(raw, scaled=bool(scale))
    if number is None:
        return None
    symbol = match["both"] or match["symbol"]
    unit = (match["unit"] or "").strip()
    currency = _currency(match["code"], symbol, unit, scale=scale, number=number)
    return _Side(
        start=match.start(),
        end=match.end(),
        number=number,
        scale=scale,
        currency=currency,
        prefixed=bool(match["code"] or symbol),
        plain_dollar=currency == "USD"
        and not match["code"]
        and unit.lower().removesuffix("s") in {"", "$", "dollar", "buck"}
        and (symbol or "$") == "$",
        plus=bool(match["plus"] or match["plusafter"]),
        grouped=bool(match["mark"]) or raw.count(",") > 1,
    )


def _currency(code: str | None, symbol: str | None, unit: str, *, scale: str, number: float) -> str:
    """What the marks around a number say: a code first, per cent, a symbol, a name."""
    if code:
        return code.upper()
    low = " ".join(unit.lower().split())
    if low in {"%", "pct"} or low.startswith("per"):
        return PERCENT
    if unit in _iso_codes() or unit in _CODES_IN_LOWER_CASE:
        return unit.upper()
    if symbol:
        return "ZAR" if symbol == "R" else _SYMBOLS[symbol]
    if unit in _SYMBOLS:
        return _SYMBOLS[unit]
    name = low if low in currency_names() else low.removesuffix("s")
    if name in currency_names() and (name not in _AMBIGUOUS_NAMES or scale or number >= 1000):
        return currency_names()[name]
    return "INR" if scale in _INDIAN_SCALES else ""


def _range(text: str, first: _Side, default_currency: str) -> Mention | None:
    """The figure as the lower end of a range, where one is written."""
    separator = _SEPARATOR.match(text, first.end)
    match = _amount().match(text, separator.end()) if separator else None
    second = _side(match) if match else None
    if separator is None or second is None:
        return None
    currency = _common_currency(first, second)
    if first.currency and second.currency and not currency:
        return None
    currency = currency or default_currency
    if not currency or (not first.currency and second.prefixed):
        return None  # "in 2026 - $165k" is no range
    if not second.currency and _COUNTED.match(text, second.end):
        return None
    before = _before(text, first.start)
    if (separator["word"] or "").lower() == "and" and not _BETWEEN.search(before):
        return None
    low = first.scaled(second.scale) if second.scale and first.takes_scale else first.value
    high = second.scaled(first.scale) if first.scale and second.takes_scale else second.value
    if low > high or (first.currency == PERCENT and not second.currency):
        return None
    mention = _mention(text, first, currency, end=second.end, scale=second.scale)
    after = _after(text, second.end)
    open_ended = first.plus or second.plus or bool(_AFTER_LOWER.match(after))
    return replace(mention, low=low, high=high, open_ended=open_ended)


def _common_currency(first: _Side, second: _Side) -> str:
    """The currency of both, or "" where they have none or differ; "$" is any dollar."""
    one, other = first.currency, second.currency
    if not one or not other or one == other:
        return one or other
    if first.plain_dollar and other in SHARED_SIGNS["USD"]:
        return other
    if second.plain_dollar and one in SHARED_SIGNS["USD"]:
        return one
    return ""


def _single(text: str, side: _Side, default_currency: str) -> Mention | None:
    currency = side.currency or default_currency
    if not currency:
        return None
    mention = _mention(text, side, currency, end=side.end, scale=side.scale)
    before, after = _before(text, side.start), _after(text, side.end)
    if _UPPER_BOUND.search(before) or _AFTER_UPPER.match(after):
        return replace(mention, low=None)
    if side.plus or _LOWER_BOUND.search(before) or _AFTER_LOWER.match(after):
        return replace(mention, high=None, open_ended=True)
    return mention


def _mention(text: str, side: _Side, currency: str, *, end: int, scale: str) -> Mention:
    return Mention(
        start=side.start,
        end=end,
        low=side.value,
        high=side.value,
        currency=currency,
        period=_period_after(text, end, scale) if currency != PERCENT else None,
        approximate=bool(_APPROXIMATE.search(_before(text, side.start))),
        shared=side.plain_dollar and currency == side.currency,
    )


def _period_after(text: str, end: int, scale: str) -> Period | None:
    """The period right behind a figure, before any other figure."""
    near = _NEAR.match(text, end)
    match = _PERIOD.search(near[0]) if near else None
    if match and match.start() <= _PERIOD_CHARS:
        return _PERIOD_NAMES[str(match.lastgroup)]
    return "year" if scale == "lpa" else None


def _before(text: str, start: int) -> str:
    """A little of what stands before; nothing where no word or sign of comparison does."""
    before = text[max(0, start - _CONTEXT_CHARS) : start]
    last = before.rstrip()[-1:]
    return before if last.isalpha() or last in {".", "<", ">", "≤", "≥", "~", "≈"} else ""


def _after(text: str, end: int) -> str:
    return text[end : end + _CONTEXT_CHARS]


_THOUSANDS = re.compile(r"(?:[$€£¥₹]\s?|\b)(?:k|000s?|'000s?|thousands?)\b|(?<=[$€£])k\b", re.I)


def in_thousands(text: str) -> bool:
    """Whether a head or caption says that its numbers are in thousands ("$k", "USD thousands")."""
    return bool(_THOUSANDS.search(text))


def parse_number(raw: str, *, scaled: bool = False) -> float | None:
    """A number with either kind of separators; None where the separators make no sense.

    "150,000", "150.000", "150 000", "1,50,000" and "150'000" are whole; "1.5", "1,5" have a
    fraction. A single point or comma before exactly three digits groups them, unless a scale
    follows ("1.250 million").
    """
    marks = re.findall(r"[,.' ]", raw)
    groups = re.split(r"[,.' ]", raw)
    if not marks:
        return float(raw)
    if raw.startswith(".") and len(groups) == 2:
        return float(raw)
    if not all(groups):
        return None
    last = marks[-1]
    if _is_grouped(groups, marks) and not (scaled and marks == ["."]):
        return float("".join(groups))
    whole, whole_marks = groups[:-1], marks[:-1]
    if last in ",." and last not in whole_marks and _is_grouped(whole, whole_marks):
        return float(f"{''.join(whole)}.{groups[-1]}")
    return None


def _is_grouped(groups: list[str], marks: list[str]) -> bool:
    """Whether digits are in threes (or in twos before the last three, as in India) by one mark."""
    if not marks:
        return True
    if len(set(marks)) > 1 or not 1 <= len(groups[0]) <= 3 or groups[0] == "0":
        return False
    indian = marks[0] == "," and len(groups[0]) <= 2 and all(len(g) == 2 for g in groups[1:-1])
    return len(groups[-1]) == 3 and (indian or all(len(g) == 3 for g in groups[1:]))
