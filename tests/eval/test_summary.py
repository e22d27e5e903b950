from __future__ import annotations

import pytest

from eval.figures import Figure
from eval.judge import Criterion, Outcome, judge
from eval.metrics import Interval, PrecisionRecall
from eval.questions import Kind, Question
from eval.summary import Count, summarise, unsourced
from rag.types import Answer
from tests.eval.fakes import a_decline, a_question, an_answer


def an_outcome(question: Question, answer: Answer | None, latency_ms: float = 10.0) -> Outcome:
    error = "" if answer else "ValueError: broken"
    return Outcome(question, answer, error, latency_ms, judge(question, answer, error=error))


PAY = {"figures": (Figure(70_000, "EUR"),)}
OUTCOMES = [
    an_outcome(a_question("p1", **PAY), an_answer("€70k [1]", ("a.md", "€70,000")), 10),
    an_outcome(a_question("p2", **PAY), an_answer("€70k, €90k [1]", ("a.md", "€70,000")), 20),
    an_outcome(a_question("p3", **PAY), a_decline(), 30),
    an_outcome(a_question("p4", **PAY), None, 1000),
    an_outcome(a_question("u1", kind=Kind.UNANSWERABLE, answerable=False), a_decline(), 40),
    an_outcome(a_question("u2", kind=Kind.UNANSWERABLE, answerable=False), an_answer("5"), 50),
    an_outcome(a_question("s1", kind=Kind.SMALLTALK, answerable=None), a_decline("Hi"), 60),
]


def test_the_summary_by_hand() -> None:
    summary = summarise(OUTCOMES)
    assert summary.overall.right == Count(4, 7)
    assert [(row.name, row.right) for row in summary.kinds] == [
        ("pay", Count(2, 4)),
        ("unanswerable", Count(1, 2)),
        ("smalltalk", Count(1, 1)),
    ]
    assert summary.kinds[0].criteria == {
        Criterion.COMPLETED: Count(3, 4),
        Criterion.ABSTENTION: Count(2, 4),
        Criterion.FIGURES: Count(2, 4),
    }
    assert summary.kinds[2].interval == Interval(1.0, 1.0)
    assert summary.errors == 1
    assert summary.models == ("fake",)
    # Declined among those that can be judged: p3 wrongly, u1 rightly; u2 was due too.
    assert summary.abstention == PrecisionRecall(precision=1 / 2, recall=1 / 2)
    # 70 | 70, 90 | 5: two of the four are not in the quotes.
    assert (summary.figures_total, summary.figures_unsourced) == (4, 2)
    assert summary.figure_precision == 0.5
    assert summary.latency_p50_ms == 40
    assert summary.latency_p95_ms == pytest.approx(60 + 0.7 * 940)


def test_only_the_quotes_behind_markers_vouch() -> None:
    answer = an_answer("€70k [1]", ("a.md", "nothing"), ("b.md", "€70,000"))
    assert unsourced(an_outcome(a_question(), answer)) == (Figure(70_000, "EUR"),)
    assert unsourced(an_outcome(a_question(), None)) == ()


def test_a_summary_needs_outcomes() -> None:
    with pytest.raises(ValueError, match="at least one"):
        summarise([])
