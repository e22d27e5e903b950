"""Whether a figure is pay at all, and not a job count, a rent, a sum invested or a rounding."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.facts.context import Facets
from rag.facts.facets import NOT_PAY_CUE, STRONG_PAY_CUE
from rag.facts.money import PERCENT, Mention

MIN_YEARLY, MAX_YEARLY = 1_000, 20_000_000
MIN_BESIDE = 50
"""Least that is paid beside a salary in a year."""
MIN_SHORTER = 20
"""Least pay for a day, a week or a month."""
MAX_HOURLY = 2_000
MAX_PERCENT = 400

_ROUNDING = re.compile(
    r"\b(?:nearest|rounded\s+to|increments\s+of|within)\s+(?:the\s+)?(?:nearest\s+)?$", re.I
)
_FOR_OTHERS = re.compile(r"[\w\s/]{0,16}\b(?:in|for|on|of)\s+(?:\w+\s+)?$", re.I)
_PART_OF_SENTENCE = re.compile(r"[;:()–—]|,(?!\d{3})|\s(?:and|while|but|whereas|which)\s", re.I)
PERCENT_OF_PAY = re.compile(
    r"\b(?:bonus(?:es)?|equity|stock|salary|salaries|pay|paid|wages?|compensation|comp|earn(?:s|ings)?|base|premium|bump|raises?)\b",
    re.I,
)
PERCENT_OF_OTHERS = re.compile(
    r"\b(?:roles?|postings?|jobs?|hiring|women|men|share\s+of|candidates?|petitions?|projects?|firms?|companies|respondents?|workers?|employment|rounds?|stakes?|valuation|accuracy)\b",
    re.I,
)
_PERCENT_OF = re.compile(
    r"(?:%|per\s?cent|pct)\s+(?:of|(?:\w+\s+){0,2}(?:increase|rise|growth|drop|decline|jump)\s+in|more(?!\s+(?:than|for|on|per|by|as|if|in|at)\b)|fewer)\s+(?P<whole>(?:[\w'\"-]+\s*){1,6})",
    re.I,
)


def is_rounding(text: str, mention: Mention) -> bool:
    """A unit of rounding ("to the nearest $5k"), not an amount."""
    return bool(_ROUNDING.search(text[max(0, mention.start - 30) : mention.start]))


def is_pay(mention: Mention, *, clause: str, sentence: str, facets: Facets) -> bool:
    """Whether a figure of a sentence is pay.

    :param clause: the part of the sentence between the figures before and after.
    :param facets: what the sentence and its surroundings say of the figure.
    """
    low = mention.low if mention.low is not None else mention.high or 0.0
    if mention.currency == PERCENT:
        return _is_share_of_pay(clause, sentence, low)
    period = mention.period or facets.period
    if period == "hour":
        plausible = 0 < low <= MAX_HOURLY
    elif period in {"day", "week", "month"}:
        plausible = MIN_SHORTER <= low <= MAX_YEARLY
    else:
        beside = facets.component in {"bonus", "premium", "budget", "equity"}
        plausible = (MIN_BESIDE if beside else MIN_YEARLY) <= low <= MAX_YEARLY
    of_pay = facets.pay or facets.component == "budget" or _is_gross(mention, clause)
    return plausible and of_pay and not _is_other_money(mention, sentence)


def _is_gross(mention: Mention, clause: str) -> bool:
    """Whether an amount of a period is said to be gross, as hardly anything but pay is."""
    return mention.period is not None and _GROSS.search(clause) is not None


_GROSS = re.compile(r"\b(?:gross|brut(?:to)?)\b", re.I)


def _is_other_money(mention: Mention, sentence: str) -> bool:
    """Whether a word of other money ("invested", "in rent") stands in the figure's own part of the
    sentence, nearer than one of pay."""
    start, end = mention.start, mention.end
    breaks = [m.span() for m in _PART_OF_SENTENCE.finditer(sentence)]
    left = max((e for _, e in breaks if e <= start), default=0)
    right = min((s for s, _ in breaks if s >= end), default=len(sentence))
    part = sentence[left:right]
    paid = NO_SALARY.sub(lambda m: " " * len(m[0]), part)
    others = list(NOT_PAY_CUE.finditer(part))
    after = [part[end - left : m.start()] for m in others if m.start() >= end - left]
    if any(_FOR_OTHERS.fullmatch(gap) for gap in after):
        return True
    of_pay = _nearest(STRONG_PAY_CUE.finditer(paid), start - left, end - left)
    if _nearest(others, start - left, end - left) < of_pay:
        return True
    no_salary = list(NO_SALARY.finditer(part))
    return bool(no_salary) and _nearest(no_salary, start - left, end - left) <= of_pay


NO_SALARY = re.compile(
    r"\b(?:sick(?:ness)?|maternity|paternity|parental|holiday|vacation|leave|severance|redundancy|notice|strike|overtime|back|jury|bereavement)"
    r"[\s-]pay\b|\bpay[\s-](?:days?|dates?|rolls?|cheques?|checks?)\b",
    re.I,
)
"""What has "pay" in its name and is nobody's salary."""


def _nearest(found: Iterable[re.Match[str]], start: int, end: int) -> float:
    """Characters from a figure to the nearest match; infinite for none."""
    gaps = (max(start - m.end(), m.start() - end, 0) for m in found)
    return min(gaps, default=float("inf"))


def _is_share_of_pay(clause: str, sentence: str, value: float) -> bool:
    if not 0 < value <= MAX_PERCENT or not PERCENT_OF_PAY.search(sentence):
        return False
    whole = _PERCENT_OF.search(clause)
    # Eighty per cent of premiums are what an insurer spends.
    if whole and not PERCENT_OF_PAY.search(re.sub(r"\bpremiums?\b", "", whole["whole"])):
        return False
    return bool(PERCENT_OF_PAY.search(clause)) or not PERCENT_OF_OTHERS.search(clause)
