from __future__ import annotations

from pathlib import Path

import pytest

from eval.draft_questions import write_questions
from eval.feedback import questions_of
from eval.questions import Kind, load_questions
from rag.errors import InputError
from tests.eval.fakes import a_question, an_answer
from ui.service.feedback import Feedback, Opinion

CITED = an_answer("€5 [1]", ("a.md", "€5"))


def opinion(*turns: str, liked: bool | None = True, key: str = "c") -> Opinion:
    return Opinion(key, turns, CITED, liked, word="" if liked else "wrong place")


def kept(folder: Path, *opinions: Opinion) -> Feedback:
    feedback = Feedback(folder)
    for each in opinions:
        feedback.keep(each)
    return feedback


def test_what_the_page_keeps_becomes_questions(tmp_path: Path) -> None:
    feedback = kept(tmp_path, opinion("pay?"), opinion("pay?", "and in Spain?", liked=False))
    liked, disliked = questions_of(feedback.questions())
    assert (liked.turns, liked.documents, liked.draft) == (("pay?",), ("a.md",), False)
    assert (disliked.turns, disliked.draft) == (("pay?", "and in Spain?"), True)
    assert "wrong place" in disliked.note


def test_a_disliked_answer_is_not_asked_until_its_owner_has_corrected_it(tmp_path: Path) -> None:
    feedback = kept(tmp_path, opinion("pay?"), opinion("rent?", liked=False, key="d"))
    write_questions(questions_of(feedback.questions()), tmp_path / "q.jsonl")
    assert [q.turns for q in load_questions(tmp_path / "q.jsonl")] == [("pay?",)]


def test_the_last_opinion_on_the_same_turns_counts(tmp_path: Path) -> None:
    feedback = kept(tmp_path, opinion("pay?", key="a"), opinion("pay?", key="b", liked=False))
    (question,) = questions_of(feedback.questions())
    assert question.draft


def test_known_questions_are_left_out_and_ids_stay_unique() -> None:
    lines = [
        {"id": "f-1", "kind": "fact", "turns": ["a"], "answerable": True, "documents": ["a.md"]},
        {"id": "f-1", "kind": "fact", "turns": ["b"], "answerable": True, "documents": ["a.md"]},
    ]
    known = a_question("f-1", turns=("a",), kind=Kind.FACT)
    (question,) = questions_of(lines, known=[known])
    assert (question.id, question.turns) == ("f-1-2", ("b",))


def test_an_opinion_that_is_none_is_named() -> None:
    with pytest.raises(InputError, match="opinion 1: the field 'id' is missing"):
        questions_of([{"turns": ["x"]}])
