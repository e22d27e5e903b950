"""Figures, levels and places in words. Pure functions; nothing is invented or rounded here."""

from __future__ import annotations

import re

from rag.documents.parsed import find_date
from rag.facts.money import PERCENT
from rag.types import SalaryFact

_SYMBOLS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "CAD": "CA$",
    "AUD": "A$",
    "SGD": "S$",
}
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_WITH_ARTICLE = frozenset(
    {"United States", "United Kingdom", "Netherlands", "United Arab Emirates", "Philippines", "European Union",
     "Middle East", "Nordic countries", "San Francisco Bay Area", "Czech Republic"}
)  # fmt: skip
_LEVEL_NAMES = {
    "intern": "intern", "entry": "entry-level", "mid": "mid-level", "senior": "senior", "lead": "lead", "staff": "staff",
    "principal": "principal", "director": "director", "executive": "executive",
}  # fmt: skip


def money(value: float, currency: str, *, short: bool = False) -> str:
    """ "$150,000", "$150k" (short, where that is exact), "8%", "SEK 45,000"; "45,000" of no currency."""
    if currency == PERCENT:
        return f"{value:g}%"
    sign = "−" if value < 0 else ""
    size = abs(value)
    symbol = _SYMBOLS.get(currency, f"{currency} " if currency else "")
    if short and size >= 1000 and size % 100 == 0 and size < 1e6:
        return f"{sign}{symbol}{size / 1000:g}k"
    digits = f"{size:,.0f}" if float(size).is_integer() else f"{size:,.2f}"
    return f"{sign}{symbol}{digits}"


def is_short(fact: SalaryFact, text: str) -> bool:
    """Whether the source writes its figure in thousands ("$150k")."""
    return "k" in fact.span.of(text).lower()


_FROM = re.compile(
    r"\b(?:from|start\w*(?:\s+(?:at|on|from))?|minimum(?:\s+of)?|at\s+least)\s*$", re.I
)


def figure(fact: SalaryFact, text: str) -> str:
    """The figure as it stands, in one style: "$150,000–$250,000", "€180,000+", "up to $90k"."""
    short = is_short(fact, text)
    plus = "+" if fact.open_ended else ""
    if fact.low is None:
        bound = "less than" if fact.point else "up to"
        return f"{bound} {money(fact.high or 0.0, fact.currency, short=short)}"
    low = money(fact.low, fact.currency, short=short)
    if fact.high is None:
        stated = fact.span.of(text).rstrip()
        if stated.endswith("+"):
            return f"{low}+"
        before = text[max(0, fact.span.start - 16) : fact.span.start]
        return f"from {low}" if _FROM.search(before) else f"more than {low}"
    if fact.high == fact.low:
        return f"{low}{plus}"
    if fact.currency == PERCENT:
        return f"{fact.low:g}–{fact.high:g}%{plus}"
    return f"{low}–{money(fact.high, fact.currency, short=short)}{plus}"


def period(fact: SalaryFact) -> str:
    return "" if fact.currency == PERCENT else f" {per(fact.period)}"


def per(name: str) -> str:
    return "an hour" if name == "hour" else f"a {name}"


def place(fact: SalaryFact) -> str:
    """The place as a phrase with its preposition; "" where the source names none."""
    if fact.place == "remote":
        return "for remote roles"
    if fact.place:
        return f"in {the(fact.place)}"
    return f"in {the(fact.region)}" if fact.region else ""


def place_name(fact: SalaryFact) -> str:
    return "Remote" if fact.place == "remote" else fact.place or fact.region or "not stated"


def the(name: str) -> str:
    return f"the {name}" if name in _WITH_ARTICLE else name


def level_name(level: str) -> str:
    """ "senior/lead" -> "senior and lead"."""
    return " and ".join(_LEVEL_NAMES.get(part, part) for part in level.split("/"))


def rung(fact: SalaryFact) -> str:
    """Level and years, in the source's words where it has some; "" for none."""
    if fact.label:
        label = fact.label.replace("*", "").strip()
        if "(" in label or fact.min_years is None or any(c.isdigit() for c in label):
            return label
        return f"{label} ({years(fact)})"
    if fact.level:
        name = level_name(fact.level)
        return f"{name} ({years(fact)})" if fact.min_years is not None else name
    return years(fact)


def who(fact: SalaryFact) -> str:
    """Whose figure it is: "mid-career AI engineers (3-6 years)"; "pay" where nobody is named."""
    whole = _group_or_rung(fact)
    if fact.point.startswith("p") and (fact.low is None or fact.high is None):
        share = int(fact.point[1:])
        end = (
            f"the lowest-paid {share}%"
            if fact.high is not None
            else f"the highest-paid {100 - share}%"
        )
        return f"{end} of {whole}" if whole != "pay" else end
    return whole


def _group_or_rung(fact: SalaryFact) -> str:
    if fact.label and not fact.level and fact.min_years is None:
        people = joined([plural(r) for r in (fact.role or "").split("/") if r])
        if not people:
            return fact.label
        linked = fact.label.split()[0].lower() in _LINKS
        return f"{people} {fact.label}" if linked else f"{people} ({fact.label})"
    named = rung(fact)
    role = joined([plural(r) for r in (fact.role or "").split("/") if r])
    if not named:
        return role or "pay"
    heads = [r.split()[-1] for r in (fact.role or "").split("/") if r]
    if not role or any(head in named.lower() for head in heads):
        return named
    head, bracket, tail = named.partition(" (")
    return f"{head} {role}{bracket}{tail}" if not head[0].isdigit() else f"{role} with {named}"


_LINKS = frozenset("in at for with working employed who elsewhere formerly".split())


def years(fact: SalaryFact) -> str:
    if fact.min_years is None:
        return ""
    if fact.max_years is None:
        return f"{fact.min_years:g}+ years"
    if fact.max_years == fact.min_years:
        return f"{fact.min_years:g} years"
    return f"{fact.min_years:g}–{fact.max_years:g} years"


def kind(fact: SalaryFact) -> str:
    """What kind of figure it is: "median total compensation", "base salary", "pay"."""
    names = {
        "base": "base salary", "total": "total compensation", "bonus": "bonus", "equity": "equity", "premium": "premium",
        "budget": "budget", "unspecified": "pay",
    }  # fmt: skip
    name = names[fact.component]
    if fact.point:
        return f"{point(fact)} {name}"
    return f"median {name}" if fact.statistic == "median" else name


def point(fact: SalaryFact) -> str:
    """Where in the distribution a figure lies: "average", "upper-quartile", "10th-percentile"."""
    if fact.point in _POINT_NAMES:
        return _POINT_NAMES[fact.point]
    share = fact.point.removeprefix("p")
    return f"{share}{_ordinal(int(share))}-percentile"


_POINT_NAMES = {
    "mean": "average",
    "midpoint": "midpoint of",
    "p25": "lower-quartile",
    "p75": "upper-quartile",
}


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def date(value: str | None) -> str:
    """ "2026-06" -> "June 2026"."""
    if not value or not find_date(value):
        return "undated"
    parts = value.split("-")
    return f"{_MONTHS[int(parts[1]) - 1]} {parts[0]}" if len(parts) > 1 else parts[0]


def plural(role: str) -> str:
    """ "AI engineer" -> "AI engineers"; "people in finance" is left."""
    if role.split(" ", 1)[0] in {"people", "those"}:
        return role
    for ending, many in _PLURALS:
        if role.endswith(ending):
            return role.removesuffix(ending) + many
    return role + "s"


_PLURALS = (("ss", "sses"), ("s", "s"), ("ey", "eys"), ("y", "ies"), ("ife", "ives"), ("ch", "ches"), ("man", "men"),
            ("person", "people"), ("police", "police"), ("people", "people"))  # fmt: skip


def joined(items: list[str] | tuple[str, ...], *, word: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def capital(text: str) -> str:
    """The first letter as a capital."""
    return text[:1].upper() + text[1:]
