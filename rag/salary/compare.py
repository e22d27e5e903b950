"""Two or more figures side by side: difference and ratio, with the working shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.draft import Draft
from rag.salary import wording
from rag.salary.match import Gap, Match, match_facts
from rag.salary.money import PERCENT
from rag.salary.question import PayQuestion, Task
from rag.types import SalaryFact

MAX_PAIRS = 4


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name in words, and the question for it alone."""

    name: str
    question: PayQuestion


def compare_facts(question: PayQuestion, draft: Draft) -> bool:
    """Compare what the question names two of (levels, years, places, components, roles).

    Returns False where it does not name two, or no figures of both can be set side by side.
    """
    sides = _sides(question)
    if len(sides) < 2:
        return False
    found: list[tuple[Side, list[Match]]] = []
    missing: list[tuple[Side, Gap]] = []
    for side in sides:
        matches = match_facts(side.question, draft.library.facts)
        if isinstance(matches, Gap):
            missing.append((side, matches))
        else:
            found.append((side, matches))
    if not found or (missing and len(question.roles) >= 2):
        return False
    if len(found) == 1:
        _one_side(found[0], missing, draft)
        return True
    said = _pairs(question, found, draft)
    if not said:
        _side_by_side(found, draft)
    return True


def _sides(question: PayQuestion) -> list[Side]:
    plain = replace(question, task=Task.AMOUNT)
    if len(question.levels) >= 2:
        return [Side(wording.level_name(v), replace(plain, levels=(v,))) for v in question.levels]
    if len(question.years) >= 2 and not question.levels:
        return [Side(f"{y.low:g} years", replace(plain, years=(y,))) for y in question.years]
    if len(question.places) >= 2 or (question.places and question.remote):
        sides = [
            Side(wording.the(p.name), replace(plain, places=(p,), remote=False))
            for p in question.places
        ]
        if question.remote:
            sides.append(Side("remote roles", replace(plain, places=(), remote=True)))
        return sides
    if len(question.components) >= 2:
        return [Side(c, replace(plain, components=(c,))) for c in question.components]
    if len(question.roles) >= 2:
        return [Side(wording.plural(r), replace(plain, roles=(r,))) for r in question.roles]
    return []


def _pairs(question: PayQuestion, found: list[tuple[Side, list[Match]]], draft: Draft) -> bool:
    """Differences of figures of one kind from one document; the first side against each other."""
    said = 0
    for (a_side, a_matches), (b_side, b_matches) in _ordered_pairs(found):
        for a in a_matches:
            for b in b_matches:
                if said < MAX_PAIRS and _comparable(a.fact, b.fact):
                    draft.say(_difference(question, a_side, a.fact, b_side, b.fact, draft))
                    said += 1
    return said > 0


def _ordered_pairs(
    found: list[tuple[Side, list[Match]]],
) -> list[tuple[tuple[Side, list[Match]], tuple[Side, list[Match]]]]:
    if len(found) > 2:
        return list(pairwise(found))
    return [(found[0], found[1])]


def _comparable(a: SalaryFact, b: SalaryFact) -> bool:
    same = (a.document, a.currency, a.period, a.statistic) == (
        b.document,
        b.currency,
        b.period,
        b.statistic,
    )
    one_row = a.evidence == b.evidence
    same_kind = a.component == b.component or one_row
    return same and same_kind and a != b and a.low is not None and b.low is not None


def _difference(
    question: PayQuestion, a_side: Side, a: SalaryFact, b_side: Side, b: SalaryFact, draft: Draft
) -> str:
    a_marker, b_marker = draft.cite_fact(a), draft.cite_fact(b)
    cited = f"[{a_marker}]" if a_marker == b_marker else f"[{a_marker}][{b_marker}]"
    if (a.low or 0) < (b.low or 0) or (
        (a.low or 0) == (b.low or 0) and (a.high or 0) < (b.high or 0)
    ):
        a, b, a_side, b_side = b, a, b_side, a_side
    kind = (
        wording.kind(a)
        if a.component == b.component
        else f"{wording.kind(a)} against {wording.kind(b)}"
    )
    when = f", {wording.date(a.as_of)}" if a.as_of else ""
    per = f", {wording.per(a.period)}" if a.period != "year" and a.currency != PERCENT else ""
    about = f"({kind}{per}{when})"
    names = f"{wording.capital(a_side.name)} against {b_side.name}"
    if a.high == a.low and b.high == b.low:
        return draft.working(
            f"{names}: {_worked(a.low or 0, b.low or 0, a, b, draft, lower=bool(_ASKS_LOWER.search(question.text)))} {about} {cited}."
        )
    text = draft.library.documents
    figures = f"{wording.figure(a, text[a.document].text)} against {wording.figure(b, text[b.document].text)}"
    lower = bool(_ASKS_LOWER.search(question.text))
    lows = _worked(a.low or 0, b.low or 0, a, b, draft, lower=lower)
    if a.high is None or b.high is None:
        return draft.working(f"{names}: {figures} {about}; at the lower end {lows} {cited}.")
    highs = _worked(a.high, b.high, a, b, draft, lower=lower)
    return draft.working(
        f"{names}: {figures} {about}; at the lower end {lows}, at the upper end {highs} {cited}."
    )


_ASKS_LOWER = re.compile(r"\b(?:lower|less|below|worse|lose|drop)\b", re.I)


def _worked(
    a: float, b: float, a_fact: SalaryFact, b_fact: SalaryFact, draft: Draft, *, lower: bool = False
) -> str:
    """ "**$253k more**: $560k − $307k = $253k, 82.4% on top"; with ``lower``, what
    the smaller one is below the larger one."""
    short = wording.is_short(a_fact, draft.library.documents[a_fact.document].text)
    difference = wording.money(abs(a - b), a_fact.currency, short=short)
    if a_fact.currency == PERCENT:
        difference = f"{abs(a - b):g} percentage points"
    if a == b:
        return f"**no difference**: {wording.money(a, a_fact.currency, short=short)} each"
    word = "more" if a > b else "less"
    ratio = ""
    if a and b and a_fact.currency != PERCENT:
        high, low = (wording.money(v, a_fact.currency, short=short) for v in (a, b))
        ratio = (
            f", so the lower one is {(1 - b / a) * 100:.1f}% below (1 − {low} ÷ {high} = {(1 - b / a) * 100:.1f}%)"
            if lower
            else f", {(a / b - 1) * 100:.1f}% on top ({high} ÷ {low} = {a / b:.2f} times)"
        )
    return (
        f"**{difference} {word}**: {wording.money(a, a_fact.currency, short=short)} − "
        f"{wording.money(b, b_fact.currency, short=short)} = {wording.money(a - b, a_fact.currency, short=short)}{ratio}"
    )


def _side_by_side(found: list[tuple[Side, list[Match]]], draft: Draft) -> None:
    currencies = set()
    for side, matches in found:
        items = []
        for match in matches[:4]:
            fact = match.fact
            currencies.add(fact.currency)
            text = draft.library.documents[fact.document].text
            when = f", {wording.date(fact.as_of)}" if fact.as_of else ""
            rung = wording.rung(fact)
            named = wording.place_name(fact)
            where = "" if named in side.name or named == "not stated" else wording.place(fact)
            kind = "" if fact.component == "unspecified" else wording.kind(fact)
            items.append(
                f"**{wording.figure(fact, text)}**{wording.period(fact)} ({', '.join(filter(None, [rung, where, kind]))}{when}) [{draft.cite_fact(fact)}]"
            )
        draft.say(f"- {wording.capital(side.name)}: {'; '.join(items)}")
    if len(currencies) > 1:
        draft.say(
            "They are in different currencies, and the documents give no exchange rate, so I don't work out a difference."
        )
    else:
        draft.say(
            "They are of different kinds or from different sources, so a difference between them would mislead."
        )


def _one_side(
    found: tuple[Side, list[Match]], missing: list[tuple[Side, Gap]], draft: Draft
) -> None:
    _, matches = found
    lacking = wording.joined([side.name for side, _ in missing])
    items = []
    for match in matches[:4]:
        fact = match.fact
        text = draft.library.documents[fact.document].text
        rung = wording.capital(wording.rung(fact) or "pay")
        items.append(
            f"{rung} {wording.place(fact)}: **{wording.figure(fact, text)}**{wording.period(fact)} ({wording.kind(fact)}) [{draft.cite_fact(fact)}]"
        )
    draft.say("; ".join(items) + ".")
    draft.say(f"The documents have no such figure for {lacking}, so I can't compare the two.")
