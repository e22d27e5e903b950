"""Figures for the same thing that disagree, and what may explain it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from rag.answer.draft import Draft
from rag.answer.pay.match import Match, fact_place, levels_of
from rag.facts import wording
from rag.facts.money import PERCENT
from rag.types import SalaryFact


def note_conflicts(matches: Sequence[Match], draft: Draft) -> str:
    """Record the figures that disagree in the draft; a sentence about them, "" for none."""
    pairs = [(a, b) for a, b in combinations(matches, 2) if disagree(a.fact, b.fact)]
    if not pairs:
        return ""
    involved = list(dict.fromkeys(m.fact for pair in pairs for m in pair))
    numbers = sorted({draft.cite_fact(f) for f in involved})
    first = involved[0]
    where = wording.place(first)
    about = f"{wording.kind(first)} of {wording.who(first)}{f' {where}' if where else ''}"
    draft.conflict(about, numbers)
    cited = wording.joined([f"[{n}]" for n in numbers])
    within = len({f.document for f in involved}) == 1
    who = "The source contradicts itself" if within else "The sources disagree"
    reasons = explanations(involved)
    why = f" What may explain it: {'; '.join(reasons)}." if reasons else " They don't say why."
    return f"**{who}** ({cited}).{why}"


def note_others(matches: Sequence[Match], shown: Sequence[SalaryFact], draft: Draft) -> str:
    """Record what disagrees with the figures of a table that is shown whole: within it, and
    elsewhere; a sentence about it, "" for none."""
    pairs = [
        (a, m.fact)
        for a in shown
        for m in matches
        if a.component == m.fact.component and disagree(a, m.fact)
    ]
    if not pairs:
        return ""
    others = list(dict.fromkeys(b for _, b in pairs if b not in shown))
    numbers = [draft.cite_fact(f) for f in dict.fromkeys(f for pair in pairs for f in pair)]
    draft.conflict("the figures of single rows", numbers)
    if not others:
        return "**The source contradicts itself** in these rows."
    cited = wording.joined([f"[{draft.cite_fact(f)}]" for f in others[:MAX_OTHERS]])
    give = "gives" if len(others) == 1 else "give"
    return f"**The sources disagree**: {cited} {give} other figures for some of these. Ask for one of them to see both."


MAX_OTHERS = 6


def disagree(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether two facts give different figures for the same thing.

    Same level or group, place, currency, period, component and point, as far as both say; and
    neither range holds the other.
    """
    if (a.currency, a.period, a.point) != (b.currency, b.period, b.point) or (
        a.evidence == b.evidence and a.document == b.document
    ):
        return False
    if a.document == b.document and a.as_of and b.as_of and a.as_of != b.as_of:
        return False  # one year's figure after another's
    if a.document == b.document and a.in_table and b.in_table and a.label != b.label:
        return False  # rows with names of their own
    if a.component != b.component and "unspecified" not in {a.component, b.component}:
        return False
    if a.currency == PERCENT and a.basis and b.basis and a.basis != b.basis:
        return False
    if a.role and b.role and a.role != b.role and not (a.level and b.level):
        return False
    if not _same_level(a, b) or not _same_region(a, b):
        return False
    if (a.place and b.place and a.place != b.place) or "remote" in {a.place, b.place}:
        return False
    return not _holds(a, b) and not _holds(b, a)


def _same_level(a: SalaryFact, b: SalaryFact) -> bool:
    if set(levels_of(a)) & set(levels_of(b)):
        return True
    if a.level and b.level:
        return False
    if a.min_years is not None and b.min_years is not None:
        return min(a.max_years or 99, b.max_years or 99) - max(a.min_years, b.min_years) > 0
    unbound = not (a.level or b.level or a.min_years is not None or b.min_years is not None)
    # Without a level, only what is said twice of one kind of figure and one place can disagree.
    return unbound and a.label == b.label and a.statistic == b.statistic and a.region == b.region


def _same_region(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether both are for one region, as far as they say; one that doesn't may be about a
    place whose own money it is in."""
    if a.region and b.region:
        return a.region == b.region
    named = fact_place(a) or fact_place(b)
    return named is None or named.currency == a.currency


def _holds(outer: SalaryFact, inner: SalaryFact) -> bool:
    """Whether one range holds the other; an open end is where its figure is."""
    low, high = outer.low or 0.0, outer.high if outer.high is not None else float("inf")
    inner_low = inner.low if inner.low is not None else inner.high or 0.0
    inner_high = inner.high if inner.high is not None else inner_low
    return low <= inner_low and inner_high <= high


def explanations(facts: Sequence[SalaryFact]) -> list[str]:
    """What differs between figures besides their values, as noun phrases."""
    reasons = []
    stated = list(dict.fromkeys(wording.kind(f) for f in facts if f.component != "unspecified"))
    if stated and len({f.component for f in facts}) > 1:
        unsaid = any(f.component == "unspecified" for f in facts)
        kinds = [*stated, "not said"] if unsaid else stated
        reasons.append(f"what is counted ({wording.joined(kinds, word='or')})")
    if len({f.place or f.region for f in facts}) > 1:
        reasons.append("the place, which not all of them name")
    if len({f.as_of for f in facts}) > 1:
        dates = list(dict.fromkeys(wording.date(f.as_of) for f in facts))
        reasons.append(f"their age ({wording.joined(dates)})")
    if len({(f.min_years, f.max_years) for f in facts if f.min_years is not None}) > 1:
        reasons.append("the years counted into the level")
    return reasons
