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
from rag.conversation.phrases import Phrase, noun_phrases
from rag.lexical import terms

WEIGHTS = Path(__file__).parents[1] / "models" / "carry.json"
MOST = 3
"""Phrases that are carried over at most."""
LIKELY = 0.15
"""How likely a word must be left out to be carried over. A word too many costs less than one that
is missing; with 0.3 follow-ups of the project's own lose their subject."""

LONGEST_WHOLE = 3
"""Words of a noun phrase that is carried over whole: "learning budget", not "learning"."""

_WORD = re.compile(r"[^\W_]+(?:[.'’+#-][^\W_]+)*[+#]*")


@dataclass(frozen=True, slots=True)
class Weights:
    """Platt scaling (Platt, 1999) of the model's log-odds."""

    scale: float
    bias: float

    def probability(self, logit: float) -> float:
        """How likely it is that the turn leaves the word out, 0..1."""
        return 1 / (1 + math.exp(-(self.scale * logit + self.bias)))


@dataclass(frozen=True, slots=True)
class Carried:
    """A phrase that a turn leaves out, and how likely, 0..1."""

    phrase: Phrase
    probability: float

    @property
    def text(self) -> str:
        return self.phrase.text


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


def carried(turn: str, past: Sequence[str], weights: Weights | None = None) -> list[Carried]:
    """The phrases that a turn leaves out, likeliest first; none where nothing was said before."""
    if not past:
        return []
    weights = weights or installed()
    weighed = {s: weights.probability(odds) for s, odds in log_odds(turn, past).items()}
    likely = {stem: p for stem, p in weighed.items() if p >= LIKELY}
    found: list[Carried] = []
    covered: set[str] = set()
    for text in reversed(past):
        for phrase in _runs(text, likely):
            if not phrase.stems <= covered:
                covered |= phrase.stems
                found.append(Carried(phrase, max(likely.get(s, 0.0) for s in phrase.stems)))
    return sorted(found, key=lambda c: -c.probability)[:MOST]


def _runs(text: str, likely: Collection[str]) -> list[Phrase]:
    """The likely words of a text's noun phrases, those beside one another as one phrase; of a
    short noun phrase all of it."""
    phrases = noun_phrases(text)
    runs: dict[tuple[int, int], list[re.Match[str]]] = {}
    key, last = (0, 0), (-1, -1)
    for position, match in enumerate(_WORD.finditer(text)):
        at = _phrase_at(phrases, match.start())
        if at is None or not any(t in likely for t in terms(match[0])):
            continue
        if last != (position - 1, at):
            short = len(phrases[at].text.split()) <= LONGEST_WHOLE
            key = (at, 0 if short else position)
        runs.setdefault(key, []).append(match)
        last = (position, at)
    return [
        phrases[at]
        if len(phrases[at].text.split()) <= LONGEST_WHOLE
        else Phrase(r[0].start(), r[-1].end(), text[r[0].start() : r[-1].end()])
        for (at, _), r in runs.items()
    ]


def _phrase_at(phrases: Sequence[Phrase], position: int) -> int | None:
    return next((n for n, p in enumerate(phrases) if p.start <= position < p.end), None)
