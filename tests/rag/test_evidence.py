"""Sentences read and picked: the best first, none twice, each with its marker."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rag.draft import Draft
from rag.evidence import (
    MAX_POINTS,
    NEAR,
    answer_from_evidence,
    log_odds,
    pick,
    ranked,
    repeats,
)
from rag.library import Library
from rag.read import (
    MAX_RANKED,
    MAX_RANKED_OF_EACH,
    Findings,
    Reader,
    asked_words,
    coverage,
    worth_ranking,
)
from rag.retrieve import retrieve
from rag.types import Evidence, Hit
from tests.rag.fakes import WordsEmbedder, library_of

TEXT = """# Skills of AI engineers

AI engineers need Python above all. Kubernetes runs their models in production.

What else helps:

- Statistics explains what models do.
- Writing convinces colleagues of a plan.
- Curiosity keeps an engineer up to date.
- AI engineers above all need Python.

| Tool | Use |
|---|---|
| Docker | packs software |
"""

HELPERS = """# Bakers

Most bakers work at night.

The largest employers of bakers were as follows:

| Employer | Share |
|---|---|
| Bakeries | 42% |
| Supermarkets | 31% |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("evidence"), {"skills.md": TEXT})


@pytest.fixture(scope="module")
def every(library: Library) -> list[Evidence]:
    """Each sentence of the document, with scores that fall from 0.9."""
    units = [(c, s) for c in library.chunks for s in c.sentences]
    return [Evidence(c, s, 0.9 - 0.001 * i) for i, (c, s) in enumerate(units)]


def plain(evidence: list[Evidence]) -> list[str]:
    return [e.sentence.plain for e in evidence]


def picked(evidence: list[Evidence], *, limit: int) -> list[Evidence]:
    return [point.best for point in pick(evidence, limit=limit)]


def test_picked_are_the_best_in_order_at_most_the_limit(every: list[Evidence]) -> None:
    for limit in (1, 2, 4):
        best = picked(every, limit=limit)
        assert len(best) == limit
        assert best[0] == every[0]
        scores = [e.score for e in best]
        assert scores == sorted(scores, reverse=True)


def test_no_two_that_are_picked_say_the_same(every: list[Evidence]) -> None:
    best = picked(every, limit=50)
    assert not any(repeats(a, b) for i, a in enumerate(best) for b in best[:i])
    assert sum("Python" in text for text in plain(best)) == 1


def test_what_two_documents_say_is_one_point(every: list[Evidence]) -> None:
    first = every[0]
    elsewhere = replace(first, chunk=replace(first.chunk, document="other.md"))
    again = replace(first, score=first.score - 0.001)
    (point,) = pick([first, again, elsewhere], limit=5, company=0.0)
    assert point.best == first
    assert point.also == (elsewhere,)


def test_a_lead_in_is_no_answer_but_its_list_is(every: list[Evidence]) -> None:
    lead_in = next(e for e in every if e.sentence.plain == "What else helps:")
    others = [replace(e, score=0.01) for e in every if e is not lead_in]
    best = picked([replace(lead_in, score=0.9), *others], limit=50)
    assert all(e.sentence.context.endswith("What else helps:") for e in best)
    assert len(best) >= 3


def test_what_is_far_behind_the_best_is_no_part_of_the_answer(every: list[Evidence]) -> None:
    first = every[0]
    odds = log_odds(first.score)
    for below, belongs in ((NEAR - 0.01, True), (NEAR + 0.01, False)):
        second = replace(every[1], score=1 / (1 + math.exp(below - odds)))
        points = pick([first, second], limit=5, company=0.0)
        assert (second in [p.best for p in points]) is belongs
    assert pick([], limit=5) == []


def test_good_company_lifts_a_sentence(every: list[Evidence]) -> None:
    chunk = every[0].chunk
    apart = replace(every[2], chunk=replace(chunk, document="other.md"), score=0.5)
    together = replace(every[1], chunk=chunk, score=0.5)
    best = replace(every[0], chunk=chunk, score=0.9)
    order = [e for _, e in ranked([best, apart, together], 0.4)]
    assert order == [best, together, apart]


def test_repeating_is_mutual(every: list[Evidence]) -> None:
    for a in every:
        assert repeats(a, a) or not re.search(r"\w{3}", a.sentence.plain)
        for b in every:
            assert repeats(a, b) == repeats(b, a)


def test_points_where_several_are_asked_for(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("What skills do AI engineers need?", every, draft)
    lines = [line for line in draft.paragraphs[0].split("\n") if "[" in line]
    assert 3 <= len(lines) <= MAX_POINTS
    assert all(re.fullmatch(r" *- .+ \[\d+\]", line) for line in lines)


def test_sentences_where_one_thing_is_asked_for(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("Do AI engineers need Python?", every, draft)
    assert draft.text.startswith("AI engineers need Python above all. [1]")
    assert len(draft.citations) <= 2


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(tmp_path: Path) -> None:
    text = "# Tools\n\nTerraform describes servers in files. It spares much work by hand.\n"
    library = library_of(tmp_path, {"tools.md": text})
    (chunk,) = library.chunks
    leaning = next(s for s in chunk.sentences if s.plain.startswith("It "))
    draft = Draft(library)
    answer_from_evidence("Does it spare work?", [Evidence(chunk, leaning, 0.9)], draft)
    assert draft.text == (
        "Terraform describes servers in files. [1] It spares much work by hand. [2]"
    )


def test_rows_of_one_table_are_a_table(tmp_path: Path) -> None:
    text = "# Tools\n\n| Tool | Use in 2031 |\n|---|---|\n| Docker | packs |\n| Helm | installs |\n"
    library = library_of(tmp_path, {"tools.md": text})
    rows = [Evidence(c, s, 0.9) for c in library.chunks for s in c.sentences]
    draft = Draft(library)
    answer_from_evidence("Which tools?", rows, draft)
    assert draft.text.split("\n") == [
        "| Tool | Use in 2031 | Source |",
        "| --- | --- | --- |",
        "| Docker | packs | [1] |",
        "| Helm | installs | [2] |",
    ]
    assert "Use in 2031" in draft.heads


def test_each_citation_quotes_its_document(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("Which skills and tools?", every, draft)
    for number, citation in enumerate(draft.citations, 1):
        text = library.documents[citation.document].text
        assert citation.marker == number
        assert citation.quote == text[citation.start : citation.end]
        assert f"[{number}]" in draft.text


def test_the_same_span_keeps_its_marker(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    spans = [(e.chunk.document, e.sentence.span) for e in every[:3]]
    assert [draft.cite(*s) for s in spans + spans] == [1, 2, 3, 1, 2, 3]


# --- reading --------------------------------------------------------------------------


def test_sentences_are_scored_once_best_first_and_kept(library: Library) -> None:
    embedder = WordsEmbedder()
    reader = Reader(embedder)
    question = "Do AI engineers need Python?"
    hits, vector = retrieve(question, library=library, embedder=embedder, k=5)
    first = reader.read(question, vector, hits, library=library)
    assert "Python" in first.evidence[0].sentence.plain
    scores = [e.score for e in first.evidence]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in [*scores, first.answerable])
    embedded = len(embedder.embedded)
    assert reader.read(question, vector, hits, library=library) == first
    assert len(embedder.embedded) == embedded


def test_passages_are_reordered_and_none_is_lost(library: Library) -> None:
    embedder = WordsEmbedder()
    hits, vector = retrieve("Docker software", library=library, embedder=embedder, k=50)
    found = Reader(embedder).read("Docker software", vector, hits, library=library)
    assert {id(h.chunk) for h in found.hits} == {id(h.chunk) for h in hits}
    assert found.hits[0].chunk is found.evidence[0].chunk
    scores = [h.score for h in found.hits]
    assert scores == sorted(scores, reverse=True)


def test_no_hits_no_evidence_no_confidence(library: Library) -> None:
    embedder = WordsEmbedder()
    vector = embedder.embed(["nothing"])
    assert Reader(embedder).read("nothing", vector, (), library=library) == Findings((), (), 0.0)


def test_a_passage_worth_ranking_leads_some_ranking(library: Library) -> None:
    chunk = library.chunks[0]
    fused = [Hit(chunk, 1.0, {}) for _ in range(MAX_RANKED)]
    late = {
        "dense": Hit(chunk, 0.1, {"dense_rank": 1.0}),
        "lexical": Hit(chunk, 0.1, {"lexical_rank": float(MAX_RANKED_OF_EACH)}),
        "neither": Hit(chunk, 0.1, {"dense_rank": 9.0, "lexical_rank": MAX_RANKED_OF_EACH + 1.0}),
    }
    assert worth_ranking([*fused, *late.values()]) == [*fused, late["dense"], late["lexical"]]


def test_rare_words_weigh_more_and_coverage_is_their_share(library: Library) -> None:
    asked = asked_words("Kubernetes engineers unheardof", library)
    assert asked[-1].weight >= max(word.weight for word in asked)
    assert all(word.weight > 0 for word in asked)
    assert coverage(asked, "Kubernetes for engineers") < 1.0
    assert coverage(asked, "Kubernetes engineers unheardof") == pytest.approx(1.0)
    assert coverage(asked, "Kubernetes engineers unheardof", unseen=1.0) < 1.0
    assert coverage(asked, "fish") == 0.0
    assert coverage([], "anything") == 0.0


def test_a_word_is_covered_by_what_documents_say_for_it(library: Library) -> None:
    asked = asked_words("stressful", library)
    assert coverage(asked, "The workload is high.") == pytest.approx(1.0)
    assert coverage(asked, "The pay is high.") == 0.0


@pytest.mark.parametrize(
    ("question", "shown"), [("Who employs the most bakers?", True), ("When do bakers work?", False)]
)
def test_a_table_that_a_sentence_introduces_is_said_whole(
    question: str, shown: bool, tmp_path: Path
) -> None:
    library = library_of(tmp_path, {"bakers.md": HELPERS})
    units = [(c, s) for c in library.chunks for s in c.sentences]
    first = [n for n, (_, s) in enumerate(units) if s.plain.endswith("as follows:")]
    evidence = [Evidence(c, s, 0.9 if n in first else 0.5) for n, (c, s) in enumerate(units)]
    draft = Draft(library)
    answer_from_evidence(question, evidence, draft)
    assert ("as follows: [1]" in draft.text) is shown
    assert not shown or {"| Bakeries | 42% | [2] |", "| Supermarkets | 31% | [3] |"} <= set(
        draft.text.splitlines()
    )
    assert all(f"[{c.marker}]" in draft.text for c in draft.citations)
