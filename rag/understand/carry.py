"""Which words of a conversation a turn leaves out: what a follow-up is about, without being told.

A model of the project's own (:mod:`rag.carry_model`) weighs each word said before that the turn
lacks. How likely a weight makes it that the word belongs into the question was fitted on
conversations that people rewrote (``python -m eval.rewriting --data FOLDER --fit``) and is in
``models/carry.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.carry_model import CarryModel
from rag.lexical import terms

WEIGHTS = Path(__file__).parents[1] / "models" / "carry.json"
MOST = 3
"""Runs of words that are carried over at most."""
LIKELY = 0.15
"""How likely a word must be left out to be carried over. A word too many costs less than one that
is missing; with 0.3 follow-ups of the project's own lose their subject."""

_WORD = re.compile(r"[^\W_]+(?:[.'’+#-][^\W_]+)*[+#]*")


@dataclass(frozen=True, slots=True)
class Weights:
    """Platt scaling (Platt, 1999) of the model's log-odds."""

    scale: float
    bias: float

    def probability(self, logit: float) -> float:
        """How likely it is that the turn leaves the word out, 0..1."""
        return 1 / (1 + math.exp(-(self.scale * logit + self.bias)))


@cache
def installed() -> Weights:
    """The weights that come with the program."""
    fitted = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Weights(fitted["scale"], fitted["bias"])


@cache
def _model() -> CarryModel:
    """Loaded with the first follow-up that needs it."""
    return CarryModel.load()


def log_odds(turn: str, past: Sequence[str]) -> Mapping[str, float]:
    """Of each word said before that the turn lacks, by its stem: the model's, not yet scaled.

    :param past: the user's turns before it, latest last.
    :raises ModelError: the model is missing or altered.
    """
    return _model().logits(turn, past)


def carried(turn: str, past: Sequence[str], weights: Weights | None = None) -> list[str]:
    """The words that a turn leaves out, those beside one another together, as they were said last;
    none where nothing was said before."""
    if not past:
        return []
    weights = weights or installed()
    likely = {s for s, o in log_odds(turn, past).items() if weights.probability(o) >= LIKELY}
    found: list[str] = []
    covered: set[str] = set()
    for text in reversed(past):
        for run in _runs(text, likely - covered):
            covered |= set(terms(run))
            found.append(run)
    return found[:MOST]


def standalone(turns: Sequence[str], weights: Weights | None = None) -> str:
    """The last turn with the words that it leaves out, for people to read and to embed."""
    return with_left_out(turns[-1], carried(turns[-1], turns[:-1], weights))


def with_left_out(turn: str, left_out: Sequence[str]) -> str:
    """A turn with what it takes from before in brackets.

    >>> with_left_out("and in Leeds?", ["pay of nurses"])
    'and in Leeds (pay of nurses)?'
    """
    if not left_out:
        return turn
    asked = turn.rstrip(" ?.!")
    return f"{asked} ({', '.join(left_out)}){turn[len(asked) :].strip()}"


def _runs(text: str, likely: Collection[str]) -> list[str]:
    """The likely words of a text, those beside one another as one."""
    runs: list[list[re.Match[str]]] = []
    last = -2
    for position, match in enumerate(_WORD.finditer(text)):
        if any(t in likely for t in terms(match[0])):
            if position == last + 1:
                runs[-1].append(match)
            else:
                runs.append([match])
            last = position
    return [text[run[0].start() : run[-1].end()] for run in runs]
