"""Reads the numbers in an answer, each with its unit.

Written from scratch and on purpose not shared with ``rag``: an evaluation that used the
extractor it evaluates would be blind to that extractor's mistakes.

>>> [str(figure) for figure in parse_figures("**€70,000–€120,000** [1], $150–250k, 2–5 years")]
['70,000 EUR', '120,000 EUR', '150,000 USD', '250,000 USD', '2 years', '5 years']
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from eval.text import plain

_CODES = (
    "AED AOA ARS AUD AZN BDT BGN BHD BOB BRL BWP CAD CHF CLP CNY COP CRC CZK DKK DOP DZD EGP "
    "ETB EUR GBP GHS GTQ HKD HNL HUF IDR ILS INR IQD ISK JMD JOD JPY KES KRW KWD KZT LBP LKR "
    "MAD MMK MUR MXN MYR MZN NAD NGN NOK NPR NZD OMR PEN PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SEK SGD THB TND TRY TTD TWD TZS UAH UGX USD UYU UZS VND XAF XOF ZAR ZMW MGA"
)
CURRENCIES = frozenset(_CODES.split())
"""ISO 4217 codes that are read; codes that are also English words (ALL, TOP) are left out."""

UNITS = frozenset({"%", "years", "months", "x", "count"})
"""The units beside currencies. "x" is a multiple (1.3×), "count" a number without a unit."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in whole units: $250k is ``Figure(250_000, "USD")``.

    ``step`` is the precision it is written with, in the same units ($250k: 1,000; 2.6×: 0.1);
    0 where that is unknown. It takes no part in comparisons.
    """

    value: float
    unit: str
    step: float = field(default=0.0, compare=False)

    @property
    def is_money(self) -> bool:
        return self.unit in CURRENCIES

    @property
    def is_calendar_year(self) -> bool:
        return self.unit == "count" and self.value in range(1900, 2101)

    def __str__(self) -> str:
        number = f"{self.value:,.10f}".rstrip("0").rstrip(".")
        if self.is_calendar_year:
            number = number.replace(",", "")
        return number if self.unit == "count" else f"{number} {self.unit}"


def same(a: Figure, b: Figure) -> bool:
    """Equal value and unit; the tolerance only covers floating-point noise."""
    return a.unit == b.unit and math.isclose(a.value, b.value, rel_tol=1e-9, abs_tol=1e-9)


def holds(figures: Iterable[Figure], wanted: Figure) -> bool:
    """Whether ``wanted`` is among ``figures``."""
    return any(same(figure, wanted) for figure in figures)


def states(figures: Iterable[Figure], wanted: Figure) -> bool:
    """Whether ``figures`` hold ``wanted``, or what it is when rounded as they are written.

    2.6× states 2.62×, $338k states $337,700; but $340k does not, since it is written to the
    thousand. Rounding may not change a value by more than 1 %; numbers of years, months and
    things are exact.
    """
    return any(same(figure, wanted) or _rounds_to(wanted, figure) for figure in figures)


def says(markdown: str, wanted: Figure) -> bool:
    """Whether a text says ``wanted``, to a reader who knows what was asked for.

    To such a reader a sign or name that several currencies share is the expected one's ("$" in
    Canada), "six" is 6, and a number that goes without a unit has the expected one ("the median
    age is 41"; per cent, where the text has any). One with another unit is something else.
    """
    said = _spoken(markdown, wanted.unit)
    if states(said, wanted):
        return True
    if wanted.unit == "%" and not any(figure.unit == "%" for figure in said):
        return False
    bare = {"count", "x"} if wanted.unit == "count" else {"count"}  # "0.7 times in a week"
    return any(
        figure.unit in bare and same(replace(figure, unit=wanted.unit), wanted) for figure in said
    )


@lru_cache(maxsize=20_000)
def _spoken(markdown: str, unit: str) -> tuple[Figure, ...]:
    """Every figure of a text, those in words too. Kept: each is looked for in the same texts."""
    lines = plain(markdown).splitlines()
    return tuple(amount.figure() for line in lines for amount in _read_line(line, {unit}))


def _rounds_to(exact: Figure, written: Figure) -> bool:
    if exact.unit != written.unit or exact.unit in {"years", "months", "count"}:
        return False
    difference = abs(exact.value - written.value)
    return difference <= written.step / 2 and difference <= 0.01 * abs(exact.value)


def parse_figures(markdown: str, *, currencies: Collection[str] = ()) -> tuple[Figure, ...]:
    """Every number in a Markdown text, in order.

    Not counted as numbers: citation markers, list numbers, addresses, digits within names (H1B,
    Tier-1, 401k), ordinals. A range shares what it states once: "$150–250k", "10–15 %",
    "2 to 5 years". Numbers in words are read where a unit follows ("four years").
    A heading's unit does not reach the cells of a table column ("Pay (k$)" above "70").

    :param currencies: those that are meant where a sign or name is that of several ("$", "kr").
    """
    return tuple(
        figure
        for line in plain(markdown).splitlines()
        for figure in figures_of_line(line, currencies=currencies)
    )


def figures_of_line(line: str, *, currencies: Collection[str] = ()) -> list[Figure]:
    """The figures of one line of plain text."""
    amounts = _read_line(line, currencies)
    return [amount.figure() for amount in amounts if not amount.is_bare_word]


def without(text: str, figures: Iterable[Figure]) -> str:
    """Plain text without the numbers that are among ``figures``."""
    unwanted = list(figures)
    lines = []
    for line in text.splitlines():
        for amount in reversed(_read_line(line)):
            if holds(unwanted, amount.figure()):
                line = line[: amount.start] + line[amount.end :]
        lines.append(line)
    return "\n".join(lines)


# --- the grammar ----------------------------------------------------------------------

_LETTERED = {
    **{code: code for code in CURRENCIES},
    **{"US$": "USD", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "NZ$": "NZD"},
    **{"S$": "SGD", "SG$": "SGD", "HK$": "HKD", "R$": "BRL", "MX$": "MXN", "NT$": "TWD"},
    **{"CN¥": "CNY", "JP¥": "JPY", "RMB": "CNY", "Rs.": "INR PKR", "Rs": "INR PKR"},
    **{"kr.": "SEK NOK DKK ISK", "kr": "SEK NOK DKK ISK", "Kr": "SEK NOK DKK ISK", "zł": "PLN"},
    **{"Kč": "CZK", "Fr.": "CHF"},
}
"""Signs with letters in them, and whose they are: the first where nothing says which is meant."""
_SYMBOLS = {
    **{"$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP", "€": "EUR", "£": "GBP EGP"},
    **{"¥": "JPY CNY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₫": "VND", "฿": "THB"},
    **{"₽": "RUB", "₺": "TRY", "₦": "NGN", "₱": "PHP"},
}
_CURRENCY_WORDS = {
    **{"canadian dollar": "CAD", "australian dollar": "AUD", "singapore dollar": "SGD"},
    **{"new zealand dollar": "NZD", "hong kong dollar": "HKD", "us dollar": "USD"},
    **{"u.s. dollar": "USD", "dollar": _SYMBOLS["$"], "euro": "EUR", "pound": "GBP EGP"},
    **{"rupee": "INR PKR", "yen": "JPY", "yuan": "CNY", "swiss franc": "CHF", "franc": "CHF"},
    **{"rand": "ZAR", "dirham": "AED MAD", "riyal": "SAR", "baht": "THB", "won": "KRW"},
    **{"zloty": "PLN", "złoty": "PLN", "reais": "BRL", "ringgit": "MYR", "shekel": "ILS"},
    **{"peso": "MXN PHP ARS CLP COP", "krone": "NOK DKK", "kroner": "NOK DKK"},
    **{"krona": "SEK ISK", "kronor": "SEK"},
}
_CURRENCY_VERBS = frozenset({"won"})
"""Names that are also what people do: after a large number only ("5 million won")."""
_SCALES = {
    **{"k": 10**3, "thousand": 10**3, "m": 10**6, "mn": 10**6, "million": 10**6},
    **{"b": 10**9, "bn": 10**9, "billion": 10**9, "trillion": 10**12},
    **{"lakh": 10**5, "lakhs": 10**5, "lpa": 10**5, "crore": 10**7, "crores": 10**7},
}
_RUPEES_A_YEAR = "lpa"
_FIRST_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_WORDS: dict[str, float] = {
    **{word: value for value, word in enumerate(_FIRST_WORDS.split())},
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80},
    **{"ninety": 90, "half": 0.5},
}
_TENS = tuple(word for word, value in _WORDS.items() if value >= 20)


def _one_of(choices: Iterable[str]) -> str:
    return "|".join(re.escape(choice) for choice in sorted(choices, key=len, reverse=True))


_SYMBOL = f"[{''.join(map(re.escape, _SYMBOLS))}]"
_AMOUNT = re.compile(
    rf"""
    (?: (?<!\w)(?P<lettered>{_one_of(_LETTERED)})\ ?(?:{_SYMBOL}\ ?)?
      | (?<!\w)(?P<rand>R)(?=\d\d|\d(?:\.\d+)?\ ?(?:m|bn|million|billion)\b|\ ?\d{{1,3}}[\ ,]\d{{3}}(?!\d))\ ?
      | (?P<symbol>{_SYMBOL})\ ?
      | (?<!\w)(?<!\d\.)
    )
    (?P<number>
        \d{{1,3}}(?:,\d{{3}})++(?!\d)(?:\.\d++)?     # 70,000  1,234.50
      | \d{{1,2}}(?:,\d{{2}})+,\d{{3}}(?!\d)         # 12,00,000
      | \d{{1,3}}(?:\ \d{{3}})++(?!\d)               # 70 000
      | \d{{1,3}}(?:'\d{{3}})++(?!\d)                # 70'000
      | \d{{1,3}}(?:\.\d{{3}}){{2,}}+(?!\d)          # 1.234.567
      | \d++(?:\.\d++)?
      | (?<![\w.])\.\d++
      | \b(?i:(?:(?:{_one_of(_TENS)})-)?(?:{_one_of(_WORDS)})(?:\ and\ a\ half)?)\b
    )
    (?: (?:\ ?(?P<scale>k|K|M|bn|mn|BN|LPA|(?i:thousand|million|billion|trillion|lakhs?|crores?))
          | (?P<tight_scale>m|b|B|mm)
        )(?!\w) )?
    (?: \ ?\+ | \ plus\b | \ or\ more\b )?
    (?: \ ?(?P<percent> % | (?i:percentage\ points? | percent | per\ cent | pct | pp)\b )
      | [ -]?(?P<years> (?i:years? | yrs? | yoe)\b )
      | [ -]?(?P<months> (?i:months? | mos?)\b )
      | \ ?(?P<times> x(?!\w)(?!\ *[\d{"".join(_SYMBOLS)}]) | ×(?!\ *[\d{"".join(_SYMBOLS)}])
          | (?i:times)\b )
      | \ ?(?P<after> (?:{_one_of(CURRENCIES)})\b | {_SYMBOL}(?!\ ?\d)
          | (?:zł|kr|Kč)(?!\w) | (?i:{_one_of(_CURRENCY_WORDS)})s?\b )
    )?
    """,
    re.VERBOSE,
)
_GROUPING = str.maketrans("", "", ",' ")
_RETIREMENT_PLAN = re.compile(r"(?<![\d,.$])\b401 ?(?:\(k\)|[kK])(?!\w)")
_ISO_DATE = re.compile(
    r"(?<![\w-])((?:19|20)\d\d)-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?(?![\w-]|,\d|\.\d)"
)
_TIGHT_RANGE = re.compile(r"[-–—~−]")
_LOOSE_RANGE = re.compile(r" [-–—] | to | or |-to-")
_BETWEEN = re.compile(r"\bbetween (?:\w+ )?$", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z]-$")
_SIGN = re.compile(r"(?:^|[\s(|:~≈])[-−]$")


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number as written: what it lacks may be stated at the other end of its range."""

    number: Decimal
    scale: int | None
    unit: str | None
    start: int
    end: int
    in_words: bool = False
    is_grouped: bool = False

    @property
    def is_bare_word(self) -> bool:
        return self.in_words and self.unit is None

    @property
    def looks_like_a_year(self) -> bool:
        is_bare = self.scale is None and self.unit is None and not self.is_grouped
        return is_bare and 1900 <= self.number <= 2100

    @property
    def value(self) -> Decimal:
        return self.number * (self.scale or 1)

    def figure(self) -> Figure:
        return Figure(float(self.value), self.unit or "count", self.step())

    def step(self) -> float:
        """A unit of the last digit written; of the zeros that end a whole number at most three
        are taken for rounding."""
        exponent = self.number.as_tuple().exponent
        decimals = -exponent if isinstance(exponent, int) else 0
        if decimals or self.scale:
            return float(Decimal(self.scale or 1).scaleb(-decimals))
        digits = str(abs(self.number))
        return float(10 ** min(3, len(digits) - len(digits.rstrip("0"))))


def _read_line(line: str, currencies: Collection[str] = ()) -> list[_Amount]:
    line = _ISO_DATE.sub(r"\1", _RETIREMENT_PLAN.sub(" ", line))
    amounts: list[_Amount] = []
    for amount in _amounts(line, currencies):
        if amounts:
            gap = line[amounts[-1].end : amount.start]
            if _is_minus(line, amount, previous=amounts[-1]):
                amount = replace(amount, number=-amount.number)
            elif _TIGHT_RANGE.fullmatch(gap):
                amounts[-1], amount = _share(amounts[-1], amount)
            elif _LOOSE_RANGE.fullmatch(gap) or (
                gap == " and " and _BETWEEN.search(line[: amounts[-1].start])
            ):
                if gap != " or ":  # "$0.70 or 60 cents"
                    amount = _share_forwards(amounts[-1], amount)
                amounts[-1] = _share_backwards(amounts[-1], amount)
        elif _is_minus(line, amount, previous=None):
            amount = replace(amount, number=-amount.number)
        amounts.append(amount)
    return amounts


def _amounts(line: str, currencies: Collection[str]) -> Iterator[_Amount]:
    previous_end = 0
    for match in _AMOUNT.finditer(line):
        joins_a_range = line[previous_end : match.start()] in {"-", "-to-"}
        if _NAME.search(line[: match.start()]) and not joins_a_range:
            continue  # Tier-1, GPT-4
        following = line[match.end() : match.end() + 2]
        is_decade = following[:1] == "s" and not following[1:].isalnum() and len(match[0]) == 4
        is_bare = match.end() == match.end("number")
        if is_bare and re.match(r"\w", following) and not is_decade:
            continue  # an ordinal or a name: 1st, 3D, 10kg
        previous_end = match.end()
        word = _in_words(match["number"])
        scale = (match["scale"] or match["tight_scale"] or "").lower()
        unit = _unit(match, currencies)
        yield _Amount(
            number=_decimal(match, unit=unit, scale=scale) if word is None else word,
            scale=_SCALES.get("m" if scale == "mm" else scale),
            unit=unit,
            start=match.start(),
            end=match.end(),
            in_words=word is not None,
            is_grouped=word is None and not match["number"].replace(".", "").isdigit(),
        )


def _in_words(text: str) -> Decimal | None:
    """The value of "six", "twenty-four", "two and a half"; None for digits."""
    words = text.lower().replace(" and a half", "-half").split("-")
    if not _WORDS.keys() >= set(words):
        return None
    return sum((Decimal(_WORDS[word]) for word in words), Decimal())


def _decimal(match: re.Match[str], *, unit: str | None, scale: str) -> Decimal:
    digits = match["number"].translate(_GROUPING)
    is_money = unit in CURRENCIES and not scale
    if digits.count(".") > 1 or (is_money and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits)):
        digits = digits.replace(".", "")  # €70.000: nobody states thousandths of a euro
    return Decimal(digits)


def _unit(match: re.Match[str], currencies: Collection[str]) -> str | None:
    after = match["after"]
    if match["lettered"]:
        return _meant(_LETTERED[match["lettered"]], currencies)
    if match["rand"]:
        return "ZAR"
    if match["symbol"]:
        # "$80,000 CAD": the code says which dollar.
        return after if after in CURRENCIES else _meant(_SYMBOLS[match["symbol"]], currencies)
    if (match["scale"] or "").lower() == _RUPEES_A_YEAR:
        return "INR"
    if after:
        return _unit_after(after, match, currencies)
    for group, unit in (("percent", "%"), ("years", "years"), ("months", "months"), ("times", "x")):
        if match[group]:
            return unit
    return None


def _unit_after(after: str, match: re.Match[str], currencies: Collection[str]) -> str | None:
    if after in CURRENCIES:
        return after
    if sign := _SYMBOLS.get(after) or _LETTERED.get(after):
        return _meant(sign, currencies)
    word = after.lower()
    if word in _CURRENCY_VERBS and not match["scale"] and match["number"].isdigit():
        return None
    word = word if word in _CURRENCY_WORDS else word.removesuffix("s")
    return _meant(_CURRENCY_WORDS[word], currencies)


def _meant(sharing: str, currencies: Collection[str]) -> str:
    """Of the currencies that share a sign the one that is meant."""
    codes = sharing.split()
    return next((code for code in codes if code in currencies), codes[0])


def _is_minus(line: str, amount: _Amount, *, previous: _Amount | None) -> bool:
    """A sign rather than a subtraction or a range: nothing but a space may stand before it."""
    if not _SIGN.search(line[: amount.start]):
        return False
    return previous is None or line[previous.end : amount.start - 1].strip() != ""


def _share(left: _Amount, right: _Amount) -> tuple[_Amount, _Amount]:
    """Both ways, as between the ends of a tight range: "$150–250k", "150k–250 USD"."""
    if right.scale is None and left.scale and left.number <= right.number < 1000:
        right = replace(right, scale=left.scale)
    if right.unit is None:
        right = replace(right, unit=left.unit)
    return _share_backwards(left, right, is_tight=True), right


def _share_forwards(left: _Amount, right: _Amount) -> _Amount:
    """The currency of a range's beginning, for an end without a unit: "CAD 62,000 to 76,000"."""
    is_bare = right.unit is None and not right.looks_like_a_year and not right.in_words
    if not is_bare or left.unit not in CURRENCIES:
        return right
    shared = _share_backwards(left, replace(right, unit=left.unit))
    return replace(right, unit=left.unit) if shared.value <= right.value else right


def _share_backwards(left: _Amount, right: _Amount, *, is_tight: bool = False) -> _Amount:
    """What the end of a range states for its beginning: "70 to 120 thousand euros"."""
    if left.looks_like_a_year and not (is_tight and right.unit in CURRENCIES):
        return left  # "from 2024 to 15 %"
    if left.unit not in (None, right.unit):
        return left
    if left.scale is None and right.scale and left.number <= right.number and left.number < 1000:
        left = replace(left, scale=right.scale)
    return replace(left, unit=left.unit or right.unit)
