"""The assistant: a conversation -> an answer with citations, as a stream of events.

turns -> find passages -> gather candidates -> propose drafts -> take the likeliest -> guard -> answer
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from rag.answer.finish import finish
from rag.answer.gather import RETRIEVED, find
from rag.answer.propose import best_draft
from rag.answer.smalltalk import LISTENING, reply_to
from rag.answer.suggest import examples
from rag.clock import Clock
from rag.facts.places import find_place
from rag.generate.write import Brief, Writer
from rag.generate.writers import Writers
from rag.index.library import Library
from rag.index.store import IndexReport, update
from rag.messages import tokens, user_turns
from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from rag.retrieve.hybrid import mend, retrieve
from rag.retrieve.rerank import Reranker
from rag.settings import EMBEDDED, default_store
from rag.types import (
    Answer,
    Corrections,
    Done,
    Drafted,
    Embedded,
    Embedder,
    Event,
    Hit,
    Message,
    Retrieved,
    Rewritten,
)
from rag.understand.query import Query, understand

STRICTNESS = 0.5
NO_CORRECTIONS = Corrections()


class Assistant:
    """Answers questions from one corpus. Safe to use from several threads at once.

    ``library`` is what the corpus held when the index was last brought up to date; ``writers`` are
    who can be asked to answer.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        cross_encoder: CrossEncoder,
        *,
        corpus: Path,
        store: Path,
        writers: Writers | None = None,
    ) -> None:
        self.library = library
        self.corpus = corpus
        self.store = store
        self.writers = writers or Writers()
        self._embedder = embedder
        self._reranker = Reranker(embedder, cross_encoder)
        # torch's CPU kernels use all cores for one question; two at once only slow each other.
        self._lock = threading.Lock()

    @classmethod
    def open(
        cls,
        corpus: Path,
        *,
        store: Path | None = None,
        models: Sequence[str] = (EMBEDDED,),
        progress: Callable[[str, int, int], None] | None = None,
    ) -> Assistant:
        """Load the models, bring the index up to date, open it. Errors as for open_assistant.

        :param models: who can be asked to write, each as for open_assistant; the first of them
            writes where no other is asked for.
        """
        store = store or default_store(corpus)
        # The gazetteer and the cross-encoder are loaded beside the embedder, so that no question waits.
        with ThreadPoolExecutor(2) as loading:
            gazetteer = loading.submit(find_place, "Europe")
            reading = loading.submit(CrossEncoder.load)
            embedder = MiniLM.begin()  # the files are read while it loads
            writers = Writers.open(models, embedder, progress)
            _, generation = update(corpus, store=store, embedder=embedder, progress=progress)
            embedder.ready()
            gazetteer.result()
            cross_encoder = reading.result()
        library = Library(generation)
        return cls(library, embedder, cross_encoder, corpus=corpus, store=store, writers=writers)

    def refresh(self, progress: Callable[[str, int, int], None] | None = None) -> IndexReport:
        """Take up changes of the corpus folder; questions under way end on what they began with."""
        loaded = self.library.generation
        report, generation = update(
            self.corpus, store=self.store, embedder=self._embedder, progress=progress, loaded=loaded
        )
        if generation is not loaded:
            self.library = Library(generation)
        return report

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions to begin with, made of what the documents hold."""
        return examples(self.library)

    def forget(self) -> None:
        """Drop what is kept between questions, so that the next answer is the same to the last
        digit whatever was asked before; the evaluation needs it."""
        with self._lock:
            self._reranker.forget()

    def search(self, query: str, *, k: int = 10) -> tuple[Hit, ...]:
        """The k passages nearest to a query, best first.

        :raises QuestionError: the query is empty or too long.
        """
        query = user_turns([{"role": "user", "content": query}])[-1]
        library = self.library
        with self._lock:
            query = mend(query, library)
            depth = max(k, RETRIEVED)
            hits, vector = retrieve(query, library=library, embedder=self._embedder, k=depth)
            return self._reranker.rank(query, vector, hits, library=library)[:k]

    def answer(
        self,
        messages: Sequence[Message],
        corrections: Corrections = NO_CORRECTIONS,
        *,
        strictness: float = STRICTNESS,
        model: str | None = None,
    ) -> Answer:
        """The answer to the last user message; parameters and errors as for :meth:`stream`."""
        *_, done = self.stream(messages, corrections, strictness=strictness, model=model)
        assert isinstance(done, Done)
        return done.answer

    def stream(
        self,
        messages: Sequence[Message],
        corrections: Corrections = NO_CORRECTIONS,
        *,
        strictness: float = STRICTNESS,
        model: str | None = None,
    ) -> Iterator[Event]:
        """Events as the answer comes about: Rewritten, Retrieved, Token..., Done.

        Where a language model writes, Embedded comes before its tokens.

        :param corrections: what the user put right by hand so far in this conversation.
        :param strictness: how probable it must be, 0..1, that the documents answer; below, the
            answer is that they don't say. 0 is eager, 1 answers from typed facts alone.
        :param model: one of ``writers``; by default their first.
        :raises QuestionError: there is no question, it is too long, or there is no such model.
        """
        clock, library, writer = Clock(), self.library, self.writers.get(model)
        turns = user_turns(messages)
        with self._lock:
            query = understand(turns, corrections, library, self._embedder)
        reply = reply_to(turns[-1], len(library.documents), library.subjects, self.writers.servers)
        clock.lap("rewrite")
        yield Rewritten(query.last if reply else query.standalone)
        if reply:
            yield from _said(reply, query, clock)
        else:
            yield from self._answered(query, library, writer, clock, strictness)

    def _answered(
        self, query: Query, library: Library, writer: Writer | None, clock: Clock, strictness: float
    ) -> Iterator[Event]:
        """What the documents say."""
        with self._lock:
            hits = find(query, library=library, embedder=self._embedder)
            clock.lap("retrieve")
            taken = best_draft(query, hits, library=library, reranker=self._reranker)
        abstained = taken.confidence < strictness
        if abstained and query.told and "?" not in query.written[-1]:
            # Nothing was asked, and the documents say nothing of it.
            yield from _said(LISTENING, query, clock)
            return
        yield Retrieved(taken.hits)
        answer, draft = finish(taken, query, library, abstained=abstained)
        clock.lap("read")
        if writer and not abstained and answer.citations:
            yield Embedded(replace(answer, timings_ms=clock.timings()))
            answer = yield from writer.write(Brief(answer, library, draft.workings))
        else:
            yield from tokens(answer.text)
        clock.lap("generate")
        drafted = Drafted("\n\n".join(draft.paragraphs), tuple(draft.citations))
        yield Done(replace(answer, timings_ms=clock.timings()), drafted)


def _said(reply: str, query: Query, clock: Clock) -> Iterator[Event]:
    """What is said without documents."""
    yield from tokens(reply)
    answer = Answer(reply, abstained=False, confidence=1.0, standalone_question=query.last,
                    model=EMBEDDED, profile=query.profile, timings_ms=clock.timings())  # fmt: skip
    yield Done(answer)
