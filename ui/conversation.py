"""One visitor's conversation: what was said, and how it shows.

The model is given the words alone; the page shows their HTML. Both are kept, so neither is
ever guessed back from the other.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from anyio.to_thread import run_sync

from rag.types import Answer, Corrections, Done, Event, Message, Rewritten, Token, TraitCorrection
from ui.line import Line
from ui.render import (
    FindDocument,
    answer_html,
    differs,
    partial_html,
    question_html,
    stopped_html,
    waiting_html,
)

if TYPE_CHECKING:
    from rag.answer import Assistant

_SECONDS_BETWEEN_UPDATES = 0.05


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer so far.

    ``text`` is what has been written; ``answer`` is there once it is finished, and stays away
    where the visitor stopped it. ``verbatim`` is a question to be searched for as it stands.
    """

    question: str
    text: str
    html: str
    answer: Answer | None = None
    complete: bool = False
    rating: bool | None = None
    verbatim: bool = False

    @classmethod
    def answered(
        cls,
        question: str,
        answer: Answer,
        find_document: FindDocument,
        *,
        rating: bool | None = None,
        verbatim: bool = False,
    ) -> Turn:
        html = answer_html(answer, find_document, asked=question, rating=rating)
        return cls(question, answer.text, html, answer, True, rating, verbatim)

    @classmethod
    def stopped(cls, question: str, text: str, *, verbatim: bool = False) -> Turn:
        return cls(question, text, stopped_html(text), complete=True, verbatim=verbatim)


def _new_key() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one visitor said and heard. ``key`` names it in the browser's history."""

    turns: tuple[Turn, ...] = ()
    traits: tuple[TraitCorrection, ...] = ()
    key: str = field(default_factory=_new_key)

    @property
    def corrections(self) -> Corrections:
        verbatim = frozenset(turn.question for turn in self.turns if turn.verbatim)
        return Corrections(self.traits, verbatim)

    @property
    def last_answer(self) -> Answer | None:
        return self.turns[-1].answer if self.turns else None

    def before(self, turn: int) -> Conversation:
        """The conversation up to a turn, counted from 0, that one left out."""
        return replace(self, turns=self.turns[: max(0, turn)])

    def and_then(self, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns, turn))

    def with_turn(self, number: int, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns[:number], turn, *self.turns[number + 1 :]))


def messages(turns: Sequence[Turn]) -> list[Message]:
    """The conversation as models read it."""
    said: list[Message] = []
    for turn in turns:
        said.append({"role": "user", "content": turn.question})
        said.append({"role": "assistant", "content": turn.text})
    return said


def chat_messages(turns: Sequence[Turn]) -> list[dict[str, object]]:
    """The conversation as the chat component shows it; the last answer offers what to ask next."""
    shown: list[dict[str, object]] = []
    for turn in turns:
        shown.append({"role": "user", "content": question_html(turn.question)})
        shown.append({"role": "assistant", "content": turn.html})
    answer = turns[-1].answer if turns else None
    offered = (answer.choices or answer.suggestions) if answer else ()
    if offered:
        shown[-1]["options"] = [{"value": text, "label": text} for text in offered]
    return shown


async def reply(
    assistant: Assistant,
    conversation: Conversation,
    question: str,
    *,
    line: Line,
    strictness: float,
    verbatim: bool = False,
) -> AsyncIterator[Conversation]:
    """Answer a question; the conversation is yielded anew as the answer grows.

    :param strictness: as for ``Assistant.stream``.
    :param verbatim: search for the question as it stands.
    :raises CareerChatError: the question cannot be answered as typed, or the model failed.
    """
    turn = Turn(question, "", partial_html(""), verbatim=verbatim)
    asking = conversation.and_then(turn)
    said = [*messages(conversation.turns), Message(role="user", content=question)]
    async with line.joined() as ticket:
        async for place in ticket.places():
            yield conversation.and_then(replace(turn, html=waiting_html(place)))
        yield asking
        searched_for: str | None = None
        stream = assistant.stream(said, asking.corrections, strictness=strictness)
        async for events in event_batches(stream):
            for event in events:
                if isinstance(event, Rewritten) and differs(event.standalone_question, question):
                    searched_for = event.standalone_question
                elif isinstance(event, Token):
                    turn = replace(turn, text=turn.text + event.text)
                elif isinstance(event, Done):
                    finish = partial(Turn.answered, question, event.answer, assistant.document)
                    yield conversation.and_then(await run_sync(partial(finish, verbatim=verbatim)))
                    return
            turn = replace(turn, html=partial_html(turn.text, searched_for))
            yield conversation.and_then(turn)


def stopped(conversation: Conversation) -> Conversation:
    """The conversation after the visitor stopped the answer: what was written stays."""
    if not conversation.turns or conversation.turns[-1].complete:
        return conversation
    last = conversation.turns[-1]
    kept = Turn.stopped(last.question, last.text, verbatim=last.verbatim)
    return conversation.with_turn(len(conversation.turns) - 1, kept)


def rated(
    conversation: Conversation, number: int, liked: bool | None, find_document: FindDocument
) -> Conversation:
    """The conversation with a finished answer liked, disliked, or neither."""
    turn = conversation.turns[number]
    if turn.answer is None:
        return conversation
    again = Turn.answered(
        turn.question, turn.answer, find_document, rating=liked, verbatim=turn.verbatim
    )
    return conversation.with_turn(number, again)


async def event_batches(events: Iterator[Event]) -> AsyncIterator[list[Event]]:
    """What a blocking stream gives, in another thread: all that came within one update's time."""
    while batch := await run_sync(_next_batch, events):
        yield batch


def _next_batch(events: Iterator[Event]) -> list[Event]:
    """The next events of a stream, at least one; none at its end."""
    until = time.monotonic() + _SECONDS_BETWEEN_UPDATES
    batch: list[Event] = []
    for event in events:
        batch.append(event)
        if time.monotonic() >= until:
            break
    return batch
