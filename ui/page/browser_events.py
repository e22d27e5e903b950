"""Between the page's script and Python: events that come in, and messages that go out.

One invisible component. Its script hands Gradio's ``trigger`` to page.js, so that a click on
anything within an answer becomes an ordinary Gradio event; its value is a message for page.js.
What comes in is untrusted: :func:`text_in` and :func:`number_in` take it apart.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

import gradio as gr

from rag.errors import InputError

EVENTS = (
    "ask",
    "retry",
    "trait",
    "reopen",
    "edit",
    "cancel_edit",
    "rate",
    "export",
    "preview",
    "remove",
)
_MAX_TEXT_CHARS = 10_000_000


class Bridge:
    """To be made within the page's layout."""

    def __init__(self) -> None:
        self._serials = itertools.count(1)
        names = ", ".join(f'"{name}"' for name in EVENTS)
        self.component = gr.HTML(
            elem_id="bridge",
            visible="hidden",
            html_template="",
            js_on_load=f"window.careerChat.connect([{names}], trigger, "
            "(receive) => watch('value', () => receive(props.value)));",
        )

    def on(self, event: str) -> Callable[..., Any]:
        """The listener of one of ``EVENTS``, to be called as a component's own are."""
        listener: Callable[..., Any] = getattr(self.component, event)
        return listener

    def keep(self, record: str) -> str:
        """A message: put this conversation (a JSON object) into the browser's history."""
        return self._message(kind="keep", record=record)

    def forget(self) -> str:
        """A message: no conversation is open."""
        return self._message(kind="forget")

    def download(self, name: str, text: str) -> str:
        """A message: save this text as a file."""
        return self._message(kind="download", name=name, text=text)

    def show_documents(self) -> str:
        """A message: go to the documents' tab, to the document that is previewed there."""
        return self._message(kind="documents")

    def _message(self, **content: str) -> str:
        # The page hears of a value that changed, so two equal messages need telling apart.
        text = json.dumps({**content, "serial": next(self._serials)})
        return text.replace("<", "\\u003c")  # the same JSON, and no tag in it for anyone


def text_in(event: object, name: str) -> str:
    """A text that came with an event; "" where there is none."""
    value = event.get(name) if isinstance(event, dict) else getattr(event, name, None)
    return value[:_MAX_TEXT_CHARS] if isinstance(value, str) else ""


def number_in(event: object, name: str, *, below: int) -> int:
    """A number from 0 that came with an event.

    :raises InputError: there is none, or it is too large.
    """
    value = getattr(event, name, None)
    if not isinstance(value, int) or not 0 <= value < below:
        raise InputError("the page is out of date: reload it.")
    return value
