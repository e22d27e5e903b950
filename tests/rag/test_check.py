"""Claims against evidence."""

from __future__ import annotations

from rag.check import Checker
from rag.embeddings import MiniLM


def test_a_claim_is_supported_by_itself_and_not_by_what_is_off_its_subject(minilm: MiniLM) -> None:
    claim = "Senior AI engineers earn $200,000 in Austin."
    result = Checker(minilm).check(claim, ["Cats like fish.", claim, "It rains in Bergen."])
    assert result.support > 0.9
    assert result.supporting == (1,)


def test_what_is_off_its_subject_is_unsupported(minilm: MiniLM) -> None:
    result = Checker(minilm).check("Seniors earn $200,000.", ["Cats like fish."])
    assert result.support < 0.3
    assert result.supporting == ()


def test_another_number_is_hardly_support(minilm: MiniLM) -> None:
    checker = Checker(minilm)
    evidence = ["Senior AI engineers earn $200,000 in Austin."]
    same = checker.check("In Austin, senior AI engineers earn $200,000.", evidence)
    other = checker.check("In Austin, senior AI engineers earn $900,000.", evidence)
    assert other.support < 0.5 < same.support


def test_no_claim_or_no_evidence_is_no_support(minilm: MiniLM) -> None:
    checker = Checker(minilm)
    for claim, evidence in (("", ["a"]), ("  ", ["a"]), ("a", [])):
        result = checker.check(claim, evidence)
        assert (result.support, result.supporting) == (0.0, ())


def test_support_is_in_its_range_and_its_indices_are_of_the_evidence(minilm: MiniLM) -> None:
    evidence = ["AI engineers earn well.", "Engineers who know AI are paid well.", "Fish swim.", ""]
    result = Checker(minilm).check("AI engineers are well paid.", evidence)
    assert 0 <= result.support <= 1
    assert list(result.supporting) == sorted(set(result.supporting))
    assert set(result.supporting) <= set(range(len(evidence)))
    assert {0, 1} & set(result.supporting)
