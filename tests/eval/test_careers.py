"""Corpora of careers: reading them, putting their questions, and judging what comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.careers import (
    Asked,
    Reference,
    as_answer,
    ask_corpus,
    faults,
    holds_evidence,
    load_corpora,
    main,
    measure,
    right,
)
from eval.figures import Figure
from eval.questions import Kind, Quote
from eval.summary import Count
from rag.errors import InputError
from rag.types import Answer, Citation
from tests.eval.fakes import ScriptedAssistant, a_decline, a_question, an_answer

ROW = "| Chef | $61,000 |"
QUESTIONS: list[dict[str, Any]] = [
    {"id": "chefs-1", "kind": "pay", "turns": ["what do chefs get"], "answerable": True,
     "figures": [{"value": 61000, "unit": "CAD"}], "documents": ["pay.md"], "conflict": True},
    {"id": "chefs-2", "kind": "unanswerable", "turns": ["and pilots?"], "answerable": False},
    {"id": "chefs-3", "kind": "follow-up", "turns": ["is it hard", "why"], "answerable": True,
     "figures": [{"value": 6, "unit": "count"}], "points": [["night", "late"]]},
]  # fmt: skip
REPLIES: list[dict[str, Any]] = [
    {"id": "chefs-1", "answer": "$61,000 a year [1].",
     "evidence": [{"document": "pay.md", "quote": ROW}], "also": []},
    {"id": "chefs-2", "answer": "Pilots aren't covered.", "evidence": [], "also": None},
    {"id": "chefs-3", "answer": "Six late shifts in a row [1].",
     "evidence": [{"document": "life.md", "quote": "Cooks work six late shifts in a row."}]},
]  # fmt: skip
CITED = ("guides/pay.md", "Chef | $61,000")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("bakers", "chefs"):
        folder = tmp_path / "data" / name
        (folder / "docs").mkdir(parents=True)
        _write_lines(folder / "questions.jsonl", QUESTIONS)
        _write_lines(folder / "replies.jsonl", REPLIES)
    return tmp_path / "data"


def _write_lines(file: Path, records: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def an_assistant(**script: Answer | BaseException) -> ScriptedAssistant:
    return ScriptedAssistant(
        {
            "what do chefs get": an_answer("$61,000 [1]", CITED, ("pay.md", "Print this page")),
            "and pilots?": a_decline("Nothing on pilots."),
            "is it hard": an_answer("Yes."),
            "why": an_answer("Six late shifts in a row [1].", confidence=0.8),
            **script,
        }
    )


# --- reading --------------------------------------------------------------------------


def test_corpora_are_read_in_the_order_of_their_names(data: Path) -> None:
    bakers, chefs = load_corpora(data)
    assert (bakers.name, chefs.name) == ("bakers", "chefs")
    assert chefs.documents == data / "chefs" / "docs"
    assert [question.id for question in chefs.questions] == ["chefs-1", "chefs-2", "chefs-3"]
    assert chefs.references["chefs-1"].evidence == (Quote("pay.md", ROW),)
    assert load_corpora(data, ["chefs"]) == (chefs,)


def test_what_cannot_be_read_is_one_clear_line(data: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no corpus in"):
        load_corpora(tmp_path)
    with pytest.raises(InputError, match="no corpus 'nurses'"):
        load_corpora(data, ["chefs", "nurses"])
    _write_lines(data / "chefs" / "replies.jsonl", REPLIES[:2])
    with pytest.raises(InputError, match="no reply to 'chefs-3'"):
        load_corpora(data)
    _write_lines(data / "chefs" / "replies.jsonl", [{"id": "chefs-1"}])
    with pytest.raises(InputError, match="as replies"):
        load_corpora(data)


# --- asking ---------------------------------------------------------------------------


def test_every_question_has_a_conversation_of_its_own(data: Path) -> None:
    assistant = an_assistant()
    stores: list[Path] = []

    def opener(documents: Path, store: Path) -> ScriptedAssistant:
        assert documents == data / "chefs" / "docs"
        stores.append(store)
        return assistant

    (corpus,) = load_corpora(data, ["chefs"])
    asked = list(ask_corpus(corpus, opener=opener))
    assert [each.right for each in asked] == [True, True, True]
    assert [len(said) for said in assistant.conversations] == [1, 1, 1, 3]
    assert assistant.conversations[-1][1] == {"role": "assistant", "content": "Yes."}
    assert [each.latency_ms is None for each in asked] == [True, False, False]
    assert not stores[0].exists()


def test_a_crash_is_a_wrong_answer_and_stops_nothing(data: Path) -> None:
    (corpus,) = load_corpora(data, ["chefs"])
    assistant = an_assistant(**{"and pilots?": RuntimeError("it broke")})
    asked = list(ask_corpus(corpus, opener=lambda _documents, _store: assistant))
    assert [each.right for each in asked] == [True, False, True]
    assert asked[1].faults == ("no answer: RuntimeError: it broke",)
    assert measure(asked).errors == 1


# --- judging --------------------------------------------------------------------------

PAY = a_question(figures=(Figure(61_000, "CAD"),), points=(("tips",),), documents=("pay.md",))
NONE = a_question(answerable=False)


def test_right_is_what_is_said_whatever_is_cited() -> None:
    assert right(PAY, "$61,000 without tips", abstained=False)
    assert not right(PAY, "$61,000 without tips", abstained=True)
    assert not right(PAY, "$61,000", abstained=False)
    assert not right(PAY, "Without tips", abstained=False)
    assert faults(PAY, as_answer("€61,000", abstained=False)) == (
        "missing figure: 61,000 CAD",
        "missing point: tips",
    )


def test_a_decline_is_right_where_due_and_without_a_sum_of_money() -> None:
    assert right(NONE, "Nothing on pilots, of 3 documents.", abstained=True)
    assert not right(NONE, "Nothing on pilots.", abstained=False)
    assert not right(NONE, "Nothing on pilots; chefs have R61 000.", abstained=True)


@pytest.mark.parametrize(
    ("document", "quote", "holds"),
    [
        ("pay.md", ROW, True),
        ("guides/pay.md", "Chef, $61,000, Cook, $40,000", True),
        ("pay.md", "**Chef**", True),
        ("pay.md", "Print this page", False),
        ("life.md", ROW, False),
    ],
)
def test_a_quote_holds_evidence_where_one_is_within_the_other(
    document: str, quote: str, holds: bool
) -> None:
    citation = Citation(1, document, "T", "S", quote, 0, len(quote))
    assert holds_evidence(citation, [Quote("pay.md", ROW)]) is holds


# --- measuring ------------------------------------------------------------------------


def asked(question: str, answer: Answer | None, **fields: Any) -> Asked:
    by_id = {"pay": PAY, "none": NONE}
    reference = Reference("", (Quote("pay.md", ROW),) if question == "pay" else ())
    return Asked("chefs", by_id[question], reference, answer, **fields)


def test_the_measures_by_hand() -> None:
    measures = measure(
        [
            asked("pay", an_answer("$61,000 with tips [1]", CITED, ("pay.md", "Print this"))),
            asked("pay", an_answer("$61,000", confidence=0.2), latency_ms=100.0),
            asked("pay", a_decline("No."), latency_ms=300.0),
            asked("none", a_decline("No, nothing."), latency_ms=200.0),
            asked("none", an_answer("One two three four", confidence=0.3), latency_ms=200.0),
            asked("none", None, error="it broke"),
        ]
    )
    assert measures.overall.right == Count(2, 6)
    assert [(row.name, row.right) for row in measures.corpora] == [("chefs", Count(2, 6))]
    assert [row.name for row in measures.kinds] == [Kind.PAY]
    assert measures.wrongly_declined == Count(1, 3)
    assert measures.declined_where_due == Count(1, 3)
    assert measures.content == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert measures.cited == Count(1, 2)
    assert measures.confidence_auc == pytest.approx((2 + 1 + 0.5) / 6)
    assert (measures.words.median, measures.latency_ms.median) == (4, 200)
    assert measures.errors == 1


# --- the command ----------------------------------------------------------------------


def test_the_command_writes_answers_and_a_summary(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assistant = an_assistant(why=an_answer("Six shifts, [sic]."))
    code = main(
        ["--data", str(data), "--corpus", "chefs", "--out", str(out), "--failures"],
        opener=lambda _documents, _store: assistant,
    )
    assert code == 0
    said = capsys.readouterr().out
    assert "chefs-3 (follow-up): is it hard || why" in said
    assert "Six shifts, [sic]." in said
    assert "wanted: 6; night / late" in said
    assert "wrongly declined 0 of 2" in said
    lines = (out / "chefs.jsonl").read_text(encoding="utf-8").splitlines()
    first = json.loads(lines[0])
    assert (first["id"], first["answer"], first["abstained"]) == ("chefs-1", "$61,000 [1]", False)
    assert first["citations"][0]["document"] == "guides/pay.md"
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["overall"]["right"] == {"passed": 2, "total": 3}


def test_the_references_are_all_right(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data), "--replies", "--failures"]) == 0
    said = capsys.readouterr().out
    assert "wanted" not in said
    assert "citations that hold evidence 4 of 4" in said


def test_a_mistake_ends_with_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("eval.careers: there is no corpus in")
