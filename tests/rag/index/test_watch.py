"""A folder that changes is followed: by the index, and by an assistant that goes on answering."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from rag.assistant import Assistant
from rag.errors import CareerChatError
from rag.index.store import IndexReport
from rag.index.watch import following, indexed

PATIENCE_SECONDS = 60.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for what must come about; that it does is asserted, not how soon."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, "nothing came of the change"
        time.sleep(0.05)


def test_each_change_of_the_folder_is_indexed_and_told(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("Seniors earn $200,000.", encoding="utf-8")
    stop = threading.Event()
    told: list[IndexReport | CareerChatError] = []

    def follow() -> None:
        for outcome in indexed(corpus, store=tmp_path / "store", progress=None, stop=stop):
            told.append(outcome)  # noqa: PERF402 - each is seen while the next is awaited

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        until(lambda: len(told) == 1)
        (corpus / "b.md").write_text("Juniors earn $100,000.", encoding="utf-8")
        until(lambda: len(told) == 2)
        (corpus / ".b.md.swp").write_text("An editor's own.", encoding="utf-8")
        (corpus / "a.md").unlink()
        until(lambda: len(told) == 3)
        (corpus / "b.md").unlink()
        until(lambda: len(told) == 4)
        (corpus / "c.md").write_text("Back again.", encoding="utf-8")
        until(lambda: len(told) == 5)
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    first, second, third, emptied, last = told
    assert isinstance(first, IndexReport)
    assert first.added == ("a.md",)
    assert isinstance(second, IndexReport)
    assert second.added == ("b.md",)
    assert isinstance(third, IndexReport)
    assert third.removed == ("a.md",)
    assert isinstance(emptied, CareerChatError)
    assert isinstance(last, IndexReport)
    assert last.added == ("c.md",)


def test_an_assistant_takes_changes_up_by_itself(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Pay\n\nSenior engineers earn $200,000.\n", encoding="utf-8")
    assistant = Assistant.open(corpus, store=tmp_path / "store")
    errors: list[CareerChatError] = []
    with following(assistant, on_error=errors.append):
        before = assistant.search("senior pay")
        (corpus / "b.md").write_text("# Zoo\n\nPenguins waddle about.\n", encoding="utf-8")
        until(lambda: len(assistant.library.heads) == 2)
        assert assistant.search("penguins")[0].chunk.document == "b.md"
        assert assistant.search("senior pay")[0].chunk == before[0].chunk
        for path in corpus.iterdir():
            path.unlink()
        until(lambda: bool(errors))
        assert len(assistant.library.heads) == 2  # what there was goes on being served
    assert "no readable documents" in str(errors[0])
