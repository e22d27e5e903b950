"""Answers from a folder of documents, with citations.

>>> from rag import open_assistant
>>> assistant = open_assistant("corpus")                               # doctest: +SKIP
>>> assistant.answer([{"role": "user", "content": "What do seniors earn?"}])  # doctest: +SKIP

Importing this package loads neither torch nor faiss; opening an assistant does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.settings import require_corpus
from rag.types import Answer, Event, Message

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index.store import IndexReport

__all__ = ["Answer", "Event", "Message", "build_index", "open_assistant"]

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, how many are done, of how many)."""


def open_assistant(
    corpus: str | Path,
    store: str | Path | None = None,
    model: str | Sequence[str] = "embedded",
    *,
    progress: Progress | None = None,
) -> Assistant:
    """Bring the index of a corpus folder up to date and open it.

    :param corpus: the folder of documents.
    :param store: where the index lives; by default a folder of the user's data directory.
    :param model: "embedded", a path or hub name of a causal language model, or the base URL
        of an OpenAI-compatible server. Of several, the first writes unless a question names
        another; "embedded" can always be named.
    :raises CorpusError: the folder is missing or holds no readable document.
    :raises StoreError: the index cannot be read or written.
    :raises ModelError: the embedding or language model will not load.
    """
    require_corpus(Path(corpus))  # before what takes seconds to import
    from rag.assistant import Assistant

    return Assistant.open(
        Path(corpus),
        store=Path(store) if store else None,
        models=(model,) if isinstance(model, str) else tuple(model),
        progress=progress,
    )


def build_index(
    corpus: str | Path, store: str | Path | None = None, *, progress: Progress | None = None
) -> IndexReport:
    """Build or update the index of a corpus folder, and say what changed.

    :raises CorpusError, StoreError, ModelError: as for :func:`open_assistant`.
    """
    require_corpus(Path(corpus))
    from rag.index.store import build

    return build(Path(corpus), store=Path(store) if store else None, progress=progress)
