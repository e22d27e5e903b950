"""A question -> the facets of the figure that it asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from rag.documents.parsed import find_date
from rag.errors import ModelError
from rag.lexical import terms
from rag.salary.facets import (
    Years,
    find_components,
    find_levels,
    find_points,
    find_statistics,
    find_years,
)
from rag.salary.money import PERCENT, Mention, find_mentions, find_period
from rag.salary.places import Place, find_places
from rag.salary.roles import abbreviate, find_roles
from rag.sentences import normalise
from rag.types import Component, Period


class Task(StrEnum):
    """What is done with figures of pay: looked up, compared, ranked, tabled; a total checked against
    its parts; which years a level stands for, what a given figure is for."""

    AMOUNT = "amount"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    HIGHEST = "highest"
    LOWEST = "lowest"
    CHECK = "check"
    TABLE = "table"
    BANDS = "bands"
    WHICH = "which"


# Words for what figures are told apart by ("which city pays ...").
OF_PLACES = re.compile(r"\b(?:cit(?:y|ies)|countr(?:y|ies)|places?|regions?|locations?|states?|where|hubs?|markets?)\b", re.I)  # fmt: skip
OF_CITIES = re.compile(r"\b(?:cit(?:y|ies)|metros?|hubs?|towns?)\b", re.I)
OF_REGIONS = re.compile(r"\b(?:countr(?:y|ies)|regions?|continents?|nations?)\b", re.I)
OF_ROLES = re.compile(r"\b(?:occupations?|jobs?|professions?|roles?|careers?|specialt(?:y|ies)|speciali[sz]ations?|niches?|who)\b", re.I)  # fmt: skip
OF_GROUPS = re.compile(
    r"\b(?:industr(?:y|ies)|sectors?|employers?|settings?|compan(?:y|ies))\b", re.I
)
OF_LEVELS = re.compile(r"\b(?:levels?|stages?|rungs?|seniorit(?:y|ies)|grades?|bands?)\b", re.I)


@dataclass(frozen=True, slots=True)
class PayQuestion:
    """What a question asks of pay; empty fields are left open by it.

    ``labels`` are names of rows of the corpus's own tables, ``topics`` stems of what else the
    figure may be about ("in hospitals", "LLM"), ``excluded`` places it is not for.
    """

    text: str
    task: Task = Task.AMOUNT
    levels: tuple[str, ...] = ()
    years: tuple[Years, ...] = ()
    places: tuple[Place, ...] = ()
    remote: bool = False
    components: tuple[Component, ...] = ()
    roles: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    excluded: tuple[Place, ...] = ()
    median: bool = False
    points: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    period: Period | None = None
    in_money: bool = False
    amounts: tuple[Mention, ...] = ()
    kinds: tuple[str, ...] = ()


BASE_OR_TOTAL = re.compile(r"\b(?:base|total)\b.{0,16}\bor\b.{0,12}\b(?:base|total)\b", re.I)
_EXCLUDING = re.compile(
    r"\b(?:outside(?:\s+of)?|except(?:\s+for)?|excluding|other\s+than|not\s+in|apart\s+from|beyond)\s+(?:the\s+)?$",
    re.I,
)
_IN_MONEY = re.compile(
    r"\b(?:in\s+(?:\$|usd|dollars?|money|cash|euros?|absolute|eur)|how\s+(?:much\s+money|many\s+dollars|many\s+euros)|dollar\s+(?:amount|value)|worth|amount\s+in|in\s+numbers)|\$\s*\??$|\$\?|\b(?:bonus|equity)\s+dollars",
    re.I,
)
_HOURLY = re.compile(r"\b(?:hourly|(?:an|per|each)\s+hour|/\s?h(?:ou)?r?)\b", re.I)
_REMOTE = re.compile(r"\b(?:remote(?:ly)?|work(?:ing)?\s+from\s+home|wfh)\b", re.I)

_KIND_OF_BONUS = re.compile(
    r"\b(?:sign(?:ing)?[\s-]?(?:on)?|retention|referral|relocation|christmas|holiday|spot)\s+bonus(?:es)?",
    re.I,
)


def read_question(text: str, task: Task = Task.AMOUNT) -> PayQuestion:
    """The facets a question names.

    :param task: what it asks to do with the figures, which its wording does not tell by itself.
    """
    plain = normalise(text)
    mentions = list(find_places(plain, lenient=True))
    excluded = tuple(
        dict.fromkeys(p.place for p in mentions if _EXCLUDING.search(plain[: p.start]))
    )
    places = tuple(dict.fromkeys(p.place for p in mentions if p.place not in excluded))
    points = tuple(dict.fromkeys(t.value for t in find_points(plain)))
    return PayQuestion(
        text=text,
        task=task,
        levels=tuple(dict.fromkeys(t.value for t in find_levels(plain))),
        years=tuple(find_years(plain)),
        places=places,
        excluded=excluded,
        remote=bool(_REMOTE.search(plain)),
        components=_components(plain, task),
        roles=tuple(dict.fromkeys(r.name for r in find_roles(plain))),
        topics=topic_terms(plain),
        median=any(t.value == "median" for t in find_statistics(plain)),
        points=points,
        dates=_asked_dates(plain),
        period="hour" if _HOURLY.search(plain) else find_period(plain),
        in_money=bool(_IN_MONEY.search(plain)),
        amounts=find_amounts(plain),
        kinds=tuple(m[0].lower() for m in _KIND_OF_BONUS.finditer(plain)),
    )


_BARE_THOUSANDS = re.compile(r"(?<![\w$€£¥₹.,])\d{2,3}(?:\.\d)?\s?k\b", re.I)


def find_amounts(text: str) -> tuple[Mention, ...]:
    """Money and per cent in a question; "260k" is money of a currency yet unknown ("")."""
    found = list(find_mentions(text))
    for match in _BARE_THOUSANDS.finditer(text):
        if not any(m.start < match.end() and match.start() < m.end for m in found):
            value = float(match[0].lower().rstrip("k ")) * 1000
            found.append(Mention(match.start(), match.end(), value, value, ""))
    return tuple(sorted(found, key=lambda m: m.start))


def _hidden(text: str, spans: Iterable[tuple[int, int]], mark: str) -> str:
    """A text of the same length with ``mark`` for each character of the spans."""
    for start, end in spans:
        text = text[:start] + mark * (end - start) + text[end:]
    return text


def facet_spans(text: str) -> list[tuple[int, int]]:
    """Where a text names facets of pay."""
    plain = normalise(text)
    return [
        *((t.start, t.end) for t in find_levels(plain)),
        *((y.start, y.end) for y in find_years(plain)),
        *((p.start, p.end) for p in find_places(plain, lenient=True)),
        *((c.start, c.end) for c in find_components(plain)),
        *((r.start, r.end) for r in find_roles(plain)),
        *((t.start, t.end) for t in find_statistics(plain)),
        *((t.start, t.end) for t in find_points(plain)),
        *(m.span() for m in _REMOTE.finditer(plain)),
    ]


# --- what else the figure is to be about --------------------------------------------------


COMMON_WORDS = Path(__file__).parents[1] / "models" / "common.json"


@cache
def common_words() -> frozenset[str]:
    """Stems that people use whatever they ask about: those in the questions of every fifth labelled
    corpus (``python -m eval.choice --fit``). :raises ModelError: they are missing or altered."""
    try:
        return frozenset(map(str, json.loads(COMMON_WORDS.read_text(encoding="utf-8"))))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(
            f"{COMMON_WORDS} cannot be read ({error}): install career-chat again"
        ) from None


def topic_terms(text: str) -> tuple[str, ...]:
    """Stems of what a question's figure may be about beside the facets: an industry, an employer, a
    skill, a kind of worker."""
    plain = abbreviate(normalise(text))
    hidden = _hidden(plain, facet_spans(plain), ",")
    telling = (t for t in terms(hidden) if not t[0].isdigit() and t not in common_words())
    return tuple(dict.fromkeys(telling))


_INCLUDED = re.compile(
    r"\b(?:incl(?:uding|usive\s+of|\.)?|counting)\s+(?:the\s+|my\s+|any\s+)?(?:stock|equity|bonus(?:es)?|rsus?|shares|everything)\b"
    r"|\b(?:stock|equity|bonus(?:es)?|rsus?|shares|everything)\s+included\b",
    re.I,
)
_SHARE_OF = re.compile(
    r"\b(?:share|percent(?:age)?|fraction|part|%)\s+of\s+(?:the\s+|their\s+|its\s+)?(base|total)\b",
    re.I,
)


def _components(text: str, task: Task) -> tuple[Component, ...]:
    found = dict.fromkeys(t.value for t in find_components(text))
    if task is Task.DIFFERENCE:
        found.pop("premium", None)
    if found.keys() & {"bonus", "equity"}:
        # "Equity as a share of base" asks for the equity.
        for basis in _SHARE_OF.findall(text):
            found.pop(basis.lower(), None)
    if found.keys() & {"bonus", "equity"} and _INCLUDED.search(text):
        found = {"total": None}
    if found.keys() == {"total"} and re.search(r"\b(?:and|or)\s+(?:salary|pay)\b", text, re.I):
        return ()
    order: tuple[Component, ...] = ("base", "total", "bonus", "equity", "premium", "budget")
    return tuple(c for c in order if c in found)


_YEAR_ASKED = re.compile(r"(?<![\d$€£,.])(?:19|20)\d\d\b(?!\s*(?:h\b|hours?|hrs?|k\b))")


def _asked_dates(text: str) -> tuple[str, ...]:
    """The years, with their months where named, that a question asks about."""
    found: list[str | None] = []
    before = 0
    for match in _YEAR_ASKED.finditer(text):
        if FIRST_YEAR <= int(match[0]) <= LAST_YEAR:
            found.append(find_date(text[max(before, match.start() - 12) : match.end()]))
        before = match.end()
    return tuple(dict.fromkeys(d for d in found if d))


FIRST_YEAR, LAST_YEAR = 1950, 2050


def percent_asked(question: PayQuestion) -> Mention | None:
    """A percentage that the question itself states ("a 20 % bump on ...")."""
    return next((m for m in question.amounts if m.currency == PERCENT), None)
