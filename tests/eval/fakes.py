"""A scripted assistant, and short ways to write questions and answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eval.questions import Kind, Question
from rag.types import Answer, Citation, Conflict, Message


@dataclass
class ScriptedAssistant:
    """Answers the last user message from a script; remembers the conversations it was given.

    A scripted exception is raised, and so is KeyError for a message without a script.
    """

    script: dict[str, Answer | Exception]
    conversations: list[list[Message]] = field(default_factory=list)

    def answer(self, messages: list[Message]) -> Answer:
        self.conversations.append(messages)
        reply = self.script[messages[-1]["content"]]
        if isinstance(reply, Exception):
            raise reply
        return reply


def an_answer(text: str, *quotes: tuple[str, str], **fields: Any) -> Answer:
    """An answer whose markers 1, 2, … stand for (document, quote)."""
    citations = tuple(
        Citation(marker, document, title="T", section="S", quote=quote, start=0, end=len(quote))
        for marker, (document, quote) in enumerate(quotes, start=1)
    )
    return Answer(
        text=text,
        abstained=fields.pop("abstained", False),
        confidence=fields.pop("confidence", 0.9),
        standalone_question="q",
        model="fake",
        citations=citations,
        **fields,
    )


def a_decline(text: str = "The documents don't cover that.") -> Answer:
    return an_answer(text, abstained=True, confidence=0.1)


def a_conflict() -> Conflict:
    return Conflict(about="pay", markers=(1, 2))


def a_question(key: str = "q-1", **fields: Any) -> Question:
    defaults: dict[str, Any] = {"kind": Kind.PAY, "turns": (key,), "answerable": True}
    return Question(id=key, **(defaults | fields))
