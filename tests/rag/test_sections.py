"""Sections: found by their headings, said whole or by their parts, beside what has no part in them."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import numpy as np
import pytest

from rag.draft import Draft
from rag.embeddings import MiniLM
from rag.evidence import MAX_POINTS, answer_from_evidence, pick_from_sections
from rag.library import Library
from rag.read import Findings, Reader
from rag.retrieve import retrieve
from rag.sections import Section, heading_texts, keys_of, without_common
from rag.types import Evidence
from tests.rag.fakes import library_of

GUIDE = """# A guide for welders

Welders join metal in workshops and on building sites.

## What welders do

Welders read the drawings of engineers. They join steel, aluminium and copper.

## Skills that welders need

### Steady hands

Steady hands decide how even a seam is. Practice trains them.

### Reading of drawings

A drawing says what is joined to what. Symbols stand for kinds of seam.

### Knowledge of metals

Each metal melts at a heat of its own. Alloys behave otherwise than their parts.

## Applying for a job as a welder

- Bring samples of seams that you welded.
- Name the processes that you know by their numbers.
- Say which tests you passed and when.
- A foreman often asks for a trial piece on the spot.

## Kinds of welding

| Process | Used for |
|---|---|
| Arc welding | ships and bridges |
| Gas welding | pipes and repairs |
| Laser welding | cars and instruments |

## What welders earn

| Stage | Pay |
|---|---|
| Apprentice welder | $30,000 |
| Master welder | $70,000 |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("sections"), {"guide.md": GUIDE})


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Library:
    """The same, embedded by the real model."""
    return library_of(tmp_path_factory.mktemp("real"), {"guide.md": GUIDE}, embedder=minilm)


def every(library: Library) -> list[Evidence]:
    """Each sentence of the document, with scores that fall from 0.9."""
    units = [(c, s) for c in library.chunks for s in c.sentences]
    return [Evidence(c, s, 0.9 - 0.001 * i) for i, (c, s) in enumerate(units)]


def section(library: Library, heading: str, *, match: float) -> Section:
    """The section under a heading as if it had been found."""
    found = tuple(e for e in every(library) if e.chunk.headings[-1] == heading)
    return Section("guide.md", found[0].chunk.headings, match, found)


def picked(
    evidence: list[Evidence], sections: list[Section], *, kinds: Set[str] = frozenset()
) -> list[str]:
    points = pick_from_sections(evidence, sections, limit=MAX_POINTS, kinds=kinds)
    return [p.best.sentence.plain for p in points]


def test_what_is_common_to_all_passages_tells_nothing() -> None:
    common = np.array([1.0, 0.0], dtype=np.float32)
    vectors = np.array([[0.8, 0.6], [0.8, -0.6]], dtype=np.float32)
    assert float(vectors[0] @ vectors[1]) > 0
    left = without_common(vectors, common, passages=1000)
    assert float(left[0] @ left[1]) < 0
    assert np.linalg.norm(left, axis=1) == pytest.approx(1.0)
    np.testing.assert_array_equal(without_common(vectors, common, passages=0), vectors)


def test_sections_around_a_passage_are_found_but_not_the_title(library: Library) -> None:
    keys = keys_of(c for c in library.chunks if c.headings[-1] == "Steady hands")
    assert [key[1][-1] for key in keys] == ["Steady hands", "Skills that welders need"]
    assert heading_texts(keys[0]) == ("Steady hands", "Skills that welders need > Steady hands")


def test_a_section_whose_heading_is_the_question_is_said_whole(library: Library) -> None:
    near = section(library, "Applying for a job as a welder", match=0.7)
    best = near.evidence[2]
    said = picked([best], [near])
    assert set(said) == {e.sentence.plain for e in near.evidence}


def test_of_a_section_under_another_heading_only_what_answers_is_said(library: Library) -> None:
    far = section(library, "Applying for a job as a welder", match=0.1)
    others = [
        e for e in every(library) if e.chunk.headings[-1] in {"Steady hands", "What welders do"}
    ]
    said = picked([*others, *far.evidence[:1]], [far])
    assert far.evidence[0].sentence.plain in said
    assert far.evidence[1].sentence.plain not in said


def test_with_points_enough_what_stands_under_another_heading_is_left_out(library: Library) -> None:
    near = section(library, "Applying for a job as a welder", match=0.7)
    far = section(library, "What welders do", match=0.1)
    unsure = [Evidence(e.chunk, e.sentence, 0.4) for e in (*near.evidence, *far.evidence)]
    whole = Section(near.document, near.headings, near.match, tuple(unsure[: len(near.evidence)]))
    assert not {e.sentence.plain for e in far.evidence} & set(picked(unsure, [whole, far]))


def test_a_heading_that_names_the_kind_asked_for_comes_first(library: Library) -> None:
    skills = section(library, "Knowledge of metals", match=0.5)
    duties = section(library, "What welders do", match=0.45)
    unsure = [Evidence(e.chunk, e.sentence, 0.4) for e in duties.evidence]
    assert picked(unsure, [skills, duties], kinds={"metal"})[0] == skills.evidence[0].sentence.plain
    assert picked(unsure, [skills, duties])[0] == duties.evidence[0].sentence.plain


def test_the_best_sentence_is_said_wherever_it_stands(library: Library) -> None:
    near = section(library, "Applying for a job as a welder", match=0.7)
    far = section(library, "What welders do", match=0.1)
    best = Evidence(far.evidence[0].chunk, far.evidence[0].sentence, 0.5)
    rest = [Evidence(e.chunk, e.sentence, 0.4) for e in near.evidence]
    whole = Section(near.document, near.headings, near.match, tuple(rest))
    assert best.sentence.plain in picked([best, *rest], [whole, far])


def test_rows_of_pay_are_no_points(library: Library) -> None:
    assert not any("$" in plain for plain in picked(every(library)[::-1], []))


def test_what_leads_elsewhere_and_questions_are_no_points(tmp_path: Path) -> None:
    text = "# Trades\n\n## Welding\n\nWelders join metal parts by heat. Read more about welding on page nine. Would you like to be a welder too?\n"
    trades = library_of(tmp_path, {"trades.md": text})
    found = tuple(Evidence(c, s, 0.5) for c in trades.chunks for s in c.sentences)
    whole = Section("trades.md", ("Trades", "Welding"), 0.8, found)
    points = pick_from_sections(found, [whole], limit=MAX_POINTS)
    assert [p.best.sentence.plain for p in points] == ["Welders join metal parts by heat."]


def test_a_table_headed_by_what_is_asked_for_is_said_whole(library: Library) -> None:
    evidence = every(library)
    row = next(e for e in evidence if "Gas welding" in e.sentence.plain)
    draft = Draft(library)
    rest = [Evidence(e.chunk, e.sentence, 0.01) for e in evidence if e is not row]
    answer_from_evidence(
        "Which processes are there?",
        [row, *rest],
        draft,
        sections=[section(library, "What welders do", match=0.1)],
    )
    assert draft.paragraphs[0].startswith("| Process | Used for | Source |")
    assert all(name in draft.paragraphs[0] for name in ("Arc", "Gas", "Laser"))


def read(question: str, library: Library, minilm: MiniLM) -> Findings:
    hits, vector = retrieve(question, library=library, embedder=minilm, k=24)
    return Reader(minilm).read(question, vector, hits, library=library)


def test_the_nearest_heading_is_the_first_section(real: Library, minilm: MiniLM) -> None:
    found = read("How do I apply for work as a welder?", real, minilm)
    nearest = max(found.sections, key=lambda s: s.match)
    assert nearest.headings[-1] == "Applying for a job as a welder"
    assert len(nearest.evidence) == 4
    assert not nearest.is_outline


def test_a_section_of_parts_is_said_by_one_sentence_of_each(real: Library, minilm: MiniLM) -> None:
    found = read("What skills do welders need?", real, minilm)
    skills = next(s for s in found.sections if s.headings[-1] == "Skills that welders need")
    assert skills.is_outline
    parts = [e.chunk.headings[-1] for e in skills.evidence]
    assert parts == ["Steady hands", "Reading of drawings", "Knowledge of metals"]
    draft = Draft(real)
    answer_from_evidence(
        "What skills do welders need?", found.evidence, draft, sections=found.sections
    )
    cited = {c.section.rpartition(" > ")[2] for c in draft.citations}
    assert set(parts) <= cited


def test_without_headings_there_are_no_sections(tmp_path: Path, minilm: MiniLM) -> None:
    text = "Welders join metal. They read drawings."
    plain = library_of(tmp_path, {"plain.txt": text}, embedder=minilm)
    found = read("What do welders do?", plain, minilm)
    assert found.evidence
    assert found.sections == ()
