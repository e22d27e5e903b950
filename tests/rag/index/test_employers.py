"""Names of employers are told from other words by how the documents write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.employers import employers_in
from rag.index.spellings import Spellings
from tests.rag.fakes import library_of

TEXT = """# Pay

Engineers at Initech and at Globex get stock. The target is high, and a meta study says so.
Employers pay welders well.

| Employer | Pay |
|---|---|
| Hooli | $100,000 |
"""


@pytest.fixture(scope="module")
def spellings(tmp_path_factory: pytest.TempPathFactory) -> Spellings:
    return Spellings.of(library_of(tmp_path_factory.mktemp("names"), {"a.md": TEXT}).chunks)


@pytest.mark.parametrize(
    ("word", "name"),
    [("Initech", True), ("globex", True), ("target", False), ("Engineers", False), ("unheard", False)],
)  # fmt: skip
def test_what_is_written_as_a_name(spellings: Spellings, word: str, name: bool) -> None:
    assert spellings.writes_as_name(word) is name


@pytest.mark.parametrize(
    ("question", "employers"),
    [
        ("what do welders make at initech?", ["initech"]),
        ("Does Globex pay bonuses?", ["Globex"]),
        ("What does Umbrella pay?", ["Umbrella"]),
        ("what do they pay at target?", []),
        ("What is the pay of welders?", []),
        ("What do welders earn in Berlin?", []),
        ("Which meta study pays off?", []),
        ("", []),
    ],
)
def test_employers_in_a_question(spellings: Spellings, question: str, employers: list[str]) -> None:
    assert employers_in(question, spellings) == employers


def test_names_in_addresses_are_no_words(tmp_path: Path) -> None:
    text = "# Jobs\n\nShe works at Acme now. See https://www.acme.com/jobs or acme.org for acme@acme.org."
    found = Spellings.of(library_of(tmp_path, {"a.md": text}).chunks)
    assert found.writes_as_name("Acme")
