"""Sums over cited figures, with the working shown: parts of a total, per month, per cent of base."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answer.draft import Draft
from rag.answer.pay.conflicts import note_conflicts
from rag.answer.pay.match import Gap, Match, match_facts
from rag.facts import wording
from rag.facts.money import HOURS_PER_YEAR, PERCENT
from rag.types import Component, Period, SalaryFact
from rag.understand.pay import PayQuestion, Task, percent_asked

PERIODS_PER_YEAR: dict[Period, float] = {
    "hour": HOURS_PER_YEAR,
    "day": 260,
    "week": 52,
    "month": 12,
    "year": 1,
}
TOLERANCE = 0.005
YEAR_OF_HOURS = f"A year is taken as 40 hours × 52 weeks = {HOURS_PER_YEAR:,} hours"


def conversion(given: Period, asked: Period) -> tuple[float, str]:
    """What an amount is multiplied with, and that as people write it ("÷ 12")."""
    factor = PERIODS_PER_YEAR[given] / PERIODS_PER_YEAR[asked]
    return factor, f"÷ {1 / factor:,.6g}" if factor < 1 else f"× {factor:,.6g}"


def per_period(question: PayQuestion, facts: Sequence[SalaryFact], draft: Draft) -> None:
    """The figures in the period asked for (an hour, a month), each with its working."""
    asked = question.period or "year"
    lines = []
    for fact in facts[:4]:
        if fact.currency == PERCENT or fact.period == asked or fact.low is None:
            continue
        factor, by = conversion(fact.period, asked)
        ends = [fact.low] if fact.high in {None, fact.low} else [fact.low, fact.high or fact.low]
        shown = [
            f"{_plain(v, fact)} {by} = **{wording.money(round(v * factor, 2), fact.currency)}**"
            for v in ends
        ]
        marker = draft.cite_fact(fact)
        lines.append(f"{wording.capital(wording.per(asked))}: {'; '.join(shown)} [{marker}].")
    if not lines:
        return
    for line in dict.fromkeys(lines):
        draft.say(draft.working(line))
    if "hour" in {asked, *(f.period for f in facts)}:
        draft.say(draft.working(f"{YEAR_OF_HOURS}."))


def _plain(value: float, fact: SalaryFact) -> str:
    return wording.money(value, fact.currency)


def check_total(question: PayQuestion, draft: Draft) -> bool:
    """Whether the totals of the rows asked about follow from their parts; False if none has parts."""
    asked = replace(
        question, task=Task.AMOUNT, components=("total",), in_money=False, amounts=(), roles=()
    )
    ledger = draft.library.ledger
    found = match_facts(asked, ledger)
    if isinstance(found, Gap):
        return False
    if not (question.levels or question.years or question.labels):
        named = {m.low for m in question.amounts}
        of_amounts = [m for m in found if (base := ledger.row(m.fact).get("base")) and base.low in named]  # fmt: skip
        found = of_amounts or found
    lines = [line for m in found if (line := _checked(ledger.row(m.fact), draft))]
    if not lines:
        return False
    wrong = [line for line in lines if not line[1]]
    if wrong:
        which = "the total does not follow from its parts" if len(lines) == 1 else (
            "none of the totals follows from its parts" if len(wrong) == len(lines) else
            "not every total follows from its parts")  # fmt: skip
        draft.say(f"**Not quite**: {which}.")
        draft.conflict("a total against its parts", [n for _, _, n in wrong])
    else:
        draft.say("**Yes**, it follows from its parts.")
    for text, _, _ in lines:
        draft.say(text)
    if wrong:
        draft.say("The source gives its figures as rounded medians or doesn't explain the gap.")
    return True


def _checked(parts: Mapping[Component, SalaryFact], draft: Draft) -> tuple[str, bool, int] | None:
    base, total = parts.get("base"), parts.get("total")
    shares = [
        f
        for c in ("equity", "bonus")
        if (f := parts.get(c)) and f.currency == PERCENT and f.low is not None
    ]
    if not base or not total or not shares or base.low is None or total.low is None:
        return None
    marker = draft.cite_fact(total)
    draft.cite_fact(base)
    factor = 1 + sum((f.low or 0.0) for f in shares) / 100
    computed = round(base.low * factor, 2)
    terms = " + ".join(["100%", *(f"{f.low:g}%" for f in shares)])
    agrees = abs(computed - total.low) <= TOLERANCE * total.low
    difference = abs(computed - total.low)
    verdict = (
        "which agrees with"
        if agrees
        else f"{wording.money(difference, base.currency)} {'more' if computed > total.low else 'less'} than"
    )
    line = (
        f"{wording.capital(wording.rung(total) or 'Total')}: {wording.money(base.low, base.currency)} × ({terms}) = "
        f"**{wording.money(computed, base.currency)}**, {verdict} the stated total of {wording.money(total.low, total.currency)} [{marker}]."
    )
    return draft.working(line), agrees, marker


_MIDPOINT = re.compile(r"\b(?:mid[\s-]?point|middle\s+of\s+the\s+range|centre|center)\b", re.I)
_WIDTH = re.compile(r"\b(?:how\s+wide|width|spread|span)\b", re.I)


def range_measure(question: PayQuestion, facts: Sequence[SalaryFact], draft: Draft) -> None:
    """The midpoint or the width of the ranges, where the question asks for it."""
    for fact in facts[:4]:
        if fact.low is None or fact.high is None or fact.low == fact.high:
            continue
        low, high = wording.money(fact.low, fact.currency), wording.money(fact.high, fact.currency)
        marker = draft.cite_fact(fact)
        if _MIDPOINT.search(question.text) and not any(f.point == "midpoint" for f in facts):
            middle = wording.money((fact.low + fact.high) / 2, fact.currency)
            draft.say(draft.working(f"Midpoint: ({low} + {high}) ÷ 2 = **{middle}** [{marker}]."))
        if _WIDTH.search(question.text):
            width = wording.money(fact.high - fact.low, fact.currency)
            draft.say(draft.working(f"Width: {high} − {low} = **{width}** [{marker}]."))


def amount_of_percent(question: PayQuestion, draft: Draft) -> bool:
    """A bonus or equity share in money: base × per cent, from one row or one level's figures."""
    wanted = [c for c in question.components if c in {"bonus", "equity"}]
    if not wanted:
        return False
    shares = match_facts(replace(question, components=tuple(wanted)), draft.library.ledger)
    if isinstance(shares, Gap):
        return False
    said: list[Match] = []
    for match in shares:
        share = match.fact
        if share.currency != PERCENT or share.low is None:
            continue
        if line := _share_of_base(share, question, draft):
            draft.say(line)
            said.append(match)
    if differing := note_conflicts(said, draft):
        draft.say(differing)
    return bool(said)


def _share_of_base(share: SalaryFact, question: PayQuestion, draft: Draft) -> str:
    """A percentage of base in money: of the base of its row, of the question's own, or of the base
    that the same document gives for the level; "" where there is none."""
    ledger = draft.library.ledger
    own = next((m for m in question.amounts if m.currency != PERCENT and m.low), None)
    same_level = (
        f
        for f in ledger.facts
        if f.component == "base" and f.document == share.document and f.level == share.level and share.level
    )  # fmt: skip
    base = ledger.row(share).get("base") or next(same_level, None)
    if own is not None and own.low is not None and (base is None or base.low != own.low):
        value, currency, markers = own.low, own.currency, [draft.cite_fact(share)]
    elif base is not None and base.low is not None:
        value, currency = base.low, base.currency
        markers = [draft.cite_fact(share), draft.cite_fact(base)]
    else:
        return ""
    cited = "".join(f"[{n}]" for n in dict.fromkeys(markers))
    result = round(value * (share.low or 0.0) / 100, 2)
    a_year = wording.money(result, currency)
    shorter = ""
    if question.period and question.period != "year":
        factor, by = conversion("year", question.period)
        part = wording.money(round(result * factor, 2), currency)
        shorter = f"; {wording.per(question.period)}: {a_year} {by} = **{part}**"
    return draft.working(
        f"{wording.capital(wording.rung(share) or 'This')}: {share.low:g}% {share.component} × {wording.money(value, currency)} base = "
        f"**{a_year}** a year{shorter} {cited}."
    )


def raised_by(question: PayQuestion, draft: Draft) -> bool:
    """A figure with a percentage of the question's own on top ("20 % on the engineer base")."""
    percent = percent_asked(question)
    if percent is None or percent.low is None:
        return False
    components: tuple[Component, ...] = tuple(
        c for c in question.components if c in {"base", "total"}
    )
    if not (components and (question.levels or question.years or question.labels)):
        return False
    asked = replace(question, components=components, amounts=(), topics=())
    found = match_facts(asked, draft.library.ledger)
    if isinstance(found, Gap):
        return False
    said = False
    for match in found[:3]:
        fact = match.fact
        if fact.low is None or fact.high != fact.low:
            continue
        marker = draft.cite_fact(fact)
        result = round(fact.low * (1 + percent.low / 100), 2)
        draft.say(draft.working(
            f"{wording.capital(wording.rung(fact))}: {wording.money(fact.low, fact.currency)} {wording.kind(fact)} × (100% + {percent.low:g}%) = "
            f"**{wording.money(result, fact.currency)}** a year [{marker}]."
        ))  # fmt: skip
        said = True
    return said


_RATE = re.compile(
    r"(?P<rate>\d{1,6}(?:\.\d{1,6})?)\s*(?P<to>usd|dollars?|\$|eur|euros?|€|gbp|pounds?|£)?\s*(?:per|to\s+the|to\s+(?:a|one|1)|for\s+(?:a|one|1|each|every)|for\s+1|an?|/|=\s*1)\s*(?P<of>usd|dollar|\$|eur|euro|€|gbp|pound|£)",
    re.I,
)
_RATE_OF_ONE = re.compile(
    r"(?:\b1\s*|\bone\s+|(?<!\d)(?=[€£$]\s?1\b))(?P<of>usd|dollar|\$|eur|euro|€|gbp|pound|£)\s?1?\s*(?:=|is|equals|buys|costs?|at)\s*(?P<before>[$€£])?\s?(?P<rate>\d{1,6}(?:\.\d{1,6})?)\s*(?P<to>usd|dollars?|\$|eur|euros?|€|gbp|pounds?|£)?",
    re.I,
)
_CURRENCIES = {"usd": "USD", "dollar": "USD", "$": "USD", "eur": "EUR", "euro": "EUR", "€": "EUR", "gbp": "GBP", "pound": "GBP", "£": "GBP"}  # fmt: skip
_INTO = re.compile(
    r"\b(?:in|into|to)\s+(?P<to>us\s+dollars?|usd|dollars?|eur|euros?|gbp|pounds?)\b", re.I
)


def convert(question: PayQuestion, facts: Sequence[SalaryFact], draft: Draft) -> None:
    """The figures in another currency, at the rate that the question gives; without one, say so."""
    into = _INTO.search(question.text)
    rate = _rate(question.text)
    if rate is None:
        wanted = _currency(into["to"]) if into else ""
        if wanted and any(f.currency not in {wanted, PERCENT} for f in facts):
            draft.say("I don't convert currencies by myself: tell me a rate and I'll work it out.")
        return
    value, of, to = rate
    for fact in facts[:4]:
        ends = [v for v in dict.fromkeys((fact.low, fact.high)) if v is not None]
        if fact.currency == of:
            sign, results = "×", [v * value for v in ends]
        elif fact.currency == to and value:
            sign, results = "÷", [v / value for v in ends]
        else:
            continue
        target = to if fact.currency == of else of
        shown = [
            f"{wording.money(v, fact.currency)} {sign} {value:g} = **{wording.money(round(r, 2), target)}**"
            for v, r in zip(ends, results, strict=True)
        ]
        draft.say(draft.working(f"At your rate: {'; '.join(shown)} [{draft.cite_fact(fact)}]."))


def _rate(text: str) -> tuple[float, str, str] | None:
    """(how many of the second currency one of the first buys, first, second)."""
    for pattern in (_RATE_OF_ONE, _RATE):
        match = pattern.search(text)
        if match is None:
            continue
        of = _currency(match["of"])
        to = _currency(match["to"] or match.groupdict().get("before") or "")
        if not to:
            into = _INTO.search(text)
            to = _currency(into["to"]) if into else ""
        value = float(match["rate"])
        if of and to and of != to and value > 0:
            return value, of, to
    return None


def _currency(name: str) -> str:
    return _CURRENCIES.get(name.lower().removeprefix("us ").rstrip("s"), "")
