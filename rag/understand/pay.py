"""A question -> the facets of the figure that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from rag.documents.parsed import find_date
from rag.documents.sentences import normalise
from rag.documents.words import terms
from rag.facts.facets import (
    Years,
    find_components,
    find_levels,
    find_points,
    find_statistics,
    find_years,
)
from rag.facts.ledger import Ledger, label_names
from rag.facts.money import PERCENT, SHARED_SIGNS, Mention, find_mentions, find_period
from rag.facts.places import Place, find_places
from rag.facts.roles import abbreviate, canonical_role, find_roles, names_of, same_role
from rag.facts.spans import REMOTE, facet_spans
from rag.models.logistic import FOLDER, read_model
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
        remote=bool(REMOTE.search(plain)),
        components=_components(plain, task),
        roles=tuple(dict.fromkeys(r.name for r in find_roles(plain))),
        topics=topic_terms(plain),
        median=any(t.value == "median" for t in find_statistics(plain)),
        points=points,
        dates=_asked_dates(plain),
        period="hour" if _HOURLY.search(plain) else find_period(plain),
        in_money=bool(_IN_MONEY.search(plain)),
        amounts=find_amounts(plain),
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


# --- what else the figure is to be about --------------------------------------------------


COMMON_WORDS = FOLDER / "common.json"


@cache
def common_words() -> frozenset[str]:
    """Stems that people use whatever they ask about: those in the questions of every fifth labelled
    corpus (``python -m eval.fitting.choice --fit``). :raises ModelError: they are missing or altered."""
    return read_model(COMMON_WORDS, lambda model: frozenset(map(str, model["stems"])))


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


def with_task(question: PayQuestion, task: Task) -> PayQuestion:
    """The question as it asks for something else to be done with the figures."""
    plain = normalise(question.text)
    return replace(question, task=task, components=_components(plain, task))


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


# --- in a corpus's own names -----------------------------------------------------------------


def _not_among(roles: Sequence[str], known: Sequence[str]) -> list[str]:
    """Roles that are none of the corpus's, nor a part of one's name."""
    held = [set(k.lower().split()) for k in known]
    return [
        r
        for r in roles
        if not any(same_role(r, k) for k in known)
        and not any(set(r.lower().split()) <= words for words in held)
    ]


def _but_rows(roles: Sequence[str], labels: Sequence[str], known: Sequence[str]) -> list[str]:
    """Roles but for a row's name that reads as one ("the engineer row")."""
    rows = {name.lower() for label in labels for name in label_names(label)}
    return [
        r
        for r in roles
        if r.lower() not in rows
        and not any(r.lower() == f"{row} {k.lower()}" for row in rows for k in known)
    ]


def resolved(question: PayQuestion, ledger: Ledger) -> PayQuestion:
    """The question with the corpus's own names of occupations and rows recognised in it."""
    question = replace(question, text=ledger.in_full(question.text))
    known = ledger.roles_in(question.text)
    others = _not_among(question.roles, known)
    labels = ledger.labels_in(question.text)
    if people := ledger.people_in(question.text):
        # Whose pay it is says all of post and rank; a first name may be a town's.
        named = " ".join(people).lower()
        kept = tuple(p for p in question.places if p.name.lower() not in named)
        question = replace(question, levels=(), roles=(), places=kept)
        known, others, labels = (), [], people
    if question.years or question.levels or question.places:
        # Who says more than "an engineer" means the occupation, not a row of that name.
        main = (ledger.main_role or "").lower()
        heads = {label for label in labels for n in label_names(label) if main.endswith(f" {n.lower()}")}  # fmt: skip
        labels = tuple(label for label in labels if label not in heads)
    others = _but_rows(others, labels, known)
    # "Police" is a town too, but not where the documents know it as an occupation.
    in_roles = {w for r in known for n in names_of(r) for w in n.lower().split()}
    places = tuple(p for p in question.places if not (p.small and p.name.lower() in in_roles))
    topics = [
        t
        for t in question.topics
        if ledger.vocabulary[t] and not any(t in canonical_role(r).lower().split() for r in known)
    ]
    own = next((p.currency for p in places if p.currency in ledger.currencies), "")
    amounts = tuple(replace(m, currency=_currency(m, ledger, own)) for m in question.amounts)
    return replace(
        question,
        roles=(*known, *others),
        places=places,
        labels=labels,
        topics=tuple(topics),
        amounts=amounts,
    )


def _currency(amount: Mention, ledger: Ledger, own: str) -> str:
    """What an amount of the question is in. One that doesn't say is in that of the question's place
    (``own``), else of the figures; "$" is the figures' dollar, where these are of another one."""
    if not amount.currency:
        return own or ledger.currency_of(amount.low)
    others = ledger.currencies & SHARED_SIGNS.get(amount.currency, frozenset())
    is_other = amount.shared and amount.currency not in ledger.currencies and len(others) == 1
    return min(others) if is_other else amount.currency
