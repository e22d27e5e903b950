"""Asking the assistant from coroutines: in line, in another thread, its events in batches.

There are two lines. Whoever waits for a language model's words has the embedded answer already,
so that slow words hold up nobody's answer.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from anyio.to_thread import run_sync

from rag.types import Answer, Done, Embedded, Event
from ui.service.waiting_queue import Line

_SECONDS_BETWEEN_UPDATES = 0.05


@dataclass(frozen=True, slots=True)
class Lines:
    """Who waits for an answer, and who for a language model's words."""

    answering: Line = field(default_factory=Line)
    writing: Line = field(default_factory=Line)


async def steps(lines: Lines, events: Iterator[Event]) -> AsyncGenerator[int | list[Event], None]:
    """The events of one answer in batches; before them, one's place in the line (1 is next) as
    often as it changes, and so again before a language model's words.

    :raises QuestionError: too many are waiting.
    """
    for line in (lines.answering, lines.writing):
        async with line.joined() as ticket:
            async for place in ticket.places():
                yield place
            while batch := await run_sync(_next_batch, events):
                yield batch
                if isinstance(batch[-1], Embedded):
                    break  # and wait in the other line
            else:
                return


async def answer_in_line(lines: Lines, events: Iterator[Event]) -> Answer:
    """The answer alone, once it is one's turn. Errors as for :func:`steps`."""
    async with aclosing(steps(lines, events)) as taken:
        async for step in taken:
            if not isinstance(step, int) and isinstance(step[-1], Done):
                return step[-1].answer
    raise AssertionError("a stream ends with Done")


def _next_batch(events: Iterator[Event]) -> list[Event]:
    """The events of one update's time, at least one; none at the end. Ends with Embedded."""
    until = time.monotonic() + _SECONDS_BETWEEN_UPDATES
    batch: list[Event] = []
    for event in events:
        batch.append(event)
        if isinstance(event, Embedded) or time.monotonic() >= until:
            break
    return batch
