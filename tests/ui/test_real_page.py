"""The whole thing as a visitor meets it: the command, the real documents, a real browser."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from rag.settings import DEFAULT_CORPUS
from tests.ui.conftest import Visitor, free_port

_START_SECONDS = 120  # generous: a shared machine; the promise is measured by the doctor


@pytest.fixture(scope="module")
def real_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ui.cli",
            "serve",
            "--port",
            str(free_port()),
            "--store",
            str(store),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=DEFAULT_CORPUS.parent,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    said: queue.Queue[str] = queue.Queue()
    assert server.stdout is not None
    reader = threading.Thread(target=lambda pipe: said.put(pipe.readline()), args=[server.stdout])
    reader.start()
    try:
        line = said.get(timeout=_START_SECONDS)
        if "http://" not in line:
            pytest.fail(f"the page did not start: {server.communicate(timeout=10)[1]}")
        yield next(word for word in line.split() if word.startswith("http://"))
    finally:
        server.terminate()
        server.communicate(timeout=20)
        reader.join()


@pytest.fixture
def real_visitor(browser: Browser, real_url: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Visitor(context, real_url)
    context.close()


def test_a_question_is_answered_and_its_citation_opens(real_visitor: Visitor) -> None:
    real_visitor.ask("what does a mid-level AI engineer earn in Europe?")
    answer = real_visitor.page.locator(".answer")
    expect(answer).to_contain_text("€70,000")
    expect(answer).to_contain_text("120,000")
    answer.locator(".prose button.cite").first.click()
    source = answer.locator("details[open]")
    expect(source.locator("mark").first).to_be_visible()
    marked = "".join(source.locator("mark").all_text_contents())
    assert "70,000" in marked
    assert any(marked.replace(" ", "")[:20] in _words(path) for path in DEFAULT_CORPUS.glob("*.md"))
    assert real_visitor.outside == []
    assert real_visitor.errors == []


def test_a_follow_up_is_understood(real_visitor: Visitor) -> None:
    real_visitor.ask("what does a mid-level AI engineer earn in Europe?")
    real_visitor.ask("and in the US?")
    last = real_visitor.page.locator(".answer").last
    expect(last.locator(".searched")).to_be_visible()
    expect(last).to_contain_text("$")


def test_what_the_documents_do_not_hold_is_declined(real_visitor: Visitor) -> None:
    real_visitor.ask("what does a nurse in Toronto earn?")
    expect(real_visitor.page.locator(".answer.abstained")).to_be_visible()


def _words(path: Path) -> str:
    """A document's text without Markdown's marks and spaces."""
    return path.read_text("utf-8").translate(str.maketrans("", "", "*_`|# \n"))
