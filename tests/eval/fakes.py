"""A scripted assistant, a check by words, and short ways to write questions and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.asking import Bench
from eval.questions import Kind, Question
from rag.types import (
    Answer,
    Chunk,
    Citation,
    Conflict,
    Document,
    Done,
    Drafted,
    Event,
    Hit,
    Message,
    Retrieved,
    Span,
)


@dataclass
class ScriptedAssistant:
    """Answers the last user message from a script; remembers the conversations it was given.

    A scripted exception is raised, and so is KeyError for a message without a script. Where
    ``drafted`` has the message, that is what stood before the guard. Retrieves every passage of
    ``documents``, in their order, one a document.
    """

    script: dict[str, Answer | BaseException]
    drafted: dict[str, Drafted] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    conversations: list[list[Message]] = field(default_factory=list)

    @property
    def library(self) -> ScriptedAssistant:
        """What it answers from is kept here as well."""
        return self

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        return tuple(
            Chunk(path, "T", ("S",), Span(0, len(text)), (), text)
            for path, text in self.documents.items()
        )

    def document(self, path: str) -> Document:
        return Document(path, "T", self.documents[path], (), "hash")

    def forget(self) -> None:
        """It keeps nothing that an answer depends on."""

    def stream(self, messages: Sequence[Message]) -> Iterator[Event]:
        self.conversations.append(list(messages))
        message = messages[-1]["content"]
        reply = self.script[message]
        if isinstance(reply, BaseException):
            raise reply
        yield Retrieved(tuple(Hit(chunk, 1.0, {}) for chunk in self.chunks))
        yield Done(reply, self.drafted.get(message))


@dataclass(frozen=True)
class WordsChecker:
    """Supports a claim by the share of its words that the evidence holds."""

    def check(self, claim: str, evidence: Sequence[str]) -> Supported:
        claimed = set(claim.lower().split())
        held = set(" ".join(evidence).lower().split())
        return Supported(len(claimed & held) / len(claimed))


@dataclass(frozen=True)
class Supported:
    support: float


def a_bench(assistant: ScriptedAssistant) -> Bench:
    return Bench.of(assistant, WordsChecker())


def an_answer(text: str, *quotes: tuple[str, str], **fields: Any) -> Answer:
    """An answer whose markers 1, 2, … stand for (document, quote)."""
    citations = fields.pop("citations", None) or tuple(
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
