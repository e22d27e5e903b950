"""The whole thing as a visitor meets it: the command, the real documents, a real browser."""

from __future__ import annotations

import os
import queue
import shutil
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


HOSTILE_NAME = "zebra <img src=x onerror=window.pwned=1>.md"
HOSTILE_DOCUMENT = """---
title: <script>window.pwned=1</script> Zebra keepers \u202egnikam
date: 2026-01
---

# Zebra keepers <img src=x onerror=window.pwned=1>

Zebra keepers in Narnia earn $70,000 to $90,000 a year <script>window.pwned=1</script>.
Senior zebra keepers earn [$120,000](javascript:window.pwned=1) to ![$150,000](data:text/html,<script>window.pwned=1</script>) a year.

| Zebra keeper | Pay <svg onload=window.pwned=1> |
|---|---|
| Junior zebra keeper <iframe srcdoc="<script>parent.pwned=1</script>"></iframe> | $50,000 |
| Lead zebra keeper "><details open ontoggle=window.pwned=1> | $170,000 |

Zebras are striped [1]: javascript:window.pwned=1 <a href="data:text/html,x" onclick="window.pwned=1">click</a>
<form action="https://evil.example"><input autofocus onfocus=window.pwned=1></form>
<style>body{display:none}</style><link rel=stylesheet href=https://evil.example/x.css>
<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example">
{{constructor.constructor('window.pwned=1')()}} ${window.pwned=1} <math><mtext><mglyph><style><img src onerror=window.pwned=1>
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real documents, and a hostile one."""
    folder = tmp_path_factory.mktemp("real") / "corpus"
    shutil.copytree(DEFAULT_CORPUS, folder)
    (folder / HOSTILE_NAME).write_text(HOSTILE_DOCUMENT, "utf-8")
    return folder


@pytest.fixture(scope="module")
def real_url(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store")
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ui.commands.cli",
            "serve",
            "--port",
            str(free_port()),
            "--store",
            str(store),
            "--corpus",
            str(corpus),
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
    panel = real_visitor.page.locator("#panel")
    expect(panel.locator("mark").first).to_be_in_viewport()
    marked = "".join(panel.locator("mark").all_text_contents())
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


def test_a_document_is_added_asked_about_and_removed(
    real_visitor: Visitor, tmp_path: Path, corpus: Path
) -> None:
    page = real_visitor.page
    question = "What does a lighthouse painter earn?"
    real_visitor.ask(question)
    expect(page.locator(".answer").last).not_to_contain_text("61,500")
    paper = tmp_path / "painters.md"
    paper.write_text("# Lighthouse painters\n\nA lighthouse painter earns $61,500 a year.\n")
    page.get_by_role("tab", name="Documents").click()
    rows = page.locator("table.documents tbody tr")
    before = rows.count()
    page.locator("#drop input[type=file]").set_input_files(paper)
    expect(page.locator(".outcome.good")).to_contain_text("1 added", timeout=60_000)
    expect(rows).to_have_count(before + 1)
    assert (corpus / "painters.md").exists()
    page.get_by_role("button", name="Lighthouse painters", exact=True).click()
    expect(page.locator("article.preview mark.fact")).to_contain_text("$61,500")
    page.get_by_role("tab", name="Chat").click()
    real_visitor.ask(question)
    expect(page.locator(".answer").last).to_contain_text("61,500")
    page.get_by_role("tab", name="Documents").click()
    page.get_by_role("button", name="Remove Lighthouse painters").click()
    page.get_by_role("button", name="Remove Lighthouse painters").click()
    expect(rows).to_have_count(before, timeout=60_000)
    assert not (corpus / "painters.md").exists()
    page.get_by_role("tab", name="Chat").click()
    # The answer that cited it still shows what was read; a new one no longer has it.
    page.locator("#new-chat").click()
    expect(page.locator(".answer")).to_have_count(0)
    real_visitor.ask(question)
    expect(page.locator(".answer").last).not_to_contain_text("61,500")
    assert real_visitor.errors == []


def test_what_cannot_be_read_is_refused_with_a_reason(
    real_visitor: Visitor, tmp_path: Path, corpus: Path
) -> None:
    page = real_visitor.page
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing of one")
    page.get_by_role("tab", name="Documents").click()
    page.locator("#drop input[type=file]").set_input_files(broken)
    expect(page.locator(".failed")).to_contain_text("broken.pdf", timeout=60_000)
    (corpus / "broken.pdf").unlink()
    page.get_by_role("button", name="Look for changes").click()
    expect(page.locator(".failed")).to_have_count(0, timeout=60_000)


def test_a_hostile_document_is_harmless_wherever_it_shows(real_visitor: Visitor) -> None:
    page = real_visitor.page
    for question in (
        "What do zebra keepers earn in Narnia?",
        "What do senior zebra keepers earn?",
        "What does a lead zebra keeper earn?",
        "Are zebras striped?",
    ):
        real_visitor.ask(question)
        for marker in page.locator(".answer").last.locator(".prose button.cite").all():
            marker.hover()
            marker.click()
            page.keyboard.press("Escape")
    page.get_by_role("tab", name="Documents").click()
    page.locator("table.documents .preview", has_text="Zebra").first.click()
    expect(page.locator("article.preview")).to_contain_text("striped")
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    shown = ":is(#chat .message, #panel, #documents, #preview, #header)"
    forbidden = "script, iframe, img, a[href], style, link, base, meta, math, object, embed"
    assert page.locator(f"{shown} :is({forbidden})").count() == 0
    handlers = """() => [...document.querySelectorAll('#chat *, #panel *, #documents *, #preview *')]
        .flatMap((element) => [...element.attributes])
        .filter((attribute) => /^on/i.test(attribute.name) || /javascript:/i.test(attribute.value))
        .filter((attribute) => attribute.name !== 'value').length"""
    assert page.evaluate(handlers) == 0
    assert "\u202e" not in page.locator("body").inner_text()
    assert real_visitor.outside == []
    assert page.url.startswith(real_visitor.url)


def test_two_visitors_at_once_each_get_their_own_answer(
    browser: Browser, real_visitor: Visitor
) -> None:
    other_context = browser.new_context()
    other = Visitor(other_context, real_visitor.url)
    for visitor, question in (
        (real_visitor, "What does a mid-level AI engineer earn in Europe?"),
        (other, "What is the median total compensation in Austin?"),
    ):
        visitor.page.locator("#box textarea").fill(question)
        visitor.page.locator("#box textarea").press("Enter")
    expect(real_visitor.page.locator(".answer:not(.writing)")).to_contain_text("€70,000")
    expect(other.page.locator(".answer:not(.writing)")).to_contain_text("$210")
    expect(real_visitor.page.locator(".answer")).to_have_count(1)
    other_context.close()


def _words(path: Path) -> str:
    """A document's text without Markdown's marks and spaces."""
    return path.read_text("utf-8").translate(str.maketrans("", "", "*_`|# \n"))
