"""Many people at once: ``python -m ui.commands.load_test [--people 50] [--questions 1000]``.

Serves the real page in a process of its own, asks as browsers do (Gradio's queue and its
stream of events), and prints whether anybody met an error, whether the order was fair, how
quick the page stayed for others, and what memory did.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil  # type: ignore[import-untyped]

from ui.commands.doctor import QUESTIONS, percentile_95

_START_SECONDS = 180
_ANSWER_SECONDS = 600
_TURNS_A_VISITOR = 10
_PLACE = re.compile(r"In line: (?:You are next|(\d+) before you)")


@dataclass(slots=True)
class Asked:
    """How one question went; times in seconds of one clock. ``place`` is the first that was
    shown in the line, 0 for none."""

    joined: float
    finished: float = 0.0
    place: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class QuestionBox:
    """What the question box sends: the event, its inputs at the start, and which is the question."""

    event: int
    inputs: list[Any]
    at: int

    @classmethod
    def of(cls, config: dict[str, Any]) -> QuestionBox:
        """:param config: the page's own description of itself."""
        components = {each["id"]: each["props"] for each in config["components"]}
        box = next(key for key, props in components.items() if props.get("elem_id") == "box")
        event = next(d for d in config["dependencies"] if [box, "submit"] in d["targets"])
        inputs = [components[key].get("value") for key in event["inputs"]]
        return cls(event["id"], inputs, event["inputs"].index(box))

    def with_question(self, question: str) -> list[Any]:
        return [*self.inputs[: self.at], question, *self.inputs[self.at + 1 :]]


@dataclass(slots=True)
class Visitor:
    """A browser window, as far as the server can tell."""

    client: httpx.AsyncClient
    box: QuestionBox
    session: str = field(default_factory=lambda: uuid4().hex[:12])

    async def ask(self, question: str) -> Asked:
        asked = Asked(time.perf_counter())
        call = {
            "data": self.box.with_question(question),
            "fn_index": self.box.event,
            "session_hash": self.session,
        }
        try:
            joined = await self.client.post("/gradio_api/queue/join", json=call)
            joined.raise_for_status()
            async for message in self._messages():
                text = json.dumps(message, ensure_ascii=False)
                if not asked.place and (shown := _PLACE.search(text)):
                    asked.place = int(shown[1] or 0) + 1
                if message["msg"] == "process_completed":
                    if not message["success"] or "notice" in text:
                        asked.error = text[:300]
                    break
            else:
                asked.error = "the stream ended early"
        except (httpx.HTTPError, ValueError) as error:
            asked.error = f"{type(error).__name__}: {error}"
        asked.finished = time.perf_counter()
        return asked

    async def _messages(self) -> AsyncIterator[dict[str, Any]]:
        url = f"/gradio_api/queue/data?session_hash={self.session}"
        async with self.client.stream("GET", url) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                if line.startswith("data:"):
                    yield json.loads(line.removeprefix("data:"))


async def measure(url: str, process: psutil.Process, *, people: int, questions: int) -> int:
    """Print the measurements; gives how many questions failed."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(
        base_url=url, timeout=_ANSWER_SECONDS, limits=limits, trust_env=False
    ) as client:
        config = (await client.get("/config")).json()
        box = QuestionBox.of(config)
        await Visitor(client, box).ask(QUESTIONS[0])  # the first loads what it needs
        at_once = await _all_at_once(client, box, people)
        steady = await _one_after_another(client, box, process, questions)
    errors = [asked.error for asked in (*at_once, *steady) if asked.error]
    for error in errors[:3]:
        print(f"  {error}")
    return len(errors)


async def _all_at_once(client: httpx.AsyncClient, box: QuestionBox, people: int) -> list[Asked]:
    print(f"{people} people ask at once")
    page_seconds: list[float] = []
    looking = asyncio.create_task(_look_at_the_page(client, page_seconds))
    visitors = [Visitor(client, box) for _ in range(people)]
    asked = await asyncio.gather(
        *(visitor.ask(QUESTIONS[at % len(QUESTIONS)]) for at, visitor in enumerate(visitors))
    )
    looking.cancel()
    waits = [each.finished - each.joined for each in asked]
    print(
        f"  errors {sum(bool(each.error) for each in asked)}, "
        f"all answered in {max(waits):.1f} s, {people / max(waits):.1f} answers a second\n"
        f"  saw their place in the line: {sum(each.place > 0 for each in asked)}\n"
        f"  order: nobody was overtaken by more than {_overtaken(asked)} from behind\n"
        f"  the page itself meanwhile, 95 % under: {percentile_95(page_seconds or [0.0]):.2f} s"
    )
    return list(asked)


async def _one_after_another(
    client: httpx.AsyncClient, box: QuestionBox, process: psutil.Process, questions: int
) -> list[Asked]:
    print(f"{questions} questions, a new visitor every {_TURNS_A_VISITOR}")
    asked: list[Asked] = []
    visitor = Visitor(client, box)
    for number in range(questions):
        if number % _TURNS_A_VISITOR == 0:
            visitor = Visitor(client, box)
        if number % max(1, questions // 10) == 0:
            print(f"  after {number:5} questions: {_memory_mb(process):6.0f} MB", flush=True)
        asked.append(await visitor.ask(QUESTIONS[number % len(QUESTIONS)]))
    print(f"  after {questions:5} questions: {_memory_mb(process):6.0f} MB")
    seconds = [each.finished - each.joined for each in asked]
    errors = sum(bool(each.error) for each in asked)
    print(f"  errors {errors}, 95 % answered under {percentile_95(seconds or [0.0]):.2f} s")
    return asked


async def _look_at_the_page(client: httpx.AsyncClient, seconds: list[float]) -> None:
    while True:
        start = time.perf_counter()
        (await client.get("/")).raise_for_status()
        seconds.append(time.perf_counter() - start)
        await asyncio.sleep(0.25)


def _overtaken(asked: list[Asked]) -> int:
    """The most people behind someone in the line who were answered before them.

    As many as are answered at once may be: their questions take different times.
    """
    return max(
        sum(other.place > each.place > 0 and other.finished < each.finished for other in asked)
        for each in asked
    )


def _memory_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


@contextmanager
def _serving(options: list[str]) -> Iterator[tuple[str, psutil.Process]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ui.commands.cli", "serve", "--port", str(port), *options]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2]) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_served(url, server)
            yield url, psutil.Process(server.pid)
        finally:
            server.terminate()


def _wait_until_served(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit("the page did not start: its message is above.")
        try:
            httpx.get(f"{url}/config", trust_env=False).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"the page did not start within {_START_SECONDS} s.")


def main() -> None:
    """Serve, measure, and fail where a question did."""
    parser = argparse.ArgumentParser(prog="python -m ui.commands.load_test", description=__doc__)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--corpus", default=None)
    parser.add_argument("--store", default=None)
    chosen = parser.parse_args()
    options = [
        *(["--corpus", chosen.corpus] if chosen.corpus else []),
        *(["--store", chosen.store] if chosen.store else []),
    ]
    with _serving(options) as (url, process):
        work = measure(url, process, people=chosen.people, questions=chosen.questions)
        if asyncio.run(work):
            sys.exit(1)


if __name__ == "__main__":
    main()
