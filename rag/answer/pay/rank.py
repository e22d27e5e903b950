"""Which place, level, occupation or group is paid most or least, among figures of one kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answer.draft import Draft
from rag.answer.pay.arithmetic import PERIODS_PER_YEAR
from rag.answer.pay.match import Gap, Match, is_group, match_facts
from rag.answer.pay.phrases import amount, lower_first, phrase
from rag.facts import wording
from rag.facts.roles import ALL_WORKERS
from rag.types import SalaryFact
from rag.understand.pay import (
    OF_CITIES,
    OF_GROUPS,
    OF_LEVELS,
    OF_PLACES,
    OF_REGIONS,
    OF_ROLES,
    PayQuestion,
    Task,
)

MAX_RANKED = 8

_SUBJECT_PAYS = re.compile(r"^\W*(?:is\s+it|do|does|are|is)\b", re.I)
"""A yes-or-no question ("is it true that the US pays best?") ranks nothing by itself."""


def say_ranking(question: PayQuestion, draft: Draft) -> bool:
    """Rank the figures along what the question asks about; False where it names nothing to rank by
    or fewer than two figures can be compared."""
    found = match_facts(question, draft.library.ledger)
    if isinstance(found, Gap):
        return False
    name = _dimension(question, found)
    if name is None:
        return _say_extreme(question, [m.fact for m in found], draft)
    ranked = _comparable(question, [m.fact for m in found if name(m.fact)], name)
    if len(ranked) < 2:
        return False
    _say(question, ranked, name, draft)
    named = {name(f) for f in ranked}
    elsewhere = dict.fromkeys(
        name(m.fact) for m in found if name(m.fact) and m.fact.currency != ranked[0].currency
    )
    if apart := [wording.the(n) for n in elsewhere if n not in named][:MAX_RANKED]:
        draft.say(f"Not compared, because its figures are in other money: {wording.joined(apart)}.")
    return True


_EXTREME = re.compile(
    r"\b(?:highest|lowest|largest|biggest|smallest|top|best|maximum|minimum)\s+(?:[\w-]+\s+){0,2}?(?:salar(?:y|ies)|pay|wages?|compensation|earnings|income|figures?|amounts?|numbers?|bonus|base|total)\b"
    r"|\bwho(?:\s+\w+){0,2}?\s+(?:earns?|makes?|gets?|paid)\b",
    re.I,
)


def _say_extreme(question: PayQuestion, facts: Sequence[SalaryFact], draft: Draft) -> bool:
    """The highest or lowest figure of all, one a currency; False where the question asks for that
    of something in particular."""
    narrowed = question.topics or any(p.search(question.text) for p in _DIMENSIONS)
    if narrowed or not _EXTREME.search(question.text) or len(facts) < 2:
        return False
    highest = question.task is Task.HIGHEST
    by_currency: dict[str, SalaryFact] = {}
    for fact in sorted(facts, key=lambda f: _yearly(f, highest=highest), reverse=highest):
        by_currency.setdefault(fact.currency, fact)
    word = "highest" if highest else "lowest"
    first, *others = by_currency.values()
    draft.say(f"The {word} figure in the documents: {phrase(first, draft)}.")
    if others:
        said = "; ".join(phrase(f, draft) for f in others[:MAX_CURRENCIES])
        draft.say(f"In other currencies: {said}.")
    return True


_DIMENSIONS = (OF_PLACES, OF_ROLES, OF_GROUPS, OF_LEVELS)
MAX_CURRENCIES = 3


def _yearly(fact: SalaryFact, *, highest: bool) -> float:
    return _value(fact, highest=highest) * PERIODS_PER_YEAR[fact.period]


def say_beyond(question: PayQuestion, draft: Draft) -> bool:
    """Which of several are paid more, or less, than the question says ("which jobs pay over
    $90,000?"); False where it states no such bound or names nothing to list."""
    bound = next((m for m in question.amounts if (m.low is None) != (m.high is None)), None)
    if bound is None or not _LISTS.search(question.text):
        return False
    above = bound.high is None
    asked = replace(question, task=Task.HIGHEST if above else Task.LOWEST, amounts=())
    found = match_facts(asked, draft.library.ledger)
    name = None if isinstance(found, Gap) else _dimension(asked, found)
    if isinstance(found, Gap) or name is None:
        return False
    ranked = _comparable(asked, [m.fact for m in found if name(m.fact) and m.fact.currency == bound.currency], name)  # fmt: skip
    if len(ranked) < 2:
        return False
    limit = bound.low if above else bound.high
    beyond = [f for f in ranked if (_value(f, highest=above) > (limit or 0.0)) == above]
    word = "Above" if above else "Below"
    if not beyond:
        end = "highest" if above else "lowest"
        draft.say(f"None of those that the documents compare. The {end} is {_item(ranked[0], name, draft)}.")  # fmt: skip
        return True
    items = "; ".join(_item(f, name, draft) for f in beyond[:MAX_LISTED])
    when = f", {wording.date(beyond[0].as_of)}" if beyond[0].as_of else ""
    draft.say(f"{word} that ({wording.kind(beyond[0])}{when}): {items}.")
    if len(beyond) > MAX_LISTED:
        draft.say("There are more: ask for a narrower range to see them.")
    return True


_LISTS = re.compile(r"\b(?:which|what|who|whose|list|show|name|any)\b", re.I)
MAX_LISTED = 12


def along_dimension(question: PayQuestion, matches: list[Match]) -> list[Match]:
    """Of the figures of a table, those that are for one of what the question lists (levels, places)."""
    text = question.text
    name = _level if OF_LEVELS.search(text) else _place if OF_PLACES.search(text) else None
    if name is None:
        return matches
    named = [m for m in matches if name(m.fact)]
    return named if len(named) > 1 else matches


Namer = Callable[[SalaryFact], str]


def _dimension(question: PayQuestion, matches: Sequence[Match]) -> Namer | None:
    """What is ranked: a function that names it for a fact, "" where the fact is for none."""
    text = question.text
    facts = [m.fact for m in matches]
    if OF_PLACES.search(text):
        if OF_CITIES.search(text) and any(f.place for f in facts):
            return _city
        return _region if OF_REGIONS.search(text) else _place
    several_roles = len({_role(f) for f in facts} - {""}) > 1
    if several_roles and (OF_ROLES.search(text) or question.roles) and not OF_GROUPS.search(text):
        return _role
    if any(is_group(f) for f in facts) and not OF_ROLES.search(text) and not OF_LEVELS.search(text):
        return _group
    if OF_LEVELS.search(text):
        return _level
    if _SUBJECT_PAYS.search(text):
        return None
    return _level if question.roles or question.components or question.places else None


def _place(fact: SalaryFact) -> str:
    return "" if not (fact.place or fact.region) else wording.place_name(fact)


def _region(fact: SalaryFact) -> str:
    return (fact.region or "") if not fact.place else ""


def _city(fact: SalaryFact) -> str:
    return wording.place_name(fact) if fact.place else ""


def _group(fact: SalaryFact) -> str:
    return fact.label if is_group(fact) else ""


def _level(fact: SalaryFact) -> str:
    return wording.rung(fact)


def _role(fact: SalaryFact) -> str:
    whole = not is_group(fact) and not fact.level and fact.min_years is None
    return fact.role or "" if whole and fact.role != ALL_WORKERS else ""


def _comparable(
    question: PayQuestion, facts: Sequence[SalaryFact], name: Namer
) -> list[SalaryFact]:
    """The largest set of figures of one kind and unit that are for different things, in order."""
    groups: dict[tuple[object, ...], list[SalaryFact]] = {}
    for fact in facts:
        same_level = (
            () if name is _level else (fact.level, fact.label if name is not _group else "")
        )
        key: tuple[object, ...] = (
            fact.currency,
            fact.period,
            fact.component,
            fact.point,
            fact.statistic == "median",
            same_level,
        )
        if name is _level:
            key = (*key, fact.document, fact.region, fact.place)
        groups.setdefault(key, []).append(fact)  # fmt: skip
    highest = question.task is Task.HIGHEST
    best: list[SalaryFact] = []
    # Figures for all levels say more of places and occupations than those of one level.
    ordered_groups = sorted(groups.values(), key=lambda g: bool(g[0].level) and name is not _level)
    for group in ordered_groups:
        if len(best) > 1 and group[0].level and not best[0].level:
            break
        ordered = sorted(group, key=lambda f: _value(f, highest=highest), reverse=highest)
        named: dict[str, SalaryFact] = {}
        for fact in ordered:
            named.setdefault(name(fact), fact)
        if len(named) > len(best):
            best = list(named.values())
    return best


def _value(fact: SalaryFact, *, highest: bool) -> float:
    ends = (fact.high, fact.low) if highest else (fact.low, fact.high)
    return next((v for v in ends if v is not None), 0.0)


def _say(question: PayQuestion, ranked: Sequence[SalaryFact], name: Namer, draft: Draft) -> None:
    word = "most" if question.task is Task.HIGHEST else "least"
    first = ranked[0]
    title = _title(first, name)
    verb = "pays" if name in {_place, _region, _city, _group} else "earn"
    when = f", {wording.date(first.as_of)}" if first.as_of else ""
    rung = lower_first(wording.rung(first)) if name in {_place, _region, _city} else ""
    of = f", {rung}" if rung else ""
    draft.say(
        f"**{wording.capital(title)}** {verb} the {word} of those that the documents compare: "
        f"{amount(first, draft)} ({wording.kind(first)}{of}{when}) [{draft.cite_fact(first)}]."
    )
    rest = [_item(f, name, draft) for f in ranked[1:MAX_RANKED]]
    draft.say(f"After that: {'; '.join(rest)}.")


def _item(fact: SalaryFact, name: Namer, draft: Draft) -> str:
    return f"{wording.the(_title(fact, name))} {amount(fact, draft)} [{draft.cite_fact(fact)}]"


def _title(fact: SalaryFact, name: Namer) -> str:
    if name is _role:
        return wording.plural(name(fact))
    return lower_first(name(fact)) if name is _level else name(fact)
