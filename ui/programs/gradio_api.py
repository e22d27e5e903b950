"""The same answers for programs: named endpoints for Gradio's client, which the MCP server
offers as tools."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

import gradio as gr
from anyio.to_thread import run_sync
from gradio.events import api

from rag.errors import CareerChatError, InputError
from rag.types import Message
from ui.service.asking import answer_in_line
from ui.service.site import Site, person
from ui.show.serialise import answer_json, hit_json

MAX_HITS = 100


def add_endpoints(site: Site) -> None:
    """``/ask``, ``/search`` and ``/list_documents``, within the page's layout."""

    async def ask(
        question: str,
        history: list[dict[str, Any]] | None = None,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> dict[str, Any]:
        """Answer a question about pay or careers from the documents, with a citation of each
        figure; where the documents don't say, the answer says that.

        Args:
            question: The question, in plain words.
            history: Earlier messages, oldest first, each with "role" ("user" or "assistant") and "content".
        """
        messages = [*conversation(history or []), Message(role="user", content=question)]
        try:
            site.limit.check(person(request))
            events = site.assistant.stream(messages)
            return answer_json(await answer_in_line(site.lines, events))
        except CareerChatError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def search(
        query: str,
        k: int = 10,
        request: gr.Request = None,  # type: ignore[assignment]
    ) -> list[dict[str, Any]]:
        """Find the passages of the documents that are nearest to a query, best first.

        Args:
            query: What to look for.
            k: How many passages at most, from 1 to 100.
        """
        try:
            site.limit.check(person(request))
            async with site.lines.answering.turn():
                return await run_sync(partial(_search, site, query, min(max(int(k), 1), MAX_HITS)))
        except CareerChatError as error:
            raise gr.Error(str(error), print_exception=False) from error

    async def list_documents() -> list[dict[str, Any]]:
        """List the documents that answers come from: path, title, date, and how much was read."""
        return [
            {
                "document": document.path,
                "title": document.title,
                "date": document.date,
                "passages": document.chunks,
                "facts": document.facts,
            }
            for document in site.assistant.library.heads
        ]

    # Off Gradio's queue, since Line keeps the order; so the MCP server calls them directly.
    for endpoint in (ask, search, list_documents):
        api(endpoint, api_name=endpoint.__name__, queue=False)


def conversation(history: Sequence[object]) -> list[Message]:
    """Earlier messages as a program sent them.

    :raises InputError: one is not {"role": "user" or "assistant", "content": text}.
    """
    for message in history:
        role = message.get("role") if isinstance(message, dict) else None
        text = message.get("content") if isinstance(message, dict) else None
        if role not in {"user", "assistant"} or not isinstance(text, str):
            raise InputError('a message is {"role": "user" or "assistant", "content": text}.')
    return [
        Message(role=message["role"], content=message["content"])
        for message in cast("Sequence[dict[str, str]]", history)
    ]


def _search(site: Site, query: str, k: int) -> list[dict[str, Any]]:
    hits = site.assistant.search(query, k=k)
    return [hit_json(hit, site.assistant.library.document(hit.chunk.document).text) for hit in hits]
