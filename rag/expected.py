"""What kind of thing would answer a question, by its form, and whether a sentence holds such a thing.

"How many days …" wants a number of days, "what share …" a percentage, "when …" a date. A passage on
the subject that holds none doesn't answer. Questions of other forms expect nothing in particular.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.lexical import stem, words
from rag.salary.roles import is_person
from rag.sentences import normalise

Holds = Callable[[str], bool]
"""Whether a sentence states what is expected."""

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundreds?"
    r"|thousands?|millions?|billions?|dozens?|half|halves|thirds?|quarters?|twice|double[ds]?|tripled?|none|no\s+one)\b",
    re.I,
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?(?:k\b|€|£)|\d[\d.,]*\s*(?:dollars?|euros?|pounds?|usd|eur|gbp|yen|rupees?|cents?|million|billion)\b"
    r"|\bfree\b|\bno\s+(?:cost|fee|charge)",
    re.I,
)
_SHARE = re.compile(
    r"%|\bper\s?cent|\bpercent|\b(?:half|halves|thirds?|quarters?|majority|minority|most|\w+\s+in\s+(?:ten|five|four|three|\d+)|\w+\s+out\s+of)\b",
    re.I,
)
_DURATION = re.compile(
    rf"(?:{_NUMBER.pattern}).{{0,24}}\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|centur(?:y|ies)|decades?)\b"
    r"|\b(?:since|until|from)\s+.{0,20}\d{4}|\b(?:a|an|several|few|many)\s+(?:year|month|week|day|hour|minute|decade)s?\b"
    r"|\b(?:hours|days|weeks|months|years)\s*(?:,|or|to|and)|\b(?:19|20)\d\d\s*(?:-|–|to)\s*(?:19|20)?\d\d",
    re.I,
)
_FREQUENCY = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annual(?:ly)?|quarterly|once|twice|times|often|rarely|seldom|never|always"
    r"|regularly|continu\w+|per\s+(?:day|week|month|year))\b",
    re.I,
)
_DATE = re.compile(
    r"\b(?:1\d|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\s+centur|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|fall|winter|today|yesterday|century)\b|\b\d+\s+(?:years?|months?|weeks?|days?)\b"
    r"|\b(?:when|after|before|during|until|once)\b",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,;:)’'\"] )(?!I\b)[A-Z][\w’'-]+|[A-Z][a-z]+ [A-Z][a-z]+")


def _names_somebody(sentence: str) -> bool:
    """A name, or people by what they do ("research scientists")."""
    return _NAME.search(sentence) is not None or any(map(is_person, words(sentence)))


def _holding(pattern: re.Pattern[str]) -> Holds:
    return lambda sentence: pattern.search(sentence) is not None


_HOW_MANY = re.compile(r"\bhow\s+many\s+(?P<of>(?:[\w'-]+\s?){1,3})", re.I)
_END_OF_PHRASE = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|should|of|in|on|at|for|to|from|there|that|who|which|were)\b",
    re.I,
)
_QUANTITY = (
    r"(?:number|rate|average|age|height|weight|length|width|depth|size|population|temperature|speed|distance|score|mark|grade"
    r"|gpa|percentile|capacity|total|amount|limit|minimum|maximum|budget|ratio|area)"
)
_FORMS: tuple[tuple[re.Pattern[str], Holds], ...] = tuple(
    (re.compile(pattern, re.I), _holding(held) if held else _names_somebody)
    for pattern, held in (
        (r"\b(?:percentage|per\s?cent|share|proportion|fraction)\s+of\b|\bwhat\s+(?:percent|percentage|share|proportion)\b", _SHARE),
        (r"\bhow\s+much\b.{0,60}\b(?:costs?|charged?|fees?|price[ds]?|pay\s+for|spen[dt])\b|\bhow\s+(?:expensive|pricey)\b|\bwhat\s+(?:does|do|did)\b.{0,60}\bcost\b", _MONEY),
        (r"\bhow\s+often\b|\bhow\s+(?:frequent(?:ly)?|regular(?:ly)?)\b", re.compile(f"{_FREQUENCY.pattern}|{_NUMBER.pattern}", re.I)),
        (r"\bhow\s+long\b(?!\s+ago)", _DURATION),
        (r"\b(?:what|which)\s+(?:year|date|day|month|century|decade)\b|^\W*when\b(?!\s+(?:should|do\s+(?:i|we|you)))|\bsince\s+when\b", _DATE),
        (r"\bhow\s+(?:old|tall|high|far|fast|big|large|wide|deep|heavy)\b|\bat\s+what\s+age\b"
         rf"|\bwhat(?:'s|\s+is|\s+was|\s+are|\s+were)?\s+(?:the\s+|an?\s+)?(?:[\w'-]+\s+){{0,3}}?{_QUANTITY}\b", _NUMBER),
        (r"^\W*(?:who|whose|whom)\b(?!\s+(?:should|can|could|would|is\s+it\s+for))", None),
    )
)  # fmt: skip


def expectation(question: str) -> Holds | None:
    """A test of whether a sentence states what the question's form asks for; None for a question
    that any kind of sentence may answer."""
    plain = normalise(question)
    if match := _HOW_MANY.search(plain):
        named = words(_END_OF_PHRASE.split(match["of"])[0])
        counted = stem(named[-1]) if named else ""
        return lambda sentence: _counts(sentence, counted)
    return next((holds for form, holds in _FORMS if form.search(plain)), None)


def _counts(sentence: str, counted: str) -> bool:
    """Whether a sentence gives a number of what is counted, or a share."""
    plain = normalise(sentence)
    if not _NUMBER.search(plain):
        return False
    return not counted or "%" in plain or counted in {stem(w) for w in words(plain)}
