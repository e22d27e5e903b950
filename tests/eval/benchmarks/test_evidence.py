"""What the measure of evidence counts."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from eval.benchmarks.evidence import Gold, Judged, own_gold, says, squad_gold


def test_a_sentence_says_what_it_holds_or_is_part_of() -> None:
    assert says("Nurses **work** at night.", ["nurses work at night."])
    assert says("Nurses work at night.", ["In 2021, nurses work at night. They rest by day."])
    assert not says("Nurses work.", ["Doctors rest."])
    assert not says("", ["Nurses work."])


def test_shares_of_the_best() -> None:
    gold = Gold("q", "fact", ("a",))
    judged = Judged(gold, (False, True, False, False, False, True), 0.5)
    assert judged.first == 0.0
    assert judged.in_five == 0.5
    assert Judged(gold, (), 0.5).first == 0.0


def test_own_questions_have_answers_but_the_unanswerable() -> None:
    gold = own_gold()
    assert {bool(g.answers) for g in gold if g.kind == "unanswerable"} == {False}
    assert {bool(g.answers) for g in gold if g.kind != "unanswerable"} == {True}


def test_paragraphs_of_both_files_are_documents_and_questions_of_dev_are_asked(
    tmp_path: Path,
) -> None:
    for split in ("dev", "train"):
        row = {
            "group": split,
            "title": split.title(),
            "sentences": ["One.", "Two."],
            "answer_sentences": [1],
            "question": "Which?",
        }
        with gzip.open(tmp_path / f"squad2-dev-half.{split}.jsonl.gz", "wt") as out:
            out.write(json.dumps(row) + "\n")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    assert squad_gold(tmp_path, corpus) == [Gold("Which?", "squad", ("Two.",), "0000.md")]
    texts = sorted(p.read_text(encoding="utf-8") for p in corpus.iterdir())
    assert texts == ["# Dev\n\nOne. Two.\n", "# Train\n\nOne. Two.\n"]
