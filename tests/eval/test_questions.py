from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.figures import Figure
from eval.questions import (
    DEFAULT_QUESTIONS,
    Kind,
    Question,
    check_documents,
    load_questions,
    parse_question,
)
from rag.errors import InputError

FULL: dict[str, Any] = {
    "id": "pay-001",
    "kind": "pay",
    "turns": ["hello", "what do mid-level engineers get?"],
    "answerable": True,
    "figures": [{"value": 70000, "unit": "EUR"}],
    "forbidden_figures": [{"value": 50000, "unit": "EUR"}],
    "points": [["mid-career", "mid career"], ["Europe"]],
    "documents": ["a.md"],
    "conflict": True,
    "note": "for people",
}


def parse(**changes: Any) -> Question:
    return parse_question(json.dumps(FULL | changes), where="q.jsonl:1")


def write(path: Path, *questions: dict[str, Any]) -> Path:
    path.write_text("\n\n".join(json.dumps(each) for each in questions) + "\n", encoding="utf-8")
    return path


def test_every_field_is_read() -> None:
    assert parse() == Question(
        id="pay-001",
        kind=Kind.PAY,
        turns=("hello", "what do mid-level engineers get?"),
        answerable=True,
        figures=(Figure(70_000, "EUR"),),
        forbidden_figures=(Figure(50_000, "EUR"),),
        points=(("mid-career", "mid career"), ("Europe",)),
        documents=("a.md",),
        conflict=True,
        note="for people",
    )


def test_only_four_fields_are_required() -> None:
    line = '{"id": "s", "kind": "smalltalk", "turns": ["hi"], "answerable": null}'
    assert parse_question(line, where="x") == Question("s", Kind.SMALLTALK, ("hi",), None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": ""}, "'id' holds ''"),
        ({"kind": "riddle"}, "unknown kind 'riddle'"),
        ({"kind": ["pay"]}, "unknown kind"),
        ({"turns": []}, "'turns' holds an empty list"),
        ({"turns": "hello"}, "'turns' holds 'hello' where a list is due"),
        ({"turns": [" "]}, "'turns' holds ' '"),
        ({"answerable": "yes"}, "'answerable' holds 'yes' where true or false is due"),
        ({"figures": [70000]}, "'figures' holds 70000"),
        ({"figures": [{"value": "70k", "unit": "EUR"}]}, "the value '70k', which is not a number"),
        ({"figures": [{"value": True, "unit": "EUR"}]}, "not a number"),
        ({"figures": [{"value": float("nan"), "unit": "EUR"}]}, "not a number"),
        ({"figures": [{"value": 10**400, "unit": "EUR"}]}, "not a number"),
        ({"figures": [{"value": 7, "unit": "euro"}]}, "the unit 'euro'"),
        ({"figures": [{"value": 7, "unit": ["EUR"]}]}, "the unit"),
        ({"figures": [{"value": 50000, "unit": "EUR"}]}, "both in figures and in forbidden"),
        ({"points": ["mid"]}, "'points' holds 'mid'"),
        ({"points": [[]]}, "'points' holds an empty list"),
        ({"conflict": None}, "'conflict' holds None"),
        ({"figure": []}, "unknown field 'figure'; the fields are id, kind"),
        ({"answerable": False}, "not answerable cannot expect"),
        ({"answerable": None}, "where answerable is null"),
        (
            {"figures": [], "points": [], "documents": [], "conflict": False},
            "must expect something",
        ),
    ],
)
def test_a_bad_field_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(**changes)
    assert str(caught.value).startswith("q.jsonl:1: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not valid JSON"),
        ("[]", "a question is a JSON object"),
        ('{"id": "x"}', "the field 'kind' is missing"),
    ],
)
def test_a_line_that_is_no_question(line: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_question(line, where="x")


def test_a_file_and_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", FULL | {"id": "b"})
    first = write(tmp_path / "a.jsonl", FULL | {"id": "a1"}, FULL | {"id": "a2"})
    assert [question.id for question in load_questions(first)] == ["a1", "a2"]
    assert [question.id for question in load_questions(tmp_path)] == ["a1", "a2", "b"]


def test_an_id_is_used_once(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", FULL)
    write(tmp_path / "b.jsonl", FULL)
    with pytest.raises(InputError, match=r"b\.jsonl:1: the id 'pay-001' is taken by .*a\.jsonl:1"):
        load_questions(tmp_path)


def test_nothing_to_load(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no question file"):
        load_questions(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="there are no questions in"):
        load_questions(tmp_path)
    binary = tmp_path / "x.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        load_questions(binary)


def test_an_expected_document_must_be_in_the_corpus(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'pay-001' expects a citation of 'a\.md'"):
        check_documents([parse()], tmp_path)
    (tmp_path / "a.md").write_text("text", encoding="utf-8")
    check_documents([parse()], tmp_path)


def test_the_programs_own_questions_fit_its_corpus() -> None:
    questions = load_questions()
    check_documents(questions, DEFAULT_QUESTIONS.parents[1] / "corpus")
    assert len(questions) >= 80
    assert {question.kind for question in questions} == set(Kind)
