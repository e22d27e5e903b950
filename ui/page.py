"""The web page: a chat whose every marker opens the sentence behind it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.events import api

from rag.errors import CareerChatError
from rag.types import Message
from ui.conversation import Turns, chat_messages, reply, stopped
from ui.render import notice_html
from ui.serialise import answer_json

if TYPE_CHECKING:
    from rag.answer import Assistant

TITLE = "Career chat"
EXAMPLES = (
    "What does a mid-level AI engineer earn in Europe?",
    "How much more does a principal earn than a senior?",
    "What bonus do junior engineers get?",
    "How do I grow from senior to staff?",
)
_TAGLINE = "Pay and career advice for AI engineers, every figure with its source."
_ASSETS = Path(__file__).parent / "assets"

ChatMessages = list[dict[str, object]]


def build_page(assistant: Assistant) -> gr.Blocks:
    """The page for one assistant; every visitor has a conversation of their own."""
    page = gr.Blocks(title=TITLE, fill_height=True, analytics_enabled=False)
    with page:
        turns: gr.State = gr.State(())
        with gr.Row(elem_id="top"):
            gr.HTML(_header_html(assistant), elem_id="header")
            fresh = gr.Button("New chat", size="sm", elem_id="new-chat", scale=0)
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            scale=1,
            buttons=[],
            feedback_options=None,
            autoscroll=False,  # page.js keeps the question in view instead
            latex_delimiters=[],  # "$50,000 to $100,000" is pay, not a formula
            placeholder=_welcome_html(),
            examples=[{"text": example} for example in EXAMPLES],
        )
        box = gr.Textbox(
            elem_id="box",
            show_label=False,
            label="Your question",
            placeholder="Ask about pay or your next step…",
            lines=1,
            max_lines=6,
            autofocus=True,
            submit_btn=True,
        )
        gr.HTML(_footer_html(), elem_id="footer")
        _connect(assistant, turns=turns, chat=chat, box=box, fresh=fresh)
        _add_endpoint(assistant)
    return page


def asset(name: str) -> str:
    """The text of a file of ui/assets."""
    return (_ASSETS / name).read_text("utf-8")


def status_line(assistant: Assistant) -> str:
    """Who answers, and from how much."""
    documents = assistant.documents
    passages = sum(document.chunks for document in documents)
    parts = [
        f"Answers by: {assistant.model_name}",
        _count(len(documents), "document"),
        _count(passages, "passage"),
    ]
    if "://" not in assistant.model_name:
        parts.append("nothing leaves this machine")
    if assistant.failed:
        parts.append(f"{_count(len(assistant.failed), 'file')} could not be read")
    return " · ".join(parts)


# --- events ---------------------------------------------------------------------------


def _connect(
    assistant: Assistant, *, turns: gr.State, chat: gr.Chatbot, box: gr.Textbox, fresh: gr.Button
) -> None:
    def answer(question: str, so_far: Turns) -> Iterator[tuple[Turns, ChatMessages, gr.Textbox]]:
        latest = so_far
        try:
            for latest in reply(assistant, so_far, question):
                yield latest, chat_messages(latest), _busy_box()
        except CareerChatError as error:
            # The question goes back into the box, so that nothing typed is lost.
            notice: dict[str, object] = {"role": "assistant", "content": notice_html(str(error))}
            yield so_far, [*chat_messages(so_far), notice], _ready_box(question)
            return
        yield latest, chat_messages(latest), _ready_box()

    def answer_example(so_far: Turns, event: gr.SelectData) -> Iterator[Any]:
        yield from answer(event.value["text"], so_far)

    def answer_option(so_far: Turns, event: gr.SelectData) -> Iterator[Any]:
        yield from answer(str(event.value), so_far)

    def stop(so_far: Turns) -> tuple[Turns, ChatMessages, gr.Textbox]:
        kept = stopped(so_far)
        return kept, chat_messages(kept), _ready_box()

    outputs = [turns, chat, box]
    shared: dict[str, Any] = {
        "outputs": outputs,
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_id": "answer",
        "trigger_mode": "once",
    }
    asking = [
        box.submit(answer, [box, turns], **shared),
        chat.example_select(answer_example, [turns], **shared),
        chat.option_select(answer_option, [turns], **shared),
    ]
    quiet: dict[str, Any] = {
        "outputs": outputs,
        "cancels": asking,
        "show_progress": "hidden",
        "api_visibility": "private",
        "queue": False,
    }
    box.stop(stop, [turns], **quiet)
    fresh.click(lambda: ((), [], _ready_box()), None, **quiet)


def _busy_box() -> gr.Textbox:
    return gr.Textbox(value="", submit_btn=False, stop_btn=True)


def _ready_box(text: str = "") -> gr.Textbox:
    return gr.Textbox(value=text, submit_btn=True, stop_btn=False)


def _add_endpoint(assistant: Assistant) -> None:
    def ask(question: str) -> dict[str, Any]:
        """Answer one question; the object that `career-chat ask --json` prints."""
        try:
            return answer_json(assistant.answer([Message(role="user", content=question)]))
        except CareerChatError as error:
            raise gr.Error(str(error), print_exception=False) from error

    api(ask, api_name="ask", concurrency_id="answer")


# --- furniture ------------------------------------------------------------------------


def _header_html(assistant: Assistant) -> str:
    return (
        f"<h1>{TITLE}</h1>"
        f'<p id="status"><span class="dot" aria-hidden="true"></span>'
        f"{escape(status_line(assistant))}</p>"
    )


def _welcome_html() -> str:
    return f'<div class="welcome"><h2>What would you like to know?</h2><p>{_TAGLINE}</p></div>'


def _footer_html() -> str:
    return (
        "<p>Click a number to read the sentence behind it. "
        "Figures are only as new as their source.</p>"
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
