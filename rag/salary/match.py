"""Facts that answer a pay question, and how well each fits.

A figure is used for another level, place, role or year than asked only where the fit says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from rag.salary.money import PERCENT
from rag.salary.places import Place, find_place
from rag.salary.question import PayQuestion
from rag.salary.roles import same_role
from rag.types import Component, SalaryFact


class PlaceFit(IntEnum):
    """How a fact's place relates to the one asked for; lower is nearer."""

    EXACT = 0
    UNSTATED = 1
    NARROWER = 2
    WIDER = 3


@dataclass(frozen=True, slots=True)
class Match:
    fact: SalaryFact
    fit: PlaceFit = PlaceFit.EXACT
    all_levels: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Why nothing matches: the facet that the corpus lacks, as asked, and what it has instead."""

    facet: str
    asked: str
    covered: tuple[str, ...]


MONEY_COMPONENTS: tuple[Component, ...] = ("base", "total", "unspecified")


def match_facts(question: PayQuestion, facts: Sequence[SalaryFact]) -> list[Match] | Gap:
    """The facts that answer, in the order of the documents; or why none does."""
    pool = list(facts)
    if question.roles:
        roles = [f for f in pool if any(same_role(r, f.role or "") for r in question.roles)]
        if not roles:
            return Gap("role", question.roles[0], _covered(f.role for f in pool))
        pool = roles
    elif (main := _main_role(pool)) is not None:
        pool = [f for f in pool if f.role is None or same_role(main, f.role)]
    pool = _of_kind(question, pool)
    if not pool:
        return Gap(
            "component",
            ", ".join(question.components) or "pay",
            _covered(f.component for f in facts),
        )
    if question.date:
        dated = [f for f in pool if f.as_of and _same_date(question.date, f.as_of)]
        if not dated:
            return Gap("date", question.date, _covered(f.as_of for f in pool))
        pool = dated
    placed = _by_place(question, pool)
    if isinstance(placed, Gap):
        return placed
    levelled = _by_level(question, placed, facts)
    if not levelled:
        asked = ", ".join(question.levels) or _years_text(question)
        return Gap("level", asked, _covered(_level_of(m.fact) for m in placed))
    return _without_repeats(_by_component(question, levelled))


def _main_role(facts: Sequence[SalaryFact]) -> str | None:
    """The one role that most facts are about, where a question names none."""
    counts: dict[str, int] = {}
    for fact in facts:
        if fact.role:
            counts[fact.role] = counts.get(fact.role, 0) + 1
    if not counts:
        return None
    role, count = max(counts.items(), key=lambda item: (item[1], item[0]))
    return role if count > sum(counts.values()) / 2 else None


def _covered(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in values if v))


def _of_kind(question: PayQuestion, facts: list[SalaryFact]) -> list[SalaryFact]:
    """Facts of the components asked for; money where none is, or where a source doesn't say."""
    asked = set(question.components)
    if not asked or asked & {"base", "total"}:
        money = [f for f in facts if f.component in MONEY_COMPONENTS and f.currency != PERCENT]
        wanted = asked | {"unspecified"} if asked else set(MONEY_COMPONENTS)
        shares = [f for f in facts if f.component in asked and f.component not in MONEY_COMPONENTS]
        return [f for f in money if f.component in wanted] + shares
    return [f for f in facts if f.component in asked]


def _by_component(question: PayQuestion, matches: list[Match]) -> list[Match]:
    """Figures that say to be what was asked for go before those that don't say."""
    asked = set(question.components)
    if not asked:
        return matches
    stated = [m for m in matches if m.fact.component in asked]
    return stated or matches


def _same_date(asked: str, given: str) -> bool:
    return given.startswith(asked) or asked.startswith(given)


# --- places ---------------------------------------------------------------------------


def fact_place(fact: SalaryFact) -> Place | None:
    name = fact.place if fact.place and fact.place != "remote" else fact.region
    return find_place(name) if name else None


def _by_place(question: PayQuestion, facts: list[SalaryFact]) -> list[Match] | Gap:
    if question.remote and not question.places:
        remote = [Match(f) for f in facts if f.place == "remote"]
        return remote or Gap("place", "remote work", place_names(facts))
    if not question.places:
        return [Match(f) for f in facts if f.place != "remote" or not question.levels]
    matches: list[Match] = []
    for asked in question.places:
        matches.extend(_at(asked, question, facts))
    if not matches:
        return Gap("place", " and ".join(p.name for p in question.places), place_names(facts))
    if question.remote:
        matches.extend(Match(f) for f in facts if f.place == "remote")
    return matches


def _at(asked: Place, question: PayQuestion, facts: list[SalaryFact]) -> list[Match]:
    found: dict[PlaceFit, list[Match]] = {fit: [] for fit in PlaceFit}
    for fact in facts:
        fit = place_fit(asked, fact)
        if fit is not None:
            found[fit].append(Match(fact, fit))
    exact = found[PlaceFit.EXACT]
    if asked.kind in {"city", "state"}:
        here = exact + found[PlaceFit.NARROWER]
        wider = found[PlaceFit.WIDER]
        wants_level = question.levels or question.years
        if here and not wants_level:
            return here
        if wants_level and not any(_has_level(m.fact) for m in here):
            # The city's own figure is for all levels; the country's is for the level.
            return [replace(m, all_levels=True) for m in here] + (
                wider + (found[PlaceFit.UNSTATED] if asked.currency else [])
            )
        return here or wider
    return exact + found[PlaceFit.UNSTATED] + found[PlaceFit.NARROWER] or found[PlaceFit.WIDER]


def place_fit(asked: Place, fact: SalaryFact) -> PlaceFit | None:
    """How a fact's place relates to the asked one; None where it says nothing about it.

    A fact without a place, in the asked place's own currency, may be about it: that is said.
    """
    if fact.place == "remote":
        return None
    place = fact_place(fact)
    if place is None:
        if fact.region or fact.place:
            return None
        return PlaceFit.UNSTATED if fact.currency in {asked.currency, PERCENT} else None
    if place.name == asked.name:
        return PlaceFit.EXACT
    if asked.covers(place):
        return PlaceFit.NARROWER
    if place.covers(asked):
        return PlaceFit.WIDER
    return None


def place_names(facts: Iterable[SalaryFact]) -> tuple[str, ...]:
    """The regions that facts are given for, the largest first as they come."""
    return _covered(f.region for f in facts)


# --- levels ---------------------------------------------------------------------------


def levels_of(fact: SalaryFact) -> tuple[str, ...]:
    return tuple(fact.level.split("/")) if fact.level else ()


def _has_level(fact: SalaryFact) -> bool:
    return bool(fact.level) or fact.min_years is not None


def _level_of(fact: SalaryFact) -> str | None:
    return fact.label or fact.level


def _years_text(question: PayQuestion) -> str:
    years = question.years[0]
    high = "+" if years.high is None else "" if years.high == years.low else f"–{years.high:g}"
    return f"{years.low:g}{high} years"


def _by_level(
    question: PayQuestion, matches: list[Match], facts: Sequence[SalaryFact]
) -> list[Match]:
    if not question.levels and not question.years:
        return matches
    levels = set(question.levels)
    bands = [(y.low, y.high) for y in question.years]
    if not bands:
        # A level without years: the corpus's own bands say which years it means.
        bands = [
            (f.min_years, f.max_years)
            for f in facts
            if f.min_years is not None and levels & set(levels_of(f))
        ]
    found = [m for m in matches if _at_level(m.fact, levels, bands, by_years=bool(question.years))]
    if question.years and not levels:
        found += _levels_of_years(question, matches, found, facts)
    if any(m.all_levels for m in matches):
        found += [m for m in matches if m.all_levels and not _has_level(m.fact)]
    return found


def _at_level(
    fact: SalaryFact,
    levels: set[str],
    bands: Sequence[tuple[float | None, float | None]],
    *,
    by_years: bool,
) -> bool:
    own = set(levels_of(fact))
    if levels and own:
        return bool(levels & own)
    if levels and by_years and fact.min_years is None:
        return False
    if fact.min_years is None:
        return False
    return any(_overlap(fact.min_years, fact.max_years, low or 0.0, high) for low, high in bands)


def _overlap(a_low: float, a_high: float | None, b_low: float, b_high: float | None) -> bool:
    """Whether two bands share more than an end; a single year counts where it lies within."""
    a_top = a_high if a_high is not None else 99.0
    b_top = b_high if b_high is not None else 99.0
    if a_low == a_top or b_low == b_top:
        return max(a_low, b_low) <= min(a_top, b_top)
    return min(a_top, b_top) - max(a_low, b_low) > 0


def _levels_of_years(
    question: PayQuestion, matches: list[Match], found: list[Match], facts: Sequence[SalaryFact]
) -> list[Match]:
    """Figures given for a level by name only, where other figures say that the years mean it."""
    years = question.years[0]
    named = {
        level
        for f in facts
        if (
            f.min_years is not None
            and f.max_years is not None
            and f.min_years < years.low < f.max_years
        )
        or (f.min_years is not None and f.max_years is None and years.low >= f.min_years)
        or (f.min_years == 0 and f.max_years is not None and years.low <= f.max_years)
        for level in levels_of(f)
    }
    return [
        m
        for m in matches
        if m not in found and m.fact.min_years is None and named & set(levels_of(m.fact))
    ]


# --- repeats --------------------------------------------------------------------------


def _without_repeats(matches: list[Match]) -> list[Match]:
    """One match a figure: a document that says it in a table and in a sentence says it once."""
    kept: list[Match] = []
    for match in matches:
        twin = next((i for i, m in enumerate(kept) if _same_figure(m.fact, match.fact)), None)
        if twin is None:
            kept.append(match)
        elif _richness(match) > _richness(kept[twin]):
            kept[twin] = match
    return kept


def _same_figure(a: SalaryFact, b: SalaryFact) -> bool:
    same_value = (a.document, a.currency, a.low, a.high, a.period) == (
        b.document,
        b.currency,
        b.low,
        b.high,
        b.period,
    )
    components = {a.component, b.component}
    same_component = len(components) == 1 or "unspecified" in components
    same_level = set(levels_of(a)) == set(levels_of(b)) or not a.level or not b.level
    places = {(a.region, a.place), (b.region, b.place)} - {(None, None)}
    return (
        same_value
        and same_component
        and same_level
        and len(places) <= 1
        and a.evidence != b.evidence
    )


def _richness(match: Match) -> tuple[bool, int, bool]:
    fact = match.fact
    stated = [
        fact.region,
        fact.place,
        fact.level,
        fact.min_years,
        None if fact.component == "unspecified" else 1,
    ]
    return (
        match.fit is PlaceFit.EXACT,
        sum(v is not None for v in stated),
        not fact.in_table,
    )
