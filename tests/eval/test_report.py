"""The report's files: escaped, self-contained, and opened in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from eval.compare import Comparison, Earlier, EarlierRun, compare_with
from eval.figures import Figure
from eval.judge import Outcome, judge
from eval.metrics import Difference, Interval
from eval.model_judge import Opinion, Opinions
from eval.questions import Kind, Question
from eval.report import write_report
from eval.report_html import Extras, as_html
from eval.report_markdown import difference_text, markdown_report
from eval.summary import Timings, summarise
from eval.trace import Stage
from rag.types import Answer
from tests.eval.fakes import a_decline, a_question, an_answer

NASTY = '<img src=x onerror="document.title=1"><script>document.title=2</script>'


def an_outcome(question: Question, answer: Answer, stage: Stage | None = None) -> Outcome:
    return replace(Outcome(question, answer, "", 12.0, judge(question, answer)), stage=stage)


PAY = a_question("pay-1", turns=("What do seniors earn?",), figures=(Figure(70_000, "EUR"),))
LOST = a_question("pay-2", turns=("And juniors?",), figures=(Figure(9, "EUR"),))
BAD = a_question(
    "bad-1", turns=(f"hello {NASTY}",), kind=Kind.INJECTION, points=((f"p {NASTY}",),), note=NASTY
)
OUTCOMES = [
    an_outcome(PAY, an_answer("**€70,000** [1]", ("a.md", f"€70,000 {NASTY}"))),
    an_outcome(LOST, a_decline(), Stage.WRONGLY_DECLINED),
    an_outcome(
        BAD, an_answer(f"| a |\n|---|\n| {NASTY} |\n\n[x](javascript:alert(1))"), Stage.NOT_SAID
    ),
]
EARLIER = EarlierRun(
    Path("earlier"),
    {
        "pay-1": Earlier(False, f"€6 {NASTY}", ("missing figure",)),
        "pay-2": Earlier(True, "€9", ()),
        "gone-1": Earlier(True, "x", ()),
    },
)
OPINIONS = Opinions(
    f"tiny {NASTY}",
    {
        "pay-1": Opinion(True, f"fine {NASTY}"),
        "pay-2": Opinion(False, ""),
        "bad-1": Opinion(None, "hm"),
    },
)
TIMINGS = Timings(10.0, 20.0, 1.5, 2, 900.0)


def compared() -> Comparison:
    return compare_with(EARLIER, OUTCOMES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    write_report(
        OUTCOMES, summarise(OUTCOMES), TIMINGS, tmp_path, extras=Extras(compared(), OPINIONS)
    )
    page = browser.new_page(viewport={"width": 1100, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    asked_for = [text for text in said if not text.endswith("report.html") and text != "data:,"]
    assert asked_for == []
    page.close()


def cards(page: Page) -> list[str]:
    shown = page.locator(".card:visible").all()
    return [card.get_attribute("data-id") or "" for card in shown]


def test_what_failed_shows_first_and_filters_choose_the_rest(page: Page) -> None:
    expect(page.locator(".headline").first).to_contain_text("1 of 3 questions are answered right")
    assert cards(page) == ["pay-2", "bad-1"]
    page.select_option("[data-filter=state]", "")
    assert cards(page) == ["pay-1", "pay-2", "bad-1"]
    page.select_option("[data-filter=stage]", "wrongly declined")
    assert cards(page) == ["pay-2"]
    page.select_option("[data-filter=stage]", "")
    page.fill("[data-filter=text]", "SENIORS")
    assert cards(page) == ["pay-1"]
    expect(page.locator("#shown")).to_have_text("1 of 3 questions")


def test_a_bar_of_the_chart_leads_to_its_questions(page: Page) -> None:
    page.locator('[data-choose="kind=injection"]').click()
    assert cards(page) == ["bad-1"]


def test_the_earlier_answer_stands_beside_the_new_one(page: Page) -> None:
    expect(page.locator("#compared")).to_contain_text("no more than chance can explain")
    page.locator('[data-open="pay-1"]').click()
    card = page.locator('.card[data-id="pay-1"]')
    expect(card).to_contain_text("Earlier answer (not right)")
    expect(card).to_contain_text("€6")
    expect(card.locator(".chip.good")).to_have_text("fixed")
    page.select_option("[data-filter=state]", "broke")
    page.fill("[data-filter=text]", "")
    assert cards(page) == ["pay-2"]


def test_a_models_opinion_stands_apart_from_the_measures(page: Page) -> None:
    expect(page.locator("#opinions")).to_contain_text("on 2 of 2 answers")
    expect(page.locator("#opinions")).to_contain_text("no part in any measure")
    page.select_option("[data-filter=state]", "")
    page.locator("#open-all").click()
    expect(page.locator('.card[data-id="pay-1"] .opinion')).to_contain_text("finds it good: fine")
    expect(page.locator('.card[data-id="pay-2"] .opinion')).to_contain_text("no reason given")
    expect(page.locator('.card[data-id="bad-1"] .opinion')).to_contain_text("gave no verdict: hm")


def test_nothing_of_a_question_or_answer_runs(page: Page) -> None:
    page.select_option("[data-filter=state]", "")
    page.locator("#open-all").click()
    assert page.title() == "Evaluation: 1 of 3 right"
    assert page.locator("main img").count() == 0
    assert page.locator("main a").count() == 0
    expect(page.locator('.card[data-id="bad-1"] .asked')).to_contain_text("<img src=x")


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_markers_are_set_apart_and_links_are_not_links() -> None:
    html = as_html("Pay [1], [a](http://x.example) <b>")
    assert '<sup class="marker">1</sup>' in html
    assert "<a" not in html
    assert "&lt;b&gt;" in html


def test_the_markdown_report_holds_the_numbers_and_escapes_the_questions() -> None:
    text = markdown_report(OUTCOMES, summarise(OUTCOMES), compared())
    assert text.startswith("## Evaluation: 1 of 3 right (33.3 %")
    assert "- 1 fixed: pay-1" in text
    assert "- 1 broke: pay-2" in text
    assert "wrongly declined" in text
    assert "<img" not in text.replace("\\<img", "")


def test_a_difference_is_said_to_be_beyond_chance_only_where_it_is() -> None:
    sure = Difference(0.1, Interval(0.05, 0.15), 0.001)
    assert (
        difference_text(sure)
        == "+10.0 points right (+5.0 to +15.0, p = 0.001): better, beyond chance"
    )
    assert "worse, beyond chance" in difference_text(replace(sure, mean=-0.1))
    assert "chance can explain" in difference_text(replace(sure, p_value=0.2))
