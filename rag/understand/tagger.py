"""A question's vector -> what it asks for, as probabilities.

Logistic regressions on the embedding of the question, fitted on the labelled corpora
(``python -m eval.fitting.choice --fit``). No word is listed anywhere: "who gets more", "A or B, where is
the money" and "is X better paid" lie near one another in the embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.models.logistic import FOLDER, probabilities_of, read_model
from rag.types import Matrix
from rag.understand.pay import Task
from rag.understand.profile import TELLS

MODEL = FOLDER / "tagger.json"
OF_QUESTION = (
    "answerable", "figure", "arithmetic", "comparison", "pay", "several", "conflict", "leans",
)  # fmt: skip
"""What a question asks for; "answerable" is what the question alone tells of that, since some things
are seldom written down, "leans" that it takes up what was said before."""
TASKS = tuple(task for task in Task if task not in {Task.AMOUNT, Task.LOWEST})
"""What may be asked of pay beside a look-up. The least is asked for too seldom to be learned; it is
tried where the most is."""


def task_tag(task: Task) -> str:
    """The tag of a task."""
    return f"task: {task}"


def tells_tag(tells: str) -> str:
    """The tag of what a part of a turn tells of the asker."""
    return f"tells: {tells}"


TAGS = (*OF_QUESTION, *map(task_tag, TASKS), *map(tells_tag, TELLS))


@dataclass(frozen=True, slots=True)
class Tagger:
    """``weights`` has shape (len(tags), dimension), ``bias`` (len(tags),)."""

    tags: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def tag(self, vector: Matrix) -> Mapping[str, float]:
        """How likely each tag is for a question, 0..1.

        :param vector: the question's, shape (1, dimension).
        """
        odds = self.weights @ np.asarray(vector[0], dtype=np.float64) + self.bias
        return dict(zip(self.tags, map(float, probabilities_of(odds)), strict=True))


@cache
def installed() -> Tagger:
    """The tagger that comes with the program. :raises ModelError: it is missing or altered."""
    return read_model(MODEL, decode)


def decode(model: dict[str, Any]) -> Tagger:
    """:raises ValueError: it is of other tags."""
    if tuple(model["tags"]) != TAGS:
        raise ValueError("it is of other tags")
    weights, bias = np.array(model["weights"]), np.array(model["bias"])
    if weights.ndim != 2 or bias.shape != (len(TAGS),) or len(weights) != len(TAGS):
        raise ValueError("it has not a row of weights for each tag")
    return Tagger(TAGS, weights, bias)
