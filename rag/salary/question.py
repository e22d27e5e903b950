"""A question -> the facets of the figure that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rag.documents.parsed import find_date
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
from rag.salary.roles import abbreviate, find_roles, is_person
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
    figure is to be about ("in hospitals", "LLM"), ``unknown`` what narrows the jobs
    ("healthcare jobs") and no figure's surroundings have, ``stranger`` somebody whose pay is asked
    and of whom they have no word ("beekeeper"), ``excluded`` places it is not for.
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
    unknown: tuple[str, ...] = ()
    stranger: str = ""
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

_NP = r"(?P<np>(?:[\w&/+.'’-]+\s?){1,5})"
_SLOTS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:in|for|with|at|of|doing|within|by|between|among)\s+(?:the\s+|an?\s+)?{_NP}",
        rf"\b(?:do|does|did|can|could|would|will|should|might)\s+(?:the\s+|an?\s+)?{_NP}?(?=\b(?:earn|make|get|command|expect|receive|pay|add|bring|cost)s?\b)",
        rf"{_NP}(?=\b(?:salary|salaries|pay|wages?|compensation|comp|tc|earnings|income|package|bonus|rates?|premium|bump)\b)",
        rf"\b(?:earn|paid|make|get|work(?:ing)?|move|switch(?:ing)?|become|becoming|knowing|into|to|as)\s+(?:into\s+|to\s+|as\s+)?(?:the\s+|an?\s+)?{_NP}",
        r"(?P<np>\b[A-Z]{2,}[\w-]*\b)",
    )
)
_END_OF_NP = re.compile(
    r"\b(?:in|for|with|at|of|on|to|from|and|or|than|by|as|per|a|an|the|who|that|which|is|are|was|were|do|does|did|can|could"
    r"|would|will|earn|make|get|vs|versus|if|after|before|when|how|what)\b|[,;?!]",
    re.I,
)
GENERAL_TOPICS = frozenset(
    terms(
        "ai experience years year someone somebody person people work job jobs role roles position level levels stage career"
        " first next new current same typical typically average median mean range ranges figure figures number numbers money"
        " salary salaries pay paid pays wage wages earn earns earning earnings make makes compensation comp package income"
        " tc bonus base total equity stock premium bump raise rate rates hourly annual annually monthly yearly month week day hour"
        " document documents source sources table row snapshot article report guide data list survey statistics corpus text"
        " dollars euros pounds usd eur gbp cash percent percentage high higher highest low lower lowest best worst top most least more less"
        " much many good better worse usual normal fair decent going real actual exact roughly about around"
        " company companies employer employers firm firms market markets country countries city cities place region regions field"
        " industries industry occupation profession sector specialty business today now currently moment time present expect see full part start starting hope reach earner"
        " engineering tech talent professional professionals team world life general question answer term terms detail way"
        " fresh grad graduate freshly degree uni university school college daughter son wife husband friend guy folks pls plz please"
        " including included inclusive counting like look want become move offer take home add know live find keep say state senior seniority junior tell think give see show come bring happen mean big bigger large larger small great major really still roughly probably likely maybe possible realistic worth value sum amount count package share portion part parts fully remote remotely flat stated printed plus minus end ends ceiling floor middle midpoint bottom wide width january february march april june july august september october november december ago later behind ahead forward back apart far close next rest overall general well best-paid site article thing stuff somewhere anywhere everywhere mine own difference gap ratio comparison compare versus against between side each both all every other whole entire complete"
    )
) | frozenset({"k", "ca", "approx", "whats", "yoe", "ml", "it"})


def topic_terms(text: str) -> tuple[str, ...]:
    """Stems of what a question's figure is to be about, beside the facets: what stands in the
    places of a sentence where an industry, an employer, a skill or a kind of worker would."""
    plain = abbreviate(normalise(text))
    hidden = _hidden(plain, facet_spans(plain), ",")
    found: dict[str, None] = {}
    for slot in _SLOTS:
        for match in slot.finditer(hidden):
            phrase = _END_OF_NP.split(match["np"] or "")
            pieces = phrase if slot is _SLOTS[2] else phrase[:1]
            kept = " ".join(
                w
                for p in (pieces[-1:] if slot is _SLOTS[2] else pieces)
                for w in p.split()
                if not is_person(w)
            )
            for term in terms(kept):
                if term not in GENERAL_TOPICS and not term[0].isdigit():
                    found[term] = None
    return tuple(found)


_QUALIFIER = re.compile(
    r"\b(?P<before>[\w&-]+)\s+(?:occupations?|jobs?|professions?|roles?|careers?|positions?)\b"
    r"|\b(?:in|within)\s+(?:the\s+)?(?P<within>[\w&-]+)(?:\s+(?:industry|sector|field))?\b",
    re.I,
)


def qualifiers(text: str) -> tuple[str, ...]:
    """What narrows the jobs that a question is about ("healthcare jobs", "jobs in construction")."""
    return tuple((m["before"] or m["within"]).lower() for m in _QUALIFIER.finditer(normalise(text)))


_SIDES = re.compile(
    r"\b(?:between|of)\s+(?P<one>(?:[\w'’-]+\s+){1,3})(?:and|versus|vs\.?)\s+(?P<other>(?:[\w'’-]+\s*){1,3}?)(?=\s+(?:in|for|at|as|with|on)\b|\W*$)",
    re.I,
)


def compared_sides(question: PayQuestion) -> tuple[str, ...]:
    """The two that a question of a difference names in words that are no facets ("men and women");
    none where either holds a facet."""
    plain = normalise(question.text)
    match = _SIDES.search(plain)
    if question.task is not Task.DIFFERENCE or match is None:
        return ()
    sides = (match["one"].strip(), match["other"].strip())
    spans = facet_spans(plain)
    named = any(a < match.end() and match.start() < b for a, b in spans)
    return () if named or not all(set(terms(x)) - GENERAL_TOPICS for x in sides) else sides


_INCLUDED = re.compile(
    r"\b(?:incl(?:uding|usive\s+of|\.)?|counting)\s+(?:the\s+|my\s+|any\s+)?(?:stock|equity|bonus(?:es)?|rsus?|shares|everything)\b"
    r"|\b(?:stock|equity|bonus(?:es)?|rsus?|shares|everything)\s+included\b",
    re.I,
)
_EARNER = re.compile(
    r"\b(?:do|does|did|would|can|could|will)\s+(?:an?\s+|the\s+)?(?P<who>(?:[\w&'’-]+\s+){1,4}?)"
    r"(?:(?:usually|normally|really|actually)\s+)?(?:earn|make|get\s+paid)\b"
    r"|\b(?:salary|salaries|pay|wages?|earnings)\s+(?:of|for)\s+(?:an?\s+|the\s+)?(?P<of>(?:[\w&'’-]+\s*){1,4})\W*$",
    re.I,
)


def earner(text: str) -> str:
    """Who a question asks the pay of, as it puts it ("beekeeper"); "" where it names nobody but by
    facets or in general words."""
    plain = normalise(text)
    hidden = _hidden(plain, facet_spans(plain), ",")
    # "Typically" stands between who is paid and the verb; a level or a role is who is paid.
    hidden = _hidden(hidden, ((t.start, t.end) for t in find_statistics(plain)), " ")
    match = _EARNER.search(hidden)
    who = (match["who"] or match["of"]).strip() if match else ""
    telling = [t for t in terms(who) if t not in GENERAL_TOPICS]
    return who if telling else ""


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
