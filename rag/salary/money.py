"""Amounts of money and per cent in text, in all the ways people write them.

A mention is a single figure ("$165k"), a range ("between 150.000 and 180.000 €"), or a bound
("upwards of $250,000", "up to 90k"). Works on text of any length in linear time: every
pattern is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from babel.numbers import list_currencies

from rag.sentences import normalise
from rag.types import Period

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a figure stands and what it is; ``currency`` is an ISO 4217 code, "%" or "".

    ``low`` or ``high`` is None where the text gives only the other bound.
    """

    start: int
    end: int
    low: float | None
    high: float | None
    currency: str
    open_ended: bool = False
    period: Period | None = None
    approximate: bool = False


_SYMBOLS = {
    "US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "SG$": "SGD", "R$": "BRL", "NT$": "TWD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY",
    "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "฿": "THB", "₫": "VND", "₦": "NGN",
    "₱": "PHP", "zł": "PLN", "Kč": "CZK", "Rs.": "INR", "Rs": "INR", "Fr.": "CHF",
}  # fmt: skip
_NAMES = {
    "us dollar": "USD", "u.s. dollar": "USD", "american dollar": "USD", "canadian dollar": "CAD",
    "australian dollar": "AUD", "singapore dollar": "SGD", "dollar": "USD", "buck": "USD", "euro": "EUR",
    "pound sterling": "GBP", "pound": "GBP", "rupee": "INR", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY",
    "swiss franc": "CHF", "franc": "CHF", "won": "KRW", "zloty": "PLN", "real": "BRL", "peso": "MXN", "rand": "ZAR",
    "krona": "SEK", "shekel": "ILS", "dirham": "AED",
}  # fmt: skip
# Names that are everyday words count only after a number with a scale or of four digits.
_AMBIGUOUS_NAMES = frozenset({"real", "won", "pound", "rand", "buck"})

_SCALES = {
    "k": 1e3, "thousand": 1e3, "grand": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "million": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9, "tn": 1e12, "trillion": 1e12, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5,
    "lpa": 1e5, "crore": 1e7, "cr": 1e7,
}  # fmt: skip

_SPACE = r"[ \t\n]"


@cache
def _iso_codes() -> frozenset[str]:
    return frozenset(c for c in list_currencies() if c.isalpha()) - {
        "ALL",
        "TOP",
        "TRY",
        "MOP",
        "CUP",
        "PEN",
    }


def _alternatives(words: Iterator[str] | dict[str, object] | frozenset[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@cache
def _pattern() -> re.Pattern[str]:
    symbols = _alternatives(dict.fromkeys(_SYMBOLS))
    codes = "|".join(sorted(_iso_codes()))
    names = "|".join(re.escape(n) + "s?" for n in sorted(_NAMES, key=len, reverse=True))
    scales = _alternatives(dict.fromkeys(_SCALES))
    number = r"\d{1,3}(?:[,.' ]\d{2,3}){1,5}(?:[.,]\d{1,2})?(?!\d)|\d{1,15}(?:[.,]\d{1,6})?"
    amount = (
        rf"(?:(?P<code{{n}}>(?-i:\b(?:{codes})))\s?)?"
        rf"(?P<symbol{{n}}>(?-i:(?<![A-Za-z])(?:{symbols})|[€£¥₹]))?\s?"
        rf"(?P<number{{n}}>(?<![\w.,])(?:{number})|(?<=[$€£¥₹])(?:{number})|(?<=(?-i:[A-Z]{{{{3}}}}))(?:{number}))"
        rf"(?:\s?-?(?P<scale{{n}}>{scales})(?![A-Za-z]))?"
        rf"(?P<plus{{n}}>\s?\+)?"
        rf"(?:\s?(?P<unit{{n}}>%|per\s?cent\b|percentage\s+points?\b|pct\b|(?-i:(?:{codes}))\b|(?-i:(?:{symbols}|€|£))(?!\s?\d)"
        rf"|(?:{names})\b))?"
        rf"(?P<plusafter{{n}}>\s?\+)?"
    )
    first = amount.replace("{n}", "1").replace("{{", "{").replace("}}", "}")
    second = amount.replace("{n}", "2").replace("{{", "{").replace("}}", "}")
    separator = (
        r"\s?(?:(?:-{1,2}|–|—|~)\s?|to\s(?:as\smuch\sas\s|about\s|around\s)?|through\s|and\s)"
    )
    return re.compile(rf"{first}(?:(?P<separator>{separator}){second})?", re.I)


_BETWEEN = re.compile(r"\b(?:between|from)\s*(?:about|around|roughly)?\s*$", re.I)
_LOWER_BOUND = re.compile(
    r"(?:upwards?\s+of|over|above|more\s+than|at\s+least|exceed(?:s|ed|ing)?|north\s+of|in\s+excess\s+of"
    r"|(?:a\s+)?minimum(?:\s+of)?|starting\s+(?:at|from)|starts?\s+(?:at|from)|greater\s+than|beyond|surpass(?:es|ed|ing)?|>|≥)\s*$",
    re.I,
)
_UPPER_BOUND = re.compile(
    r"(?:up\s+to|as\s+much\s+as|at\s+most|no\s+more\s+than|(?:a\s+)?maximum(?:\s+of)?|less\s+than|under|below|as\s+high\s+as|<|≤)\s*$",
    re.I,
)
_APPROXIMATE = re.compile(
    r"(?:around|about|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|~|≈)\s*$", re.I
)
_AFTER_LOWER = re.compile(
    r"\s*(?:or\s+(?:more|above|higher|over)|and\s+(?:above|up|more)|plus\b|upwards?)", re.I
)
_AFTER_UPPER = re.compile(r"\s*or\s+(?:less|lower|below|under)", re.I)
_PERIODS: tuple[tuple[Period, str], ...] = (
    ("hour", r"(?:/|per|an?|each|every|the)\s?(?:hour|hr)\b|/h\b|\bhourly\b|\bph\b"),
    ("day", r"(?:/|per|an?|each|every)\s?day\b|\bdaily\b|\bper\s+diem\b"),
    ("week", r"(?:/|per|an?|each|every)\s?(?:week|wk)\b|\bweekly\b|\bp\.?w\.?(?!\w)"),
    ("month", r"(?:/|per|an?|each|every)\s?(?:month|mo|mth)\b|\bmonthly\b|\bp\.?c?\.?m\.?(?!\w)"),
    (
        "year",
        r"(?:/|per|an?|each|every)\s?(?:year|yr|annum)\b|\bannually\b|\bannual\b|\byearly\b|\bp\.?a\.?(?!\w)|\blpa\b",
    ),
)
_PERIOD_PATTERNS = tuple((name, re.compile(p, re.I)) for name, p in _PERIODS)


def find_period(text: str) -> Period | None:
    """The first period of pay that a text names ("a year", "/hr", "monthly")."""
    found = [(m.start(), name) for name, p in _PERIOD_PATTERNS if (m := p.search(text))]
    return min(found)[1] if found else None


def find_mentions(text: str, *, default_currency: str = "") -> Iterator[Mention]:
    """Money and per cent in a text, left to right.

    :param default_currency: of bare numbers, as a table's head gives it; bare numbers are no
        mention where it is "".
    """
    plain = normalise(text)
    position = 0
    pattern = _pattern()
    while match := pattern.search(plain, position):
        mention = _read(plain, match, default_currency)
        if mention is None and match["separator"]:
            # Not a range after all ("2025 and $5"): read its second half on its own.
            position = match.end("separator")
            single = pattern.match(plain[: match.start("separator")], match.start())
            mention = _read(plain, single, default_currency) if single else None
        else:
            position = max(match.end(), match.start() + 1)
        if mention:
            yield mention


def _read(text: str, match: re.Match[str], default_currency: str) -> Mention | None:
    first = _side(match, "1")
    second = _side(match, "2") if match["separator"] else None
    sides = [s for s in (first, second) if s]
    currency = next((s.currency for s in sides if s.currency), "")
    if {s.currency for s in sides if s.currency} - {currency}:
        return None
    if not currency:
        currency = default_currency
    if not currency:
        return None
    start = _trimmed_start(text, match)
    before = text[max(0, start - 30) : start]
    if second and match["separator"].strip().lower() == "and" and not _BETWEEN.search(before):
        return None
    bounds = _bounds(first, second)
    if bounds is None:
        return None
    low, high = bounds
    after = text[match.end() : match.end() + 30]
    mention = Mention(
        start=start,
        end=len(text[: match.end()].rstrip()),
        low=low,
        high=high,
        currency=currency,
        open_ended=any(s.plus for s in sides),
        period=find_period(after[:16]) if currency != PERCENT else None,
        approximate=bool(_APPROXIMATE.search(before)),
    )
    return _apply_bounds(mention, before, after, is_range=second is not None)


def _trimmed_start(text: str, match: re.Match[str]) -> int:
    start = match.start()
    while text[start].isspace():
        start += 1
    return start


def _apply_bounds(mention: Mention, before: str, after: str, *, is_range: bool) -> Mention:
    lower = bool(_LOWER_BOUND.search(before) or _AFTER_LOWER.match(after))
    if is_range:
        return replace(mention, open_ended=mention.open_ended or bool(_AFTER_LOWER.match(after)))
    if mention.open_ended or lower:
        return replace(mention, high=None, open_ended=True)
    if _UPPER_BOUND.search(before) or _AFTER_UPPER.match(after):
        return replace(mention, low=None)
    return mention


@dataclass(frozen=True, slots=True)
class _Side:
    value: float
    scale: float
    currency: str
    plus: bool
    grouped: bool


def _side(match: re.Match[str], n: str) -> _Side | None:
    raw = match[f"number{n}"]
    scale_word = (match[f"scale{n}"] or "").lower()
    value = parse_number(raw, scaled=bool(scale_word))
    if value is None:
        return None
    return _Side(
        value=value,
        scale=_SCALES.get(scale_word, 1.0),
        currency=_currency(match, n, value, scale_word),
        plus=bool(match[f"plus{n}"] or match[f"plusafter{n}"]),
        grouped=bool(re.search(r"\d[,.' ]\d{3}", raw)),
    )


def _currency(match: re.Match[str], n: str, value: float, scale: str) -> str:
    if code := match[f"code{n}"]:
        return code.upper()
    unit = (match[f"unit{n}"] or "").strip()
    low = unit.lower()
    if low == "%" or low.startswith("per") or low == "pct":
        return PERCENT
    if unit in _iso_codes():
        return unit
    if symbol := match[f"symbol{n}"]:
        return _SYMBOLS[symbol]
    if unit in _SYMBOLS:
        return _SYMBOLS[unit]
    name = re.sub(r"\s+", " ", low)
    name = name if name in _NAMES else name.removesuffix("s")
    if name in _NAMES and (name not in _AMBIGUOUS_NAMES or scale or value >= 1000):
        return _NAMES[name]
    return "INR" if scale in {"lpa", "lakh", "lakhs", "lac", "crore"} else ""


def _bounds(first: _Side | None, second: _Side | None) -> tuple[float, float] | None:
    """The values in whole units; a side without a scale takes the other's ("$150-250k")."""
    if first is None:
        return None
    low = first.value * first.scale
    if second is None:
        return low, low
    high = second.value * second.scale
    if first.scale == 1 and second.scale > 1 and not first.grouped and first.value < 1000:
        low = first.value * second.scale
    if second.scale == 1 and first.scale > 1 and not second.grouped and second.value < 1000:
        high = second.value * first.scale
    return (low, high) if low <= high else None


def parse_number(raw: str, *, scaled: bool = False) -> float | None:
    """A number with either kind of separators; None where the separators make no sense.

    "150,000", "150.000", "150 000", "1,50,000" and "150'000" are whole; "1.5", "1,5" have a
    fraction. A single point or comma before exactly three digits groups them, unless a scale
    follows ("1.250 million").
    """
    marks = re.findall(r"[,.' ]", raw)
    if not marks:
        return float(raw)
    kinds = set(marks)
    last = marks[-1]
    tail = re.split(r"[,.' ]", raw)[-1]
    if len(kinds) == 1 and last in ",.":
        groups = re.split(r"[,.]", raw)
        grouped = all(len(g) == 3 for g in groups[1:])
        indian = last == "," and len(tail) == 3 and all(len(g) == 2 for g in groups[1:-1])
        if len(marks) > 1:
            return float("".join(groups)) if grouped or indian else None
        if grouped and not (scaled and last == ".") and groups[0] != "0":
            return float("".join(groups))
        return float(".".join(groups))
    decimal = (
        last
        if last in ",." and marks.count(last) == 1 and (len(tail) != 3 or len(kinds) == 1)
        else ""
    )
    whole, _, fraction = raw.rpartition(decimal) if decimal else (raw, "", "")
    digits = re.sub(r"[,.' ]", "", whole)
    return float(f"{digits}.{fraction}") if fraction else float(digits)
