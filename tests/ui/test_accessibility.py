"""axe-core finds nothing serious on any main screen (https://github.com/dequelabs/axe-core)."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.ui.conftest import Visitor

SIZES = {"laptop": (1280, 800), "phone": (390, 844)}


def serious(visitor: Visitor) -> list[str]:
    visitor.page.wait_for_timeout(300)  # until the fades are over: they blur the colours
    found = Axe().run(visitor.page).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_no_screen_has_a_serious_finding(
    browser: Browser, fake_url: str, size: str, scheme: str
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    visitor = Visitor(context, fake_url)
    page = visitor.page
    findings = {"empty": serious(visitor)}
    visitor.ask("What do you earn?")
    findings["answer"] = serious(visitor)
    page.locator(".pay").get_by_text("Table").click()
    page.get_by_role("button", name="Good answer").click()
    findings["table and word"] = serious(visitor)
    page.locator(".answer .prose button.cite").first.click()
    findings["source"] = serious(visitor)
    page.keyboard.press("Escape")
    page.get_by_label("Menu").click()
    findings["menu"] = serious(visitor)
    page.keyboard.press("Escape")
    page.get_by_label("Toggle Sidebar").click()
    findings["history"] = serious(visitor)
    page.get_by_role("button", name="Settings").click()
    findings["settings"] = serious(visitor)
    page.get_by_label("Toggle Sidebar").click()
    page.get_by_role("tab", name="Documents").click()
    findings["documents"] = serious(visitor)
    page.get_by_role("button", name="Pay by stage", exact=True).click()
    expect(page.locator("article.preview")).to_be_visible()
    findings["preview"] = serious(visitor)
    assert {screen: found for screen, found in findings.items() if found} == {}
    context.close()
