"""Language models in the page: which writes, what shows meanwhile, and what each answer cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openai
import pytest
from playwright.sync_api import Browser, expect

from tests.ui.conftest import Visitor, free_port
from tests.ui.fakes import FakeAssistant, FakeWriters
from tests.ui.test_accessibility import serious
from ui.access.address import Address
from ui.page.page import status_line

TINY, BIG = "/models/tiny-0.8b", "http://gpu.example:8000/v1#big"


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> FakeAssistant:
    store = tmp_path_factory.mktemp("store")
    return FakeAssistant(store=store, writers=FakeWriters(TINY, ("embedded", TINY, BIG)))


@pytest.fixture(scope="module")
def url(writing: FakeAssistant) -> Iterator[str]:
    from ui.commands.serve import served

    with served(writing, Address(port=free_port())) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def reader(browser: Browser, url: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Visitor(context, url)
    context.close()


def choose(visitor: Visitor, model: str) -> None:
    page = visitor.page
    page.get_by_label("Toggle Sidebar").click()
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Who writes").click()
    page.get_by_role("option", name=model).click()


def test_the_answer_is_there_while_the_model_writes(
    reader: Visitor, writing: FakeAssistant
) -> None:
    with writing.holding():
        reader.start("held: what do you earn?")
        answer = reader.page.locator(".answer.writing")
        expect(answer.locator(".words .label")).to_have_text("In the words of tiny-0.8b")
        # Whole, with its sources, before the model has ended its first sentence.
        expect(answer.locator("> .prose")).to_contain_text("€70,000–€120,000 a year")
        expect(answer.locator(".words")).to_contain_text("In plain words")
        answer.locator("> .prose button.cite").first.click()
        expect(reader.page.locator("#panel mark").first).to_be_visible()
    finished = reader.page.locator(".answer:not(.writing)")
    expect(finished.locator(".prose")).to_contain_text("In plain words: Mid-career")
    expect(finished.locator(".words")).to_have_count(0)
    expect(finished.locator(".checked")).to_have_text("1 sentence without support removed.")
    finished.locator(".cost summary").click()
    expect(finished.locator(".cost")).to_contain_text(
        "first word after 2.1 s, 11.4 tokens a second, 640 prompt tokens (312 of them kept from "
        "before), 96 written"
    )
    assert reader.errors == []


def test_stopping_the_model_leaves_the_answer_without_it(
    reader: Visitor, writing: FakeAssistant
) -> None:
    reader.start("crawling: what do you earn?")
    expect(reader.page.locator(".answer.writing .words")).to_be_visible()
    reader.page.locator("#box .stop-button").click()
    finished = reader.page.locator(".answer:not(.writing)")
    expect(finished.locator(".checked")).to_contain_text("You stopped the language model")
    expect(finished.locator(".prose button.cite")).to_have_text(["[1]", "[2]"])
    expect(finished.locator(".prose")).not_to_contain_text("In plain words")
    reader.ask("What do you earn now?")
    assert writing.asked[-1][1]["content"].startswith("Mid-career")


def test_the_visitor_chooses_who_writes(reader: Visitor, writing: FakeAssistant) -> None:
    choose(reader, "big (gpu.example:8000)")
    reader.ask("What do you earn?")
    assert writing.chosen[-1] == BIG
    expect(reader.page.locator(".answer .cost summary")).to_have_text("0.2 s · big")
    reader.page.get_by_label("Who writes").click()
    reader.page.get_by_role("option", name="embedded").click()
    reader.ask("What do you earn now?")
    assert writing.chosen[-1] == "embedded"
    expect(reader.page.locator(".answer .prose").last).not_to_contain_text("In plain words")


def test_the_models_words_alone(reader: Visitor, writing: FakeAssistant) -> None:
    reader.page.get_by_label("Toggle Sidebar").click()
    reader.page.get_by_role("button", name="Settings").click()
    reader.page.get_by_label("its words alone").check()
    with writing.holding():
        reader.start("held: what do you earn?")
        answer = reader.page.locator(".answer.writing")
        expect(answer.locator(".prose")).to_contain_text("In plain words")
        expect(answer.locator(".words")).to_have_count(0)
    expect(reader.page.locator(".answer:not(.writing) .prose")).to_contain_text("In plain words")


def test_what_a_model_adds_to_the_page_is_accessible(reader: Visitor) -> None:
    choose(reader, "tiny-0.8b")
    findings = serious(reader)
    reader.start("crawling: what do you earn?")
    expect(reader.page.locator(".answer.writing .words")).to_be_visible()
    assert findings + serious(reader) == []
    reader.page.locator("#box .stop-button").click()


def test_a_page_without_a_language_model_offers_none(visitor: Visitor) -> None:
    visitor.page.get_by_label("Toggle Sidebar").click()
    visitor.page.get_by_role("button", name="Settings").click()
    expect(visitor.page.get_by_label("How strict").first).to_be_visible()
    expect(visitor.page.get_by_label("Who writes")).to_have_count(0)


def test_programs_name_a_model_too(url: str, writing: FakeAssistant) -> None:
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as ask:
        big = "big (gpu.example:8000)"
        offered = [model.id for model in ask.models.list()]
        assert offered == ["career-chat", "embedded", "tiny-0.8b", big]
        for model, answers in ((big, BIG), ("gpt-4o", TINY), ("embedded", "embedded")):
            said = ask.chat.completions.create(
                model=model, messages=[{"role": "user", "content": "What do you earn?"}]
            )
            assert writing.chosen[-1] == answers
            assert said.usage is not None
            assert said.usage.completion_tokens == (0 if answers == "embedded" else 96)


def test_the_status_line_says_where_questions_go(tmp_path: Path) -> None:
    assistant = FakeAssistant(
        store=tmp_path, writers=FakeWriters(BIG, servers=("gpu.example:8000",))
    )
    line = status_line(assistant)  # type: ignore[arg-type]
    assert "Answers by: big (gpu.example:8000)" in line
    assert "questions go to gpu.example:8000" in line
    assert "leaves" not in line
    quiet = replace(assistant, writers=replace(assistant.writers, default="embedded"))
    assert "questions go to gpu.example:8000 where it is chosen" in status_line(quiet)  # type: ignore[arg-type]
