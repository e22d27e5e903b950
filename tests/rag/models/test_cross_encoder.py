"""The cross-encoder: windows, batches, the artifact, and BERT's arithmetic."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models.bert import batches_of
from rag.models.cross_encoder import (
    FOLDER,
    MAX_TOKENS,
    SHORTLIST,
    SHORTLIST_WORDS,
    VERDICTS,
    Calibration,
    CrossEncoder,
    Passage,
    Reading,
    base_weights,
    build_window,
    collate,
    forward,
    heading_of,
    load_vocabulary,
    save,
    side_by_side,
)
from rag.models.embedder import model_folder

QUESTION = "What do senior engineers earn in Europe?"
PAY = Passage(
    "Pay of AI engineers",
    "Salaries > Europe",
    (
        "Demand for AI engineers has grown for years.",
        "Senior engineers in Europe earn €100,000 to €180,000 a year.",
        "Many of them work from home.",
    ),
)
OTHER = Passage(
    "Gardening",
    "",
    ("Tomatoes want sun.", "Water them in the morning, and never on the leaves."),
)


def random_weights() -> dict[str, torch.Tensor]:
    """The base model with a random head: nothing trained, nothing zero."""
    weights = base_weights(model_folder())
    generator = torch.Generator().manual_seed(0)
    for head in ("sentence", "null"):
        shape = weights[f"head.{head}.weight"].shape
        weights[f"head.{head}.weight"] = torch.randn(shape, generator=generator)
    return weights


@pytest.fixture(scope="module")
def untrained() -> CrossEncoder:
    return CrossEncoder(random_weights(), base=model_folder(), precision=torch.float32)


@pytest.fixture(scope="module")
def trained() -> CrossEncoder:
    return CrossEncoder.load()


def test_forward_is_bert() -> None:
    """Against transformers' own implementation, on padded windows."""
    from transformers import BertModel

    weights = random_weights()
    _, vocabulary = load_vocabulary(model_folder())
    windows = [
        build_window([2054, 2024], [3477], [[2023], [2003, 1037]], vocabulary=vocabulary),
        build_window([2054], [], [[2023, 2003, 1037, 6251]], vocabulary=vocabulary),
    ]
    batch = collate(windows)
    with torch.inference_mode():
        sentence, null = forward(weights, batch, marker=vocabulary.marker)
        bert = BertModel.from_pretrained(str(model_folder()), attn_implementation="eager").eval()
        states = bert(
            input_ids=batch.ids,
            attention_mask=batch.mask.long(),
            token_type_ids=batch.segments,
        ).last_hidden_state
    expected = states[batch.rows, batch.columns] @ weights["head.sentence.weight"][0]
    torch.testing.assert_close(sentence, expected, atol=1e-4, rtol=1e-4)
    expected = states[:, 0] @ weights["head.null.weight"][0]
    torch.testing.assert_close(null, expected, atol=1e-4, rtol=1e-4)


def test_window_marks_every_sentence() -> None:
    _, vocabulary = load_vocabulary(model_folder())
    window = build_window([7, 8], [9], [[10], [11, 12]], vocabulary=vocabulary)
    cls, sep, mark = vocabulary.start, vocabulary.separator, vocabulary.marker
    assert window.ids == [cls, 7, 8, sep, 9, sep, mark, 10, mark, 11, 12]
    assert [window.ids[i] for i in window.markers] == [mark, mark]
    assert window.ids[window.passage_start :][0] == 9


def test_readings_do_not_depend_on_company(untrained: CrossEncoder) -> None:
    together = untrained.score(QUESTION, [PAY, OTHER, PAY])
    alone = untrained.score(QUESTION, [OTHER])[0]
    np.testing.assert_allclose(together[1].margins, alone.margins, atol=1e-4)
    np.testing.assert_allclose(together[0].margins, together[2].margins, atol=1e-4)
    assert [len(r.sentence_logits) for r in together] == [3, 2, 3]


def test_long_passage_is_read_in_windows_of_whole_sentences(untrained: CrossEncoder) -> None:
    sentences = tuple(f"Sentence {i} says {'very ' * 40}little." for i in range(30))
    long = Passage("Long", "", sentences)
    windows = untrained._windows([1, 2, 3], long)
    assert len(windows) > 1
    assert all(len(w.ids) <= MAX_TOKENS for w in windows)
    assert sum(len(w.markers) for w in windows) == 30
    reading = untrained.score(QUESTION, [long])[0]
    assert reading.sentence_logits.shape == (30,)
    assert np.isfinite(reading.sentence_logits).all()


def test_sentence_longer_than_a_window_is_cut(untrained: CrossEncoder) -> None:
    reading = untrained.score("word " * 200, [Passage("t " * 100, "c " * 100, ("w " * 2000,))])[0]
    assert reading.sentence_logits.shape == (1,)


def test_nothing_to_read(untrained: CrossEncoder) -> None:
    assert untrained.score(QUESTION, []) == []
    (reading,) = untrained.score(QUESTION, [Passage("Empty", "", ())])
    assert reading.sentence_logits.shape == (0,)
    assert reading.log_odds == -np.inf
    assert untrained.probability(reading) == 0.0


def test_log_odds_by_hand() -> None:
    """Two sentences at the null's height: two to one."""
    reading = Reading(np.array([1.5, 1.5], np.float32), 1.5)
    assert reading.log_odds == pytest.approx(np.log(2))


@given(st.lists(st.integers(1, 400), max_size=60))
def test_batches_hold_each_window_once_and_stay_small(lengths: list[int]) -> None:
    batches = batches_of(lengths, max_tokens=1000)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        padded = len(batch) * max(lengths[i] for i in batch)
        assert padded <= 1000


def test_saved_is_loaded(tmp_path: Path) -> None:
    weights = random_weights()
    save(tmp_path, weights, calibration=Calibration(2.0, -1.0), training={"seed": 0})
    loaded = CrossEncoder.load(tmp_path)
    assert loaded.calibration == Calibration(2.0, -1.0)
    halves = {n: t.half() for n, t in weights.items()}
    same = CrossEncoder(weights | halves, base=model_folder(), precision=torch.float32)
    expected = same.score(QUESTION, [PAY])[0].margins
    np.testing.assert_allclose(loaded.score(QUESTION, [PAY])[0].margins, expected, atol=0.3)


def test_altered_artifact_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(ModelError, match="altered"):
        CrossEncoder.load(folder)


def test_missing_or_foreign_artifact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="missing"):
        CrossEncoder.load(tmp_path)
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"format": 99}))
    with pytest.raises(ModelError, match="another version"):
        CrossEncoder.load(folder)
    (folder / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="not the configuration of a cross-encoder"):
        CrossEncoder.load(folder)


def test_artifact_fits_the_repository() -> None:
    assert (FOLDER / "model.safetensors").stat().st_size < 25_000_000


def test_trained_model_finds_the_sentence(trained: CrossEncoder) -> None:
    near, far = trained.score(QUESTION, [PAY, OTHER])
    assert int(np.argmax(near.sentence_logits)) == 1
    assert near.log_odds > far.log_odds
    assert trained.probability(near) > 0.5 > trained.probability(far)


def test_sentences_side_by_side_stand_under_their_headings() -> None:
    units = [
        (heading_of("Pay of bakers", "Nights"), "Nights pay a third more."),
        (heading_of("Pay of bakers", "Nights"), "Sundays pay double."),
        (heading_of("Pay of bakers", ""), "Ask for the scale."),
    ]
    assert side_by_side(units).sentences == [
        *VERDICTS,
        "Pay of bakers, Nights: Nights pay a third more.",
        "Sundays pay double.",
        "Pay of bakers: Ask for the scale.",
    ]


def test_a_shortlist_fits_one_window(reading: CrossEncoder) -> None:
    words = "pay " * (SHORTLIST_WORDS // SHORTLIST)
    passage = side_by_side([("", words.strip())] * SHORTLIST)
    (found,) = reading.score("what do bakers get?", [passage])
    assert len(found.margins) == len(VERDICTS) + SHORTLIST
