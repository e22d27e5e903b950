"""The page in a real browser, before a scripted assistant."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from rag.types import TraitCorrection
from tests.ui.conftest import Visitor
from tests.ui.fakes import EXAMPLES, FakeAssistant
from ui.page.page import status_line
from ui.service.feedback import Feedback
from ui.service.waiting_queue import PLACES


def test_a_marker_opens_the_sentence_behind_it(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    page, panel = visitor.page, visitor.page.locator("#panel")
    markers = page.locator(".answer .prose button.cite")
    expect(markers).to_have_text(["[1]", "[2]"])
    expect(panel).to_be_hidden()
    markers.first.click()
    expect(panel).to_be_visible()
    assert "".join(panel.locator("mark").all_text_contents()).startswith("Mid-career (3–6 years):")
    expect(panel.locator("mark").first).to_be_in_viewport()
    expect(panel.locator(".meta")).to_contain_text("2026-06")
    expect(panel.locator(".meta")).to_contain_text("Pay by stage › Europe")
    expect(panel).to_contain_text("Entry level")  # its surroundings
    markers.nth(1).click()
    assert panel.locator("tr.hit mark").all_text_contents() == ["Principal", "$300k", "$560k"]
    assert panel.locator("td.figure mark").all_text_contents() == ["$300k", "$560k"]
    expect(panel).to_contain_text("Junior")  # its table
    assert visitor.errors == []


def test_pointing_at_a_marker_shows_its_quote(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    tip = visitor.page.locator("#tip")
    visitor.page.locator(".answer .prose button.cite").first.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(
        "Mid-career (3–6 years): €70,000–€120,000 a year, and more in Zurich"
    )
    visitor.page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_a_marker_opens_its_own_answers_source(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    visitor.ask("What do you earn now?")
    first, second = visitor.page.locator(".answer").all()
    second.locator(".prose button.cite").first.click()
    expect(second.locator(".source.shown")).to_have_count(1)
    expect(first.locator(".source.shown")).to_have_count(0)
    first.locator(".prose button.cite").nth(1).click()
    expect(first.locator(".source-2.shown")).to_have_count(1)
    expect(second.locator(".source.shown")).to_have_count(0)
    expect(visitor.page.locator("#panel tr.hit")).to_have_count(1)


def test_the_keyboard_is_enough(visitor: Visitor) -> None:
    visitor.ask("What does a mid-level engineer earn?")
    page = visitor.page
    marker = page.locator(".answer .prose button.cite").first
    expect(marker).to_have_attribute("aria-label", "Source 1: Pay by stage")
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_focused()
    page.keyboard.press("Tab")  # the first source has none before it
    expect(page.get_by_role("button", name="Later source")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel tr.hit")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(marker).to_be_focused()
    page.locator("#new-chat").focus()
    page.keyboard.press("/")
    box = page.locator("#box textarea")
    expect(box).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("What does a mid-level engineer earn?")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")


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
    visitor.start("crawling: what do you earn?")
    expect(visitor.page.locator(".answer.writing")).to_contain_text("Mid-career")
    visitor.page.locator("#box .stop-button").click()
    expect(visitor.page.locator(".answer.stopped")).to_contain_text("Mid-career")
    expect(visitor.page.locator("#box .submit-button")).to_be_visible()
    visitor.page.wait_for_timeout(2_000)
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
    expect(visitor.page.locator("#panel mark").first).to_be_visible()
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("window.pwned") is None
    inert = ":is(#chat, #panel) :is(script, img, iframe, a[href], .source svg)"
    assert visitor.page.locator(inert).count() == 0
    assert "<img src=x onerror=window.pwned=1>" in visitor.page.locator(".asked").inner_text()
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
    expect(phone.page.locator("#panel tr.hit")).to_be_in_viewport()
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


# --- what one can do with an answer -----------------------------------------------------


def finished(visitor: Visitor, count: int) -> None:
    expect(visitor.page.locator(".answer:not(.writing)")).to_have_count(count)
    expect(visitor.page.locator(".answer.writing")).to_have_count(0)
    expect(visitor.page.locator("#box .submit-button")).to_be_visible()


def mark_last_answer(visitor: Visitor) -> None:
    """So that one given anew, in its place, can be told from it."""
    visitor.page.locator(".answer").last.evaluate("answer => answer.classList.add('earlier')")


def replaced(visitor: Visitor, count: int) -> None:
    """Wait until the marked answer has gone and the one in its place is whole."""
    expect(visitor.page.locator(".answer.earlier")).to_have_count(0)
    finished(visitor, count)


def wait_until(holds: Callable[[], bool], *, seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_earlier_question_is_edited_and_what_followed_goes(
    visitor: Visitor, assistant: FakeAssistant
) -> None:
    visitor.ask("What do you earn?")
    visitor.ask("What about nurses?")
    visitor.page.get_by_role("button", name="Edit this question").first.click()
    box = visitor.page.locator("#box textarea")
    expect(box).to_have_value("What do you earn?")
    expect(visitor.page.locator(".editing")).to_contain_text("1 later answer will go")
    box.fill("What do seniors earn?")
    box.press("Enter")
    expect(visitor.page.locator(".asked")).to_have_text(["What do seniors earn?"])
    finished(visitor, 1)
    assert [message["content"] for message in assistant.asked[-1]] == ["What do seniors earn?"]


def test_what_is_searched_for_is_edited_and_taken_as_it_stands(
    visitor: Visitor, assistant: FakeAssistant
) -> None:
    visitor.ask("What do you earn?")
    visitor.page.get_by_role("button", name="Edit what is searched for").click()
    box = visitor.page.locator("#box textarea")
    expect(box).to_have_value("What does a mid-level AI engineer earn in Europe?")
    box.fill("What does a senior earn in Europe?")
    box.press("Enter")
    expect(visitor.page.locator(".asked")).to_have_text(["What does a senior earn in Europe?"])
    finished(visitor, 1)
    assert assistant.corrected[-1].verbatim == {"What does a senior earn in Europe?"}


def test_an_answer_is_given_again(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.ask("What do you earn?")
    asked = len(assistant.asked)
    mark_last_answer(visitor)
    visitor.page.get_by_role("button", name="Answer again").click()
    replaced(visitor, 1)
    assert len(assistant.asked) == asked + 1
    visitor.ask("What do you earn now?")
    assert len(assistant.asked) == asked + 2
    assert len(assistant.asked[-1]) == 3


def test_what_was_taken_from_the_visitor_is_put_right(
    visitor: Visitor, assistant: FakeAssistant
) -> None:
    visitor.ask("What do you earn?")
    place = visitor.page.get_by_label("place: change it, and press Enter")
    expect(place).to_have_value("Berlin")
    before = len(assistant.asked)
    mark_last_answer(visitor)
    place.fill("Paris")
    place.press("Enter")
    replaced(visitor, 1)
    assert len(assistant.asked) == before + 1
    visitor.ask("What do you earn now?")
    assert len(assistant.asked) == before + 2
    assert assistant.corrected[-1].traits == (TraitCorrection("place", "Berlin", "Paris"),)
    mark_last_answer(visitor)
    visitor.page.get_by_role("button", name="Forget years 4 years").click()
    replaced(visitor, 2)
    assert len(assistant.asked) == before + 3
    visitor.ask("And what do you earn then?")
    assert TraitCorrection("years", "4 years", "") in assistant.corrected[-1].traits


def test_a_verdict_with_a_word_is_kept(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.ask("What do you earn in Kraków?")
    visitor.page.get_by_role("button", name="Bad answer").click()
    word = visitor.page.get_by_label("Your word on it")
    word.fill("Kraków is missing")
    word.press("Enter")
    expect(word).to_be_hidden()
    pressed = visitor.page.get_by_role("button", name="Bad answer")
    expect(pressed).to_have_attribute("aria-pressed", "true")

    def notes() -> list[str]:
        return [
            question["note"]
            for question in Feedback(assistant.store).questions()
            if question["turns"] == ["What do you earn in Kraków?"]
        ]

    wait_until(lambda: [note.endswith("Kraków is missing") for note in notes()] == [True])


def test_an_answer_is_copied_with_its_sources(visitor: Visitor) -> None:
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.ask("What do you earn?")
    visitor.page.get_by_role("button", name="Copy the answer").click()
    expect(visitor.page.locator(".said")).to_have_text("Copied")
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert "€70,000–€120,000 a year [1]" in copied
    assert "[2] Pay by stage (Levels · 2026-06): “Principal $300k $560k”" in copied


def test_a_conversation_is_exported(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    texts = {}
    for name in ("Export as Markdown", "Export as JSON"):
        visitor.page.get_by_label("Menu").click()
        with visitor.page.expect_download() as download:
            visitor.page.get_by_role("button", name=name).click()
        texts[download.value.suggested_filename] = download.value.path().read_text("utf-8")
    assert "- [1] Pay by stage (pay.md" in texts["conversation.md"]
    assert json.loads(texts["conversation.json"])["turns"][0]["question"] == "What do you earn?"


def test_pay_is_downloaded_as_csv_and_png(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    pay = visitor.page.locator(".pay")
    expect(pay.locator("svg .bar").first).to_be_visible()
    pay.get_by_text("Table").click()
    expect(pay.get_by_role("row")).to_have_count(3)
    with visitor.page.expect_download() as download:
        pay.get_by_role("button", name="CSV").click()
    assert "560000" in download.value.path().read_text("utf-8")
    with visitor.page.expect_download() as download:
        pay.get_by_role("button", name="PNG").click()
    picture = download.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000


def test_history_is_reopened_renamed_searched_and_deleted(visitor: Visitor) -> None:
    page = visitor.page
    visitor.ask("What do you earn?")
    page.locator("#new-chat").click()
    finished(visitor, 0)
    visitor.ask("What about nurses?")
    page.get_by_label("Toggle Sidebar").click()
    titles = page.locator(".open-conversation")
    expect(titles).to_have_count(2)
    page.get_by_label("Search conversations").fill("70,000")
    expect(titles).to_have_count(1)
    titles.first.click()
    expect(page.locator(".asked")).to_have_text(["What do you earn?"])
    page.locator(".answer .prose button.cite").nth(1).click()
    expect(page.locator("#panel tr.hit")).to_have_count(1)  # its own sources
    page.get_by_label("Close the source").click()
    page.get_by_label("Rename What do you earn?").click()
    page.get_by_label("New name").fill("My pay")
    page.keyboard.press("Enter")
    expect(titles.first).to_contain_text("My pay")
    page.reload()
    expect(page.locator(".asked")).to_have_text(["What do you earn?"])  # as it was left
    page.get_by_label("Toggle Sidebar").click()
    page.get_by_label("Delete What about nurses?").click()
    page.get_by_label("Delete What about nurses?").click()
    expect(titles).to_have_count(1)
    visitor.ask("And what do you earn now?")
    expect(titles.first).to_contain_text("My pay")
    expect(page.locator(".asked")).to_have_count(2)
    assert visitor.errors == []


def test_a_reopened_conversation_goes_on(visitor: Visitor, assistant: FakeAssistant) -> None:
    visitor.ask("What do you earn?")
    visitor.page.reload()
    finished(visitor, 1)
    visitor.ask("What do you earn now?")
    assert [message["role"] for message in assistant.asked[-1]] == ["user", "assistant", "user"]


def test_a_link_asks_its_question_once(browser: Browser, fake_url: str) -> None:
    context = browser.new_context()
    linked = Visitor(context, f"{fake_url}/?q=What+do+you+earn%3F")
    expect(linked.page.locator(".asked")).to_have_text(["What do you earn?"])
    finished(linked, 1)
    assert linked.page.url == f"{fake_url}/"
    linked.page.reload()
    finished(linked, 1)
    context.close()


def test_colours_are_chosen_and_kept(visitor: Visitor) -> None:
    def paper() -> str:
        return str(visitor.page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light = paper()
    visitor.page.get_by_label("Menu").click()
    visitor.page.get_by_role("button", name="Dark colours").click()
    dark = paper()
    assert dark != light
    visitor.page.reload()
    visitor.page.locator("#box textarea").wait_for()
    visitor.page.wait_for_timeout(300)
    assert paper() == dark


def test_a_click_counts_though_its_marker_is_drawn_anew(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    marker = visitor.page.locator(".answer .prose button.cite").first
    marker.hover()
    visitor.page.mouse.down()
    marker.evaluate("button => button.replaceWith(button.cloneNode(true))")
    visitor.page.mouse.up()
    expect(visitor.page.locator("#panel mark").first).to_be_visible()


def test_nothing_jumps_while_an_answer_is_written(visitor: Visitor) -> None:
    visitor.ask("What do you earn?")
    visitor.start("slow: what do you earn?")
    question = visitor.page.locator(".asked").last
    expect(visitor.page.locator(".answer.writing .prose")).to_contain_text("Mid")
    places = set()
    for _ in range(8):
        visitor.page.wait_for_timeout(120)
        bounds = question.bounding_box()
        assert bounds is not None
        places.add(round(bounds["y"]))
    assert len(places) == 1


def test_a_fault_of_ours_is_a_calm_message(
    visitor: Visitor, assistant: FakeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    assistant.answers = {"broken": None, **assistant.answers}  # type: ignore[dict-item]
    visitor.page.locator("#box textarea").fill("broken")
    visitor.page.locator("#box textarea").press("Enter")
    expect(visitor.page.locator(".notice")).to_contain_text("Something went wrong")
    expect(visitor.page.locator("#box textarea")).to_have_value("broken")
    assert "could not be answered" in caplog.text
    del assistant.answers["broken"]


# --- several visitors -------------------------------------------------------------------


def test_who_waits_sees_their_place_in_the_line(
    browser: Browser, fake_url: str, assistant: FakeAssistant
) -> None:
    contexts = [browser.new_context() for _ in range(PLACES + 2)]
    visitors = [Visitor(context, fake_url) for context in contexts]
    with assistant.holding():
        for visitor in visitors:
            visitor.start("held: what do you earn?")
            expect(visitor.page.locator(".answer.writing")).to_be_visible()
        expect(visitors[-2].page.locator(".place")).to_have_text("In line: You are next…")
        expect(visitors[-1].page.locator(".place")).to_have_text("In line: 1 before you…")
    for visitor in visitors:
        expect(visitor.page.locator(".answer:not(.writing)")).to_contain_text(
            "principal", timeout=60_000
        )
    for context in contexts:
        context.close()


def test_whoever_stops_makes_room(visitor: Visitor) -> None:
    for count in range(1, PLACES + 2):
        visitor.start("crawling: what do you earn?")
        expect(visitor.page.locator(".answer.writing")).to_contain_text("Mid")
        visitor.page.locator("#box .stop-button").click()
        expect(visitor.page.locator(".answer.stopped")).to_have_count(count)
    visitor.ask("What do you earn now?")


def test_each_user_of_a_shared_browser_has_a_history_of_their_own(
    browser: Browser, login_url: str
) -> None:
    context = browser.new_context()
    for name, earlier in (("ana", 0), ("ben", 0), ("ana", 1)):
        page = context.new_page()
        page.goto(f"{login_url}/logout")
        page.get_by_label("username").fill(name)
        page.get_by_label("password").fill(name * 2)
        page.get_by_role("button", name="Login").click()
        page.locator("#box textarea").wait_for()
        page.get_by_label("Toggle Sidebar").click()
        expect(page.locator(".open-conversation")).to_have_count(earlier)
        page.locator("#box textarea").fill(f"What do you earn, {name}?")
        page.locator("#box textarea").press("Enter")
        expect(page.locator(".open-conversation")).to_have_count(earlier + 1)
        page.close()
    context.close()
