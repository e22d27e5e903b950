"""The documents tab: the list, adding and removing, the update of the index, the preview."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from anyio.to_thread import run_sync
from gradio.components.base import Component

from rag.errors import CareerChatError
from rag.index.store import IndexReport
from ui.page.browser_events import Bridge, text_in
from ui.service.site import Site
from ui.service.uploads import MAX_UPLOAD_BYTES, Refused, accepted_kinds, remove, take_in
from ui.show.bidi import without_overrides
from ui.show.documents import Preview, count, documents_html, preview_html

_SECONDS_BETWEEN_UPDATES = 0.2

Update = dict[Component, Any]


class DocumentsTab:
    """The components of the tab, and what happens when they are used."""

    def __init__(self, site: Site, bridge: Bridge, status: gr.HTML) -> None:
        self.site = site
        self.bridge = bridge
        self.status = status
        self._updating = asyncio.Lock()
        gr.HTML(_intro_html(site), elem_id="documents-intro", apply_default_css=False)
        kinds = list(accepted_kinds())
        self.drop = gr.File(
            elem_id="drop",
            label=f"Add documents (up to {MAX_UPLOAD_BYTES // 2**20} MB each)",
            file_count="multiple",
            file_types=kinds,
            height=150,
            visible=site.may_change,
        )
        self.progress = gr.HTML(elem_id="indexing", apply_default_css=False)
        self.update = gr.Button("Look for changes", size="sm", elem_id="update-index", scale=0)
        self.table = gr.HTML(self._table(), elem_id="documents", apply_default_css=False)
        self.preview = gr.HTML(elem_id="preview", apply_default_css=False)

    def connect(self, looked_at: Sequence[Callable[..., Any]], status: Callable[[], str]) -> None:
        """Attach every handler.

        :param looked_at: the listeners of events at which the list has to be up to date.
        :param status: gives the page's status line.
        """
        self._status_html = status
        shown = [self.drop, self.progress, self.table, self.status, self.preview]
        slow: dict[str, Any] = {
            "outputs": shown,
            "show_progress": "hidden",
            "api_visibility": "private",
            "concurrency_limit": None,
            "trigger_mode": "once",
        }
        on = self.bridge.on
        self.drop.upload(self._take_in, [self.drop], **slow)
        self.update.click(self._look_for_changes, None, **slow)
        on("remove")(self._remove, None, **slow)
        on("preview")(
            self._preview,
            None,
            [self.preview, self.bridge.component],
            show_progress="hidden",
            api_visibility="private",
            queue=False,
        )
        for listen in looked_at:
            listen(
                lambda: (self._table(), status()),
                None,
                [self.table, self.status],
                show_progress="hidden",
                api_visibility="private",
                queue=False,
            )

    async def _take_in(self, files: list[str] | None) -> AsyncIterator[Update]:
        if not self.site.may_change or not files:
            return
        assistant = self.site.assistant
        named = [(Path(file).name, Path(file)) for file in files]
        before = self._paths()
        taken, refused = await run_sync(take_in, named, assistant.corpus)
        for _, path in named:
            path.unlink(missing_ok=True)  # Gradio's copy: the corpus has its own
        notes = _refused_html(refused)
        yield {self.drop: None, self.progress: notes}
        if taken:
            async for update in self._refresh(notes, before):
                yield update

    async def _remove(self, event: gr.EventData) -> AsyncIterator[Update]:
        if not self.site.may_change:
            return
        assistant = self.site.assistant
        document, before = text_in(event, "document"), self._paths()
        if len(assistant.library.heads) == 1:
            yield {self.progress: _note_html("The last document stays: add another one first.")}
            return
        try:
            moved = await run_sync(remove, document, assistant.corpus, assistant.store)
        except CareerChatError as error:
            yield {self.progress: _note_html(str(error))}
            return
        note = _note_html(f"{document} was moved to {moved.parent.parent.name}/{moved.parent.name} "
                          "in the index folder.", kind="good")  # fmt: skip
        yield {self.preview: "", self.progress: note}
        async for update in self._refresh(note, before):
            yield update

    async def _look_for_changes(self) -> AsyncIterator[Update]:
        async for update in self._refresh("", self._paths()):
            yield update

    async def _refresh(self, notes: str, before: Collection[str]) -> AsyncIterator[Update]:
        """Update the index, showing how far it is; questions are answered all the while.

        :param before: the paths of the documents before whatever changed.
        """
        if self._updating.locked():
            yield {self.progress: notes + _note_html("Another update is under way: it ends first.")}
        async with self._updating:
            latest = ("starting", 0, 0)

            def note(doing: str, done: int, total: int) -> None:
                nonlocal latest
                latest = (doing, done, total)

            work = asyncio.ensure_future(run_sync(self.site.assistant.refresh, note))
            while not work.done():
                yield {self.progress: notes + _progress_html(*latest)}
                await asyncio.wait({work}, timeout=_SECONDS_BETWEEN_UPDATES)
            try:
                outcome = _note_html(_in_words(work.result(), before, self._paths()), kind="good")
            except CareerChatError as error:
                outcome = _note_html(str(error))
        yield {
            self.progress: notes + outcome,
            self.table: await run_sync(self._table),
            self.status: self._status_html(),
        }

    async def _preview(self, event: gr.EventData) -> Update:
        path = text_in(event, "document")
        if not path:
            return {self.preview: ""}
        number = getattr(event, "page", 0)
        page = number if isinstance(number, int) else 0
        try:
            html = await run_sync(partial(self._preview_html, path, page))
        except CareerChatError as error:
            html = _note_html(str(error))
        return {self.preview: html, self.bridge.component: self.bridge.show_documents()}

    def _preview_html(self, path: str, page: int) -> str:
        library = self.site.assistant.library
        document, chunks = library.document(path), library.chunks.of(path)
        facts = [fact for fact in library.facts if fact.document == path]
        return preview_html(Preview(document, chunks, facts, page))

    def _paths(self) -> frozenset[str]:
        return frozenset(document.path for document in self.site.assistant.library.heads)

    def _table(self) -> str:
        assistant = self.site.assistant
        library = assistant.library
        return documents_html(
            library.heads, library.failed, assistant.corpus, may_change=self.site.may_change
        )


def _intro_html(site: Site) -> str:
    how = (
        "Answers come from these documents alone. Added ones are answered from at once."
        if site.may_change
        else "Answers come from these documents alone. Adding and removing is off on this page: "
        "serve it with a login, or on this machine only."
    )
    return f"<h2>Documents</h2><p>{how}</p>"


def _in_words(report: IndexReport, before: Collection[str], after: Collection[str]) -> str:
    """What changed. The folder is followed, so some of it may have been taken up already."""
    numbers = (
        (len(set(after) - set(before)), "added"),
        (len(report.changed), "changed"),
        (len(set(before) - set(after)), "removed"),
    )
    parts = [f"{number} {name}" for number, name in numbers if number]
    return f"{', '.join(parts) or 'Nothing changed'}; {count(report.chunks, 'passage')} in all."


def _progress_html(doing: str, done: int, total: int) -> str:
    of = f' value="{done}" max="{total}"' if total else ""
    numbers = f" {done:,} of {total:,}" if total else ""
    return (
        f'<div class="indexing" role="status"><progress{of} aria-label="Indexing"></progress>'
        f"<span>{escape(doing)}{numbers}…</span></div>"
    )


def _note_html(message: str, kind: str = "bad") -> str:
    sentence = without_overrides(message[:1].upper() + message[1:])
    return f'<p class="outcome {kind}" role="status">{escape(sentence)}</p>'


def _refused_html(refused: list[Refused]) -> str:
    return "".join(_note_html(f"{file.name[:100]}: {file.reason}") for file in refused)
