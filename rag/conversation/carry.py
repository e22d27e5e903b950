"""Which words of a conversation a turn leaves out: what a follow-up is about, without being told.

Each word said before, and not in the turn, is weighed by a logistic model over where it was said,
what kind of word it is and how much the turn says by itself, in the manner of QuReTeC (Voskarides
et al., Query Resolution for Conversational Search with Limited Supervision, SIGIR 2020), with
features in place of its encoder. The coefficients were fitted on conversations that people
rewrote (``python -m eval.rewriting --data FOLDER --fit``) and are in ``models/carry.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rag.conversation.phrases import Phrase, is_function_word, noun_phrases
from rag.conversation.signs import EXPLETIVE, is_follow_up, opens_ellipsis
from rag.lexical import rarity, terms

MODEL = Path(__file__).parents[1] / "models" / "carry.json"
MOST = 3
"""Phrases that are carried over at most."""
LIKELY = 0.15
"""How likely a word must be left out to be carried over. A word too many costs less than one that
is missing; chosen by cross-validation on CAsT's retrieval, among 0.12 … 0.3."""

_WORD = re.compile(r"[^\W_]+(?:[.'’+#-][^\W_]+)*[+#]*")
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|she|him|his|her|this|that|these|those)\b", re.I
)
_DEFINITE = re.compile(r"\bthe\s+\w", re.I)


@dataclass(frozen=True, slots=True)
class Weights:
    """The coefficients of the model by feature, and its intercept."""

    coefficients: Mapping[str, float]
    intercept: float

    def probability(self, candidate: Candidate) -> float:
        """How likely it is that the turn leaves this word out, 0..1."""
        odds = self.intercept + sum(
            self.coefficients[name] * value for name, value in candidate.features.items()
        )
        return 1 / (1 + math.exp(-odds))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word said before that a turn may leave out, by its stem; the features of its weighing."""

    stem: str
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Carried:
    """A phrase that a turn leaves out, and how likely, 0..1."""

    phrase: Phrase
    probability: float

    @property
    def text(self) -> str:
        return self.phrase.text


@dataclass(frozen=True, slots=True)
class _Use:
    """A word of one turn: how it is written there, and what it is part of."""

    word: str
    name: bool
    in_phrase: bool
    complement: bool
    subject: bool
    light: bool


@lru_cache(maxsize=1024)
def _uses(text: str) -> dict[str, _Use]:
    """The words of a text by their stems; of several uses what any of them is."""
    phrases = noun_phrases(text)
    found: dict[str, _Use] = {}
    for match in _WORD.finditer(text):
        at = _phrase_at(phrases, match.start())
        phrase = phrases[at] if at is not None else None
        opens = text[: match.start()].rstrip()[-1:] in {"", ".", "?", "!"}
        for stem in terms(match[0]):
            old = found.get(stem)
            found[stem] = _Use(
                word=match[0],
                name=(match[0][0].isupper() and not opens) or bool(old and old.name),
                in_phrase=phrase is not None or bool(old and old.in_phrase),
                complement=bool(phrase and phrase.complement) or bool(old and old.complement),
                subject=at == 0 or bool(old and old.subject),
                light=bool(phrase and phrase.light) and (old is None or old.light),
            )
    return found


def _phrase_at(phrases: Sequence[Phrase], position: int) -> int | None:
    return next((n for n, p in enumerate(phrases) if p.start <= position < p.end), None)


def candidates(turn: str, past: Sequence[str]) -> list[Candidate]:
    """The words of the conversation that are not in the turn.

    :param past: the user's turns before it, at least one, latest last.
    """
    own = set(terms(turn))
    said = [_uses(text) for text in past]
    of_turn = _turn_features(turn, past)
    found = []
    for stem in dict.fromkeys(stem for uses in said for stem in uses if stem not in own):
        turns = [n for n, uses in enumerate(said) if stem in uses]
        uses = [said[n][stem] for n in turns]
        features = {
            **of_turn,
            "in the first turn": float(turns[0] == 0),
            "in the last turn": float(turns[-1] == len(past) - 1),
            "turns ago": min(len(past) - 1 - turns[-1], 6) / 6,
            "turns with it": math.log1p(len(turns)),
            "name": float(any(u.name for u in uses)),
            "in a phrase": float(any(u.in_phrase for u in uses)),
            "complement": float(any(u.complement for u in uses)),
            "subject": float(any(u.subject for u in uses)),
            "light": float(all(u.light for u in uses)),
            "function word": float(is_function_word(uses[-1].word)),
            "rarity": rarity(uses[-1].word),
        }
        features["a phrase, and the turn leans"] = features["in a phrase"] * features["turn leans"]
        features["a subject, and a pronoun"] = features["subject"] * features["turn's pronoun"]
        features["a name, and a definite"] = features["name"] * features["turn's definite"]
        found.append(Candidate(stem, features))
    return found


def _turn_features(turn: str, past: Sequence[str]) -> dict[str, float]:
    own = len(set(terms(turn)))
    return {
        "turns so far": math.log1p(len(past)),
        "turn says nothing": float(own == 0),
        "turn says little": float(own == 1),
        "turn says much": float(own >= 5),
        "turn leans": float(is_follow_up(turn, past[-1])),
        "turn opens an ellipsis": float(opens_ellipsis(turn)),
        "turn's pronoun": float(bool(_PRONOUN.search(EXPLETIVE.sub(" ", turn)))),
        "turn's definite": float(bool(_DEFINITE.search(turn))),
        "turn's name": float(any(w[0].isupper() and w != "I" for w in turn.split()[1:])),
    }


@cache
def installed() -> Weights:
    """The weights that come with the program."""
    model = json.loads(MODEL.read_text(encoding="utf-8"))
    return Weights(model["coefficients"], model["intercept"])


def carried(turn: str, past: Sequence[str], weights: Weights | None = None) -> list[Carried]:
    """The phrases that a turn leaves out, likeliest first; none where nothing was said before."""
    if not past:
        return []
    weights = weights or installed()
    likely = {c.stem: p for c in candidates(turn, past) if (p := weights.probability(c)) >= LIKELY}
    found: list[Carried] = []
    covered: set[str] = set()
    for text in reversed(past):
        for phrase in _runs(text, likely):
            if not phrase.stems <= covered:
                covered |= phrase.stems
                found.append(Carried(phrase, max(likely.get(s, 0.0) for s in phrase.stems)))
    return sorted(found, key=lambda c: -c.probability)[:MOST]


def _runs(text: str, likely: Collection[str]) -> list[Phrase]:
    """The likely words of a text's noun phrases, those beside one another as one phrase."""
    phrases = noun_phrases(text)
    runs: list[list[re.Match[str]]] = []
    last: tuple[int, int] | None = None
    for position, match in enumerate(_WORD.finditer(text)):
        at = _phrase_at(phrases, match.start())
        if at is None or not any(t in likely for t in terms(match[0])):
            continue
        if last == (position - 1, at):
            runs[-1].append(match)
        else:
            runs.append([match])
        last = (position, at)
    return [Phrase(r[0].start(), r[-1].end(), text[r[0].start() : r[-1].end()]) for r in runs]
