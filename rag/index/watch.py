"""A corpus folder that changes -> an index, and an assistant, that follow it by themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import watchfiles

from rag.errors import CareerChatError
from rag.index.store import IndexReport, Progress, build
from rag.models.embedder import MiniLM

QUIET_MILLISECONDS = 400
"""So long must nothing change before a burst of changes is taken for whole."""
MAX_BURST_MILLISECONDS = 3000
TURN_MILLISECONDS = 1000
"""How often the watch looks whether it is to stop."""
AWAY_SECONDS = 2.0
"""How often a folder that is not there (unmounted, being replaced) is looked for."""


def changes(corpus: Path, *, stop: threading.Event) -> Iterator[None]:
    """Once for each burst of changes below a folder, until ``stop`` is set."""
    looked = False
    while not stop.is_set():
        try:
            for found in watchfiles.watch(
                corpus,
                stop_event=stop,
                step=QUIET_MILLISECONDS,
                debounce=MAX_BURST_MILLISECONDS,
                watch_filter=_is_document,
                rust_timeout=TURN_MILLISECONDS,
                yield_on_timeout=True,
            ):
                # At first, for what changed before there was anyone to see it.
                if found or not looked:
                    yield
                looked = True
        except (OSError, RuntimeError):
            # The folder went away; what became of it is looked at when it is back.
            stop.wait(AWAY_SECONDS)
            looked = not corpus.is_dir()


def _is_document(_change: watchfiles.Change, path: str) -> bool:
    """Not what editors and copying programs keep beside the file that they write."""
    return not Path(path).name.startswith((".", "~$"))


def indexed(
    corpus: Path,
    *,
    store: Path | None,
    progress: Progress | None,
    stop: threading.Event,
) -> Iterator[IndexReport | CareerChatError]:
    """Bring the index up to date now and after each change, and say what was done, or not.

    :raises CareerChatError: the first update fails; later ones are given, since a folder that is
        half copied or emptied for now will change again.
    """
    embedder = MiniLM.when_needed()
    report = build(corpus, store=store, embedder=embedder, progress=progress)
    yield report
    for _ in changes(corpus, stop=stop):
        try:
            latest = build(corpus, store=store, embedder=embedder, progress=progress)
        except CareerChatError as error:
            yield error
        else:
            if latest.generation != report.generation:
                report = latest
                yield report


class Refreshed(Protocol):
    """What answers from a corpus folder and can take up its changes."""

    corpus: Path

    def refresh(self) -> object: ...


@contextmanager
def following(
    assistant: Refreshed, *, on_error: Callable[[CareerChatError], None]
) -> Iterator[None]:
    """While the block runs, the assistant takes up each change of its corpus folder.

    Questions under way end on the generation they began with.
    """
    stop = threading.Event()

    def follow() -> None:
        for _ in changes(assistant.corpus, stop=stop):
            try:
                assistant.refresh()
            except CareerChatError as error:
                on_error(error)

    thread = threading.Thread(target=follow, name="corpus-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)
