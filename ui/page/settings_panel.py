"""How the visitor wants to be answered: the quiet place in the sidebar."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.components.base import Component

from rag.assistant import STRICTNESS
from rag.settings import EMBEDDED
from ui.page.conversation import Manner
from ui.service.site import Site

_AT_ONCE, _WORDS_ALONE = "the answer without it, at once", "its words alone"


class Settings:
    """The components, to be made within the page's layout."""

    def __init__(self, site: Site) -> None:
        self._site = site
        writes = site.assistant.writers.default
        some_model_writes = len(site.models) > 1
        self.strictness = gr.Slider(
            0,
            1,
            STRICTNESS,
            step=0.05,
            label="How strict",
            info="To the left, answers from whatever comes near; to the right, only from what the "
            "documents surely say.",
            buttons=["reset"],
            elem_id="strictness",
        )
        self.model = gr.Dropdown(
            [(_choice(title), title) for title in site.models],
            value=next(title for title, model in site.models.items() if model == writes),
            label="Who writes",
            info="Whoever writes, every sentence is checked against the documents.",
            filterable=False,
            visible=some_model_writes,
            elem_id="model",
        )
        self.first = gr.Radio(
            [_AT_ONCE, _WORDS_ALONE],
            value=_AT_ONCE,
            label="While a language model writes, show",
            visible=some_model_writes,
            elem_id="first",
        )

    @property
    def components(self) -> set[Block]:
        return {self.strictness, self.model, self.first}

    def manner(self, given: dict[Component, Any]) -> Manner:
        """What the visitor chose, out of the values of the components."""
        model = self._site.models.get(given[self.model])
        return Manner(given[self.strictness], model, given[self.first] != _WORDS_ALONE)


def _choice(title: str) -> str:
    return f"{title} (no language model)" if title == EMBEDDED else title
