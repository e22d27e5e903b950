"""An earlier question of a conversation, and joining a turn to what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.conversation.facets import stem_of
from rag.lexical import terms


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier question standing alone; ``core`` is what of it a follow-up may say again.

    ``about_user`` says whether it was asked of the user themselves.
    """

    question: str
    core: str
    answer: str = ""
    turn: str = ""
    about_user: bool = False


def as_question(text: str) -> str:
    """With single spaces and a mark at its end."""
    text = re.sub(r"\s{2,}", " ", text).strip()
    return text if text[-1:] in ".?!" else f"{text}?"


class Topic(Protocol):
    """What a turn may be about: an antecedent, or a phrase that it leaves out."""

    @property
    def text(self) -> str: ...


def with_topic(text: str, topics: Sequence[Topic]) -> str:
    """The text with those of the topics in brackets that it does not name itself."""
    own = set(terms(text))
    missing = [t.text for t in topics if not set(terms(t.text)) <= own]
    return f"{stem_of(text)} ({', '.join(missing)})?" if missing else text


def lowered(text: str) -> str:
    """With a small first letter, unless the word is written so anywhere ("AI", "I")."""
    head = text.split(" ", 1)[0]
    return text if head == "I" or head[1:] != head[1:].lower() else text[:1].lower() + text[1:]
