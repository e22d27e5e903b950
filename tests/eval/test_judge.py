from __future__ import annotations

from typing import Any

import pytest

from eval.figures import Figure
from eval.judge import Criterion, Outcome, cited, criteria, judge
from eval.questions import Question
from rag.types import Answer
from tests.eval.fakes import a_conflict, a_decline, a_question, an_answer

EUR = (Figure(70_000, "EUR"), Figure(120_000, "EUR"))
C = Criterion


def failed(question: Question, answer: Answer | None) -> dict[Criterion, str]:
    return {each.criterion: each.reason for each in judge(question, answer) if not each.passed}


def test_only_what_the_question_speaks_of_is_judged() -> None:
    assert criteria(a_question()) == (C.COMPLETED, C.ABSTENTION)
    assert criteria(a_question(answerable=None)) == (C.COMPLETED,)
    assert criteria(a_question(answerable=False)) == (C.COMPLETED, C.ABSTENTION, C.NO_MONEY)
    everything: dict[str, Any] = {
        "figures": EUR,
        "forbidden_figures": EUR,
        "points": (("a",),),
        "documents": ("a.md",),
        "conflict": True,
    }
    assert set(criteria(a_question(**everything))) == set(Criterion) - {C.NO_MONEY}


def test_a_right_answer_meets_all() -> None:
    question = a_question(
        figures=EUR,
        forbidden_figures=(Figure(50_000, "EUR"),),
        points=(("mid-career", "mid level"), ("europe",)),
        documents=("a.md",),
        conflict=True,
    )
    answer = an_answer(
        "**Mid‑career** in *Europe*: €70–120k [1].", ("a.md", "x"), conflicts=(a_conflict(),)
    )
    assert failed(question, answer) == {}
    assert Outcome(question, answer, "", 1.0, judge(question, answer)).right


@pytest.mark.parametrize(
    ("expects", "answer", "missed"),
    [
        ({}, a_decline(), {C.ABSTENTION: "declined, though the documents hold the answer"}),
        (
            {"figures": EUR},
            an_answer("$70k to €120k"),
            {C.FIGURES: "missing figure: 70,000 EUR"},
        ),
        (
            {"forbidden_figures": EUR},
            an_answer("€70k"),
            {C.NOT_FORBIDDEN: "forbidden figure: 70,000 EUR"},
        ),
        (
            {"figures": (Figure(70_000, "CAD"),), "forbidden_figures": (Figure(80_000, "CAD"),)},
            an_answer("$70,000, not $80,000"),
            {C.NOT_FORBIDDEN: "forbidden figure: 80,000 CAD"},
        ),
        (
            {"points": (("a", "b"), ("zzz", "yyy"))},
            an_answer("A"),
            {C.POINTS: "missing point: zzz / yyy"},
        ),
        (
            {"documents": ("a.md", "b.md")},
            an_answer("x [1]", ("a.md", "q"), ("b.md", "q")),
            {C.DOCUMENTS: "not cited: b.md"},
        ),
        (
            {"conflict": True},
            an_answer("x"),
            {C.CONFLICT: "the conflict between the sources is not said"},
        ),
        (
            {"answerable": False},
            an_answer("It is 5 %."),
            {C.ABSTENTION: "answered, though the documents hold no answer"},
        ),
        (
            {"answerable": False},
            a_decline("Not covered; perhaps $90k."),
            {C.NO_MONEY: "a sum of money where none is known: 90,000 USD"},
        ),
        ({"answerable": False}, a_decline("Only 4 documents, 2026."), {}),
        ({"answerable": None}, a_decline("Hello!"), {}),
        ({"answerable": None, "points": (("which level",),)}, an_answer("Which level?"), {}),
        ({"answerable": None, "forbidden_figures": EUR}, an_answer("€80k"), {}),
    ],
)
def test_each_criterion_by_itself(
    expects: dict[str, Any], answer: Answer, missed: dict[Criterion, str]
) -> None:
    assert failed(a_question(**expects), answer) == missed


def test_figures_may_be_right_while_the_document_is_missing() -> None:
    question = a_question(figures=EUR, documents=("a.md",))
    verdicts = judge(question, an_answer("€70,000–€120,000 [1]", ("b.md", "q")))
    assert {each.criterion: each.passed for each in verdicts} == {
        C.COMPLETED: True,
        C.ABSTENTION: True,
        C.FIGURES: True,
        C.DOCUMENTS: False,
    }


def test_an_error_meets_nothing() -> None:
    question = a_question(figures=EUR, answerable=True)
    verdicts = judge(question, None, error="ValueError: x")
    assert {each.reason for each in verdicts} == {"no answer: ValueError: x"}
    assert [each.criterion for each in verdicts] == list(criteria(question))
    outcome = Outcome(a_question(answerable=False), None, "ValueError: x", 1.0, verdicts)
    assert not outcome.abstained
    assert not outcome.right


def test_a_citation_counts_when_its_marker_stands_in_the_text() -> None:
    answer = an_answer("x [2, 3]", ("a.md", "q"), ("b.md", "q"), ("c.md", "q"))
    assert [citation.document for citation in cited(answer)] == ["b.md", "c.md"]
