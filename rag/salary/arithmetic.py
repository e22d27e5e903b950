"""Sums over cited figures, with the working shown: parts of a total, per month, per cent of base."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.draft import Draft
from rag.salary import wording
from rag.salary.match import Gap, match_facts
from rag.salary.money import PERCENT
from rag.salary.question import PayQuestion, Task, percent_asked
from rag.types import Component, Period, SalaryFact

HOURS_PER_YEAR = 2080
"""40 hours in each of 52 weeks, the convention of the US Bureau of Labor Statistics for wages
(https://www.bls.gov/oes/oes_doc_2.htm: annual wages are hourly wages times 2,080)."""

PERIODS_PER_YEAR: dict[Period, float] = {
    "hour": HOURS_PER_YEAR,
    "day": 260,
    "week": 52,
    "month": 12,
    "year": 1,
}
TOLERANCE = 0.005


def per_period(question: PayQuestion, facts: Sequence[SalaryFact], draft: Draft) -> None:
    """The figures in the period asked for (an hour, a month), each with its working."""
    asked = question.period or "year"
    lines = []
    for fact in facts[:4]:
        if fact.currency == PERCENT or fact.period == asked or fact.low is None:
            continue
        factor = PERIODS_PER_YEAR[fact.period] / PERIODS_PER_YEAR[asked]
        ends = [fact.low] if fact.high in {None, fact.low} else [fact.low, fact.high or fact.low]
        sign, by = ("÷", 1 / factor) if factor < 1 else ("×", factor)
        shown = [
            f"{_plain(v, fact)} {sign} {by:,.6g} = **{wording.money(round(v * factor, 2), fact.currency)}**"
            for v in ends
        ]
        marker = draft.cite_fact(fact)
        lines.append(f"{wording.capital(wording.per(asked))}: {'; '.join(shown)} [{marker}].")
    if not lines:
        return
    for line in dict.fromkeys(lines):
        draft.say(draft.working(line))
    if asked == "hour":
        draft.say(
            draft.working(f"A year is taken as 40 hours × 52 weeks = {HOURS_PER_YEAR:,} hours.")
        )


def _plain(value: float, fact: SalaryFact) -> str:
    return wording.money(value, fact.currency)


def row_parts(fact: SalaryFact, facts: Sequence[SalaryFact]) -> dict[Component, SalaryFact]:
    """The facts of one table row by component (base, equity, bonus, total)."""
    return {
        f.component: f for f in facts if (f.document, f.evidence) == (fact.document, fact.evidence)
    }


def check_total(question: PayQuestion, draft: Draft) -> bool:
    """Whether the totals of the rows asked about follow from their parts; False if none has parts."""
    asked = replace(
        question, task=Task.AMOUNT, components=("total",), in_money=False, amounts=(), roles=()
    )
    found = match_facts(asked, draft.library.facts)
    if not isinstance(found, Gap) and not (question.levels or question.years):
        named = {m.low for m in question.amounts}
        of_amounts = [
            m
            for m in found
            if (base := row_parts(m.fact, draft.library.facts).get("base")) and base.low in named
        ]
        found = of_amounts or found
    if isinstance(found, Gap):
        return False
    lines: list[tuple[str, bool, int]] = []
    for match in found:
        parts = row_parts(match.fact, draft.library.facts)
        if line := _checked(parts, draft):
            lines.append(line)
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


def _checked(parts: dict[Component, SalaryFact], draft: Draft) -> tuple[str, bool, int] | None:
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
        if _MIDPOINT.search(question.text):
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
    shares = match_facts(replace(question, components=tuple(wanted)), draft.library.facts)
    if isinstance(shares, Gap):
        return False
    said = False
    for match in shares:
        share = match.fact
        base = row_parts(share, draft.library.facts).get("base")
        if share.currency != PERCENT or share.low is None or base is None or base.low is None:
            continue
        amount = round(base.low * share.low / 100, 2)
        marker = draft.cite_fact(share)
        draft.cite_fact(base)
        draft.say(draft.working(
            f"{wording.capital(wording.rung(share) or 'This')}: {share.low:g}% {share.component} × {wording.money(base.low, base.currency)} base = "
            f"**{wording.money(amount, base.currency)}** a year [{marker}]."
        ))  # fmt: skip
        said = True
    return said


def raised_by(question: PayQuestion, draft: Draft) -> bool:
    """A figure with a percentage of the question's own on top ("20 % on the engineer base")."""
    percent = percent_asked(question)
    if percent is None or percent.low is None:
        return False
    components: tuple[Component, ...] = tuple(
        c for c in question.components if c in {"base", "total"}
    )
    if not (components and (question.levels or question.years)):
        return False
    found = match_facts(replace(question, components=components, amounts=()), draft.library.facts)
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
