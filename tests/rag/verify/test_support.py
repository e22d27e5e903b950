"""Claims against evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.embedder import MiniLM
from rag.verify.support import MODEL, Checker, SupportModel, token_weight


@pytest.fixture(scope="module")
def checker(minilm: MiniLM) -> Checker:
    return Checker(minilm, SupportModel.load())


def test_a_claim_is_supported_by_itself_and_not_by_what_is_off_its_subject(
    checker: Checker,
) -> None:
    claim = "Senior AI engineers earn $200,000 in Austin."
    result = checker.check(claim, ["Cats like fish.", claim, "It rains in Bergen."])
    assert result.support > 0.9
    assert result.supporting == (1,)


def test_what_is_off_its_subject_is_unsupported(checker: Checker) -> None:
    result = checker.check("Seniors earn $200,000.", ["Cats like fish."])
    assert result.support < 0.3
    assert result.supporting == ()


def test_another_number_is_hardly_support(checker: Checker) -> None:
    evidence = ["Senior AI engineers earn $200,000 in Austin."]
    same = checker.check("In Austin, senior AI engineers earn $200,000.", evidence)
    other = checker.check("In Austin, senior AI engineers earn $900,000.", evidence)
    assert other.support < 0.5 < same.support


def test_no_claim_or_no_evidence_is_no_support(checker: Checker) -> None:
    for claim, evidence in (("", ["a"]), ("  ", ["a"]), ("a", [])):
        result = checker.check(claim, evidence)
        assert (result.support, result.supporting) == (0.0, ())


def test_support_is_in_its_range_and_its_indices_are_of_the_evidence(checker: Checker) -> None:
    evidence = ["AI engineers earn well.", "Engineers who know AI are paid well.", "Fish swim.", ""]
    result = checker.check("AI engineers are well paid.", evidence)
    assert 0 <= result.support <= 1
    assert list(result.supporting) == sorted(set(result.supporting))
    assert set(result.supporting) <= set(range(len(evidence)))
    assert {0, 1} & set(result.supporting)


def test_two_sentences_together_support_what_neither_does_alone(checker: Checker) -> None:
    claim = "Ada Lund leads the Oslo office and earns 90,000 euros."
    evidence = ["Ada Lund leads the Oslo office.", "It rains.", "Ada Lund earns 90,000 euros."]
    together = checker.check(claim, evidence)
    assert together.supporting == (0, 2)
    for alone in ([evidence[0]], [evidence[2]]):
        assert checker.check(claim, alone).support < together.support


def test_a_reworded_claim_is_more_supported_than_one_about_something_else(checker: Checker) -> None:
    evidence = ["Companies reward engineers who deploy models to production with higher salaries."]
    reworded = checker.check("Engineers who deploy models earn more.", evidence)
    other = checker.check("Engineers who write tests earn less.", evidence)
    assert reworded.support > other.support


def test_a_number_written_otherwise_is_the_same_number(checker: Checker) -> None:
    evidence = ["Senior engineers in Austin earn $200k."]
    same = checker.check("Senior engineers in Austin earn $200,000.", evidence)
    other = checker.check("Senior engineers in Austin earn $20,000.", evidence)
    assert other.support < 0.5 < same.support


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Oslo has 700 thousand inhabitants.", "Oslo has 700,000 inhabitants."),
        ("The firm sold 2,300,000 heaters.", "The firm sold 2.3 million heaters."),
        ("The firm has 3 offices.", "The firm has three offices."),
    ],
)
def test_a_number_with_its_scale_or_in_words_is_the_same(
    claim: str, evidence: str, checker: Checker
) -> None:
    other = evidence.replace("700", "400").replace("2.3", "5.1").replace("three", "seven")
    assert checker.check(claim, [other]).support < 0.5 < checker.check(claim, [evidence]).support


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The firm made a profit in 2023.", "The firm did not make a profit in 2023."),
        ("Nurses must not work at night.", "Nurses must work at night."),
        ("You need no degree to become a nurse.", "To become a nurse you need a degree."),
    ],
)
def test_what_is_denied_is_not_supported(claim: str, evidence: str, checker: Checker) -> None:
    assert checker.check(claim, [evidence]).support < 0.5
    assert checker.check(evidence, [evidence]).support > 0.5


def test_a_negation_of_something_else_denies_nothing(checker: Checker) -> None:
    evidence = ["Nurses work at night, and owners need no appointment."]
    assert checker.check("Nurses work at night.", evidence).support > 0.5


def test_long_evidence_is_looked_through(checker: Checker) -> None:
    evidence = [f"Sentence number {i} is about cats." for i in range(300)]
    evidence[217] = "Junior engineers in Lisbon start at 24,000 euros."
    result = checker.check("Junior engineers in Lisbon start at 24,000 euros.", evidence)
    assert result.supporting == (217,)
    assert result.support > 0.8


def test_rare_words_weigh_more_and_punctuation_nothing() -> None:
    assert token_weight(",", 1010) == 0.0
    assert token_weight("the", 1996) < token_weight("pay", 3477) < token_weight("oslo", 9977)


@pytest.mark.parametrize("damage", ["", "[]", '{"features": {}, "intercept": 0}', "nan"])
def test_damaged_coefficients_are_one_clear_line(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "support.json"
    if damage == "nan":
        stored = json.loads(MODEL.read_text("utf-8"))
        stored["features"]["cosine"]["scale"] = float("nan")
        damage = json.dumps(stored)
    file.write_text(damage, encoding="utf-8")
    with pytest.raises(ModelError, match="fit it again"):
        SupportModel.load(file)
