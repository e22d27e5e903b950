"""The page in a real browser, before a scripted assistant."""

from __future__ import annotations

import json
import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.conftest import Visitor
from tests.ui.fakes import FakeAssistant
from ui.page import EXAMPLES, status_line


def test_a_marker_opens_the_sentence_behind_it(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    markers = visitor.page.locator(".answer .prose button.cite")
    expect(markers).to_have_text(["[1]", "[2]"])
    markers.first.click()
    source = visitor.page.locator("details.source[open]")
    expect(source).to_have_count(1)
    assert "".join(source.locator("mark").all_text_contents()).startswith("Mid-career (3–6 years):")
    expect(source.locator("mark").first).to_be_visible()
    expect(source).to_contain_text("2026-06")
    expect(source).to_contain_text("Entry level")  # its surroundings
    markers.nth(1).click()
    expect(source).to_have_count(1)  # the other one closed
    assert source.locator("tr.hit mark").all_text_contents() == ["Principal", "$300k", "$560k"]
    assert visitor.errors == []


def test_a_marker_opens_its_own_answers_source(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    visitor.ask("What do you earn now?")
    first, second = visitor.page.locator(".answer").all()
    second.locator(".prose button.cite").first.click()
    expect(second.locator("details[open]")).to_have_count(1)
    expect(first.locator("details[open]")).to_have_count(0)
    first.locator(".prose button.cite").nth(1).click()
    expect(first.locator("details[open] tr.hit")).to_have_count(1)


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    marker = visitor.page.locator(".answer .prose button.cite").first
    expect(marker).to_have_attribute("aria-label", "Source 1: Pay by stage")
    marker.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("details.source[open] summary")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.locator("details.source[open]")).to_have_count(0)


def test_messages_are_read_out_as_their_words(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    # Gradio labels each message with its source text, HTML and all.
    expect(
        visitor.page.locator("[data-testid=bot][aria-label], [data-testid=user][aria-label]")
    ).to_have_count(0)


def test_examples_and_suggestions_ask(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.page.get_by_text(EXAMPLES[0]).click()
    expect(visitor.page.locator(".answer:not(.writing)")).to_have_count(1)
    visitor.page.get_by_role("button", name="And in the US?").click()
    expect(visitor.page.locator(".answer:not(.writing)")).to_have_count(2)
    assert [message["content"] for message in assistant.asked[-1]][::2] == [
        EXAMPLES[0],
        "And in the US?",
    ]
    expect(visitor.page.locator("#chat .option")).to_have_count(0)


def test_visitors_do_not_share_a_conversation(
    browser: Browser, visitor: Visitor, assistant: FakeAssistant
) -> None:
    visitor.ask("What do you earn?")
    other_context = browser.new_context()
    Visitor(other_context, visitor.url).ask("What do I earn?")
    assert len(assistant.asked[-1]) == 1
    other_context.close()


def test_stop_keeps_what_was_written(visitor: Visitor, assistant: FakeAssistant) -> None:
    box = visitor.page.locator("#box textarea")
    box.fill("slow: what do you earn?")
    box.press("Enter")
    expect(visitor.page.locator(".answer.writing")).to_contain_text("Mid-career")
    visitor.page.locator("#box .stop-button").click()
    expect(visitor.page.locator(".answer.stopped")).to_contain_text("Mid-career")
    expect(visitor.page.locator("#box .submit-button")).to_be_visible()
    visitor.page.wait_for_timeout(700)
    expect(visitor.page.locator(".answer")).not_to_contain_text("principal")
    visitor.ask("And what do you earn now?")
    assert assistant.asked[-1][1]["content"].startswith("Mid")


def test_new_chat_forgets(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.ask("What do you earn?")
    visitor.page.locator("#new-chat").click()
    expect(visitor.page.locator(".answer")).to_have_count(0)
    visitor.ask("What do you earn?")
    assert len(assistant.asked[-1]) == 1


@pytest.mark.parametrize(
    ("question", "said"),
    [("   ", "question is empty"), ("earn " * 4_000, "more than 4000 characters")],
)
def test_a_bad_question_is_a_calm_message_and_nothing_is_lost(
    visitor: Visitor, question: str, said: str
) -> None:
    visitor.ask("What do you earn?")
    box = visitor.page.locator("#box textarea")
    box.fill(question)
    box.press("Enter")
    expect(visitor.page.locator(".notice")).to_contain_text(said)
    expect(box).to_have_value(question)
    expect(visitor.page.locator(".answer")).to_have_count(1)
    visitor.ask("What do you earn now?")
    expect(visitor.page.locator(".notice")).to_have_count(0)


def test_hostile_text_is_inert(visitor: Visitor) -> None:
    visitor.ask("hostile <img src=x onerror=window.pwned=1><script>window.pwned=1</script>")
    visitor.page.locator(".answer .prose button.cite").first.click()
    expect(visitor.page.locator("details[open] mark").first).to_be_visible()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("window.pwned") is None
    assert visitor.page.locator("#chat :is(script, img, iframe, a[href], details svg)").count() == 0
    assert "<img src=x onerror=window.pwned=1>" in visitor.page.locator(".question").inner_text()
    assert visitor.outside == []


def test_the_page_fetches_nothing_from_elsewhere(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    visitor.page.locator(".answer .prose button.cite").first.click()
    visitor.page.wait_for_timeout(500)
    assert visitor.outside == []
    assert visitor.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_needs_no_sideways_scroll(browser: Browser, fake_url: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme=scheme,
        has_touch=True,  # type: ignore[arg-type]
    )
    phone = Visitor(context, fake_url)
    phone.ask("What do you earn? " + "unbroken" * 30)
    phone.page.locator(".answer .prose button.cite").nth(1).tap()
    expect(phone.page.locator("details[open] tr.hit")).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    log = phone.page.locator("#chat .bubble-wrap")
    assert log.evaluate("log => log.scrollWidth - log.clientWidth") <= 1
    context.close()


def test_the_status_line_says_who_answers_from_how_much(
    assistant: FakeAssistant, visitor: Visitor
) -> None:
    line = "Answers by: embedded · 2 documents · 6 passages · nothing leaves this machine"
    assert status_line(assistant) == line  # type: ignore[arg-type]
    expect(visitor.page.locator("#status")).to_have_text(line)


def test_the_ask_endpoint_gives_the_contracts_object(fake_url: str) -> None:
    call = urllib.request.Request(
        f"{fake_url}/gradio_api/call/ask",
        data=json.dumps({"data": ["What do you earn?"]}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(call) as response:
        event = json.load(response)["event_id"]
    with urllib.request.urlopen(f"{fake_url}/gradio_api/call/ask/{event}") as response:
        lines = response.read().decode().splitlines()
    assert lines[0] == "event: complete"
    (answer,) = json.loads(lines[1].removeprefix("data: "))
    assert answer["citations"][0]["document"] == "pay.md"


def test_only_the_ask_endpoint_is_public(fake_url: str) -> None:
    with urllib.request.urlopen(f"{fake_url}/gradio_api/info") as response:
        assert list(json.load(response)["named_endpoints"]) == ["/ask"]
