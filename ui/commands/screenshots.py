"""The README's pictures of the page: ``python -m ui.commands.screenshots docs/``.

Serves the real page, asks it a question in headless chromium, opens the answer's first source
and takes its picture, light and dark. Needs the development tools (Playwright) and Debian's
chromium.
"""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import CareerChatError, InputError
from ui.access import offline

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUESTION = "What does a mid-level AI engineer earn in Europe?"
PAY_QUESTION = "Show the pay by level as a table."
_SIZES = {"page": (1280, 800), "phone": (390, 844), "pay": (1280, 800), "documents": (1280, 800)}


def take_pictures(url: str, folder: Path) -> list[Path]:
    """Write page, phone, pay and documents, each -light.png and -dark.png.

    :raises InputError: chromium is not installed, or the folder cannot be written to.
    """
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise InputError("chromium is missing: install it (apt-get install chromium).")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to {folder} ({error.strerror}).") from error
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        pictures = [
            _take_picture(browser, url, folder / f"{name}-{scheme}.png")
            for name in _SIZES
            for scheme in ("light", "dark")
        ]
        browser.close()
    return pictures


def _take_picture(browser: Browser, url: str, path: Path) -> Path:
    name, scheme = path.stem.split("-")
    width, height = _SIZES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.locator("#box textarea").wait_for()
    if name == "documents":
        page.get_by_role("tab", name="Documents").click()
        page.locator(".documents .preview").first.click()
        page.locator("article.preview").wait_for()
    else:
        page.locator("#box textarea").fill(PAY_QUESTION if name == "pay" else QUESTION)
        page.locator("#box textarea").press("Enter")
        marker = page.locator(".answer .prose button.cite").first
        marker.wait_for(timeout=120_000)
        if name == "pay":
            page.locator("section.pay").first.evaluate("pay => pay.scrollIntoView()")
        else:
            marker.click()
            page.locator("#panel mark").first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)  # until the scrolling and the fades are over
    page.screenshot(path=path)
    context.close()
    return path


def main() -> None:
    """Take the pictures of the default corpus' page."""
    if len(sys.argv) != 2:
        print("Usage: python -m ui.commands.screenshots FOLDER", file=sys.stderr)
        sys.exit(2)
    offline.set_environment()
    from rag import open_assistant
    from rag.settings import DEFAULT_CORPUS
    from ui.access.address import Address
    from ui.page.gradio_import import import_gradio

    import_gradio()
    from ui.commands.serve import served

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        with served(open_assistant(DEFAULT_CORPUS), Address(port=port)) as url:
            for picture in take_pictures(url, Path(sys.argv[1])):
                print(picture)
    except CareerChatError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
