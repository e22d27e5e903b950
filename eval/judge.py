"""Is an answer right? Each criterion is a rule over its text, citations and conflicts.

Criteria that a question says nothing about are not judged. A question is right when all
that were judged are met. One that failed with an error meets none.

=============  ==========================================================================
completed      the assistant returned an answer (always judged)
abstention     it declined exactly where the documents hold no answer
figures        every expected figure is in the text with its value (rounded as it is written),
               and with no other unit than its own (:func:`eval.figures.says`)
not forbidden  no forbidden figure or point is in the text
no money       a decline holds no sum of money at all
points         of every key point one alternative is in the text
documents      every expected document is cited by a marker in the text
conflict       the answer lists at least one conflict between sources
=============  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from eval.figures import Figure, holds, parse_figures, says
from eval.questions import Question
from eval.statements import Statement
from eval.text import comparable, markers
from eval.trace import Retrieval, Stage
from rag.types import Answer, Citation


class Criterion(StrEnum):
    """What is judged, in the order of the report."""

    COMPLETED = "completed"
    ABSTENTION = "abstention"
    FIGURES = "figures"
    NOT_FORBIDDEN = "not forbidden"
    NO_MONEY = "no money"
    POINTS = "points"
    DOCUMENTS = "documents"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion of one answer. ``reason`` says why it is not met; "" where it is."""

    criterion: Criterion
    reason: str = ""

    @property
    def passed(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """A statement of an answer, judged by the support check.

    ``supported`` is by what it cites itself, ``needed`` says of each of its markers whether it
    counts (:func:`eval.metrics.alce_statement`); ``faithful`` is support by any quote of the answer.
    """

    statement: Statement
    supported: bool
    needed: tuple[bool, ...]
    faithful: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question. ``answer`` is None where ``error`` says why there is none.

    ``latency_ms`` is the wall-clock time of the last turn. ``retrieval`` is None where the
    question names no evidence; ``stage`` says where an answer that is not right was lost;
    ``statements`` are those of an answer that did not decline; ``named`` the titles of documents
    that the answer names.
    """

    question: Question
    answer: Answer | None
    error: str
    latency_ms: float
    verdicts: tuple[Verdict, ...]
    retrieval: Retrieval | None = None
    stage: Stage | None = None
    statements: tuple[JudgedStatement, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not right, each once."""
        failed = (verdict.reason for verdict in self.verdicts if not verdict.passed)
        return tuple(dict.fromkeys(failed))

    @property
    def right(self) -> bool:
        return all(verdict.passed for verdict in self.verdicts)

    @property
    def abstained(self) -> bool:
        """Whether it declined; an error is not a decline."""
        return self.answer is not None and self.answer.abstained


def cited(answer: Answer) -> tuple[Citation, ...]:
    """The citations whose marker stands in the text: what the reader is pointed to."""
    shown = markers(answer.text)
    return tuple(citation for citation in answer.citations if citation.marker in shown)


def criteria(question: Question) -> tuple[Criterion, ...]:
    """The criteria that apply to a question."""
    applies = {
        Criterion.COMPLETED: True,
        Criterion.ABSTENTION: question.answerable is not None,
        Criterion.FIGURES: bool(question.figures),
        Criterion.NOT_FORBIDDEN: bool(question.forbidden_figures or question.forbidden_points),
        Criterion.NO_MONEY: question.answerable is False,
        Criterion.POINTS: bool(question.points),
        Criterion.DOCUMENTS: bool(question.documents),
        Criterion.CONFLICT: question.conflict,
    }
    return tuple(criterion for criterion in Criterion if applies[criterion])


def judge(question: Question, answer: Answer | None, *, error: str = "") -> tuple[Verdict, ...]:
    """One verdict for each criterion that applies.

    :param answer: None where the assistant failed.
    :param error: what it failed with.
    """
    if answer is None:
        reason = f"no answer: {error or 'the assistant failed'}"
        return tuple(Verdict(criterion, reason) for criterion in criteria(question))
    return tuple(
        Verdict(criterion, _RULES[criterion](question, answer)) for criterion in criteria(question)
    )


# --- the rules: each returns why it is not met, "" where it is --------------------------


def _completed(_question: Question, _answer: Answer) -> str:
    return ""


def _abstention(question: Question, answer: Answer) -> str:
    if question.answerable and answer.abstained:
        return "declined, though the documents hold the answer"
    if question.answerable is False and not answer.abstained:
        return "answered, though the documents hold no answer"
    return ""


def _figures(question: Question, answer: Answer) -> str:
    missing = [str(figure) for figure in question.figures if not says(answer.text, figure)]
    return f"missing figure: {'; '.join(missing)}" if missing else ""


def _not_forbidden(question: Question, answer: Answer) -> str:
    present = [str(each) for each in question.forbidden_figures if _holds(answer.text, each)]
    text = comparable(answer.text)
    said = [point for point in question.forbidden_points if comparable(point) in text]
    reasons = [
        f"forbidden figure: {'; '.join(present)}" if present else "",
        f"forbidden point: {'; '.join(said)}" if said else "",
    ]
    return ", ".join(filter(None, reasons))


def _holds(text: str, forbidden: Figure) -> bool:
    return holds(parse_figures(text, currencies={forbidden.unit}), forbidden)


def _no_money(_question: Question, answer: Answer) -> str:
    sums = [str(figure) for figure in parse_figures(answer.text) if figure.is_money]
    return f"a sum of money where none is known: {'; '.join(sums)}" if sums else ""


def _points(question: Question, answer: Answer) -> str:
    text = comparable(answer.text)
    missing = [
        " / ".join(alternatives)
        for alternatives in question.points
        if not any(comparable(alternative) in text for alternative in alternatives)
    ]
    return f"missing point: {'; '.join(missing)}" if missing else ""


def _documents(question: Question, answer: Answer) -> str:
    documents = {citation.document for citation in cited(answer)}
    missing = [document for document in question.documents if document not in documents]
    return f"not cited: {', '.join(missing)}" if missing else ""


def _conflict(_question: Question, answer: Answer) -> str:
    return "" if answer.conflicts else "the conflict between the sources is not said"


_RULES: dict[Criterion, Callable[[Question, Answer], str]] = {
    Criterion.COMPLETED: _completed,
    Criterion.ABSTENTION: _abstention,
    Criterion.FIGURES: _figures,
    Criterion.NOT_FORBIDDEN: _not_forbidden,
    Criterion.NO_MONEY: _no_money,
    Criterion.POINTS: _points,
    Criterion.DOCUMENTS: _documents,
    Criterion.CONFLICT: _conflict,
}
