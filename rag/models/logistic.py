"""Logistic regressions as they run: log-odds, probabilities, and the files that hold their weights."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

FOLDER = Path(__file__).parent
MOST_ODDS = 50.0
LEAST = 1e-6

Model = TypeVar("Model")


def probability_of(odds: float) -> float:
    """Of log-odds, in 0..1."""
    return 1 / (1 + math.exp(-max(-MOST_ODDS, min(MOST_ODDS, odds))))


def probabilities_of(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of log-odds, each in 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -MOST_ODDS, MOST_ODDS))))


def log_odds(probability: float) -> float:
    """Of a probability in 0..1, kept finite."""
    bounded = min(max(probability, LEAST), 1 - LEAST)
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class Logistic:
    """``weights`` has shape (features,)."""

    weights: NDArray[np.float64]
    bias: float

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """:param features: shape (n, features); returns shape (n,), 0..1."""
        return probabilities_of(features @ self.weights + self.bias)


def read_model(path: Path, decode: Callable[[dict[str, Any]], Model]) -> Model:
    """What ``decode`` makes of a JSON file of weights.

    :raises ModelError: the file is missing, or ``decode`` says that it does not fit.
    """
    try:
        return decode(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} cannot be read ({error}): install career-chat again") from None
