"""The project's own labelled corpora: every question can be asked, every quote's words stand in its document."""

from __future__ import annotations

from pathlib import Path

import pytest

import rag
from eval.questions import load_questions
from rag.training.careers import items_of, tokens

ROOT = Path(rag.__file__).parents[1]
CORPORA = sorted(
    file.parent
    for folder in ("rag/training/corpora", "eval/corpora")
    for file in (ROOT / folder).rglob("questions.jsonl")
)


@pytest.mark.parametrize("folder", CORPORA, ids=lambda folder: folder.name)
def test_a_corpus_can_be_asked(folder: Path) -> None:
    questions = {q.id: q for q in load_questions(folder / "questions.jsonl")}
    documents = {
        file.name: tokens(file.read_text(encoding="utf-8")) for file in (folder / "docs").iterdir()
    }
    items = list(items_of(folder))
    assert questions.keys() == {item.id for item in items}
    for item in items:
        assert item.answerable is bool(item.evidence)
        for name, quote in (*item.evidence, *item.also):
            assert tokens(quote) <= documents[name]


def test_no_corpus_is_of_two_kinds() -> None:
    names = [folder.name for folder in CORPORA]
    assert len(names) == len(set(names))
