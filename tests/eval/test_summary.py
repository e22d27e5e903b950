from __future__ import annotations

from dataclasses import replace

import pytest

from eval.figures import Figure
from eval.judge import Criterion, JudgedStatement, Outcome, judge
from eval.metrics import Interval
from eval.questions import Kind, Question, Quote
from eval.statements import Statement
from eval.summary import MEASURES, Count, Timings, summarise, unsourced
from eval.trace import Retrieval, Stage
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
    # 70 | 70, 90 | 5: two of the four are not in the quotes.
    assert (summary.figures_total, summary.figures_unsourced) == (4, 2)


@pytest.mark.parametrize(
    ("key", "value", "of"),
    [
        ("right", 4 / 7, 7),
        ("correctness", 2 / 4, 4),
        ("coverage", 2 / 4, 4),  # p3 declined, p4 failed
        ("figure-precision", 2 / 4, 3),
        # Declined among those that can be judged: p3 wrongly, u1 rightly; u2 was due too.
        ("abstention-precision", 1 / 2, 2),
        ("abstention-recall", 1 / 2, 2),
        ("follow-up", None, 0),
        ("mrr", None, 0),
    ],
)
def test_each_measure_by_hand(key: str, value: float | None, of: int) -> None:
    measure = summarise(OUTCOMES).measure(key)
    assert measure.value == value
    assert measure.of == of
    assert (measure.interval is None) == (value is None)


def test_the_measures_are_those_that_limits_may_name() -> None:
    assert tuple(measure.key for measure in summarise(OUTCOMES).measures) == MEASURES


def test_latencies_count_failed_questions_too() -> None:
    timings = Timings.of(OUTCOMES, seconds=1.0, at_once=2, peak_memory_mb=None)
    assert timings.latency_p50_ms == 40
    assert timings.latency_p95_ms == pytest.approx(60 + 0.7 * 940)


def test_by_document_a_question_counts_for_each_that_it_expects() -> None:
    both = a_question("b", documents=("a.md", "b.md"))
    outcomes = [an_outcome(both, an_answer("[1]", ("a.md", "x"))), *OUTCOMES]
    rows = summarise(outcomes).documents
    assert [(row.name, row.right) for row in rows] == [("a.md", Count(0, 1)), ("b.md", Count(0, 1))]


def test_retrieval_and_citations_by_hand() -> None:
    judged = [
        JudgedStatement(Statement("a", (1,)), True, (True,), True),
        JudgedStatement(Statement("b", (1, 2)), True, (True, False), True),
        JudgedStatement(Statement("c", ()), False, (), True),
    ]
    found = replace(OUTCOMES[0], retrieval=Retrieval(2, (1, 6)), statements=tuple(judged))
    missed = replace(OUTCOMES[1], retrieval=Retrieval(1, ()), statements=())
    summary = summarise([found, missed])
    values = {measure.key: measure.value for measure in summary.measures}
    assert values["citation-recall"] == 2 / 3
    assert values["citation-precision"] == 2 / 3
    assert values["faithfulness"] == 1.0
    assert values["hit@5"] == 0.5
    assert values["recall@5"] == 0.25
    assert values["recall@20"] == 0.5
    assert values["mrr"] == 0.5


def test_evidence_f1_by_hand() -> None:
    quotes = (Quote("a.md", "Seniors earn €1."), Quote("a.md", "Juniors less."))
    question = a_question("e", evidence=quotes)
    answer = an_answer("[1][2]", ("a.md", "Pay: **Seniors** earn €1."), ("b.md", "Juniors less."))
    # One of two citations is evidence, one of two quotes is cited.
    assert summarise([an_outcome(question, answer)]).measure("evidence-f1").value == 0.5
    nothing = summarise([an_outcome(question, an_answer("x"))])
    assert nothing.measure("evidence-f1").value == 0.0


def test_every_lost_answer_is_counted_where_it_was_lost() -> None:
    lost = [
        replace(OUTCOMES[2], stage=Stage.WRONGLY_DECLINED),
        replace(OUTCOMES[3], stage=Stage.ERROR),
    ]
    assert summarise(lost).stages == {Stage.ERROR: 1, Stage.WRONGLY_DECLINED: 1}


def test_only_the_quotes_behind_markers_vouch() -> None:
    answer = an_answer("€70k [1]", ("a.md", "nothing"), ("b.md", "€70,000"))
    assert unsourced(an_outcome(a_question(), answer)) == (Figure(70_000, "EUR"),)
    assert unsourced(an_outcome(a_question(), None)) == ()


def test_a_summary_needs_outcomes() -> None:
    with pytest.raises(ValueError, match="at least one"):
        summarise([])
