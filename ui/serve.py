"""Serving the page: this machine only by default, and nothing fetched from any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from rag.errors import InputError
from ui.auth import login_check, read_users
from ui.listening import Address
from ui.page import asset, build_page

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from rag.answer import Assistant

# The browser itself refuses whatever is not of this server, should any text slip through.
# Gradio's page needs inline scripts and styles; blob and data are its downloads and icons.
_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = [
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
_MONO_FONTS = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


class SecurityHeaders:
    """ASGI middleware that adds the headers above to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


@contextmanager
def served(
    assistant: Assistant, address: Address, *, auth_file: Path | None = None
) -> Iterator[str]:
    """Serve the page while the block runs; gives its URL.

    :raises InputError: the port was taken, or the users' file is not of its form.
    """
    auth = login_check(read_users(auth_file)) if auth_file else None
    page = build_page(assistant)
    try:
        _, url, _ = page.launch(**_launch_settings(address), auth=auth)
    except OSError as error:  # taken since it was looked at
        raise InputError(f"port {address.port} is taken: choose another with --port.") from error
    try:
        yield url.rstrip("/")
    finally:
        page.close(verbose=False)


def _launch_settings(address: Address) -> dict[str, Any]:
    return {
        "server_name": address.host,
        "server_port": address.port,
        "share": False,
        "inbrowser": False,
        "prevent_thread_lock": True,
        "quiet": True,
        "show_error": False,
        "ssr_mode": False,
        "footer_links": [],
        "enable_monitoring": False,
        "pwa": False,
        "theme": _theme(),
        "css": asset("page.css"),
        "head": f"<script>{asset('page.js')}</script>",
        "app_kwargs": {"middleware": [Middleware(SecurityHeaders)]},
    }


def _theme() -> gr.themes.Base:
    # Fonts by name alone: Gradio's own themes would fetch theirs.
    return gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", font=_FONTS, font_mono=_MONO_FONTS
    )
