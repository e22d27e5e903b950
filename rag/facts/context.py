"""What a text says about the figures in it or near it: level, place, role, kind, date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.documents.parsed import find_date
from rag.documents.sentences import normalise
from rag.facts.facets import (
    PAY_CUE,
    Years,
    find_components,
    find_levels,
    find_points,
    find_statistics,
    find_years,
    in_order,
    statistic_of,
)
from rag.facts.money import find_period
from rag.facts.places import Place, PlaceMention, find_places
from rag.facts.roles import RoleMention, find_roles, names_of, paid_subject, same_role, subject_role
from rag.types import Component, Period, Statistic

REMOTE = re.compile(r"\b(?:fully\s+)?remote(?:ly)?(?:-only)?\b", re.I)
_YEAR_OF_PAY = re.compile(
    r"\b((?:19|20)\d\d)\s+(?=(?:median|mean|average|typical|base|total|annual|hourly|pay\b|salar|wage|compensation|earnings))",
    re.I,
)
_DATE_LINK = re.compile(
    r"\b(?:in|as of|by|since|of|for|during|updated)\s+(?:early\s+|late\s+|mid-)?((?:[a-z]+\.?\s+)?(?:19|20)\d\d)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of a figure. Empty fields say nothing."""

    levels: tuple[str, ...] = ()
    years: Years | None = None
    places: tuple[Place, ...] = ()
    component: Component | None = None
    statistic: Statistic | None = None
    point: str = ""
    period: Period | None = None
    role: str | None = None
    date: str | None = None
    pay: bool = False
    remote: bool = False
    label: str = ""

    def over(self, other: Facets) -> Facets:
        """These facets, with those of ``other`` where these say nothing."""
        # A level and its years are one thing: "senior" here is not the "3-6 years" of elsewhere.
        same_rung = set(self.levels) <= set(other.levels)
        return Facets(
            levels=self.levels or (() if self.years else other.levels),
            years=self.years or (other.years if same_rung else None),
            places=self.places or (() if self.remote else other.places),
            component=self.component or other.component,
            # A percentile is no median, whatever stands above it.
            statistic=self.statistic or (None if self.point else other.statistic),
            point=self.point or ("" if self.statistic else other.point),
            period=self.period or other.period,
            role=_more_specific(self.role, other.role),
            date=_more_precise(self.date, other.date),
            pay=self.pay or other.pay,
            remote=self.remote or (other.remote and not self.places),
            label=self._label(other, same_rung=same_rung),
        )

    def _label(self, other: Facets, *, same_rung: bool) -> str:
        """The fuller label of one rung: the one with the years."""
        if not same_rung:
            return self.label
        if other.years and not self.years:
            return other.label or self.label
        return self.label or other.label


def _more_specific(own: str | None, other: str | None) -> str | None:
    """The own role, or the other where it is the same job said in full ("engineer", "AI engineer")."""
    if own and other and other.endswith(f" {own}") and len(names_of(other)) == 1:
        return other
    return own or other


def _more_precise(own: str | None, other: str | None) -> str | None:
    return other if own and other and other.startswith(own) else own or other


@lru_cache(maxsize=10_000)
def read_facets(text: str, *, lenient: bool = False) -> Facets:
    """All facets a short text names; of several components, the first. The cells of a large table
    say the same again and again."""
    plain = normalise(text)
    components = [t.value for t in find_components(plain)]
    statistics = [t.value for t in find_statistics(plain)]
    points = [t.value for t in find_points(plain)]
    roles = list(find_roles(plain))
    subject = paid_subject(plain)
    named = [*roles, subject] if subject else roles
    places = (p.place for p in outside_roles(find_places(plain, lenient=lenient), named))
    return Facets(
        levels=in_order(t.value for t in find_levels(plain)),
        years=next(find_years(plain), None),
        places=tuple(dict.fromkeys(places)),
        component=as_component(components[0]) if components else None,
        statistic=statistic_of(statistics[0]) if statistics else None,
        point=points[0] if points else "",
        period=find_period(plain),
        role=subject_role(plain) or _whose(subject, roles),
        date=find_date(plain),
        pay=bool(PAY_CUE.search(plain)),
        remote=bool(REMOTE.search(plain)),
    )


def _whose(subject: RoleMention | None, roles: Sequence[RoleMention]) -> str | None:
    """Whose pay a text states: its subject, where no known occupation is a part of it, else the
    first known one."""
    if subject and not any(same_role(r.name, subject.name) for r in roles):
        return subject.name
    return next((r.name for r in roles), None)


def outside_roles(
    places: Iterable[PlaceMention], roles: Sequence[RoleMention]
) -> Iterator[PlaceMention]:
    """Places but for small ones within an occupation's name: Officer is a town, but not that of a
    chief executive officer."""
    return (
        p for p in places if not (p.place.small and any(r.start <= p.start < r.end for r in roles))
    )


def date_near(text: str) -> str | None:
    """The date that a clause gives its figure ("in May 2024", "2024 median pay")."""
    match = _DATE_LINK.search(text) or _YEAR_OF_PAY.search(text)
    return find_date(match[1]) if match else None


def as_component(name: str) -> Component:
    known: dict[str, Component] = {
        "base": "base", "total": "total", "bonus": "bonus", "equity": "equity", "premium": "premium", "budget": "budget",
    }  # fmt: skip
    return known[name]
