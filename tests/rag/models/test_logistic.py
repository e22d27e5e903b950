"""Log-odds and probabilities, and files of weights that are missing or do not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import ModelError
from rag.models.logistic import Logistic, log_odds, probabilities_of, probability_of, read_model


@given(st.floats(1e-5, 1 - 1e-5))
def test_a_probability_comes_back_from_its_log_odds(probability: float) -> None:
    assert probability_of(log_odds(probability)) == pytest.approx(probability)


@given(st.floats(allow_nan=False))
def test_any_log_odds_are_a_probability(odds: float) -> None:
    assert 0.0 <= probability_of(odds) <= 1.0
    assert probabilities_of(np.array([odds]))[0] == pytest.approx(probability_of(odds))


def test_a_regression_weighs_its_features() -> None:
    model = Logistic(np.array([1.0, -1.0]), 0.0)
    assert model.probability(np.array([[2.0, 2.0], [50.0, 0.0]])).tolist() == [
        0.5,
        pytest.approx(1.0),
    ]


@pytest.mark.parametrize("text", ["", "{", '{"bias": "x"}', "[]"])
def test_a_file_that_does_not_fit_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "model.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"model\.json cannot be read") as raised:
        read_model(file, lambda model: float(model["bias"]))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_missing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="install career-chat again"):
        read_model(tmp_path / "none.json", lambda model: model)
