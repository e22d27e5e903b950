"""The model that weighs what a follow-up leaves out, and the conversations it learns from."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from rag.carry_model import (
    FOLDER,
    MAX_TOKENS,
    WEIGHTS,
    CarryModel,
    build_window,
    is_trained,
    load_trained,
    save,
)
from rag.embeddings import model_folder
from rag.encoder import load_tokenizer
from rag.errors import ModelError
from rag.lexical import terms
from rag.training.carry import Conversation, Trainer, made_of

BRONZE = ["Tell me about the Bronze Age collapse", "Who were the Sea Peoples?"]


def test_a_window_points_at_the_pieces_of_each_word() -> None:
    tokenizer = load_tokenizer(model_folder())
    window = build_window(tokenizer, "When did it happen?", BRONZE)
    assert window.stems == [frozenset(terms(w)) for w in ("Sea", "Peoples", "Bronze", "Age", "collapse")]  # fmt: skip
    said = [tokenizer.decode([window.ids[p] for p in pieces]) for pieces in window.pieces]
    assert said == ["sea", "peoples", "bronze", "age", "collapse"]
    assert min(p for pieces in window.pieces for p in pieces) >= window.turn_tokens


def test_a_long_conversation_is_cut_at_its_beginning() -> None:
    past = [f"question number{n} on " + "ferns " * 30 for n in range(20)]
    window = build_window(load_tokenizer(model_folder()), "why?", past)
    assert len(window.ids) <= MAX_TOKENS
    assert any("number19" in stems for stems in window.stems)
    assert not any("number0" in stems for stems in window.stems)


def test_a_word_that_is_said_twice_has_the_higher_of_its_log_odds() -> None:
    model = CarryModel.load()
    assert set(model.logits("why?", ["Do ferns need ferns?", "Do ferns last?"])) == set(
        terms("ferns need last")
    )
    assert model.logits("Do ferns last?", ["Do ferns last?"]) == {}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    trained = load_trained(FOLDER)
    assert all(map(is_trained, trained))
    save(tmp_path, trained, training={"seed": 1})
    again = CarryModel.load(tmp_path).logits("When did it happen?", BRONZE)
    assert dict(again) == dict(CarryModel.load().logits("When did it happen?", BRONZE))


def test_an_artifact_that_is_altered_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        load_trained(tmp_path)
    save(tmp_path, load_trained(FOLDER), training={})
    weights = tmp_path / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(ModelError, match="altered"):
        load_trained(tmp_path)


def test_a_conversation_that_is_made_leaves_out_what_was_said() -> None:
    questions = [
        "Who built the Brandenburg Gate?",
        "When was the Brandenburg Gate finished?",
        "What stands on top of the Brandenburg Gate?",
    ]
    rng = random.Random(0)
    made = [c for _ in range(60) if (c := made_of(questions, rng=rng))]
    shortened = [c for c in made if c.turn != c.whole]
    assert shortened
    for conversation in shortened:
        gone = set(terms(conversation.whole)) - set(terms(conversation.turn))
        assert gone & {stem for text in conversation.past for stem in terms(text)}


def test_training_lowers_the_loss_and_leaves_the_lower_layers() -> None:
    made = [
        Conversation((f"Who sells {plant}?",), "Where do they grow?", f"Where do {plant} grow?")
        for plant in ("ferns", "mosses", "orchids", "tulips")
    ]
    trainer = Trainer(model_folder(), seed=0)
    examples = trainer.examples(made)
    losses = [trainer.step(examples, learning_rate=2e-4) for _ in range(8)]
    assert losses[-1] < 0.6 * losses[0]
    assert all(map(is_trained, trainer.trained))
