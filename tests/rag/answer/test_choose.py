"""The choice: what is probable enough is picked, within the words that there are; models survive
being written and read."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.choose import (
    CHOSEN_FEATURES,
    DRAFT_FEATURES,
    MODEL,
    VERDICT_FEATURES,
    Chooser,
    Limits,
    decode,
    encode,
    installed,
    pick,
)
from rag.answer.gather import QUESTION_FEATURES, SENTENCE_FEATURES, Gathered
from rag.models.cross_encoder import FOLDER, fingerprint_of
from rag.models.logistic import Logistic
from tests.rag.answer.made import candidates_of
from tests.rag.fakes import library_of

TEXT = "# Bakers\n\n" + "\n\n".join(
    f"Bakers of shift {n} start at {n} in the night." for n in range(1, 9)
)


def of_ones(size: int) -> Logistic:
    return Logistic(np.ones(size), -0.5)


@pytest.fixture
def chooser() -> Chooser:
    return Chooser(
        of_ones(len(SENTENCE_FEATURES)),
        of_ones(len(QUESTION_FEATURES) + len(CHOSEN_FEATURES)),
        Limits(0.1, 0.2, 90),
        {"sentences": of_ones(len(DRAFT_FEATURES))},
    )


def test_nothing_gathered_is_no_answer(chooser: Chooser) -> None:
    choice = chooser.choose(Gathered((), (), np.zeros(len(QUESTION_FEATURES))))
    assert choice.chosen == ()
    assert choice.probability == 0.0


@given(
    weighed=st.lists(st.floats(0, 1), min_size=8, max_size=8),
    least=st.floats(0, 1),
    share=st.floats(0, 1),
    words=st.integers(1, 60),
)
def test_picks_are_the_best_first_and_within_their_words(
    tmp_path_factory: pytest.TempPathFactory,
    weighed: list[float],
    least: float,
    share: float,
    words: int,
) -> None:
    candidates = candidates_of(library_of(tmp_path_factory.mktemp("pick"), {"a.md": TEXT}))[:8]
    scores = np.array(weighed)
    picked = pick(candidates, scores, limits=Limits(least, share, words))
    assert picked[0] == int(np.argmax(scores))
    assert list(scores[picked]) == sorted(scores[picked], reverse=True)
    assert all(scores[i] >= max(least, share * scores.max()) for i in picked[1:])
    said = sum(len(candidates[i].sentence.plain.split()) for i in picked)
    assert len(picked) == 1 or said <= words


def test_a_model_is_read_as_it_was_written(chooser: Chooser) -> None:
    again = decode(json.loads(encode(chooser, cross_encoder="cross-encoder@1")))
    assert again.limits == chooser.limits
    np.testing.assert_allclose(again.sentences.weights, chooser.sentences.weights)
    assert again.rightness("sentences", np.zeros(len(DRAFT_FEATURES))) == pytest.approx(
        0.378, abs=1e-3
    )
    assert again.rightness("unheard of", np.zeros(len(DRAFT_FEATURES))) == 0.0


def test_a_model_of_other_features_is_refused(chooser: Chooser) -> None:
    model = json.loads(encode(chooser, cross_encoder="cross-encoder@1"))
    model["sentences"]["weights"].pop("margin")
    with pytest.raises(ValueError, match="other features"):
        decode(model)


def test_the_installed_model_is_of_the_features_that_are_gathered() -> None:
    chooser = installed()
    assert chooser.sentences.weights.shape == (len(SENTENCE_FEATURES),)
    assert {"sentences", "pay"} <= set(chooser.drafts)


def test_the_choice_was_fitted_with_the_cross_encoder_that_is_installed() -> None:
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    assert model["cross-encoder"] == fingerprint_of(FOLDER)


def test_every_proposer_can_be_taken() -> None:
    assert installed().drafts.keys() == {"sentences", "pay", "tables"}


def test_a_verdict_is_said_where_it_is_sure(chooser: Chooser) -> None:
    weights = np.zeros(len(VERDICT_FEATURES))
    weights[VERDICT_FEATURES.index("yes")] = 1.0
    judging = replace(chooser, verdicts={"Yes.": Logistic(weights, 0.0)})
    signs = np.zeros(len(VERDICT_FEATURES))
    signs[VERDICT_FEATURES.index("yes")] = -0.1
    assert judging.verdict(signs) == ""
    signs[VERDICT_FEATURES.index("yes")] = 3.0
    assert judging.verdict(signs) == "Yes."
    assert chooser.verdict(signs) == ""
