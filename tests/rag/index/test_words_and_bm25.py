"""BM25 by its formula, and typing errors mended without touching real words."""

from __future__ import annotations

import math
import random
from collections import Counter

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.words import stem, terms, words
from rag.index.bm25 import LexicalIndex
from rag.index.typos import mend_typos
from rag.models.vocabulary import known_words

PASSAGES = [
    "Senior engineers earn more than junior engineers.",
    "Bonuses are paid every year.",
    "The engineer writes Python and C++.",
    "Equity, equity and equity: a third of total compensation for senior staff.",
]


def bm25(texts: list[str], query: list[str], *, k1: float = 1.2, b: float = 0.75) -> list[float]:
    """Lucene's BM25 (Kamphuis et al. 2020, table 1), written out."""
    documents = [Counter(terms(t)) for t in texts]
    lengths = [sum(d.values()) for d in documents]
    mean = sum(lengths) / len(lengths)
    scores = []
    for document, length in zip(documents, lengths, strict=True):
        score = 0.0
        for term in query:
            frequency = sum(term in d for d in documents)
            idf = math.log(1 + (len(texts) - frequency + 0.5) / (frequency + 0.5))
            count = document[term]
            score += idf * count / (count + k1 * (1 - b + b * length / mean)) if count else 0.0
        scores.append(score)
    return scores


@pytest.mark.parametrize(
    "query",
    ["senior engineer", "equity", "bonus year python", "engineer engineer", "nothing known"],
)
def test_scores_are_those_of_the_formula(query: str) -> None:
    expected = bm25(PASSAGES, terms(query))
    np.testing.assert_allclose(LexicalIndex(PASSAGES).scores(terms(query)), expected, rtol=1e-5)


vocabulary = st.sampled_from(["alpha", "beta", "gamma", "delta", "omega"])


@given(
    st.lists(st.lists(vocabulary, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=8),
    st.lists(vocabulary, min_size=1, max_size=4),
)
def test_scores_are_those_of_the_formula_for_any_passages(
    texts: list[str], query: list[str]
) -> None:
    query_terms = [stem(q) for q in query]
    scores = LexicalIndex(texts).scores(query_terms)
    np.testing.assert_allclose(scores, bm25(texts, query_terms), rtol=1e-4, atol=1e-6)


def test_scores_are_those_of_bm25s() -> None:
    chance = random.Random(3)
    texts = [" ".join(f"w{chance.randint(0, 50) ** 2}" for _ in range(chance.randint(1, 60))) for _ in range(200)]  # fmt: skip
    ours = LexicalIndex(texts)
    reference = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    reference.index([terms(t) for t in texts], show_progress=False)
    for query in (["w0"], ["w4", "w9", "w2500"], ["w16"] * 3):
        expected = reference.get_scores(query)
        np.testing.assert_allclose(ours.scores(query), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("texts", [[], [""], ["the of and"], ["", "words"]])
def test_no_words_score_nothing(texts: list[str]) -> None:
    scores = LexicalIndex(texts).scores(["absent"])
    assert scores.shape == (len(texts),)
    assert not scores.any()


@given(st.text(max_size=60))
def test_any_text_can_be_indexed_and_asked(text: str) -> None:
    scores = LexicalIndex([text, "words"]).scores(terms(text))
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ and C#", ["c++", "and", "c#"]),
        ("a Ph.D. in R&D", ["a", "phd", "in", "r&d"]),
        ("mid\u2011level, $165k!", ["mid", "level", "165k"]),
        ("it\u2019s", ["it's"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_terms_are_stems_without_stop_words() -> None:
    assert terms("What are the salaries of engineers and AI/ML managers?") == [
        stem(w) for w in ("salary", "engineer", "ai", "ml", "manager")
    ]


LEXICON = LexicalIndex(["senior engineer salary compensation Europe bonus layer course principal experience backed free"]).vocabulary  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("enginer salry", "engineer salary"),
        ("what do seniro enginners earn?", "what do senior engineers earn?"),
        ("compensaton in europ", "compensation in europe"),
        ("compnsaton", "compensation"),
        ("expereince", "experience"),
    ],
)
def test_typing_errors_are_mended(typed: str, meant: str) -> None:
    mended = mend_typos(typed, vocabulary=LEXICON, known_words=known_words())
    assert terms(mended) == terms(meant)


@pytest.mark.parametrize(
    "text",
    [
        "lawyer", "nurse", "Toronto", "coarse", "a nurse in Toronto", "What does a lawyer earn?", "player", "bones",
        "senior engineers' salaries", "C++", "MLOps", "$165k", "engineering", "Kubernetes", "", "xyzzyplugh",
        "backend", "a freelancer", "timezones", "bootcamps",
    ],
)  # fmt: skip
def test_real_words_and_what_is_near_no_word_are_left_alone(text: str) -> None:
    assert mend_typos(text, vocabulary=LEXICON, known_words=known_words()) == text


def test_a_word_that_lost_its_end_is_mended_though_it_is_a_stem() -> None:
    known = {"europe", "the"}
    assert mend_typos("in europ", vocabulary={"europ"}, known_words=known) == "in europe"
    assert mend_typos("in kotlin", vocabulary={"kotlin"}, known_words=known) == "in kotlin"
