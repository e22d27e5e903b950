from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.stream import SentenceStream, Spoken, folded


def spoken(text: str, *, size: int = 5, complete: bool = True) -> list[Spoken]:
    stream = SentenceStream()
    found = [s for at in range(0, len(text), size) for s in stream.feed(text[at : at + size])]
    return [*found, *stream.end(complete=complete)]


def texts(text: str, *, complete: bool = True) -> list[str]:
    return [s.text for s in spoken(text, complete=complete)]


@pytest.mark.parametrize(
    ("written", "markers"),
    [
        ("Seniors earn more [1][2].", (1, 2)),
        ("Seniors earn more [1, 2].", (1, 2)),
        ("Seniors earn more【1】.", (1,)),
        ("Seniors earn more【1†source】.", (1,)),
        ("Seniors earn more ［1］.", (1,)),
        ("Seniors earn more [^1].", (1,)),
        ("Seniors earn more.[1]", (1,)),
        ("Seniors earn more. [1] [2]", (1, 2)),
        ("Seniors [the older ones] earn more [12].", (12,)),
        ("Seniors earn more.", ()),
    ],
)
def test_forms_of_citations(written: str, markers: tuple[int, ...]) -> None:
    [sentence] = spoken(written)
    assert sentence.markers == markers


def test_a_sentence_waits_for_its_citation() -> None:
    stream = SentenceStream()
    assert list(stream.feed("Seniors earn more. [")) == []
    assert list(stream.feed("1")) == list(stream.feed("] Juniors")) == []
    assert [s.text for s in stream.feed(" earn less [2].")] == ["Seniors earn more [1]."]


def test_what_was_cut_off_is_dropped() -> None:
    assert texts("Seniors earn more [1]. Juniors ea", complete=False) == ["Seniors earn more [1]."]
    assert texts("Seniors earn more [1]. Juniors earn less [2]", complete=False)[1:] == ["Juniors earn less [2]"]  # fmt: skip
    assert texts("Seniors earn more [1", complete=True) == ["Seniors earn more"]


def test_thoughts_are_not_said() -> None:
    assert texts("<think>Seniors? [1]. Hm.</think>They earn more [1].") == ["They earn more [1]."]
    assert texts("They might earn</think>They earn more [1].") == ["They earn more [1]."]
    assert texts("<think>and then nothing", complete=False) == []


def test_lines_lists_and_paragraphs() -> None:
    found = spoken("For seniors:\n- Python [1].\n2. Kubernetes [2]. In production [2].\n\nThe end [1].")  # fmt: skip
    assert [(s.text, s.line, s.paragraph, s.item) for s in found] == [
        ("For seniors:", 0, 0, False),
        ("Python [1].", 1, 0, True),
        ("Kubernetes [2].", 2, 0, True),
        ("In production [2].", 2, 0, True),
        ("The end [1].", 3, 1, False),
    ]


def test_unusual_letters_are_folded_before_anything_is_checked() -> None:
    assert folded("１５０\u200b,000 \u202e𝟏") == "150,000 1"


ALPHABET = st.text("aB .!?[]1,2\n-<think>/$*", max_size=80)


@given(ALPHABET, st.integers(1, 9))
def test_how_the_text_is_cut_up_makes_no_difference(text: str, size: int) -> None:
    assert spoken(text, size=size) == spoken(text, size=1)


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    for sentence in spoken(text):
        assert "\n" not in sentence.text


def test_a_line_without_end_is_bounded() -> None:
    assert len(spoken("word " * 3000)) > 1
