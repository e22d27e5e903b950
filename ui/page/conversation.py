"""One visitor's conversation: what was said, and how it shows.

The model is given the words alone; the page shows their HTML. Both are kept, so neither is
ever guessed back from the other.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import uuid4

from anyio.to_thread import run_sync

from rag.types import (
    Answer,
    Corrections,
    Done,
    Embedded,
    Event,
    Message,
    ModelRun,
    Rewritten,
    Token,
    TraitCorrection,
)
from ui.service.asking import Lines, steps
from ui.show.render import (
    Beside,
    FindDocument,
    answer_html,
    differs,
    partial_html,
    question_html,
    stopped_html,
    waiting_html,
)

if TYPE_CHECKING:
    from rag.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Manner:
    """How a visitor wants to be answered; ``strictness`` and ``model`` as for ``Assistant.stream``.

    ``embedded_first``: where a language model is to write, the answer without it is shown at once.
    """

    strictness: float = 0.5
    model: str | None = None
    embedded_first: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer so far.

    ``text`` is what has been written; ``answer`` is there once it is finished, and stays away
    where the visitor stopped it. ``verbatim`` is a question to be searched for as it stands.
    ``fallback`` is what stands where a language model that is writing is stopped.
    """

    question: str
    text: str
    html: str
    answer: Answer | None = None
    complete: bool = False
    rating: bool | None = None
    verbatim: bool = False
    fallback: Turn | None = None

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
    lines: Lines,
    manner: Manner,
    verbatim: bool = False,
) -> AsyncGenerator[Conversation, None]:
    """Answer a question; the conversation is yielded anew as the answer grows.

    :param verbatim: search for the question as it stands.
    :raises CareerChatError: the question cannot be answered as typed, or the model failed.
    """
    title = assistant.writers.title(manner.model or assistant.writers.default)
    draft = _Draft(question, title, manner, verbatim)
    asking = conversation.and_then(draft.turn())
    yield asking
    events = assistant.stream(
        [*messages(conversation.turns), Message(role="user", content=question)],
        asking.corrections,
        strictness=manner.strictness,
        model=manner.model,
    )
    shown = asking.turns[-1]
    async with aclosing(steps(lines, events)) as taken:
        async for step in taken:
            if isinstance(step, int):
                draft.wait(step)
            else:
                await run_sync(draft.take, step, assistant.library.document)
            turn = draft.turn()
            if turn != shown:
                yield conversation.and_then(turn)
            shown = turn


@dataclass(slots=True)
class _Draft:
    """A turn while its answer comes about."""

    question: str
    title: str  # of the language model, if one is to write
    manner: Manner
    verbatim: bool
    _text: str = ""
    _searched_for: str | None = None
    _place: int = 0
    _beside: Beside | None = None
    _fallback: Turn | None = None
    _finished: Turn | None = None

    def wait(self, place: int) -> None:
        self._place = place

    def take(self, events: Sequence[Event], find_document: FindDocument) -> None:
        self._place = 0
        for event in events:
            match event:
                case Rewritten(standalone) if differs(standalone, self.question):
                    self._searched_for = standalone
                case Embedded(answer) if self.manner.embedded_first:
                    self._beside = Beside.of(answer, find_document, asked=self.question)
                    self._fallback = self._answered(_without_the_model(answer), find_document)
                case Token(text):
                    self._text += text
                case Done(answer):
                    self._finished = self._answered(answer, find_document)

    def turn(self) -> Turn:
        """The turn as it is shown now."""
        if self._finished:
            return self._finished
        if self._beside:
            html = self._beside.html(self._text, model=self.title, place=self._place)
        elif self._place:
            html = waiting_html(self._place)
        else:
            html = partial_html(self._text, self._searched_for)
        return Turn(
            self.question, self._text, html, verbatim=self.verbatim, fallback=self._fallback
        )

    def _answered(self, answer: Answer, find_document: FindDocument) -> Turn:
        return Turn.answered(self.question, answer, find_document, verbatim=self.verbatim)


def _without_the_model(answer: Answer) -> Answer:
    """An embedded answer as it stands where the visitor stops the model that was to reword it."""
    notice = "You stopped the language model; this is the answer without it."
    return replace(answer, generation=ModelRun(model="", used=False, notice=notice))


def stopped(conversation: Conversation) -> Conversation:
    """The conversation after the visitor stopped the answer: what was written stays."""
    if not conversation.turns or conversation.turns[-1].complete:
        return conversation
    last = conversation.turns[-1]
    kept = last.fallback or Turn.stopped(last.question, last.text, verbatim=last.verbatim)
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
