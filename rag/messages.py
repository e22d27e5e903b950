"""The messages of a conversation, as any caller hands them in."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import QuestionError
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.types import Message

DECLINES = "The documents don't"
"""How every answer begins that says that the documents say nothing."""


def user_turns(messages: Sequence[Message]) -> list[str]:
    """The user's messages, checked.

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
    return turns


def is_decline(answer: str) -> bool:
    """Whether an answer of this program's says that the documents don't say."""
    return answer.startswith(DECLINES)


def answers_between(messages: Sequence[Message]) -> list[str]:
    """The assistant's answer to each of :func:`user_turns`, "" where there is none."""
    answers: list[str] = []
    for message in messages:
        if message.get("role") == "user":
            answers.append("")
        elif message.get("role") == "assistant" and answers:
            answers[-1] = str(message.get("content", ""))
    return answers[-MAX_TURNS:]
