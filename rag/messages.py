"""The messages of a conversation, as any caller hands them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.errors import QuestionError
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.types import Message, Token

MARKER = re.compile(r"\[(\d{1,3})\]")
"""A citation in an answer's text."""
DECLINES = "The documents don't"
"""How every answer begins that says that the documents say nothing."""


def user_turns(messages: Sequence[Message]) -> list[str]:
    """The user's messages, checked; earlier ones are cut where they are too long.

    :raises QuestionError: there is none, or the last is empty or too long.
    """
    turns = [str(m.get("content", "")).strip() for m in messages if m.get("role") == "user"][
        -MAX_TURNS:
    ]
    if not turns or not turns[-1]:
        raise QuestionError("the question is empty: type one")
    if len(turns[-1]) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(turns[-1]):,} characters; the most is {MAX_QUESTION_CHARS:,}: shorten it"
        )
    return [turn[:MAX_QUESTION_CHARS] for turn in turns]


def tokens(text: str) -> Iterator[Token]:
    """The text in the pieces a reader takes in: words with what follows them."""
    for piece in re.findall(r"\S+\s*", text):
        yield Token(piece)
