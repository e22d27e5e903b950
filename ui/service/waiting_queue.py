"""The waiting line: who asked first is answered first, and everyone sees their place.

The processor has work for few questions at once; the others wait here, as coroutines, so that
any number of people waiting cost neither threads nor an error.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from rag.errors import QuestionError

PLACES = 2
SECONDS_BETWEEN_PLACES = 1.0
"""Fifty people who were told of every step would keep the processor from the answers."""
MAX_WAITING = 500


class Ticket:
    """A place in the line. To be used from one event loop."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._moved = asyncio.Event()
        self._turn = asyncio.Event()

    async def places(self) -> AsyncIterator[int]:
        """The place in the line (1 is next), now and as it changes; ends at one's turn."""
        while place := self._line.place(self):
            self._moved.clear()
            yield place
            with suppress(TimeoutError):
                await asyncio.wait_for(self._turn.wait(), self._line.seconds_between_places)
            await self._moved.wait()

    def move(self) -> None:
        self._moved.set()

    def begin(self) -> None:
        self._turn.set()
        self._moved.set()


class Line:
    """First come, first served; ``places`` are served at once.

    :param max_waiting: how many may wait before further questions are turned away.
    :param seconds_between_places: how often at most somebody is told their place.
    """

    def __init__(
        self,
        places: int = PLACES,
        *,
        max_waiting: int = MAX_WAITING,
        seconds_between_places: float = SECONDS_BETWEEN_PLACES,
    ) -> None:
        self.seconds_between_places = seconds_between_places
        self._places = places
        self._max_waiting = max_waiting
        self._served: set[Ticket] = set()
        self._waiting: deque[Ticket] = deque()

    @asynccontextmanager
    async def joined(self) -> AsyncIterator[Ticket]:
        """A ticket for as long as the block runs; wait for its turn with ``places()``.

        :raises QuestionError: too many are waiting.
        """
        if len(self._waiting) >= self._max_waiting:
            raise QuestionError("too many people are asking: try again in a minute.")
        ticket = Ticket(self)
        self._waiting.append(ticket)
        self._admit()
        try:
            yield ticket
        finally:
            self._served.discard(ticket)
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            self._admit()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn without being told the place."""
        async with self.joined() as ticket:
            async for _ in ticket.places():
                pass
            yield

    def place(self, ticket: Ticket) -> int:
        """1 for who is next, 2 for the one after; 0 for whose turn it is."""
        return 0 if ticket in self._served else self._waiting.index(ticket) + 1

    def _admit(self) -> None:
        while self._waiting and len(self._served) < self._places:
            ticket = self._waiting.popleft()
            self._served.add(ticket)
            ticket.begin()
        for ticket in self._waiting:
            ticket.move()
