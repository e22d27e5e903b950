"""Facts that answer a pay question, and how well each fits.

A figure is used for another level, place, role or year than asked only where the fit says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from rag.documents.words import stem
from rag.facts.ledger import Ledger, label_names
from rag.facts.money import HOURS_PER_YEAR, PERCENT
from rag.facts.places import Place, find_place
from rag.facts.roles import ALL_WORKERS, canonical_role, names_of, same_role
from rag.types import Component, SalaryFact
from rag.understand.pay import PayQuestion, Task


class PlaceFit(IntEnum):
    """How a fact's place relates to the one asked for; lower is nearer."""

    EXACT = 0
    UNSTATED = 1
    NARROWER = 2
    WIDER = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A fact that answers. ``all_levels`` says that it is for all levels where one was asked for,
    ``unsaid`` that it doesn't say to be what was asked for (base or total), ``also`` other documents
    that give the same figure."""

    fact: SalaryFact
    fit: PlaceFit = PlaceFit.EXACT
    all_levels: bool = False
    unsaid: bool = False
    also: tuple[SalaryFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """Why nothing matches: the facet that the corpus lacks, as asked, and what it has instead."""

    facet: str
    asked: str
    covered: tuple[str, ...]


MONEY_COMPONENTS: tuple[Component, ...] = ("base", "total", "unspecified")
MAX_ROLES_AT_ONCE = 3
"""Where a question names no occupation, figures of up to so many are shown together."""


def match_facts(question: PayQuestion, ledger: Ledger) -> list[Match] | Gap:
    """The facts that answer, in the order of the documents; or why none does.

    :param question: as :func:`resolved` returns it.
    """
    if question.topics and not question.roles:
        # What all workers earn stands on every page of a handbook beside its own occupation.
        own = [f for f in ledger.facts if f.role != ALL_WORKERS]
        about = _about_topics(question.topics, own, ledger)
        found = _match(question, about, ledger) if about else Gap("topic", "", ())
        if not isinstance(found, Gap):
            return found
    pool = _of_role(question, ledger)
    if isinstance(pool, Gap):
        return pool
    found = _match(question, pool, ledger)
    if isinstance(found, Gap):
        return found
    return _of_group(question, found, ledger)


def _match(question: PayQuestion, pool: Sequence[SalaryFact], ledger: Ledger) -> list[Match] | Gap:
    of_kind = _of_kind(question, pool)
    if not of_kind and question.roles and not question.components:
        # A difference or a budget is all that is said of it.
        return Gap("role", question.roles[0], ledger.occupations)
    if not of_kind:
        asked = ", ".join(question.components) or "pay"
        return Gap("component", asked, _covered(f.component for f in pool))
    dated = of_kind
    if question.dates:
        dated = [
            f for f in of_kind if f.as_of and any(_same_date(d, f.as_of) for d in question.dates)
        ]
        if not dated:
            return Gap("date", question.dates[0], _covered(f.as_of for f in of_kind))
    if question.labels:
        of_both = [f for f in dated if _at_asked_level(f, question) and _ends_in_label(f, question)]
        dated = of_both or [
            f for f in dated if f.label in question.labels or _at_asked_level(f, question)
        ]
        if not dated:
            named = " and ".join(label_names(label)[0] for label in question.labels)
            return Gap("group", named, _covered(f.label for f in of_kind if is_group(f)))
    placed = _by_place(question, dated)
    if isinstance(placed, Gap):
        return placed
    levelled = placed if question.labels else _by_level(question, placed, ledger.facts)
    if not levelled:
        asked = ", ".join(question.levels) or _years_text(question)
        return Gap("level", asked, _covered(_level_of(m.fact) for m in placed if not is_group(m.fact)))  # fmt: skip
    pointed = _by_point(question, levelled)
    if not pointed:
        return Gap("point", "", ())
    chosen = _by_period(question, _by_component(question, pointed))
    if _LADDER.search(question.text):
        chosen = _with_rows_between(chosen, of_kind, ledger)
    once = _by_figure(_without_repeats(chosen), ledger)
    both_said = question.period == "hour" or (question.period is None and len(once) <= MOST_SAID)
    return once if both_said else _without_hourly_twins(once)


_LADDER = re.compile(r"\b(?:from|between)\b.{2,40}\b(?:to|through|and|until)\b", re.I)


def _with_rows_between(
    matches: list[Match], pool: Sequence[SalaryFact], ledger: Ledger
) -> list[Match]:
    """With the rows between the first and the last of one table ("from junior to principal")."""
    columns: dict[tuple[object, ...], list[SalaryFact]] = {}
    for match in matches:
        if match.fact.in_table:
            columns.setdefault(_column(match.fact, ledger), []).append(match.fact)
    added: list[Match] = []
    for column, ends in columns.items():
        first, last = min(f.span.start for f in ends), max(f.span.start for f in ends)
        added += [
            Match(f)
            for f in pool
            if f.in_table
            and _column(f, ledger) == column
            and first < f.span.start < last
            and f not in ends
        ]
    return (
        sorted([*matches, *added], key=lambda m: (m.fact.document, m.fact.span.start))
        if added
        else matches
    )


def _column(fact: SalaryFact, ledger: Ledger) -> tuple[object, ...]:
    return (ledger.table_of(fact), fact.component, fact.region, fact.point)


def _covered(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in values if v))


# --- role, group ----------------------------------------------------------------------


def _of_role(question: PayQuestion, ledger: Ledger) -> list[SalaryFact] | Gap:
    """The facts of the occupations asked for; of the main one where none is named."""
    facts = list(ledger.facts)
    if question.roles:
        found = {f for role in question.roles for f in _for_role(role, facts, ledger)}
        kept = [f for f in facts if f in found]
        return kept or Gap("role", question.roles[0], ledger.occupations)
    main = ledger.main_role
    if main is not None:
        return [f for f in facts if f.role is None or same_role(main, f.role)]
    own = [f for f in facts if f.role != ALL_WORKERS]
    if len({f.role for f in own}) <= MAX_ROLES_AT_ONCE:
        return own
    if question.labels:
        return [f for f in own if f.label in question.labels]
    if question.task in {Task.HIGHEST, Task.LOWEST}:
        return own
    return Gap("which role", "", ledger.occupations)


def _for_role(role: str, facts: list[SalaryFact], ledger: Ledger) -> list[SalaryFact]:
    whole = [f for f in facts if role in (f.role or "").split("/")]
    exact = whole or [f for f in facts if role in names_of(f.role or "")]
    if exact and len(role.split()) > 1:
        return exact
    compatible = [f for f in facts if same_role(role, f.role or "")]
    if compatible:
        return compatible
    # "Private school teachers": the same job, and the evidence names what qualifies it.
    *qualifiers, head = canonical_role(role).lower().split()
    wanted = {stem(w) for w in qualifiers}
    return [
        f for f in facts if wanted and same_role(head, f.role or "") and wanted <= ledger.context(f)
    ]


def _about_topics(
    topics: Sequence[str], facts: list[SalaryFact], ledger: Ledger
) -> list[SalaryFact]:
    """The facts whose surroundings name the most of the topics; none where that tells none apart."""
    scores = [len(set(topics) & ledger.context(f)) for f in facts]
    best = max(scores, default=0)
    if best == 0 or min(scores) == best:
        return []
    return [f for f, score in zip(facts, scores, strict=True) if score == best]


def _of_group(question: PayQuestion, matches: list[Match], ledger: Ledger) -> list[Match]:
    """The matches for the group asked for ("in hospitals"); without one, those for all groups."""
    if question.labels:
        return matches
    about = _about_topics(question.topics, [m.fact for m in matches], ledger)
    chosen = [m for m in matches if m.fact in about] or matches
    several_roles = len({m.fact.role for m in chosen}) > 1
    of_groups = question.task in {Task.HIGHEST, Task.LOWEST, Task.TABLE} and not several_roles
    if of_groups or about:
        return chosen
    return [m for m in chosen if not is_group(m.fact)] or chosen


def is_group(fact: SalaryFact) -> bool:
    """Whether a figure is for a part of an occupation ("Hospitals", "in private schools"), not for
    a rung ("Grade 7", "L4")."""
    rung = fact.level or fact.min_years is not None or _GRADE.fullmatch(fact.label)
    return bool(fact.label) and not rung


_GRADE = re.compile(r"(?:[a-z]+\s+)?[a-z]{0,4}[\s.-]?\d{1,2}[a-z]?(?:\s*\([^)]*\))?", re.I)


# --- kind -----------------------------------------------------------------------------


_FORMERLY = re.compile(r"\b(?:used\s+to|former(?:ly)?|previous(?:ly)?|before|flat|once|past|history)\b", re.I)  # fmt: skip


def _of_kind(question: PayQuestion, facts: Sequence[SalaryFact]) -> list[SalaryFact]:
    """Facts of the components asked for; money where none is, or where a source doesn't say."""
    asked = set(question.components)
    if not _FORMERLY.search(question.text):
        facts = [f for f in facts if f.label != "formerly"]
    if not asked and question.task is Task.TABLE and not question.places:
        return [f for f in facts if f.component not in {"premium", "budget"}]
    if not asked or asked & {"base", "total"}:
        money = [f for f in facts if f.component in MONEY_COMPONENTS and f.currency != PERCENT]
        wanted = asked | {"unspecified"} if asked else set(MONEY_COMPONENTS)
        shares = [f for f in facts if f.component in asked and f.component not in MONEY_COMPONENTS]
        return [f for f in money if f.component in wanted] + shares
    return [f for f in facts if f.component in asked]


def _by_component(question: PayQuestion, matches: list[Match]) -> list[Match]:
    """Figures that say to be what was asked for; those of other documents that don't say, where
    they may be it, are marked as such."""
    asked = set(question.components)
    if not asked:
        return matches
    stated = [m for m in matches if m.fact.component in asked]
    if not stated:
        return matches
    if (
        len(asked) > 1
        or question.median
        or question.points
        or not (question.levels or question.years)
    ):
        return stated
    documents = {m.fact.document for m in stated}
    currencies = {m.fact.currency for m in stated}
    unsaid = [
        replace(m, unsaid=True)
        for m in matches
        if m.fact.component == "unspecified"
        and m.fact.document not in documents
        and m.fact.currency in currencies
        and _is_in_own_money(m.fact)
    ]
    return stated + unsaid


def _is_in_own_money(fact: SalaryFact) -> bool:
    """Whether a figure is in the money of its place, so that it is not for another part of the
    world in an equivalent."""
    place = fact_place(fact)
    return place is None or place.currency == fact.currency


def _by_point(question: PayQuestion, matches: list[Match]) -> list[Match]:
    """Percentiles where they were asked for, otherwise figures for all."""
    if question.points:
        asked = [m for m in matches if m.fact.point in question.points]
        if asked or question.points[0] not in {"mean", "midpoint"}:
            return asked
    if question.median:
        medians = [m for m in matches if m.fact.statistic == "median"]
        if medians:
            return medians
    return [m for m in matches if m.fact.point in {"", "mean"}] or matches


def _by_period(question: PayQuestion, matches: list[Match]) -> list[Match]:
    """Figures given for the period asked for go before those to be converted to it."""
    if question.period is None:
        return matches
    own = [m for m in matches if m.fact.period == question.period or m.fact.currency == PERCENT]
    return own or matches


def _same_date(asked: str, given: str) -> bool:
    return given.startswith(asked) or asked.startswith(given)


# --- places ---------------------------------------------------------------------------


def fact_place(fact: SalaryFact) -> Place | None:
    name = fact.place if fact.place and fact.place != "remote" else fact.region
    return find_place(name) if name else None


def _by_place(question: PayQuestion, facts: Sequence[SalaryFact]) -> list[Match] | Gap:
    if question.excluded:
        facts = [f for f in facts if not _is_in(f, question.excluded)]
    if question.remote and not question.places:
        remote = [Match(f) for f in facts if f.place == "remote"]
        return remote or Gap("place", "remote work", place_names(facts))
    if not question.places:
        return [Match(f) for f in facts if f.place != "remote" or not question.levels]
    matches = list(
        dict.fromkeys(m for asked in question.places for m in _at(asked, question, facts))
    )
    if not matches:
        return Gap("place", " and ".join(p.name for p in question.places), place_names(facts))
    if question.remote:
        matches.extend(Match(f) for f in facts if f.place == "remote")
    return matches


def _is_in(fact: SalaryFact, places: Sequence[Place]) -> bool:
    place = fact_place(fact)
    return place is not None and any(p.covers(place) for p in places)


def _at(asked: Place, question: PayQuestion, facts: Sequence[SalaryFact]) -> list[Match]:
    found: dict[PlaceFit, list[Match]] = {fit: [] for fit in PlaceFit}
    for fact in facts:
        fit = place_fit(asked, fact)
        if fit is not None:
            found[fit].append(Match(fact, fit))
    exact = found[PlaceFit.EXACT]
    if asked.kind in {"city", "state"}:
        # A metropolitan area's figure is the city's, as near as it gets.
        metro = [m for m in found[PlaceFit.WIDER] if _is_of_city(m.fact)]
        here = exact + found[PlaceFit.NARROWER] + metro
        wider = [m for m in found[PlaceFit.WIDER] if m not in metro]
        wants_level = question.levels or question.years
        if here and not wants_level:
            return here
        if wants_level and not _by_level(question, here, facts):
            # The city's own figure is for all levels; the country's is for the level.
            for_all = [m for m in here if not _has_level(m.fact)]
            return [replace(m, all_levels=True) for m in for_all] + (
                wider + (found[PlaceFit.UNSTATED] if asked.currency else [])
            )
        return here or wider
    return exact + found[PlaceFit.UNSTATED] + found[PlaceFit.NARROWER] or found[PlaceFit.WIDER]


def _is_of_city(fact: SalaryFact) -> bool:
    place = fact_place(fact)
    return place is not None and place.kind == "city"


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
    """The places that facts are given for: regions, and the cities of a single one."""
    facts = list(facts)
    regions = _covered(f.region for f in facts)
    if len(regions) > 1:
        return regions
    cities = _covered(f.place for f in facts if f.place != "remote")
    return cities or regions


# --- levels ---------------------------------------------------------------------------


def levels_of(fact: SalaryFact) -> tuple[str, ...]:
    return tuple(fact.level.split("/")) if fact.level else ()


def _has_level(fact: SalaryFact) -> bool:
    return bool(fact.level) or fact.min_years is not None


def _level_of(fact: SalaryFact) -> str | None:
    """The rung in the source's words, without its years."""
    return re.sub(r"\s*\([^)]*\)", "", fact.label).strip() or fact.level


def _at_asked_level(fact: SalaryFact, question: PayQuestion) -> bool:
    return bool(set(levels_of(fact)) & set(question.levels))


def _ends_in_label(fact: SalaryFact, question: PayQuestion) -> bool:
    """Whether a column's rung stands in an asked row ("Principal teacher (point 3)")."""
    return any(fact.label.lower().endswith(f"({n.lower()})") for n in question.labels)


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
    named = {level for f in facts if _lies_within(years.low, f) for level in levels_of(f)}
    return [
        m
        for m in matches
        if m not in found and m.fact.min_years is None and named & set(levels_of(m.fact))
    ]


def _lies_within(years: float, fact: SalaryFact) -> bool:
    """Whether so many years are inside a fact's band, not just at its end."""
    if fact.min_years is None:
        return False
    if fact.max_years is None:
        return years >= fact.min_years
    if fact.min_years == 0:
        return years <= fact.max_years
    return fact.min_years < years < fact.max_years


# --- repeats --------------------------------------------------------------------------


def _without_repeats(matches: list[Match]) -> list[Match]:
    """One match a figure: a document that says it in a table and in a sentence says it once."""
    kept: list[Match] = []
    of_value: dict[tuple[object, ...], list[int]] = {}
    for match in matches:
        f = match.fact
        alike = of_value.setdefault(
            (f.document, f.currency, f.low, f.high, f.period, f.point, f.role), []
        )
        twin = next((i for i in alike if _same_figure(kept[i].fact, f)), None)
        if twin is None:
            alike.append(len(kept))
            kept.append(match)
        elif _richness(match) > _richness(kept[twin]):
            kept[twin] = match
    return kept


MAX_ALSO = 2
MOST_SAID = 2
"""Figures that are said in sentences; more stand in a table."""


def _by_figure(matches: list[Match], ledger: Ledger) -> list[Match]:
    """One match a figure: several documents that give it of one date stand together, the one that
    is about the occupation first."""
    groups: dict[tuple[object, ...], list[Match]] = {}
    for match in matches:
        f = match.fact
        key = (f.role, f.level, f.label, f.min_years, f.max_years, f.region, f.place, f.component,
               f.statistic, f.point, f.low, f.high, f.open_ended, f.currency, f.period, (f.as_of or "")[:4])  # fmt: skip
        groups.setdefault(key, []).append(match)
    kept = []
    for group in groups.values():
        own = sorted(group, key=lambda m: (ledger.subjects[m.fact.document] != m.fact.role, m.fact.in_table))  # fmt: skip
        kept.append(replace(own[0], also=tuple(m.fact for m in own[1 : MAX_ALSO + 1])))
    return kept


def _without_hourly_twins(matches: list[Match]) -> list[Match]:
    """Without the hourly figures that only repeat a yearly one, within its rounding."""
    yearly: dict[tuple[object, ...], list[SalaryFact]] = {}
    for match in matches:
        if match.fact.period == "year":
            yearly.setdefault(_whose(match.fact), []).append(match.fact)

    def repeats(fact: SalaryFact) -> bool:
        return fact.period == "hour" and any(
            _is_by_the_hour(fact, y) for y in yearly.get(_whose(fact), ())
        )

    return [m for m in matches if not repeats(m.fact)]


def _whose(fact: SalaryFact) -> tuple[object, ...]:
    return (fact.role, fact.level, fact.label, fact.currency, fact.point)


def _is_by_the_hour(hourly: SalaryFact, yearly: SalaryFact) -> bool:
    ends = [(hourly.low, yearly.low), (hourly.high, yearly.high)]
    return all(
        h is not None and y is not None and abs(h * HOURS_PER_YEAR - y) <= HOURS_PER_YEAR / 100
        for h, y in ends
    )


def _same_figure(a: SalaryFact, b: SalaryFact) -> bool:
    """Whether two facts of one document and value are one figure, said twice."""
    components = {a.component, b.component}
    same_component = len(components) == 1 or "unspecified" in components
    same_level = set(levels_of(a)) == set(levels_of(b)) or not a.level or not b.level
    places = {(a.region, a.place), (b.region, b.place)} - {(None, None)}
    same_group = is_group(a) == is_group(b) and (not is_group(a) or a.label == b.label)
    return (
        same_component
        and same_level
        and same_group
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
        1 if fact.as_of and len(fact.as_of) > 4 else None,
    ]
    return (
        match.fit is PlaceFit.EXACT,
        sum(v is not None for v in stated),
        not fact.in_table,
    )
