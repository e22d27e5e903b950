"""A served page and a real browser, each started once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.ui.fakes import FakeAssistant
from ui.access import offline
from ui.access.auth import PasswordHash

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
]


# Generous, since it costs time only where something is wrong: a busy machine draws late.
expect.set_options(timeout=30_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(
            f"{CHROMIUM} is missing: install it (apt-get install chromium), then test again."
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=CHROMIUM_ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> FakeAssistant:
    return FakeAssistant(store=tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="session")
def fake_url(assistant: FakeAssistant) -> Iterator[str]:
    """The page of a scripted assistant."""
    offline.set_environment()
    from ui.access.address import Address
    from ui.commands.serve import served

    with served(assistant, Address(port=free_port())) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture(scope="session")
def users_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two users, "ana" and "ben"; each password is the name twice."""
    path = tmp_path_factory.mktemp("users") / "users"
    lines = [f"{name}:{PasswordHash.of(name * 2)}" for name in ("ana", "ben")]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(scope="session")
def login_url(assistant: FakeAssistant, users_file: Path) -> Iterator[str]:
    """The page of the scripted assistant behind a login."""
    offline.set_environment()
    from ui.access.address import Address
    from ui.commands.serve import served
    from ui.service.site import HouseRules

    rules = HouseRules(users_file)
    with served(assistant, Address(port=free_port()), rules) as url:  # type: ignore[arg-type]
        yield url


class Visitor:
    """A browser window on the page; notes what it fetches and what goes wrong in it."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.page.set_default_timeout(30_000)
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )
        self.page.goto(url)
        self.page.locator("#box textarea").wait_for()

    def _note(self, requested: str) -> None:
        if not requested.startswith((self.url, "data:", "blob:")):
            self.outside.append(requested)

    def start(self, question: str) -> None:
        """Type and press Enter."""
        self.page.locator("#box textarea").fill(question)
        self.page.locator("#box textarea").press("Enter")

    def ask(self, question: str) -> None:
        """Start, and wait for the finished answer."""
        before = self.page.locator(".answer:not(.writing)").count()
        self.start(question)
        self.page.locator(".answer:not(.writing)").nth(before).wait_for()


@pytest.fixture
def visitor(browser: Browser, fake_url: str) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield Visitor(context, fake_url)
    context.close()
