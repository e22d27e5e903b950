"""What a question asks of a table: a value, a change, an average, a share, a year."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from rag.documents.sentences import normalise
from rag.documents.words import terms
from rag.facts.series import YEAR, one_year


class Operation(Enum):
    """What is to be done with the cells."""

    VALUE = auto()
    CHANGE = auto()
    PERCENT_CHANGE = auto()
    AVERAGE = auto()
    SUM = auto()
    SHARE = auto()
    YEAR_OF = auto()


@dataclass(frozen=True, slots=True)
class TableQuestion:
    """What a question says, before it is known which of its words name a row.

    ``text`` is the question, normalised; ``operations`` are those that it may ask for, the
    likeliest first, each with the stems that say so; ``years`` those named, in order; ``terms`` the
    stems of the words that may name a row or column, in order; ``names`` those of them that are
    written as names.
    """

    text: str
    operations: tuple[tuple[Operation, frozenset[str]], ...]
    years: tuple[int, ...]
    terms: tuple[str, ...]
    names: frozenset[str]

    def operation(self, of_rows: Collection[str]) -> Operation | None:
        """What is to be done, once the words of the rows' own names are told from the others; None
        where that is two things ("the change of the average")."""
        own = set(of_rows)
        asked = [each for each, said in self.operations if not said <= own]
        if Operation.AVERAGE in asked and set(asked) & _BETWEEN_TWO:
            return None
        return asked[0] if asked else Operation.VALUE

    def years_for(self, operation: Operation) -> tuple[int, ...]:
        """The years named; those between two as well for an average, a sum or each by itself."""
        span = _SPAN_OF_YEARS.search(self.text)
        if span and (operation in {Operation.AVERAGE, Operation.SUM} or _EACH.search(self.text)):
            first, last = sorted(int(year) for year in span.groups())
            if last - first < MOST_YEARS:
                step = 1 if span[1] == str(first) else -1
                return tuple(range(first, last + 1))[::step]
        return self.years


MOST_YEARS = 12
_BETWEEN_TWO = {Operation.CHANGE, Operation.PERCENT_CHANGE, Operation.SHARE}
_EACH = re.compile(r"\brespective(?:ly)?\b|\beach\b", re.I)

_CHANGES = r"(?:change|increase|decrease|growth|decline|rise|fall|drop|reduction)"
_PERCENT = r"(?:percent(?:age)?|per\s+cent|%)"
_OPERATIONS = tuple(
    (operation, re.compile(form, re.I))
    for operation, form in (
        (Operation.PERCENT_CHANGE,
         rf"{_PERCENT}(?:\s+of)?\s+\(?{_CHANGES}\b|\b(?:growth|change)\s+rate\b|\brate\s+of\s+{_CHANGES}\b"
         rf"|\b(?:by|in)\s+(?:what|how\s+many)\s+{_PERCENT}|\b{_CHANGES}\s+in\s+{_PERCENT}"),
        (Operation.SHARE,
         rf"\bas\s+an?\s+(?:{_PERCENT}|proportion|share|fraction|ratio)\s+of\b|\bratio\s+(?:of|between)\b"
         rf"|\b(?:{_PERCENT}|proportion)\s+(?:\w+\s+)?of\b"
         rf"|\b(?:what|which)\s+(?:(?:is|was)\s+the\s+)?(?:{_PERCENT}|proportion|share|fraction)\b.{{0,30}}?\bof\b"),
        (Operation.YEAR_OF,
         r"\b(?:which|what)\s+(?:of\s+these\s+)?(?:fiscal\s+|financial\s+)?years?\b.{0,160}?"
         r"\b(?:higher|highest|larger|largest|greater|greatest|most|bigger|biggest|lower|lowest|smaller|smallest|least|fewest)\b(?!\s+than\b)"),
        (Operation.AVERAGE, r"\b(?:average|mean)\b"),
        (Operation.CHANGE,
         rf"\b{_CHANGES}s?\b|\bdifference\b|\bhow\s+much\s+(?:\w+\s+){{0,8}}?(?:more|less|higher|lower|larger|smaller)\b"
         r"|\b(?:changed|increased|decreased|grew|grown|grow|declined|rose|risen|fell|fallen|dropped)\b"),
        (Operation.SUM,
         r"\b(?:sum|combined|altogether|together|in\s+total|added\s+up)\b|^\W*what\s+(?:is|was|were|are)\s+the\s+total\b"),
    )
)  # fmt: skip
_OPERATION_WORDS = frozenset(terms(
    "percentage percent cent change increase decrease growth decline rise fall drop reduction rate difference "
    "average mean sum combined altogether together total ratio proportion share fraction changed increased decreased "
    "grow grows grew grown declined rose risen fell fallen dropped higher highest larger largest greater greatest bigger biggest "
    "lower lowest smaller smallest less least fewest"
))  # fmt: skip
_EMPTY_WORDS = frozenset(terms(
    "year years fiscal financial ended ending end period periods respectively respective amount value figure number company "
    "much many million millions thousand thousands billion billions dollars usd following table given reported respect "
    "regarding according relative compared versus vs via per based as"
))  # fmt: skip
_ASKED = re.compile(
    r"\b(?:what|which|how\s+(?:much|many|high|low|large|big)|by\s+what|calculate|compute|give|show|list|tell)\b"
    r"|^\W*(?:the\s+)?(?:total\s+)?(?:number|amount|share|percentage)\s+of\b",
    re.I,
)
# A question of words, not of numbers.
_OF_WORDS = re.compile(
    r"\b(?:why|who|whom|whose|caused?|driven|reasons?|represents?|defined?|include[sd]?|consists?|comprise[sd]?"
    r"|what\s+(?:do|does|did)\s+(?:[\w'-]+\s+){1,6}do\b"
    r"|(?:mean|relat\w+(?:\s+primarily)?\s+to|attribut\w+\s+to|account\s+for|due\s+to)\s*\?)",
    re.I,
)
_DATE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2}\b,?",
    re.I,
)
_NAME = re.compile(r"(?<=[\w,'\")] )[A-Z][\w&.'-]+")
_SPAN_OF_YEARS = re.compile(
    r"\b((?:19|20)\d\d)\s*(?:-|to|through|until)\s*(?:fiscal\s+)?((?:19|20)\d\d)\b", re.I
)


def read_table_question(question: str) -> TableQuestion | None:
    """None for a question that no number answers ("why …", "what does … include?")."""
    text = one_year(normalise(question))
    if not _ASKED.search(text) or _OF_WORDS.search(text):
        return None
    operations = tuple(
        (each, frozenset(terms(match[0])) & _OPERATION_WORDS)
        for each, form in _OPERATIONS
        if (match := form.search(text))
    )
    named = tuple(_named(text))
    return TableQuestion(
        text=text,
        operations=operations,
        years=tuple(dict.fromkeys(int(year) for year in YEAR.findall(text))),
        terms=named,
        names=frozenset(_named(" ".join(_NAME.findall(text)))) & frozenset(named),
    )


def _named(text: str) -> list[str]:
    bare = _DATE.sub(" ", YEAR.sub(" ", text))
    return terms(bare)


def is_telling(term: str) -> bool:
    """Whether a stem says by itself what is asked for: no operation, no filling ("amount")."""
    return term not in _OPERATION_WORDS and term not in _EMPTY_WORDS
