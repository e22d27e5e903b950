"""A question -> the facets of the figure that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rag.documents.parsed import find_date
from rag.lexical import terms
from rag.salary.facets import (
    STRONG_PAY_CUE,
    Years,
    find_components,
    find_levels,
    find_points,
    find_statistics,
    find_years,
)
from rag.salary.money import PERCENT, Mention, find_mentions, find_period, find_periods
from rag.salary.places import Place, find_places
from rag.salary.roles import abbreviate, find_roles, is_person
from rag.sentences import normalise
from rag.types import Component, Period


class Task(StrEnum):
    AMOUNT = "amount"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    HIGHEST = "highest"
    LOWEST = "lowest"
    CHECK = "check a total against its parts"
    TABLE = "every row of a table"
    BANDS = "the years that a level stands for"
    AGE = "how old the figures are"
    WHICH = "what a given figure is for"


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


_DIFFERENCE = re.compile(
    r"\b(?:how\s+much\s+(?:more|less|higher|lower)|difference|gap|compar(?:e|es|ed|ing|ison)|versus|vs\.?|more\s+than|less\s+than|better\s+than|better\s+paid|paid\s+(?:better|more|less|worse)|bigger|larger|slightly\s+lower"
    r"|which\b.{0,60}\b(?:more|better|less|higher|worse|best|most)|who\b.{0,40}\b(?:more|less)|or\b.{0,50}\bmore|(?:more|less|better)\b.{0,50}\bor\b|how\s+far\s+(?:below|above|apart)|below|above|jump|rise\s+from|step\s+up|increase\s+from|(?:move|go(?:ing)?|get(?:ting)?|promot\w+)\s+from|minus|subtract\w*|against|lower|each\s+promotion|rank|is(?:n't|\s+not)\s+base|beyond\s+base|on\s+top\s+of\s+base)\b",
    re.I,
)
_CHANGE = re.compile(
    r"\b(?:r[io]se|risen|gr[eo]wn?|growth|increase[ds]?|change[ds]?|fell|fall|drop(?:ped|s)?|go(?:ne)?\s+up|went\s+up|gain(?:ed)?)\b",
    re.I,
)
_RATIO = re.compile(
    r"\b(?:ratio|factor|how\s+much\s+of\b.{0,30}\b(?:total|base|package)\b|(?:percent(?:age)?|share|fraction|proportion|part|portion)\s+of\b.{0,30}\b(?:total|base)\b.{0,12}\bis\b|how\s+many\s+times|times\s+(?:as|more|the|an?)|(?:what\s+)?percent(?:age)?\s+(?:more|higher|less|lower)|percentage\s+difference|multiple)\b",
    re.I,
)
_HIGHEST = re.compile(
    r"\b(?:highest|best[\s-]pa(?:id|ying)|most\s+(?:pay|money|paid)|pays?\s+(?:\w+\s+){0,4}?(?:most|best)|top[\s-]pa(?:id|ying)|(?:earns?|paid|makes?)\s+(?:the\s+)?(?:most|best))\b",
    re.I,
)
_LOWEST = re.compile(
    r"\b(?:lowest|worst[\s-]pa(?:id|ying)|least\s+(?:pay|money|paid)|pays?\s+(?:\w+\s+){0,4}?least|(?:earns?|paid|makes?)\s+(?:the\s+)?(?:least|worst))\b",
    re.I,
)
_CHECK = re.compile(
    r"\b(?:consistent|add(?:s|ed|ing)?\s+up(?!\s+to\b)|sum\s+up(?!\s+to\b)|sum\s+of|follow\s+from|match(?:es)?\s+(?:its|the)\s+parts|really\s+(?:base|the\s+sum)|correct(?:ly)?\s+(?:computed|added|calculated)|check\s+the\s+(?:total|table)|total\s+right|work(?:s)?\s+out|against\s+(?:the\s+|its\s+)?total|give\s+the\s+(?:stated\s+)?total|really\s+\$?\d{1,9})(?![A-Za-z]{2})",
    re.I,
)
_AGE = re.compile(
    r"\bhow\s+(?:old|recent|current|fresh|up[\s-]to[\s-]date)\s+(?:is|are)\s+(?:the|that|this|these|those|your|its|their)\b"
    r"|\b(?:from|of)\s+(?:what|which)\s+(?:year|date|month)\b|\bwhat\s+(?:date|year|month)\s+(?:is|are|was|were|do|does)\b"
    r"|\bwhen\s+(?:is|are|was|were)\s+.{0,60}\b(?:from|updated|published|collected|gathered|dated)\b"
    r"|\b(?:out\s?dated|dated)\s*\?|\bare\s+.{0,40}\b(?:current|up[\s-]to[\s-]date|outdated)\b",
    re.I,
)
_BANDS = re.compile(
    r"\bhow\s+many\s+(?:years?|yrs)\b|\b(?:what|which)\s+years\b(?!\s+(?:is|was|are|were|do\s+the\s+figures))|\bhow\s+long\s+(?:until|till|before|does\s+it\s+take|do\s+(?:i|you))\b|\bafter\s+how\s+(?:many|long)\b"
    r"|\bwhen\s+(?:are|is|do|does|am|will)\s+(?:you|i|one|someone|an?\b.{0,24})\s+(?:become|count|considered|called|a\b)",
    re.I,
)
BASE_OR_TOTAL = re.compile(r"\b(?:base|total)\b.{0,16}\bor\b.{0,12}\b(?:base|total)\b", re.I)
_WHICH = re.compile(
    r"\b(?:which|what|whose)\s+(?:level|rung|row|seniority|stage|role|job|position|place|city|country|region|grade|band|title|occupation|document|source|report|guide|article|file)s?\b(?=.{0,60}\d)"
    r"|\bwhere\s+(?:does|do|did|is|are)\b.{0,24}\d.{0,40}\bfrom\b"
    rf"|\b(?:is|are|was|were)\b.{{0,30}}\d.{{0,24}}{BASE_OR_TOTAL.pattern}",
    re.I,
)
_TABLE = re.compile(
    r"\b(?:(?:whole|entire|full|complete)\s+(?:\w+\s+){0,3}(?:table|list|ladder|breakdown|picture)|table|breakdown|each\s+(?:level|seniority|stage|rung|city|place|grade|row)|every\s+(?:level|seniority|stage|rung|city|place|grade|row)"
    r"|all\s+(?:the\s+)?(?:seniorities|regions|countries|levels|stages|rungs|cities|places|grades|rows|figures|industries)|by\s+(?:seniority|level|city|place|stage|grade|experience|industry)|per\s+level|across\s+(?:the\s+)?levels|list\b|overview)\b",
    re.I,
)
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
_NOT_AN_AMOUNT = re.compile(
    r"\b(?:why|reasons?|factors|which\s+factor|influenc\w+|affect\w*|driv(?:e|es|en|ing)|determin\w+|negotiat\w+|skills?|certif\w+"
    r"|how\s+(?:can|do|should)\s+(?:i|we|you|one)\b|how\s+to|depends?|trends?|advice|advise|should\s+i\s+(?!ask|expect|be|get|see|make)"
    r"|worth\s+(?:it|my)|(?:take|accept|turn)\s+(?:it|that)\b|interview\w*|raises?\s+(?:pay|salar\w+)|what\s+makes|explain|mean(?:s|ing)?\s+by|structure[ds]?|budgets?"
    r"|ways\s+to|(?<!machine\s)(?<!deep\s)learn\w*|evaluat\w+|balance|affordab\w+|living\s+costs?|cost\s+of\s+living|portfolio|degrees?|master'?s)\b",
    re.I,
)
_MANNER = re.compile(
    r"^\W*(?:and\s+|so\s+|but\s+)?how\s+(?:do|does|did)\b"
    r"(?!.*\b(?:compar\w*|against|versus|vs|stack\s+up|rank|fare|grow\w*|ris(?:e|es)|increase[sd]?|change[sd]?|add(?:s)?\s+up)\b)",
    re.I,
)
"""Asks in what way ("how do companies set pay?"), not how much."""
_TREND = re.compile(
    r"\b(?:go(?:ing|es|ne)?|went|trending)\s+(?:up|down)\b|\b(?:falling|dropping|declining|stagnat\w+|shrinking|rising|growing|increasing|decreasing)\b",
    re.I,
)
_ASKS_WHEN = re.compile(r"^\W*(?:and\s+|so\s+)?(?:when|how\s+(?:often|soon|long))\b", re.I)
_ASKS_PREMIUM = re.compile(
    r"\b(?:what(?:'s|\s+is)?\s+the|how\s+(?:much|big|large|high)(?:\s+of)?\b.{0,12})\s*(?:\w+\s+){0,2}(?:premium|uplift)\b",
    re.I,
)
_PREMIUM = re.compile(r"\b(?:raises?|bumps?|premiums?|uplift|discount)\b", re.I)
_VARIES = re.compile(r"\b(?:differs?|vary|varies|matters?)\b", re.I)
_OTHER_QUANTITY = re.compile(
    r"\bhow\s+many\s+(?!times|dollars|euros|pounds)|\bnumbers?\s+of\b|\b(?:postings?|job\s+ads?|openings|vacanc\w+|hours\s+(?:a|per)\s+week|(?<!before\s)tax(?:es|ed|ation)?|after[\s-]tax|net\s+(?:pay|salary|income)"
    r"|pay\s+ratio|pensions?|retirement|vacations?|holidays?|rent|weather|(?:share|percentage)\s+of\s+(?!base|total|the\s+base)|petitions?|hiring|set\s+aside|courses?|conferences?|petitions|ventures?|capital)\b",
    re.I,
)
_OF_THE_WORK = re.compile(
    r"\b(?:differences?\s+between|differ\s+from)\b.*\b(?:and|or|from|vs)\b"
    r"|\b(?:can|could|may|do|does|is|are|will)\s+(?:\w+\s+){0,4}(?:work|working|do\s+(?:it|this))\s+(?:\w+\s+){0,2}(?:remote(?:ly)?|from\s+home)\b",
    re.I,
)
"""Asks about two kinds of work, or whether it can be done from afar; of pay only where it says so."""
_WEAK_PAY = re.compile(
    r"\b(?:make|makes|made|making|get|gets|getting|offer|offers|worth|packages?|ote|rsus?|equity|stock|base|earners?|expect|medians?|total|rates?|range|bands?|figures?"
    r"|paying|pays|costs?|all\s+in|(?:take|bring)s?\s+home|start\s+on|reach|ask\s+for|how\s+much|hope\s+for|per\s+(?:hour|month|year)|hourly|monthly|ceiling|floor|top\s+end|money|numbers|dollars?|euros?|\d{2,3}\s?k|midpoint|how\s+wide|max(?:imum)?|min(?:imum)?|cap)\b",
    re.I,
)


def read_question(text: str) -> PayQuestion:
    """The facets a question names."""
    plain = normalise(text)
    mentions = list(find_places(plain, lenient=True))
    excluded = tuple(
        dict.fromkeys(p.place for p in mentions if _EXCLUDING.search(plain[: p.start]))
    )
    places = tuple(dict.fromkeys(p.place for p in mentions if p.place not in excluded))
    points = tuple(dict.fromkeys(t.value for t in find_points(plain)))
    task = _task(plain)
    if task in {Task.HIGHEST, Task.LOWEST} and points:
        task = Task.AMOUNT  # "the lowest 10 percent" is a point of a distribution
    dates = _asked_dates(plain)
    if task is Task.AMOUNT and len(dates) > 1 and _CHANGE.search(plain):
        task = Task.DIFFERENCE
    return PayQuestion(
        text=text,
        task=task,
        levels=tuple(dict.fromkeys(t.value for t in find_levels(plain))),
        years=tuple(find_years(plain)),
        places=places,
        excluded=excluded,
        remote=bool(_REMOTE.search(plain)),
        components=_components(plain),
        roles=tuple(dict.fromkeys(r.name for r in find_roles(plain))),
        topics=topic_terms(plain),
        median=any(t.value == "median" for t in find_statistics(plain)),
        points=points,
        dates=dates,
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


def asks_for_pay(question: PayQuestion) -> bool:
    """Whether a figure of pay would answer: words of pay with something to look it up by, or
    nothing but a level, years, a role or a place ("seniors in Tokyo?").

    Knows more roles and rows where the question was read against a corpus (``match.resolved``).
    """
    text = question.text
    named = bool(question.levels or question.labels)
    explains = question.task is Task.DIFFERENCE and len(question.places) > 1 and _WHY.match(text)
    sides = max(len(question.places), len(question.levels), len(question.roles))
    if _ASKS_PREMIUM.search(text):
        return True
    if (_OF_THE_WORK.search(text) and not (named or question.places)) and not (
        STRONG_PAY_CUE.search(text) or _WEAK_PAY.search(text)
    ):
        return False
    if (
        (_OTHER_QUANTITY.search(text) and not {"base", "total"} <= set(question.components))
        or (
            _NOT_AN_AMOUNT.search(text)
            and not (named and (question.places or question.amounts))
            and not explains
        )
        or (_VARIES.search(text) and sides < 2)
        or _MANNER.search(text)
        or (_ASKS_WHEN.search(text) and question.task is not Task.AGE)
        or (_TREND.search(text) and not named)
    ):
        return question.task is Task.BANDS and named
    if question.task in {Task.CHECK, Task.BANDS} and named:
        return True
    if question.amounts and len(set(find_periods(text))) > 1:
        return True
    if (
        question.task is Task.DIFFERENCE
        and (question.roles or question.remote)
        and _PREMIUM.search(text)
    ):
        return True
    if question.components == ("premium",):
        return True
    if question.components and set(question.components) <= {"budget"}:
        return False
    rung_or_place = question.levels or question.years or question.places or question.remote or question.labels  # fmt: skip
    if rung_or_place and any(m.currency != PERCENT for m in question.amounts):
        return True
    ranks = question.task not in {Task.AMOUNT, Task.DIFFERENCE, Task.RATIO, Task.BANDS}
    measures = question.median or question.points or question.components
    others = other_terms(text)
    if question.task is Task.WHICH and any(m.currency != PERCENT for m in question.amounts):
        return True
    if question.task is Task.AGE and re.search(r"\b(?:figures?|numbers?|data)\b", text, re.I):
        return True
    of_work = bool(_OF_WORK.search(text)) and not STRONG_PAY_CUE.search(text)
    if question.task in {Task.DIFFERENCE, Task.RATIO} and sides > 1 and not others - _COMPARING:
        return not of_work
    if STRONG_PAY_CUE.search(text):
        looked_up_by = (
            rung_or_place
            or question.roles
            or measures
            or ranks
            or question.topics
            or question.amounts
        )
        return bool(looked_up_by or re.search(r"\bhow\s+much|what\b|salar", text, re.I))
    if question.roles and (measures or question.period or _MAKES.search(text)):
        return True
    if _WEAK_PAY.search(text):
        numbers = question.period or measures or question.amounts
        compared = len(question.roles) > 1 and question.task in {Task.DIFFERENCE, Task.RATIO}
        looked_up = question.topics or question.roles
        return bool(rung_or_place or compared or (numbers and looked_up) or (measures and (ranks or question.amounts)))  # fmt: skip
    if question.task is Task.TABLE and len(question.components) > 1:
        return True
    if question.task is Task.TABLE:
        return bool(question.roles or rung_or_place) and others <= _TABLE_TERMS
    lone = question.levels or question.years or question.remote or question.labels
    others -= set(terms(" ".join(question.labels)))
    return (bool(lone) and not others and not of_work) or bool(
        question.places and (question.levels or question.years) and len(others) <= 1
    )


_OF_WORK = re.compile(
    r"\b(?:jobs|work|tasks|duties|responsibilit(?:y|ies)|openings|vacancies|positions)\b", re.I
)
_WHY = re.compile(r"^\W*(?:and\s+|but\s+)?why\b", re.I)
_MAKES = re.compile(
    r"\bhow\s+much\b|\b(?:makes?|gets?)\s*(?:\?|$|(?:an?|per|each|every)\s|in\b|with\b|at\b)", re.I
)
_COMPARING = frozenset(
    terms("percentage percent difference gap ratio compare higher lower jump rise step increase")
)
_TABLE_TERMS = frozenset(
    terms("show list give all every whole full table figures numbers cities levels stages")
)


def compares(text: str) -> bool:
    """Whether a text asks for a difference, a ratio or which of several is more."""
    return _task(normalise(text)) in {Task.DIFFERENCE, Task.RATIO}


def other_terms(text: str) -> set[str]:
    """The stems of a question's words that are no facet of pay."""
    plain = normalise(text)
    return set(terms(_hidden(plain, facet_spans(plain), " "))) - _GENERAL_TERMS


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


_GENERAL_TERMS = frozenset(
    "maximum minimum max min experi year yr someon somebodi person peopl ppl role job work compar differ better best much mani also vs versus".split()
)


_FOR_EACH = re.compile(
    r"\b(?:for|at|by|per|of|on)\s+(?:each|every|all)\s+(?:the\s+)?(?:levels?|rungs?|grades?|rows?|stages?)\b",
    re.I,
)


def _task(text: str) -> Task:
    if _FOR_EACH.search(text) and not _CHECK.search(text):
        return Task.TABLE
    for task, pattern in (
        (Task.CHECK, _CHECK),
        (Task.AGE, _AGE),
        (Task.BANDS, _BANDS),
        (Task.WHICH, _WHICH),
        (Task.RATIO, _RATIO),
        (Task.HIGHEST, _HIGHEST),
        (Task.LOWEST, _LOWEST),
        (Task.DIFFERENCE, _DIFFERENCE),
        (Task.TABLE, _TABLE),
    ):
        if pattern.search(text):
            return task
    return Task.AMOUNT


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


def compared_sides(text: str) -> tuple[str, ...]:
    """The two that a question of a difference names in words that are no facets ("men and women");
    none where either holds a facet."""
    plain = normalise(text)
    match = _SIDES.search(plain)
    if _task(plain) is not Task.DIFFERENCE or match is None:
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


def _components(text: str) -> tuple[Component, ...]:
    found = dict.fromkeys(t.value for t in find_components(text))
    if _DIFFERENCE.search(text):
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
