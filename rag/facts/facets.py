"""The facets of a pay figure, as terms in text: level, years, component, statistic.

One vocabulary serves documents and questions. Each finder yields (start, end, value), left to
right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.types import Component, Statistic


@dataclass(frozen=True, slots=True)
class Term:
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Years:
    """Years of experience; ``high`` None means "and more"."""

    start: int
    end: int
    low: float
    high: float | None

    def overlaps(self, low: float, high: float | None) -> bool:
        return self.low <= (high if high is not None else 99) and low <= (
            self.high if self.high is not None else 99
        )


_ROLE_NOUN = r"(?:ai|ml|data|software|machine|engineer|developer|scientist|role|position|level|contributor|programmer|designer|analyst|architect|devs?\b)"

# Ladder rungs in the field's words, lowest first.
LEVELS = ("intern", "entry", "mid", "senior", "lead", "staff", "principal", "director", "executive")
_LEVELS: tuple[tuple[str, str], ...] = (
    ("intern", r"intern(?:s|ship)?"),
    (
        "entry",
        r"entry[\s-]?levels?(?!\s+education)|(?<!data\s)(?<!data-)(?<!order\s)entry(?![\s-]?level)|juniors?|jr|associates?(?!['’]?s?\s+degree)|(?:fresh|new|recent|college|university)[\s-]?grad(?:uate)?s?"
        r"|fresh(?:ers?)?\s+(?:out\s+of|from)\s+\w+|freshers?|grads|early[\s-]career|beginners?|starters?|newcomers?|newbies?|trainees?"
        r"|starting\s+(?:salary|salaries|pay|out)|just\s+starting|first\s+job|out\s+of\s+(?:college|university|school|uni)|newly\s+qualified|just\s+(?:finished|graduated)|graduat(?:ed|ing)|start\s+(?:on|at)",
    ),
    ("mid", r"mid[\s-]?(?:level|career|tier|senior|range)s?|mids?|midlevels?|intermediates?|middle[\s-](?:level|career)"),
    ("senior", r"seniors?|sr"),
    ("lead", rf"(?<!.)leads?(?=\s*(?:\(|$))|(?:tech|team|technical)[\s-]leads?|leads?(?=\s*(?:{_ROLE_NOUN}|/|or\s+principal|and\s+principal|salar|pay|bonus|comp|earn|make|get))|leads(?=\s*(?:$|[?.,]))|(?:(?<=for\s)|(?<=of\s)|(?<=do\s)|(?<=are\s)|(?<=vs\s))leads(?!\s+to\b)|(?<=principal/)leads?|(?<=principal\sor\s)leads?|(?<=principal\sand\s)leads?|(?<=and\s)leads?(?=\s*\()"),
    ("staff", r"staff[\s-]?level|staff(?!\s+(?:members?|of|shortages?|turnover|training|costs?|meetings?))"),
    ("principal", r"principals?"),
    ("director", r"directors?"),
    ("executive", r"chief(?:\s+\w+){1,2}\s+officers?|executives?|vps?|vice\s+presidents?|c[\s-]level|chief"),
)  # fmt: skip
_LEVEL_PATTERN = re.compile(
    "|".join(rf"(?P<{name}>(?<![\w-])(?:{pattern})(?![\w]))" for name, pattern in _LEVELS), re.I
)

_NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "a": 1, "an": 1,
}  # fmt: skip
_N = rf"(?:\d{{1,2}}(?:\.5)?|{'|'.join(w for w in _NUMBER_WORDS if len(w) > 2)})"
_YEAR_UNIT = r"(?:years?|yrs?|yoe|y(?=\b))\b"
_YEARS = re.compile(
    rf"(?<![\w$€£.,-])(?P<low>{_N}|an?(?=\s+years?\s+of))\s*(?:(?:-|–|—|to|or)\s*(?P<high>{_N}))?\s*(?P<plus>\+)?[\s-]*{_YEAR_UNIT}(?P<plusafter>\s*\+|\s+(?:or|and)\s+(?:more|over|above))?",
    re.I,
)
_MORE_THAN = re.compile(r"(?:more\s+than|over|at\s+least|minimum(?:\s+of)?|>)\s*$", re.I)
_LESS_THAN = re.compile(r"(?:less\s+than|under|up\s+to|fewer\s+than|below|<)\s*$", re.I)
_NOT_EXPERIENCE_BEFORE = re.compile(
    r"(?:(?:next|last|past|coming|previous|every|within|since)\s+"
    r"|\b(?:be|doing|look|happen|change|exist)\b[^,.?]{0,12}\bin\s+"
    r"|\b(?:up(?:\s+to)?|vest\w*|spread|total|difference|adds?)\s+over\s+)$",
    re.I,
)
_NOT_EXPERIENCE_AFTER = re.compile(
    r"\s+(?:ago|from\s+now|old|later|period|window|contract)\b", re.I
)

_COMPONENTS: tuple[tuple[Component, str], ...] = (
    ("total", r"total[\s-]comp(?:ensation)?s?|tc|total\s+(?:pay|package|salary|earnings|cash|remuneration|rewards)|totals?|all[\s-]in|ote|overall\s+(?:pay|package|compensation)|compensation\s+packages?|(?:with\s+)?everything\s+(?:included|counted|together|on\s+top)"),
    ("base", r"base(?:\s+(?:salary|salaries|pay|comp(?:ensation)?|wages?))?|basic\s+(?:salary|pay)|fixed\s+(?:salary|pay)"),
    ("bonus", r"(?:performance\s+|annual\s+|cash\s+|sign(?:ing)?[\s-]?on\s+)?bonus(?:es)?"),
    ("equity", r"equity(?:\s+(?:grants?|stakes?|share))?|stock(?:\s+(?:options?|grants?|awards?))?|rsus?|share\s+options?|(?:option|share)\s+awards?"),
    ("premium", r"premiums?|bumps?|uplifts?|raises?|pay\s+(?:rise|gap|increase)|salary\s+(?:gap|increase)|(?:earn|paid|pay|make|get)s?\s+(?:\S+\s+){0,4}?(?:more|less|higher|lower)"),
    ("budget", r"budgets?|allowances?|supplements?|stipends?|reimbursements?"),
)  # fmt: skip
_COMPONENT_PATTERN = re.compile("|".join(rf"(?P<{n}>\b(?:{p})\b)" for n, p in _COMPONENTS), re.I)

PAY_CUE = re.compile(
    r"\b(?:salar(?:y|ies)|pays?|paid|paying|underpaid|earn(?:s|ed|ings?)?|wages?|compensat(?:ion|ed)|comp|tc|incomes?|remuneration"
    r"|bonus(?:es)?|equity|stock|rsus?|base|stipends?|packages?|take[\s-]home|mak(?:e|es|ing)|get\s+paid|payscale|pay-?checks?|(?:hourly|daily|day)\s+rates?"
    r"|receives?|offers?|commands?|premium|supplements?|allowances?|bump|raise|per\s+annum)\b",
    re.I,
)
STRONG_PAY_CUE = re.compile(
    r"\b(?:salar(?:y|ies)|pays?|paying|paid|earn(?:s|ed|ing|ings)?|wages?|compensation|comp|tc|remuneration|bonus(?:es)?|income"
    r"|(?:day|hourly|daily|weekly)\s+rates?|(?:an|per)\s+hour)\b",
    re.I,
)
NOT_PAY_CUE = re.compile(
    r"\b(?:invest(?:ed|ments?|ing|ors?)?|fund(?:ing|ed|s)?|raised|revenues?|sales|venture|valuation|market\s+(?:size|cap|value)|inflows?|capital"
    r"|tuition|fees?(?!\s+earned)|fines?|costs?|spend(?:ing)?|spent|price[ds]?|profits?|losses|debt|loans?|grants?\s+of|donat\w+|acquisition|acquired|gdp|turnover|rents?|mortgages?|let\s+for|flats?|apartments?|dues"
    r"|expenditures?|appropriat\w+|contracts?\s+worth|savings?)\b",
    re.I,
)

ACCOUNTS = re.compile(
    r"\b(?:net|gross|operating|adjusted|retained|pre-?\s?tax|comprehensive|interest|taxable|rental|dividend|investment|other)\s+(?:income|earnings)\b"
    r"|\bearnings\s+(?:per|before|from|release|call|growth|guidance|announcement)\b|\bincome\s+(?:tax(?:es)?|before|from|statements?|loss(?:es)?|\(loss\)|attributable)\b"
    r"|\b(?:diluted|basic)\s+earnings\b|\bcost\s+of\s+(?:revenue|sales|goods)\b|\bshare\s+prices?\b|\bstock\s+prices?\b",
    re.I,
)
"""An employer's earnings and income, which are nobody's pay."""


def without_accounts(text: str) -> str:
    """A text of the same length without the words of an employer's accounts."""
    return ACCOUNTS.sub(lambda m: " " * len(m[0]), text)


_STATISTICS: tuple[tuple[str, str], ...] = (
    ("median", r"medians?"),
    ("mean", r"averag(?:e|es|ed|ing)|mean"),
    ("typical", r"typical(?:ly)?|usual(?:ly)?|around|roughly|about|approximately|cluster(?:s|ed)?"),
    ("growth", r"(?:rose|rise|rises|grew|grow|grown|growth|(?:is|are|was|were)\s+up|up(?=\s+(?:by|on))|increased?|jumped|climbed|expanded?|surged?)(?=\s+(?:by\s+)?(?:about\s+|roughly\s+|nearly\s+)?\d)"),
)  # fmt: skip
_STATISTIC_PATTERN = re.compile("|".join(rf"(?P<{n}>\b(?:{p})\b)" for n, p in _STATISTICS), re.I)


_LOW_END = r"(?:lowest|bottom|worst|poorest)"
_HIGH_END = r"(?:highest|top|best)"
_PAID = r"(?:[\s-]{1,3}(?:paid|earning))?"
_SHARE = r"\s{1,3}(\d{1,2}|ten)\s{0,3}(?:%|per\s?cent\b|pct\b)"
_POINTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("low", re.compile(rf"\b{_LOW_END}{_PAID}{_SHARE}", re.I)),
    ("high", re.compile(rf"\b{_HIGH_END}{_PAID}{_SHARE}", re.I)),
    ("percentile", re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[\s-]{1,3}(?:percentile|pctl?\b)", re.I)),
    ("percentile", re.compile(r"(?<![A-Za-z0-9])P([1-9]\d)(?!\d)")),
    ("p10", re.compile(rf"\b(?:{_LOW_END}|lower|first){_PAID}\s{{1,3}}decile|\btenth\s{{1,3}}percentile", re.I)),
    ("p90", re.compile(rf"\b(?:{_HIGH_END}|upper|ninth){_PAID}\s{{1,3}}decile|\bninetieth\s{{1,3}}percentile", re.I)),
    ("p25", re.compile(rf"\b(?:{_LOW_END}|lower|first|1st){_PAID}\s{{1,3}}(?:quartile|quarter\b(?=\s+of\b))", re.I)),
    ("p75", re.compile(rf"\b(?:{_HIGH_END}|upper|third|3rd){_PAID}\s{{1,3}}(?:quartile|quarter\b(?=\s+of\b))", re.I)),
    ("midpoint", re.compile(r"\bmid[\s-]?points?\b", re.I)),
    ("mean", re.compile(r"\b(?:means?(?=\s+(?:annual|hourly|monthly|pay|salar|wage|base|total|compensation)|\s*(?:\(|$))|averag(?:e|es|ed))\b", re.I)),
)  # fmt: skip


def find_points(text: str) -> Iterator[Term]:
    """Points of the distribution of pay: "p10" for the lowest-paid 10 %, "p75", "mean"."""
    found = []
    for name, pattern in _POINTS:
        for match in pattern.finditer(text):
            value = name
            if name in {"low", "high", "percentile"}:
                share = 10 if match[1].lower() == "ten" else int(match[1])
                value = f"p{100 - share if name == 'high' else share}"
            found.append(Term(match.start(), match.end(), value))
    yield from sorted(found, key=lambda t: t.start)


def in_order(levels: Iterable[str]) -> tuple[str, ...]:
    """Rungs without repeats, the lowest first."""
    return tuple(sorted(set(levels), key=LEVELS.index))


def find_levels(text: str) -> Iterator[Term]:
    """Rungs of the career ladder ("junior", "mid-level", "staff")."""
    for match in _LEVEL_PATTERN.finditer(text):
        level = str(match.lastgroup)
        if level == "staff" and _PERSONNEL.search(text, max(0, match.start() - 20), match.start()):
            continue
        yield Term(match.start(), match.end(), level)


_PERSONNEL = re.compile(
    r"\b(?:remote|all|our|your|their|other|more|new|hir\w+|\w{3,}ing|medical|hospital|office|sales|school)\s+$",
    re.I,
)
"""What stands before "staff" where it means all who work there."""


def find_components(text: str) -> Iterator[Term]:
    for match in _COMPONENT_PATTERN.finditer(text):
        yield Term(match.start(), match.end(), str(match.lastgroup))


def find_statistics(text: str) -> Iterator[Term]:
    for match in _STATISTIC_PATTERN.finditer(text):
        yield Term(match.start(), match.end(), str(match.lastgroup))


def find_years(text: str) -> Iterator[Years]:
    """Years of experience ("0-2 years", "7+ yrs", "four years"), not spans of time ("5 years ago")."""
    for match in _YEARS.finditer(text):
        before, after = text[: match.start()][-24:], text[match.end() :][:24]
        if _NOT_EXPERIENCE_BEFORE.search(before) or _NOT_EXPERIENCE_AFTER.match(after):
            continue
        low = number_of(match["low"])
        high = number_of(match["high"]) if match["high"] else None
        plus = match["plus"] or match["plusafter"] or _MORE_THAN.search(before)
        if high is not None and high < low:
            continue
        if high is None and not plus:
            high = low
            low = 0.0 if _LESS_THAN.search(before) else low
        yield Years(match.start(), match.end(), low, high)


def number_of(word: str) -> float:
    """Of digits or a number word ("four")."""
    low = word.lower()
    return float(_NUMBER_WORDS[low]) if low in _NUMBER_WORDS else float(low)


def statistic_of(name: str) -> Statistic:
    return "median" if name == "median" else "growth" if name == "growth" else "typical"
