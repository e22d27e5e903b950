"""Which facts answer a question: another level, place, role or year only where the fit says so."""

from __future__ import annotations

import pytest

from rag.answer.pay.match import Gap, Match, PlaceFit, match_facts, place_fit
from rag.facts.ledger import Ledger
from rag.facts.places import find_place
from rag.types import Block, BlockKind, Document, SalaryFact, Span
from rag.understand.pay import read_question, resolved
from tests.rag.fakes import salary_fact

ROLE = "AI engineer"
US_SENIOR = salary_fact(start=0, role=ROLE, level="senior", region="United States", low=200_000.0, high=200_000.0, min_years=7)  # fmt: skip
US_JUNIOR = salary_fact(start=10, role=ROLE, level="entry", region="United States", min_years=0, max_years=2)  # fmt: skip
EU_SENIOR = salary_fact(start=20, role=ROLE, level="senior", region="Europe", currency="EUR", min_years=7)  # fmt: skip
AUSTIN = salary_fact(start=30, role=ROLE, region="United States", place="Austin", component="total", low=210_000.0, high=210_000.0)  # fmt: skip
REMOTE = salary_fact(start=40, role=ROLE, place="remote", low=190_000.0, high=190_000.0)
BONUS = salary_fact(start=50, role=ROLE, level="senior", component="bonus", currency="%", low=12.0, high=12.0)  # fmt: skip
FACTS = [US_SENIOR, US_JUNIOR, EU_SENIOR, AUSTIN, REMOTE, BONUS]


def match(question: str, facts: list[SalaryFact]) -> list[Match] | Gap:
    """The facts are of one document of blank text: what they say stands in their facets alone."""
    block = Block(BlockKind.PARAGRAPH, Span(0, 200), (), 0)
    documents = {name: Document(name, name, " " * 200, (block,), name) for name in ("a.md", "b.md")}
    ledger = Ledger(facts, documents)
    return match_facts(resolved(read_question(question), ledger), ledger)


def matched(question: str, facts: list[SalaryFact] = FACTS) -> list[Match]:
    found = match(question, facts)
    assert not isinstance(found, Gap), found
    return found


def gap(question: str, facts: list[SalaryFact] = FACTS) -> Gap:
    found = match(question, facts)
    assert isinstance(found, Gap), found
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What do seniors earn in the US?", [US_SENIOR]),
        ("What do juniors earn in the US?", [US_JUNIOR]),
        ("What do seniors earn in Europe?", [EU_SENIOR]),
        ("What do seniors earn?", [US_SENIOR, EU_SENIOR]),
        ("What do they earn with 8 years in the US?", [US_SENIOR]),
        ("What do they earn with 1 year in the US?", [US_JUNIOR]),
        ("What is the pay in Austin?", [AUSTIN]),
        ("What do remote roles pay?", [REMOTE]),
        ("What bonus do seniors get?", [BONUS]),
        ("total compensation in Austin?", [AUSTIN]),
    ],
)
def test_only_what_was_asked(question: str, expected: list[SalaryFact]) -> None:
    assert [m.fact for m in matched(question)] == expected


def test_a_wider_region_is_marked_as_such() -> None:
    (match,) = matched("What do seniors earn in Germany?")
    assert (match.fact, match.fit) == (EU_SENIOR, PlaceFit.WIDER)


def test_the_citys_own_figure_for_all_levels_is_marked_as_such() -> None:
    by_fact = {m.fact: m for m in matched("What do seniors earn in Austin?")}
    assert by_fact[AUSTIN].all_levels
    assert by_fact[US_SENIOR].fit is PlaceFit.WIDER


def test_a_figure_without_a_place_in_another_currency_is_for_nowhere_asked() -> None:
    unplaced = salary_fact(start=60, role=ROLE, level="senior", currency="GBP")
    assert unplaced not in [m.fact for m in matched("What do seniors earn in the US?", [*FACTS, unplaced])]  # fmt: skip
    (match,) = matched("What do seniors earn in London?", [*FACTS[:1], unplaced])
    assert (match.fact, match.fit) == (unplaced, PlaceFit.UNSTATED)


@pytest.mark.parametrize(
    ("question", "facet", "asked"),
    [
        ("What do seniors earn in Brazil?", "place", "Brazil"),
        ("What do nurses earn in the US?", "role", "nurse"),
        ("What did seniors earn in the US in 2019?", "date", "2019"),
        ("What do staff engineers earn in the US?", "level", "staff"),
        ("What equity do seniors get?", "component", "equity"),
    ],
)
def test_what_is_lacking_is_named(question: str, facet: str, asked: str) -> None:
    found = gap(question)
    assert (found.facet, found.asked) == (facet, asked)


@pytest.mark.parametrize(
    ("asked", "currency"), [("$90k", "CAD"), ("US$90k", "USD"), ("€90k", "EUR"), ("90k", "CAD")]
)
def test_a_dollar_is_that_of_the_figures(asked: str, currency: str) -> None:
    facts = [salary_fact(start=0, role=ROLE, currency="CAD")]
    ledger = Ledger(facts, {"a.md": Document("a.md", "a.md", " " * 200, (), "a.md")})
    (amount,) = resolved(read_question(f"Is {asked} a good salary?"), ledger).amounts
    assert amount.currency == currency


def test_without_a_role_the_main_one_is_meant() -> None:
    nurse = salary_fact(start=70, role="nurse", level="senior", region="United States")
    assert [m.fact for m in matched("What do seniors earn in the US?", [*FACTS, nurse])] == [
        US_SENIOR
    ]


def test_a_figure_said_twice_counts_once_with_the_richer_of_both() -> None:
    poor = salary_fact(start=80, role=ROLE, region="Europe", currency="EUR")
    assert [m.fact for m in matched("What do they earn in Europe?", [poor, EU_SENIOR])] == [
        EU_SENIOR
    ]


def test_two_documents_that_say_the_same_are_one_figure_of_two_sources() -> None:
    other = salary_fact(
        document="b.md", role=ROLE, level="senior", region="Europe", currency="EUR", min_years=7
    )
    (match,) = matched("What do seniors earn in Europe?", [EU_SENIOR, other])
    assert {match.fact, *match.also} == {EU_SENIOR, other}


@pytest.mark.parametrize(
    ("asked", "fact", "fit"),
    [
        ("Germany", EU_SENIOR, PlaceFit.WIDER),
        ("Europe", EU_SENIOR, PlaceFit.EXACT),
        ("United States", AUSTIN, PlaceFit.NARROWER),
        ("Asia", EU_SENIOR, None),
        ("United States", REMOTE, None),
        ("United States", BONUS, PlaceFit.UNSTATED),
    ],
)
def test_how_places_fit(asked: str, fact: SalaryFact, fit: PlaceFit | None) -> None:
    place = find_place(asked)
    assert place is not None
    assert place_fit(place, fact) == fit


def test_no_facts_is_a_gap() -> None:
    assert isinstance(match("What do seniors earn?", []), Gap)
