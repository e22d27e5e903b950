"""The web page: a chat whose every marker opens the sentence behind it."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr

from rag.settings import EMBEDDED
from ui.page.browser_events import Bridge
from ui.page.chat import ChatTab
from ui.page.documents_tab import DocumentsTab
from ui.page.settings_panel import Settings
from ui.programs.gradio_api import add_endpoints
from ui.service.site import Site
from ui.show.documents import count

if TYPE_CHECKING:
    from rag.assistant import Assistant

__all__ = ["TITLE", "asset", "build_page", "status_line"]

TITLE = "Career chat"
_ASSETS = Path(__file__).parent / "assets"
_CACHE_SECONDS = 3600


def build_page(site: Site) -> gr.Blocks:
    """The page for one assistant; every visitor has a conversation of their own."""

    def status() -> str:
        return _header_html(site.assistant)

    page = gr.Blocks(
        title=TITLE,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(_CACHE_SECONDS, _CACHE_SECONDS),
    )
    with page:
        bridge = Bridge()
        with gr.Sidebar(open=False, width=300, elem_id="history"):
            gr.HTML(asset("history.html"), elem_id="history-list", apply_default_css=False)
            with gr.Accordion("Settings", open=False, elem_id="settings"):
                settings = Settings(site)
        with gr.Row(elem_id="top"):
            header = gr.HTML(status(), elem_id="header", apply_default_css=False)
            fresh = gr.Button("New chat", size="sm", elem_id="new-chat", scale=0)
            gr.HTML(asset("menu.html"), elem_id="menu", apply_default_css=False)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat", elem_id="chat-tab"), gr.Column(elem_id="talk"):
                chat = ChatTab(site, bridge, settings)
                gr.HTML(_footer_html(), elem_id="footer", apply_default_css=False)
            with gr.Tab(
                "Documents", elem_id="documents-tab", render_children=True
            ) as documents_tab:
                documents = DocumentsTab(site, bridge, header)
        gr.HTML(asset("panel.html"), elem_id="panel-holder", apply_default_css=False)
        chat.connect(fresh)
        documents.connect([page.load, documents_tab.select], status)
        add_endpoints(site)
    return page


def asset(name: str) -> str:
    """The text of a file of ui/page/assets."""
    return (_ASSETS / name).read_text("utf-8")


def status_line(assistant: Assistant) -> str:
    """Who answers, and from how much."""
    documents = assistant.library.heads
    passages = sum(document.chunks for document in documents)
    parts = [
        f"Answers by: {assistant.writers.title(assistant.writers.default)}",
        count(len(documents), "document"),
        count(passages, "passage"),
    ]
    if assistant.writers.servers:
        chosen = " where it is chosen" if assistant.writers.default == EMBEDDED else ""
        parts.append(f"questions go to {' and '.join(assistant.writers.servers)}{chosen}")
    else:
        parts.append("nothing leaves this machine")
    if assistant.library.failed:
        parts.append(f"{count(len(assistant.library.failed), 'file')} could not be read")
    return " · ".join(parts)


def _header_html(assistant: Assistant) -> str:
    return (
        f"<h1>{TITLE}</h1>"
        f'<p id="status"><span class="dot" aria-hidden="true"></span>'
        f"{escape(status_line(assistant))}</p>"
    )


def _footer_html() -> str:
    return (
        "<p>Click a number to read the sentence behind it. "
        "Figures are only as new as their source.</p>"
    )
