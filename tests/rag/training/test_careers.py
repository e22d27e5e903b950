"""Labelled corpora: quotes are found in the sentences that hold them, whatever markup they have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from rag.retrieve.rerank import Reranker
from rag.training.careers import Item, evidence_of, holds, items_of, records_of, verdict_of
from rag.types import BlockKind, Sentence, Span
from tests.rag.fakes import library_of

TEXT = """# Falconers

Falconers rise at five. Their birds are weighed every day before they fly.

| Bird | Hours |
|---|---|
| Kestrel | 2 |
| Eagle owl | 6 |
"""


PAY = """# Pay of falconers

Head falconers earn £41,000 a year. Trainees earn £24,500 a year. The house gives 12 days off.
"""


@pytest.mark.parametrize(
    ("plain", "quote", "expected"),
    [
        ("Falconers rise at five.", "Falconers rise at **five**.", True),
        ("Falconers rise at five.", "Falconers sleep until ten.", False),
        ("Bird: Eagle owl; Hours: 6", "| Eagle owl | 6 |", True),
        ("Bird: Kestrel; Hours: 2", "| Eagle owl | 6 |", False),
        ("Yes.", "Yes.", True),
    ],
)
def test_a_sentence_holds_a_quote(plain: str, quote: str, expected: bool) -> None:
    sentence = Sentence(Span(0, len(plain)), BlockKind.PARAGRAPH, plain, "")
    assert holds(sentence, plain, quote) is expected


def test_evidence_is_looked_for_in_its_own_document(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"a.md": TEXT})
    chunk = library.chunks[0]
    text = library.documents["a.md"].text
    found = evidence_of(chunk, text, [("a.md", "Falconers rise at five.")])
    assert [chunk.sentences[i].plain for i in found] == ["Falconers rise at five."]
    assert evidence_of(chunk, text, [("b.md", "Falconers rise at five.")]) == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("Yes, at five [1].", 0), ("No: they sleep [1].", 1), ("No one does [1].", None), ("At five [1].", None), ("", None)],
)  # fmt: skip
def test_the_verdict_that_an_answer_begins_with(answer: str, expected: int | None) -> None:
    item = Item("f-1", "fact", ("do they?",), "do they?", True, (), (), answer, {})
    assert verdict_of(item) == expected


def test_records_are_the_passages_with_their_answers(
    tmp_path: Path, minilm: MiniLM, reading: CrossEncoder
) -> None:
    folder = tmp_path / "falconers"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "a.md").write_text(TEXT, encoding="utf-8")
    quote = {"document": "a.md", "quote": "Falconers rise at five."}
    question = {
        "id": "f-1",
        "kind": "fact",
        "turns": ["birds?", "when do they rise"],
        "answerable": True,
    }
    reply = {
        "id": "f-1",
        "standalone": "when do falconers rise",
        "answer": "At five [1].",
        "evidence": [quote],
    }
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    (folder / "replies.jsonl").write_text(json.dumps(reply) + "\n", encoding="utf-8")
    (item,) = items_of(folder)
    assert item.evidence == (("a.md", "Falconers rise at five."),)
    records = list(records_of(folder, Reranker(minilm, reading)))
    *passages, shortlist = records
    answering = [r for r in passages if r["answer_sentences"]]
    assert [r["sentences"][r["answer_sentences"][0]] for r in answering] == [
        "Falconers rise at five."
    ]
    assert answering[0]["source"] == "careers-with"
    assert answering[0]["question"] == "birds? || when do they rise"
    assert shortlist["source"] == "careers-list"
    assert len(shortlist["headings"]) == len(shortlist["sentences"])
    assert [shortlist["sentences"][i] for i in shortlist["answer_sentences"]] == [
        "Falconers rise at five."
    ]


def test_results_that_the_answer_states_are_records(
    tmp_path: Path, minilm: MiniLM, reading: CrossEncoder
) -> None:
    folder = tmp_path / "falconers"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "a.md").write_text(PAY, encoding="utf-8")
    quotes = [
        {"document": "a.md", "quote": quote}
        for quote in ("Head falconers earn £41,000 a year.", "Trainees earn £24,500 a year.")
    ]
    asked = "how much more does a head falconer earn than a trainee?"
    question = {
        "id": "f-1",
        "kind": "arithmetic",
        "turns": [asked],
        "answerable": True,
        "figures": [{"value": 16500, "unit": "GBP"}],
    }
    reply = {"id": "f-1", "standalone": asked, "answer": "£16,500.", "evidence": quotes}
    (folder / "questions.jsonl").write_text(json.dumps(question) + "\n", encoding="utf-8")
    (folder / "replies.jsonl").write_text(json.dumps(reply) + "\n", encoding="utf-8")
    records = list(records_of(folder, Reranker(minilm, reading)))
    results = [r for r in records if r["source"] == "careers-result"]
    right = [r["sentences"][0] for r in results if r["answer_sentences"] == [0]]
    assert right == ["The difference is £16,500: £41,000 against £24,500"]
    assert len(results) > len(right)
