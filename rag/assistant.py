"""The assistant: a conversation -> an answer with citations, as a stream of events.

turns -> find passages -> gather candidates -> propose drafts -> take the likeliest -> guard -> answer
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rag.answer.choose import installed as chooser
from rag.answer.decline import decline
from rag.answer.draft import Draft
from rag.answer.finish import finish
from rag.answer.gather import RETRIEVED, find, gather
from rag.answer.propose import Taken, propose, take
from rag.answer.smalltalk import LISTENING, reply_to
from rag.answer.suggest import examples, readings, suggestions
from rag.errors import CorpusError, QuestionError
from rag.facts.places import find_place
from rag.generate import open_writer
from rag.generate.write import Brief, Writer
from rag.index.library import DocumentSummary, Library
from rag.index.store import IndexReport, update
from rag.messages import user_turns
from rag.models.cross_encoder import ReaderModel
from rag.models.embedder import MiniLM
from rag.retrieve.hybrid import mend, retrieve
from rag.retrieve.reader import Reader
from rag.settings import EMBEDDED, default_store
from rag.types import (
    Answer,
    Chunk,
    Corrections,
    Document,
    Done,
    Drafted,
    Embedded,
    Embedder,
    Event,
    FailedDocument,
    Hit,
    Message,
    Retrieved,
    Rewritten,
    SalaryFact,
    Token,
    Trait,
)
from rag.understand.pay import read_question
from rag.understand.profile import in_words
from rag.understand.query import Query, understand
from rag.verify.support import Checker

STRICTNESS = 0.5
PAY = 0.5
"""How likely it must be that pay is asked for, for a decline to say which is missing."""
NO_CORRECTIONS = Corrections()


@dataclass(slots=True)
class _Clock:
    """Milliseconds by stage."""

    started: float
    last: float
    stages: dict[str, int]

    @classmethod
    def start(cls) -> _Clock:
        now = time.perf_counter()
        return cls(now, now, {"rewrite": 0, "retrieve": 0, "read": 0, "generate": 0})

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.stages[stage] = self.stages.get(stage, 0) + round((now - self.last) * 1000)
        self.last = now

    def timings(self) -> dict[str, int]:
        return {**self.stages, "total": round((time.perf_counter() - self.started) * 1000)}


class Assistant:
    """Answers questions from one corpus. Safe to use from several threads at once."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        reader: ReaderModel,
        *,
        corpus: Path,
        store: Path,
        model: str = EMBEDDED,
        writers: Mapping[str, Writer] | None = None,
    ) -> None:
        """
        :param model: who writes where no other is asked for.
        :param writers: the language models that can be asked to write, by name.
        """
        self.corpus = corpus
        self.store = store
        self._library = library
        self._embedder = embedder
        self._reader = Reader(embedder, reader)
        self.model_name = model
        self._writers = dict(writers or {})
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
        """Load the embedder, bring the index up to date, open it. Errors as for open_assistant.

        :param models: who can be asked to write, each as for open_assistant; the first of them
            writes where no other is asked for.
        """
        store = store or default_store(corpus)
        # The gazetteer and the reader are loaded beside the embedder, so that no question waits.
        with ThreadPoolExecutor(2) as loading:
            gazetteer = loading.submit(find_place, "Europe")
            reading = loading.submit(ReaderModel.load)
            embedder = MiniLM.begin()  # the files are read while it loads
            writers = _open_writers(models, embedder, progress)
            _, generation = update(corpus, store=store, embedder=embedder, progress=progress)
            embedder.ready()
            gazetteer.result()
            reader = reading.result()
        library = Library(generation)
        first = next(iter(models), EMBEDDED)
        return cls(
            library, embedder, reader, corpus=corpus, store=store, model=first, writers=writers
        )

    def refresh(self, progress: Callable[[str, int, int], None] | None = None) -> IndexReport:
        """Take up changes of the corpus folder; questions under way end on what they began with."""
        loaded = self._library.generation
        report, generation = update(
            self.corpus,
            store=self.store,
            embedder=self._embedder,
            progress=progress,
            loaded=loaded,
        )
        if generation is not loaded:
            self._library = Library(generation)
        return report

    @property
    def models(self) -> tuple[str, ...]:
        """Who can be asked to answer: "embedded", and the language models that are set up."""
        return (EMBEDDED, *self._writers)

    def model_title(self, model: str) -> str:
        """The name for people of one of ``models``: without its folder, hub owner or address."""
        writer = self._writers.get(model)
        if writer is None:
            return model
        name = writer.name.rstrip("/").rpartition("/")[2] or writer.name
        return f"{name} ({writer.sends_to})" if writer.sends_to else name

    @property
    def examples(self) -> tuple[str, ...]:
        """Questions to begin with, made of what the documents hold."""
        return examples(self._library)

    @property
    def subjects(self) -> str:
        """Whom the documents are about, in words ("AI engineers")."""
        return self._library.subjects

    @property
    def servers(self) -> tuple[str, ...]:
        """Where questions go when the language models behind servers write: hosts and ports."""
        hosts = [writer.sends_to for writer in self._writers.values() if writer.sends_to]
        return tuple(dict.fromkeys(hosts))

    @property
    def documents(self) -> tuple[DocumentSummary, ...]:
        return self._library.summaries()

    @property
    def failed(self) -> tuple[FailedDocument, ...]:
        return self._library.generation.failed

    @property
    def passages(self) -> Sequence[Chunk]:
        """Every passage that can be retrieved."""
        return self._library.chunks

    def passages_of(self, path: str) -> tuple[Chunk, ...]:
        """Those of one document."""
        return self._library.chunks.of(path)

    @property
    def facts(self) -> tuple[SalaryFact, ...]:
        """Every figure about pay that was read from the documents."""
        return self._library.facts

    def forget(self) -> None:
        """Drop what is kept between questions, so that the next answer is the same to the last
        digit whatever was asked before; the evaluation needs it."""
        with self._lock:
            self._reader.forget()

    def document(self, path: str) -> Document:
        """:raises CorpusError: no document of that path is indexed."""
        try:
            return self._library.documents[path]
        except KeyError:
            raise CorpusError(f"there is no document {path} in the index") from None

    def search(self, query: str, *, k: int = 10) -> tuple[Hit, ...]:
        """The k passages nearest to a query, best first.

        :raises QuestionError: the query is empty or too long.
        """
        query = user_turns([{"role": "user", "content": query}])[-1]
        library = self._library
        with self._lock:
            query = mend(query, library)
            depth = max(k, RETRIEVED)
            hits, vector = retrieve(query, library=library, embedder=self._embedder, k=depth)
            return self._reader.rank(query, vector, hits, library=library)[:k]

    def answer(
        self,
        messages: Sequence[Message],
        corrections: Corrections = NO_CORRECTIONS,
        *,
        strictness: float = STRICTNESS,
        model: str | None = None,
    ) -> Answer:
        """The answer to the last user message.

        :param corrections: what the user put right by hand so far in this conversation.
        :param strictness: how probable it must be, 0..1, that the documents answer; below, the
            answer is that they don't say. 0 is eager, 1 answers from typed facts alone.
        :param model: one of ``models``; by default ``model_name``.
        :raises QuestionError: there is no question, it is too long, or there is no such model.
        """
        for event in self.stream(messages, corrections, strictness=strictness, model=model):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

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
        :param model: one of ``models``; by default ``model_name``.
        :raises QuestionError: there is no question, it is too long, or there is no such model.
        """
        clock = _Clock.start()
        library, writer = self._library, self._writer(model)
        turns = user_turns(messages)
        with self._lock:
            query = understand(turns, corrections, library, self._embedder)
        reply = self._reply(turns[-1], library)
        clock.lap("rewrite")
        yield Rewritten(query.last if reply else query.standalone)
        if reply:
            yield from self._said(reply, query, clock)
            return
        with self._lock:
            taken = self._take(query, library, clock)
        abstained = taken.confidence < strictness
        if abstained and query.told and "?" not in turns[-1]:
            # Nothing was asked, and the documents say nothing of it.
            yield from self._said(LISTENING, query, clock)
            return
        yield Retrieved(taken.hits)
        used = () if abstained else _used(taken, query)
        draft = decline(taken, query.last, library) if abstained else _with_used(taken.draft, used)
        draft.confidence = taken.confidence
        answer = finish(query.standalone, turns, draft, abstained=abstained)
        answer = replace(
            answer,
            profile=query.profile,
            used=used,
            choices=readings(turns[-1], library) if abstained else (),
            suggestions=suggestions(answer, taken.hits, library),
        )
        clock.lap("read")
        if writer and not abstained and answer.citations:
            yield Embedded(replace(answer, timings_ms=clock.timings()))
            reader = tuple(in_words(trait) for trait in used)
            answer = yield from writer.write(Brief(answer, library, draft.workings, reader))
        else:
            yield from _tokens(answer.text)
        clock.lap("generate")
        drafted = Drafted("\n\n".join(draft.paragraphs), tuple(draft.citations))
        yield Done(replace(answer, timings_ms=clock.timings()), drafted)

    def _said(self, reply: str, query: Query, clock: _Clock) -> Iterator[Event]:
        """What is said without documents."""
        yield from _tokens(reply)
        answer = Answer(reply, abstained=False, confidence=1.0, standalone_question=query.last,
                        model=EMBEDDED, profile=query.profile, timings_ms=clock.timings())  # fmt: skip
        yield Done(answer)

    def _take(self, query: Query, library: Library, clock: _Clock) -> Taken:
        """The draft that is likeliest to be right, of all that are proposed."""
        hits = find(query, library=library, embedder=self._embedder)
        clock.lap("retrieve")
        gathered = gather(query, hits, library=library, reader=self._reader)
        choice = chooser().choose(gathered)
        proposals, gap = propose(query, gathered, choice, library=library, reader=self._reader)
        gap = gap if query.tags["pay"] >= PAY else None
        taken = take(proposals, choice, gap, gathered.hits or hits, library)
        clock.lap("read")
        return taken

    def _writer(self, model: str | None) -> Writer | None:
        name = self.model_name if model is None else model
        if name not in self.models:
            raise QuestionError(f"no model {name} is set up here: {', '.join(self.models)}.")
        return self._writers.get(name)

    def _reply(self, turn: str, library: Library) -> str:
        reply = reply_to(
            turn,
            documents=len(library.documents),
            subjects=library.subjects,
            servers=self.servers,
        )
        return reply or ""


def _open_writers(
    models: Sequence[str], embedder: MiniLM, progress: Callable[[str, int, int], None] | None
) -> dict[str, Writer]:
    """The language models among ``models``, by name, each once."""
    named = [model for model in dict.fromkeys(models) if model != EMBEDDED]
    if not named:
        return {}
    checker = Checker.open(embedder)
    return {model: open_writer(model, checker, progress) for model in named}


def _used(taken: Taken, query: Query) -> tuple[Trait, ...]:
    """What the person told of themselves that the figures were looked up by: what the question that
    was answered names and the last turn leaves open."""
    asked, alone = taken.pay, read_question(query.last)
    if asked is None:
        return ()
    taken_up = {
        "years": asked.years and not alone.years,
        "level": asked.levels and not alone.levels,
        "place": asked.places and not alone.places,
    }
    return tuple(t for t in query.profile if taken_up.get(t.kind))


def _with_used(draft: Draft, used: Sequence[Trait]) -> Draft:
    """The draft with what it took from what the person told."""
    if used:
        draft.say(f"*I took from what you said: {', '.join(map(in_words, used))}.*")
    return draft


def _tokens(text: str) -> Iterator[Token]:
    """The text in the pieces a reader takes in: words with what follows them."""
    for piece in re.findall(r"\S+\s*", text):
        yield Token(piece)
