"""One visitor's conversation: what was said, and how it shows.

The model is given the words alone; the page shows their HTML. Both are kept, so neither is
ever guessed back from the other.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.types import Done, Message, Rewritten, Token
from ui.render import answer_html, differs, partial_html, question_html, seconds_note

if TYPE_CHECKING:
    from rag.answer import Assistant

_SECONDS_BETWEEN_UPDATES = 0.05


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer so far."""

    question: str
    answer: str
    html: str
    complete: bool = False
    suggestions: tuple[str, ...] = ()


Turns = tuple[Turn, ...]


def messages(turns: Sequence[Turn]) -> list[Message]:
    """The conversation as models read it."""
    said: list[Message] = []
    for turn in turns:
        said.append({"role": "user", "content": turn.question})
        said.append({"role": "assistant", "content": turn.answer})
    return said


def chat_messages(turns: Sequence[Turn]) -> list[dict[str, object]]:
    """The conversation as the chat component shows it; the last answer offers what to ask next."""
    shown: list[dict[str, object]] = []
    for turn in turns:
        shown.append({"role": "user", "content": question_html(turn.question)})
        shown.append({"role": "assistant", "content": turn.html})
    if turns and turns[-1].suggestions:
        shown[-1]["options"] = [{"value": text, "label": text} for text in turns[-1].suggestions]
    return shown


def reply(assistant: Assistant, turns: Turns, question: str) -> Iterator[Turns]:
    """Answer a question; the conversation is yielded anew as the answer grows.

    :raises CareerChatError: the question cannot be answered as typed, or the model failed.
    """
    said = [*messages(turns), Message(role="user", content=question)]
    turn = Turn(question, "", partial_html(""))
    searched_for: str | None = None
    shown_at = 0.0
    for event in assistant.stream(said):
        if isinstance(event, Rewritten) and differs(event.standalone_question, question):
            searched_for = event.standalone_question
        elif isinstance(event, Token):
            turn = replace(turn, answer=turn.answer + event.text)
        elif isinstance(event, Done):
            answer = event.answer
            html = answer_html(
                answer,
                assistant.document,
                asked=question,
                note=seconds_note(answer.timings_ms, answer.model),
            )
            yield (*turns, Turn(question, answer.text, html, True, answer.suggestions))
            return
        if time.monotonic() - shown_at >= _SECONDS_BETWEEN_UPDATES:
            shown_at = time.monotonic()
            turn = replace(turn, html=partial_html(turn.answer, searched_for))
            yield (*turns, turn)


def stopped(turns: Turns) -> Turns:
    """The conversation after the visitor stopped the answer: what was written stays."""
    if not turns or turns[-1].complete:
        return turns
    last = turns[-1]
    html = last.html.replace('class="answer writing"', 'class="answer stopped"', 1)
    return (*turns[:-1], replace(last, html=html, complete=True))
