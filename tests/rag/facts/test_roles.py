"""Occupations are read as one name each, and compared by head and modifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.roles import canonical_role, find_roles, main_role, names_of, row_role, same_role
from rag.facts.wording import plural


def names(text: str) -> list[str]:
    return [r.name for r in find_roles(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AI engineers", ["AI engineer"]),
        ("ai engineer", ["AI engineer"]),
        ("senior AI engineers earn", ["AI engineer"]),
        ("mid-level ML engineers", ["ML engineer"]),
        ("machine learning engineers", ["ML engineer"]),
        ("artificial intelligence engineer", ["AI engineer"]),
        ("registered nurses", ["registered nurse"]),
        ("a nurse in Toronto", ["nurse"]),
        ("data analyst and AI engineer", ["data analyst", "AI engineer"]),
        ("DevOps engineers", ["DevOps engineer"]),
        ("teacher trainers and one doctor", ["teacher trainer", "doctor"]),
        ("AI engineering", []),
        ("the engineered part", []),
        ("what do lawyers make?", ["lawyer"]),
        ("prompt engineers, data scientists", ["prompt engineer", "data scientist"]),
        ("software engineer's pay", ["software engineer"]),
        ("", []),
    ],
)
def test_roles_in_text(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    ("asked", "given_", "same"),
    [
        ("AI engineer", "AI engineers", True),
        ("engineer", "AI engineer", True),
        ("AI engineer", "ai developer", True),
        ("machine learning engineer", "ML engineer", True),
        ("data analyst", "AI engineer", False),
        ("data engineer", "AI engineer", False),
        ("nurse", "AI engineer", False),
        ("attorney", "lawyer", True),
        ("AI engineer", "AI architect/AI engineer", True),
        ("AI engineer", "AI architect/data analyst", False),
        ("AI engineer", "engineer", False),
    ],
)
def test_the_same_role(asked: str, given_: str, same: bool) -> None:
    assert same_role(asked, given_) is same


@pytest.mark.parametrize(("phrase", "role"), [("AI Engineers", "AI engineer"), ("Data-Scientists", "data scientist"), ("Nurse", "nurse"), ("", "")])  # fmt: skip
def test_one_way_of_writing(phrase: str, role: str) -> None:
    assert canonical_role(phrase) == role
    assert canonical_role(role) == role


def test_the_main_role_is_the_titles_or_the_most_frequent() -> None:
    assert main_role("AI engineer pay", "nurse nurse nurse") == "AI engineer"
    assert main_role("Pay", "The nurse. A nurse. One nurse and a doctor.") == "nurse"
    assert main_role("Pay", "One nurse.") is None


@given(st.text(max_size=100))
def test_any_text_gives_spans_that_hold(text: str) -> None:
    for role in find_roles(text):
        assert 0 <= role.start < role.end <= len(text)
        assert role.name
        assert same_role(role.name, role.name)


# --- names that are lists ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("Accountants and Auditors", {"accountant", "auditor"}),
        ("Licensed Practical and Licensed Vocational Nurses", {"licensed practical nurse", "licensed vocational nurse"}),
        ("Physical Therapist Assistants and Aides", {"physical therapist assistant", "physical therapist aide"}),
        ("Waiters and Waitresses", {"waiter", "waitress"}),
        ("Nurse Midwives, Nurse Practitioners, and Orderlies", {"nurse midwife", "nurse practitioner"}),
        ("AI architect/data analyst", {"data analyst"}),
        ("Actuaries", {"actuary"}),
    ],
)  # fmt: skip
def test_a_name_that_is_a_list_holds_each_of_its_occupations(name: str, held: set[str]) -> None:
    assert held <= set(names_of(canonical_role(name)))


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Nurse midwives", "nurse midwife"),
        ("Health diagnosing and treating practitioners", "health diagnosing and treating practitioner"),
        ("Total, all occupations", "all workers"),
        ("Self-employed workers", None),
        ("Offices of physicians", None),
        ("Manufacturing", None),
        ("Hospitals; state, local, and private", None),
        ("Wages in 2024", None),
        ("", None),
    ],
)  # fmt: skip
def test_which_rows_are_occupations(name: str, role: str | None) -> None:
    assert row_role(name) == role


SINGLE = ("nurse", "bricklayer", "data analyst", "midwife", "actuary", "waitress", "police officer")


@given(st.lists(st.sampled_from(SINGLE), min_size=2, max_size=5, unique=True), st.booleans())
def test_each_of_any_list_is_found_again(roles: list[str], comma: bool) -> None:
    *first, last = map(plural, roles)
    name = f"{', '.join(first)}{',' if comma else ''} and {last}"
    for role in roles:
        assert same_role(role, canonical_role(name))


@given(st.text(max_size=80))
def test_any_text_is_a_name_without_empty_parts(text: str) -> None:
    assert all(names_of(canonical_role(text)))
    row_role(text)


def test_an_acronym_among_the_names_of_a_title() -> None:
    role = canonical_role("EMTs and Paramedics")
    assert names_of(role)[1:] == ("EMT", "paramedic")
