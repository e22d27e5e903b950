"""Serving the page: this machine only by default, and nothing fetched from any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import gradio as gr
from starlette.middleware import Middleware

from rag.errors import InputError
from ui.access.address import Address
from ui.access.auth import login_check, read_users
from ui.access.middleware import Allowed, BodyLimit, LocalNames, Login, NoUploads, SecurityHeaders
from ui.page.page import asset, build_page
from ui.programs.openai_api import routes
from ui.service.site import HouseRules, Site, is_loopback
from ui.service.uploads import MAX_UPLOAD_BYTES

if TYPE_CHECKING:
    from rag.assistant import Assistant

_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
_MONO_FONTS = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


_SCRIPTS = ("bridge.js", "pay.js", "chat.js", "panel.js", "history.js", "page.js")

NO_RULES = HouseRules()


@contextmanager
def served(assistant: Assistant, address: Address, rules: HouseRules = NO_RULES) -> Iterator[str]:
    """Serve the page while the block runs; gives its URL.

    :raises InputError: the port was taken, or the users' file is not of its form.
    """
    auth = login_check(read_users(rules.auth_file)) if rules.auth_file else None
    site = Site.of(assistant, address, rules)
    page = build_page(site)
    settings = _launch_settings(address)
    settings["app_kwargs"] = {
        "routes": routes(site),
        "middleware": _middleware(site, address, auth),
    }
    try:
        with redirect_stdout(StringIO()):  # the MCP server announces itself, quiet or not
            _, url, _ = page.launch(**settings, auth=auth)
    except OSError as error:  # taken since it was looked at
        raise InputError(f"port {address.port} is taken: choose another with --port.") from error
    try:
        yield url.rstrip("/")
    finally:
        page.close(verbose=False)


def _middleware(site: Site, address: Address, auth: Allowed | None) -> list[Middleware]:
    """Outermost first."""
    layers = [Middleware(SecurityHeaders)]
    if auth is None and is_loopback(address.host):
        layers.append(Middleware(LocalNames))
    if not site.may_change:
        layers.append(Middleware(NoUploads))
    return [*layers, Middleware(Login, allowed=auth), Middleware(BodyLimit)]


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
        "run_history": False,
        "enable_monitoring": False,
        "pwa": False,
        "mcp_server": True,
        "max_file_size": MAX_UPLOAD_BYTES,
        "theme": _theme(),
        "css": asset("page.css"),
        "head": "".join(f"<script>{asset(name)}</script>" for name in _SCRIPTS),
    }


def _theme() -> gr.themes.Base:
    # Fonts by name alone: Gradio's own themes would fetch theirs.
    return gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", font=_FONTS, font_mono=_MONO_FONTS
    )
