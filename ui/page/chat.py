"""The chat tab: asking, and everything one can do with what was answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync
from gradio.blocks import Block
from gradio.components.base import Component

from rag.errors import CareerChatError, InputError
from rag.settings import DEFAULT_CORPUS
from rag.types import Trait, TraitCorrection
from rag.understand.query import by_itself
from ui.page.browser_events import Bridge, number_in, text_in
from ui.page.conversation import Conversation, Manner, chat_messages, rated, reply, stopped
from ui.page.history import as_json, as_markdown, reopened, saved
from ui.page.settings_panel import Settings
from ui.service.feedback import Opinion
from ui.service.site import Site, person
from ui.show.bidi import without_overrides
from ui.show.pay_chart import pay_csv
from ui.show.render import notice_html

# Of the documents that come with the program; others have their own.
EXAMPLES = (
    "What does a mid-level AI engineer earn in Europe?",
    "How much more does a principal earn than a senior?",
    "What bonus do junior engineers get?",
    "How do I grow from senior to staff?",
)
_SESSION_SECONDS = 12 * 3600
"""How long an idle visitor's conversation stays in memory; the browser keeps it for good."""

Given = dict[Component, Any]
"""The values of the components that an event was given."""
Update = dict[Component, Any]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Editing:
    """An earlier question that the visitor is rewriting; ``search`` where it is to be searched
    for as it stands."""

    turn: int
    search: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A question to answer, after the turns that stay; ``verbatim`` to search for it as it stands."""

    after: Conversation
    question: str
    manner: Manner
    verbatim: bool = False


class ChatTab:
    """The components of the chat, and what happens when they are used."""

    def __init__(self, site: Site, bridge: Bridge, settings: Settings) -> None:
        self.site = site
        self.settings = settings
        # What stops the answer that each session is being given. The answer itself then shows
        # where it ended: with a second writer, words under way could overwrite that.
        self._under_way: dict[str | None, asyncio.Event] = {}
        self.bridge = bridge
        self.conversation: gr.State = gr.State(None, time_to_live=_SESSION_SECONDS)
        self.editing: gr.State = gr.State(None, time_to_live=_SESSION_SECONDS)
        self.chat = gr.Chatbot(
            elem_id="chat",
            label="Conversation",
            show_label=False,
            container=False,
            scale=1,
            height="100%",
            buttons=[],
            feedback_options=None,
            autoscroll=False,  # page.js keeps the question in view instead
            latex_delimiters=[],  # "$50,000 to $100,000" is pay, not a formula
            placeholder=_welcome_html(site),
            examples=[{"text": example} for example in _examples(site)],
        )
        self.profile = gr.HTML(elem_id="profile", apply_default_css=False)
        self.edited = gr.HTML(elem_id="editing", apply_default_css=False)
        self.box = gr.Textbox(
            elem_id="box",
            show_label=False,
            label="Your question",
            placeholder="Ask about pay or your next step…",
            lines=1,
            max_lines=6,
            autofocus=True,
            submit_btn=True,
        )

    # --- asking -----------------------------------------------------------------------

    def connect(self, fresh: gr.Button) -> None:
        """Attach every handler; ``fresh`` starts a new conversation."""
        state = [self.conversation, self.editing]
        asked: set[Block] = {*state, *self.settings.components}
        shown = [*state, self.chat, self.box, self.profile, self.edited, self.bridge.component]
        shared: dict[str, Any] = {
            "outputs": shown,
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": None,  # Line keeps the order
            "trigger_mode": "once",
        }
        on = self.bridge.on
        asking = [
            self.box.submit(self._ask_typed, {self.box, *asked}, **shared),
            self.chat.example_select(self._ask_example, asked, **shared),
            self.chat.option_select(self._ask_option, asked, **shared),
            on("ask")(self._ask_linked, asked, **shared),
            on("retry")(self._ask_again, asked, **shared),
            on("trait")(self._ask_corrected, asked, **shared),
        ]
        instant: dict[str, Any] = {
            "outputs": shown,
            "show_progress": "hidden",
            "api_visibility": "private",
            "queue": False,
        }
        self.box.stop(self._stop, None, **{**instant, "outputs": None})
        fresh.click(self._start_afresh, None, cancels=asking, **instant)
        on("reopen")(self._reopen, None, cancels=asking, **instant)
        on("edit")(self._edit, state, **instant)
        on("cancel_edit")(self._cancel_edit, None, **instant)
        # A word may follow before its verdict is kept: neither is dropped.
        on("rate")(self._rate, state, trigger_mode="multiple", **instant)
        on("export")(self._export, state, **instant)

    async def _ask_typed(self, given: Given, request: gr.Request) -> AsyncIterator[Update]:
        before, typed = _settled(given[self.conversation]), given[self.box]
        editing: Editing | None = given[self.editing]
        ask = self._ask(given, typed)
        if editing is not None:
            ask = replace(ask, after=before.before(editing.turn), verbatim=editing.search)
        async for update in self._answer(ask, request, restore=before):
            yield update

    async def _ask_example(
        self, given: Given, request: gr.Request, event: gr.SelectData
    ) -> AsyncIterator[Update]:
        ask = self._ask(given, text_in(event.value, "text"))
        async for update in self._answer(ask, request):
            yield update

    async def _ask_option(
        self, given: Given, request: gr.Request, event: gr.SelectData
    ) -> AsyncIterator[Update]:
        async for update in self._answer(self._ask(given, str(event.value)), request):
            yield update

    async def _ask_linked(
        self, given: Given, request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[Update]:
        async for update in self._answer(self._ask(given, text_in(event, "question")), request):
            yield update

    async def _ask_again(
        self, given: Given, request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[Update]:
        before = _settled(given[self.conversation])
        number = number_in(event, "turn", below=len(before.turns))
        turn = before.turns[number]
        ask = replace(
            self._ask(given, turn.question), after=before.before(number), verbatim=turn.verbatim
        )
        async for update in self._answer(ask, request, restore=before):
            yield update

    async def _ask_corrected(
        self, given: Given, request: gr.Request, event: gr.EventData
    ) -> AsyncIterator[Update]:
        """What the program took from the visitor's words was put right: answer anew."""
        before = _settled(given[self.conversation])
        answer = before.last_answer
        if answer is None or not answer.profile:
            return
        trait = answer.profile[number_in(event, "trait", below=len(answer.profile))]
        corrected = _with_correction(before.traits, trait, text_in(event, "meant").strip())
        last = before.turns[-1]
        kept = replace(before.before(len(before.turns) - 1), traits=corrected)
        ask = replace(self._ask(given, last.question), after=kept, verbatim=last.verbatim)
        async for update in self._answer(ask, request, restore=before):
            yield update

    def _ask(self, given: Given, question: str) -> Ask:
        return Ask(_settled(given[self.conversation]), question, self.settings.manner(given))

    async def _answer(
        self, ask: Ask, request: gr.Request, *, restore: Conversation | None = None
    ) -> AsyncIterator[Update]:
        """Show the answer as it grows; where it cannot be given, why, and what was typed.

        :param restore: what stands again where the question cannot be answered.
        """
        shown, kept = ask.after, restore or ask.after
        stop, session = asyncio.Event(), request.session_hash
        self._under_way[session] = stop
        try:
            self.site.limit.check(person(request))
            answer = reply(
                self.site.assistant, ask.after, ask.question,
                lines=self.site.lines, manner=ask.manner, verbatim=ask.verbatim,
            )  # fmt: skip
            async for shown in _until(stop, answer):
                if shown.turns[-1].complete:
                    continue  # to be shown below: who sees it can ask on at once
                yield {
                    **self._conversation_shown(shown),
                    self.box: gr.Textbox(value="", submit_btn=False, stop_btn=True),
                    **self._not_editing(),
                }
        except CareerChatError as error:
            yield self._refusal(kept, ask.question, str(error))
            return
        except Exception:  # a fault of ours: the visitor can go on, the owner finds it in the log
            _log.exception("a question could not be answered")
            yield self._refusal(kept, ask.question, "something went wrong here: ask again.")
            return
        finally:
            if self._under_way.get(session) is stop:
                del self._under_way[session]
        last = _settled(shown)
        yield {
            **self._conversation_shown(last),
            self.profile: profile_html(last),
            self.box: _ready_box(),
            self.bridge.component: self.bridge.keep(saved(last)),
        }

    def _refusal(self, kept: Conversation, question: str, reason: str) -> Update:
        """Why there is no answer; the question goes back into the box, so that it is not lost."""
        notice = {"role": "assistant", "content": notice_html(reason)}
        return {
            self.conversation: kept,
            self.chat: [*chat_messages(kept.turns), notice],
            self.box: _ready_box(question),
        }

    # --- without asking ---------------------------------------------------------------

    async def _stop(self, request: gr.Request) -> None:
        if request.session_hash in self._under_way:
            self._under_way[request.session_hash].set()

    def _start_afresh(self) -> Update:
        return {
            self.conversation: None,
            self.chat: [],
            self.profile: "",
            self.box: _ready_box(),
            self.bridge.component: self.bridge.forget(),
            **self._not_editing(),
        }

    def _reopen(self, event: gr.EventData) -> Update:
        try:
            conversation = reopened(text_in(event, "record"), self.site.assistant.library.document)
        except InputError as error:
            notice = {"role": "assistant", "content": notice_html(str(error))}
            return {self.conversation: None, self.chat: [notice]}
        return {
            **self._conversation_shown(conversation),
            self.profile: profile_html(conversation),
            self.box: _ready_box(),
            **self._not_editing(),
        }

    def _edit(
        self, conversation: Conversation | None, _editing: Editing | None, event: gr.EventData
    ) -> Update:
        """Put an earlier question, or what was searched for, into the box."""
        before = _settled(conversation)
        number = number_in(event, "turn", below=len(before.turns))
        turn = before.turns[number]
        search = getattr(event, "search", None) is True and turn.answer is not None
        searched = by_itself(turn.answer.standalone_question) if turn.answer else ""
        text = searched if search else turn.question
        return {
            self.editing: Editing(number, search),
            self.edited: _editing_html(search=search, later=len(before.turns) - number - 1),
            self.box: gr.Textbox(value=text),
        }

    def _cancel_edit(self) -> Update:
        return {self.box: gr.Textbox(value=""), **self._not_editing()}

    async def _rate(
        self, conversation: Conversation | None, _editing: Editing | None,
        request: gr.Request, event: gr.EventData,
    ) -> Update:  # fmt: skip
        before = _settled(conversation)
        number = number_in(event, "turn", below=len(before.turns))
        liked = getattr(event, "liked", None)
        answer = before.turns[number].answer
        if answer is None or liked not in (True, False, None):
            return {}
        opinion = Opinion(
            before.key,
            tuple(turn.question for turn in before.turns[: number + 1]),
            answer,
            liked,
            text_in(event, "word"),
            request.username or "",
        )
        await run_sync(self.site.feedback.keep, opinion)
        after = await run_sync(
            partial(rated, before, number, liked, self.site.assistant.library.document)
        )
        # The script shows the verdict at once; drawing the answer anew would close its word.
        return {
            self.conversation: after,
            self.bridge.component: self.bridge.keep(saved(after)),
        }

    def _export(
        self, conversation: Conversation | None, _editing: Editing | None, event: gr.EventData
    ) -> Update:
        before = _settled(conversation)
        form = text_in(event, "form")
        if form == "csv":
            number = number_in(event, "turn", below=len(before.turns))
            answer = before.turns[number].answer
            text = pay_csv(answer) if answer else ""
            return {self.bridge.component: self.bridge.download("pay.csv", text)}
        text = as_json(before) if form == "json" else as_markdown(before)
        name = "conversation.json" if form == "json" else "conversation.md"
        return {self.bridge.component: self.bridge.download(name, text)}

    def _conversation_shown(self, conversation: Conversation) -> Update:
        return {
            self.conversation: conversation,
            self.chat: chat_messages(conversation.turns),
        }

    def _not_editing(self) -> Update:
        return {self.editing: None, self.edited: ""}


async def _until(
    stop: asyncio.Event, answer: AsyncIterator[Conversation]
) -> AsyncIterator[Conversation]:
    """The answer as it grows, to its end or to the stop, even while nothing comes."""
    stopping = asyncio.ensure_future(stop.wait())
    try:
        while not stop.is_set():
            step = asyncio.ensure_future(anext(answer, None))
            await asyncio.wait({step, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not step.done():
                step.cancel()
                return
            shown = step.result()
            if shown is None:
                return
            yield shown
    finally:
        stopping.cancel()


def _settled(conversation: Conversation | None) -> Conversation:
    """The conversation with no answer left half written.

    An answer that was stopped may put its last words into the session after the stop.
    """
    return stopped(conversation) if conversation else Conversation()


def _ready_box(text: str = "") -> gr.Textbox:
    return gr.Textbox(value=text, submit_btn=True, stop_btn=False)


def _with_correction(
    traits: tuple[TraitCorrection, ...], trait: Trait, meant: str
) -> tuple[TraitCorrection, ...]:
    """The corrections with one more; one that follows an earlier one takes its place."""
    for earlier in traits:
        if earlier.kind == trait.kind and earlier.meant == trait.text:
            again = replace(earlier, meant=meant)
            return tuple(again if each is earlier else each for each in traits)
    return (*traits, TraitCorrection(trait.kind, trait.text, meant))


# --- furniture ------------------------------------------------------------------------


def profile_html(conversation: Conversation) -> str:
    """What the program knows of the visitor, each as a field to put right or take away."""
    answer = conversation.last_answer
    if answer is None or not answer.profile:
        return ""
    chips = "".join(_chip(number, trait) for number, trait in enumerate(answer.profile))
    return f'<div class="chips" role="group" aria-label="What I know of you"><span>You:</span>{chips}</div>'


def _chip(number: int, trait: Trait) -> str:
    text = escape(without_overrides(trait.text))
    kind = escape(trait.kind)
    size = min(40, max(3, len(trait.text)))
    return (
        f'<span class="chip"><input class="trait" name="{number}" value="{text}" size="{size}" '
        f'aria-label="{kind}: change it, and press Enter"><button type="button" '
        f'class="drop-trait" name="{number}" aria-label="Forget {kind} {text}">×</button></span>'
    )


def _editing_html(*, search: bool, later: int) -> str:
    what = "what is searched for" if search else "an earlier question"
    loses = f"; {later} later {'answer' if later == 1 else 'answers'} will go" if later else ""
    return (
        f'<p class="editing" role="status">Editing {what}{loses}. '
        '<button type="button" class="cancel-edit">Cancel</button></p>'
    )


def _welcome_html(site: Site) -> str:
    about = escape(without_overrides(site.assistant.library.subjects))
    return (
        '<div class="welcome"><h2>What would you like to know?</h2>'
        f"<p>Pay and career advice from your documents on {about}, every figure with its source.</p></div>"
    )


def _examples(site: Site) -> Sequence[str]:
    """Questions to begin with."""
    return EXAMPLES if site.assistant.corpus == DEFAULT_CORPUS else site.assistant.examples
