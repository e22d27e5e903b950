"""A conversation as JSON: what the browser keeps of it, and what a visitor exports.

What comes back from a browser is untrusted: it is validated field by field, bounded, and shown
through the same functions as any other answer.
"""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import InputError
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.types import Answer, Citation, TraitCorrection
from ui.page.conversation import Conversation, Turn
from ui.show.render import FindDocument

_MAX_ANSWER_CHARS = 100_000
_MAX_RECORD_CHARS = 8_000_000


class SavedTurn(BaseModel):
    """A question and what was answered; ``answer`` is null where it was stopped."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[str, Field(max_length=MAX_QUESTION_CHARS)]
    text: Annotated[str, Field(max_length=_MAX_ANSWER_CHARS)]
    answer: Answer | None = None
    rating: bool | None = None
    verbatim: bool = False


class SavedConversation(BaseModel):
    """A conversation as the browser keeps it."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    turns: Annotated[list[SavedTurn], Field(max_length=MAX_TURNS)]
    traits: Annotated[list[TraitCorrection], Field(max_length=100)] = []


def saved(conversation: Conversation) -> str:
    """The conversation as one JSON object."""
    record = SavedConversation(
        key=conversation.key,
        turns=[
            SavedTurn(
                question=turn.question,
                text=turn.text,
                answer=turn.answer,
                rating=turn.rating,
                verbatim=turn.verbatim,
            )
            for turn in conversation.turns
        ],
        traits=list(conversation.traits),
    )
    return record.model_dump_json()


def reopened(text: str, find_document: FindDocument) -> Conversation:
    """The conversation of a JSON object that :func:`saved` made.

    :raises InputError: it is not one.
    """
    if len(text) > _MAX_RECORD_CHARS:
        raise InputError("this conversation is too long to reopen: start a new one.")
    try:
        record = SavedConversation.model_validate_json(text)
    except ValidationError as error:
        raise InputError(
            "this conversation cannot be reopened: it was kept by another version, or altered."
        ) from error
    turns = tuple(
        Turn.answered(
            turn.question, turn.answer, find_document, rating=turn.rating, verbatim=turn.verbatim
        )
        if turn.answer is not None
        else Turn.stopped(turn.question, turn.text, verbatim=turn.verbatim)
        for turn in record.turns
    )
    return Conversation(turns, tuple(record.traits), record.key)


# --- export ---------------------------------------------------------------------------


def as_markdown(conversation: Conversation) -> str:
    """The conversation for people: each question, its answer, and the sources with quotes."""
    parts = ["# Conversation with career-chat"]
    for turn in conversation.turns:
        parts.append(f"## {' '.join(turn.question.split())}")
        parts.append(turn.text.strip() or "*(stopped before an answer)*")
        if turn.answer is not None and turn.answer.citations:
            parts.append("**Sources**")
            parts.append("\n".join(_source_markdown(source) for source in turn.answer.citations))
    return "\n\n".join(parts) + "\n"


def as_json(conversation: Conversation) -> str:
    """The conversation for programs: as :func:`saved`, indented."""
    return json.dumps(json.loads(saved(conversation)), ensure_ascii=False, indent=1) + "\n"


def _source_markdown(source: Citation) -> str:
    page = f", page {source.page}" if source.page is not None else ""
    where = f"{source.section}{page}" if source.section else page.removeprefix(", ")
    about = f"{source.title} ({source.document}{f' — {where}' if where else ''})"
    quote = "\n".join(f"    > {line}" for line in source.quote.strip().splitlines())
    return f"- [{source.marker}] {about}\n{quote}"
