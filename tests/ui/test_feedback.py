"""What visitors said of answers comes back as questions that the evaluation loads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval.questions import load_questions
from rag.errors import StoreError
from tests.ui.fakes import DECLINE, MID_EUROPE
from ui.service.feedback import FILE, Feedback, Opinion

ASKED = ("What do you earn?",)


def exported(store: Path) -> list[dict[str, object]]:
    path = store / "questions.jsonl"
    lines = [json.dumps(question) for question in Feedback(store).questions()]
    path.write_text("\n".join(lines), "utf-8")
    load_questions(path)  # raises where a line is not a question
    return [json.loads(line) for line in lines]


def test_a_liked_answer_expects_its_figures_and_documents_again(tmp_path: Path) -> None:
    Feedback(tmp_path).keep(Opinion("a" * 32, ASKED, MID_EUROPE, True, "just right"))
    (question,) = exported(tmp_path)
    assert question["turns"] == list(ASKED)
    assert question["answerable"] is True
    assert question["kind"] == "pay"
    assert question["documents"] == ["pay.md"]
    assert {"value": 70000.0, "unit": "EUR"} in question["figures"]  # type: ignore[operator]
    assert "liked" in str(question["note"])
    assert "just right" in str(question["note"])


def test_a_disliked_answer_expects_nothing_yet(tmp_path: Path) -> None:
    Feedback(tmp_path).keep(Opinion("a" * 32, ASKED, MID_EUROPE, False, "wrong level"))
    (question,) = exported(tmp_path)
    assert question["answerable"] is None
    assert "figures" not in question
    assert str(question["note"]).endswith("wrong level")


def test_the_last_opinion_counts_and_none_takes_it_back(tmp_path: Path) -> None:
    opinion = Opinion("a" * 32, ASKED, DECLINE, True)
    feedback = Feedback(tmp_path)
    feedback.keep(opinion)
    feedback.keep(Opinion("b" * 32, ("Hello?", "And nurses?"), DECLINE, True))
    feedback.keep(replace(opinion, liked=None))
    (question,) = exported(tmp_path)
    assert question["turns"] == ["Hello?", "And nurses?"]
    assert question["answerable"] is False


def test_a_word_outlives_the_verdict_it_belongs_to_and_no_other(tmp_path: Path) -> None:
    opinion = Opinion("a" * 32, ASKED, MID_EUROPE, True, "just right")
    feedback = Feedback(tmp_path)
    feedback.keep(opinion)
    feedback.keep(replace(opinion, word=""))
    assert str(exported(tmp_path)[0]["note"]).endswith("just right")
    feedback.keep(replace(opinion, liked=False, word=""))
    assert "just right" not in str(exported(tmp_path)[0]["note"])


def test_nothing_said_is_no_question_and_no_file(tmp_path: Path) -> None:
    assert Feedback(tmp_path).questions() == ()
    assert not (tmp_path / FILE).exists()


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("not a database, but long enough to be looked at " * 50)
    with pytest.raises(StoreError, match="move the file away"):
        Feedback(tmp_path).questions()
