"""Who asked first is answered first, and nobody's place is lost."""

from __future__ import annotations

import asyncio

import pytest

from rag.errors import QuestionError
from tests.ui.fakes import run_apart
from ui.access.rate_limit import RateLimit
from ui.service.waiting_queue import Line


async def _ask(line: Line, name: int, said: list[str], busy: list[int]) -> None:
    async with line.joined() as ticket:
        said.extend([f"{name} is at {place}" async for place in ticket.places()])
        busy.append(name)
        assert len(busy) <= 2
        said.append(f"{name} starts")
        await asyncio.sleep(0)
        busy.remove(name)


def test_the_line_is_served_in_order_and_tells_the_place() -> None:
    async def run() -> list[str]:
        line, said, busy = Line(places=2), list[str](), list[int]()
        await asyncio.gather(*(_ask(line, name, said, busy) for name in range(50)))
        return said

    said = run_apart(run())
    starts = [int(each.split()[0]) for each in said if "starts" in each]
    assert starts == list(range(50))
    assert "2 is at 1" in said
    places = [int(each.split()[-1]) for each in said if each.startswith("49 is at")]
    assert places[0] == 48
    assert places == sorted(places, reverse=True)


def test_a_turn_is_told_at_once_and_steps_only_now_and_then() -> None:
    async def run() -> list[int]:
        line = Line(places=1, seconds_between_places=3600.0)
        told = list[int]()

        async def wait() -> None:
            async with line.joined() as ticket:
                told.extend([place async for place in ticket.places()])

        async with line.joined():
            others = [asyncio.create_task(_wait(line)) for _ in range(20)]
            await asyncio.sleep(0)
            last = asyncio.create_task(wait())
            await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.gather(*others, last), 30)
        return told

    assert run_apart(run()) == [21]


def test_who_leaves_makes_room() -> None:
    async def run() -> None:
        line = Line(places=1)
        async with line.joined():
            impatient = asyncio.create_task(_wait(line))
            patient = asyncio.create_task(_wait(line))
            await asyncio.sleep(0)
            impatient.cancel()
            await asyncio.gather(impatient, return_exceptions=True)
        await asyncio.wait_for(patient, 5)
        async with line.turn():
            pass

    run_apart(run())


async def _wait(line: Line) -> None:
    async with line.turn():
        pass


def test_a_line_that_is_too_long_turns_people_away() -> None:
    async def run() -> None:
        line = Line(places=1, max_waiting=1)
        async with line.joined():
            waiting = asyncio.create_task(_wait(line))
            await asyncio.sleep(0)
            with pytest.raises(QuestionError, match="too many"):
                await _wait(line)
        await waiting

    run_apart(run())


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_person_may_ask_so_often_in_any_minute() -> None:
    clock = _Clock()
    limit = RateLimit(3, clock=clock)
    for clock.now in (0.0, 1.0, 2.0):
        limit.check("ana")
    limit.check("ben")
    clock.now = 30.0
    assert limit.seconds_to_wait("ana") == 30.0
    with pytest.raises(QuestionError, match="3 questions a minute"):
        limit.check("ana")
    clock.now = 60.0
    limit.check("ana")
    assert limit.seconds_to_wait("ana") == 1.0


def test_no_limit_is_no_limit() -> None:
    limit = RateLimit(0)
    for _ in range(1000):
        limit.check("ana")
