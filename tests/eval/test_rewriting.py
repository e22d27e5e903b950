"""The measure of rewriting: token F1, the fit of the weights, ranks in a pool."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.rewriting import Examples, Item, Pool, fold_of, token_f1
from rag.embeddings import MiniLM


def test_token_f1_by_hand() -> None:
    assert token_f1("what about ferns", "what about ferns") == 1
    assert token_f1("rome", "ferns") == 0
    # Two of three words in common with two of four: P 2/3, R 2/4.
    assert token_f1("ferns need light", "do ferns need shade") == pytest.approx(2 * 2 / 7)


def test_the_weights_learn_how_often_people_carry_over() -> None:
    plants = "ferns mosses palms orchids tulips roses lilies ivy cacti daisies".split()
    items = [
        Item((f"do {plant} grow in sand?", "why do they?"), human=f"why do {plant} grow?")
        for plant in plants
    ]
    examples = Examples.of(items)
    assert len(examples.log_odds) == len(examples.taken) == len(examples.folds)
    assert set(examples.folds) == {fold_of(i) for i in items}
    weights = examples.fit()
    assert weights.scale > 0
    # What is talked about is likelier to be taken over than what is said of it.
    taken = examples.log_odds[examples.taken].mean()
    left = examples.log_odds[~examples.taken].mean()
    assert weights.probability(taken) > weights.probability(left)
    assert examples.average_precision() > examples.taken.mean()


def test_the_vectors_of_a_pool_are_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    passages = ["Ferns need shade.", "Rome was not built in a day.", "Tulips grow from bulbs."]
    embedder = MiniLM.load()
    first = Pool(passages, embedder).reciprocal_ranks(["who built Rome?"], [frozenset({1})])
    assert len(list(tmp_path.rglob("*.npy"))) == 1
    again = Pool(passages, embedder).reciprocal_ranks(["who built Rome?"], [frozenset({1})])
    assert first == again == [1.0]
