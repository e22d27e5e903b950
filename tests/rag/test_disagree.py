"""Sentences that judge a thing differently are told from those that only sound alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.disagree import disagreement, judgement
from rag.draft import Draft
from rag.evidence import answer_from_evidence
from rag.lexical import stem
from rag.types import Evidence
from tests.rag.fakes import library_of

THING = stem("apprenticeships")


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("Apprenticeships are valuable.", 1),
        ("An apprenticeship helps more than a diploma.", 1),
        ("Apprenticeships are not merely useful, they are indispensable.", 1),
        ("Apprenticeships are of secondary importance.", -1),
        ("Apprenticeships are not necessary.", -1),
        ("An apprenticeship is optional these days.", -1),
        ("An apprenticeship lasts three years.", 0),
        ("Apprenticeships are useful but outdated.", 0),
        ("Whoever wants to work with us may find that apprenticeships are valuable.", 0),
        ("Diplomas are valuable.", 0),
        ("", 0),
    ],
)
def test_what_a_sentence_makes_of_a_thing(sentence: str, sign: int) -> None:
    assert judgement(sentence, THING) == sign


def test_two_documents_that_differ_are_shown_together(tmp_path: Path) -> None:
    library = library_of(
        tmp_path,
        {
            "for.md": "# For\n\nAn apprenticeship helps more than a diploma does.\n",
            "against.md": "# Against\n\nApprenticeships are of secondary importance today.\n",
        },
    )
    evidence = [Evidence(c, s, 0.9) for c in library.chunks for s in c.sentences]
    pair = disagreement([THING], evidence)
    assert pair is not None
    assert [e.chunk.document for e in pair] == ["for.md", "against.md"]
    draft = Draft(library)
    answer_from_evidence("Should I do an apprenticeship?", evidence, draft)
    assert draft.text.startswith("The documents differ on this. An apprenticeship helps")
    assert [set(c.markers) for c in draft.conflicts] == [{1, 2}]


def test_one_document_does_not_differ_with_itself(tmp_path: Path) -> None:
    text = "# Both\n\nAn apprenticeship helps. Apprenticeships are of secondary importance.\n"
    library = library_of(tmp_path, {"both.md": text})
    evidence = [Evidence(c, s, 0.9) for c in library.chunks for s in c.sentences]
    assert disagreement([THING], evidence) is None
