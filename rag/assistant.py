"""The assistant: a conversation -> an answer with citations, as a stream of events.

conversation -> standalone question -> retrieve -> pay facts | evidence -> guard -> answer
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rag.check import Checker
from rag.conversation import (
    closing_question,
    in_words,
    known_already,
    standalone,
)
from rag.conversation.facets import own_terms
from rag.conversation.personal import LISTENING
from rag.conversation.signs import (
    asks_for_more,
    is_complement,
    is_partial,
    points_back,
    tells,
)
from rag.conversation.subject import with_subject
from rag.decline import NOTHING_MORE, decline_pay, decline_tie, decline_topic
from rag.draft import Draft
from rag.embeddings import MiniLM
from rag.errors import CorpusError, QuestionError
from rag.evidence import answer_from_evidence, untold
from rag.generate import open_writer
from rag.generate.write import Brief, Writer
from rag.ground import guard, numbers
from rag.library import DocumentSummary, Library
from rag.messages import answers_between, user_turns
from rag.read import Findings, Reader, fills, speaks_to
from rag.reader_model import ReaderModel
from rag.reasons import asks_why, say_reasons
from rag.retrieve import mend, retrieve
from rag.salary.compose import answer_pay
from rag.salary.facets import STRONG_PAY_CUE
from rag.salary.ledger import Ledger
from rag.salary.match import Gap, resolved
from rag.salary.money import HOURS_PER_YEAR
from rag.salary.places import find_place
from rag.salary.question import asks_for_pay, read_question
from rag.scope import on_subject, pages_about, untied
from rag.settings import EMBEDDED, default_store
from rag.smalltalk import reply_to
from rag.store import IndexReport, update
from rag.suggest import examples, readings, suggestions
from rag.tables import answer_from_tables
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
    Matrix,
    Message,
    Retrieved,
    Rewritten,
    SalaryFact,
    Token,
)

RETRIEVED = 24
OWN_PAGES = 8
"""Passages that are retrieved of the pages about the question's occupation alone."""
STRICTNESS = 0.5
OUT_OF_SCOPE = 0.1
"""The probability of an answer where a place, year, employer or occupation is not covered."""
FAR_OFF = 0.15
"""Below this the documents are about something else, whatever the question names."""
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
        library = self._library
        writer = self._writer(model)
        turns = user_turns(messages)
        said = [t if t in corrections.verbatim else mend(t, library) for t in turns]
        if not corrections.verbatim:
            said = with_subject(said, library.ledger.main_role)
        answers = answers_between(messages)
        alone = standalone(said, corrections, answers=answers)
        told = "\n".join(answers[:-1]) if asks_for_more(turns[-1]) else ""
        reply = self._reply(turns[-1], library) or alone.needs
        if reply:
            choices = readings(turns[-1], library) if reply == alone.needs else ()
            yield Rewritten(turns[-1])
            yield from _tokens(reply)
            yield Done(Answer(reply, abstained=False, confidence=1.0, standalone_question=turns[-1],
                              model=EMBEDDED, choices=choices, profile=alone.profile,
                              timings_ms=clock.timings()))  # fmt: skip
            return
        parts = [library.ledger.in_full(mend(p, library)) for p in alone.parts or (alone.question,)]
        question = " ".join(parts)
        clock.lap("rewrite")
        yield Rewritten(question)
        with self._lock:
            retrieved = [self._retrieve(part, library) for part in parts]
            hits = tuple(hit for found, _ in retrieved for hit in found)
            clock.lap("retrieve")
            draft = Draft(library)
            declined = [
                self._write(part, found, vector, draft, strictness=strictness, told=told)
                for part, (found, vector) in zip(parts, retrieved, strict=True)
            ]
            abstained, used = all(declined), alone.used
            if abstained and (other := self._asked_anew(turns, question, library)):
                # What the turn was taken to leave open led nowhere: it is asked by itself.
                found, vector = self._retrieve(other, library)
                anew = Draft(library)
                if not self._write(other, found, vector, anew, strictness=strictness):
                    question, hits, draft, abstained, used = other, found, anew, False, ()
            if not abstained:
                known, skills = known_already(question, alone.profile, draft.citations)
                if known:
                    used = tuple(dict.fromkeys([*used, *skills]))
                    draft.say(known)
            if used and not abstained:
                draft.say(f"*I took from what you said: {', '.join(map(in_words, used))}.*")
            if not abstained and (ask_back := closing_question(question, alone.profile)):
                draft.say(ask_back)
            clock.lap("read")
        yield Retrieved(hits)
        answer = self._finish(question, turns, draft, abstained)
        if abstained and tells(turns[-1]):
            # Nothing was asked, and the documents say nothing of it.
            answer = replace(answer, text=LISTENING, abstained=False, confidence=1.0)
        answer = replace(
            answer,
            profile=alone.profile,
            used=() if abstained else used,
            suggestions=suggestions(answer, hits, library),
        )
        if writer and not abstained and answer.citations:
            yield Embedded(replace(answer, timings_ms=clock.timings()))
            reader = tuple(in_words(trait) for trait in used)
            answer = yield from writer.write(Brief(answer, library, draft.workings, reader))
        else:
            yield from _tokens(answer.text)
        clock.lap("generate")
        drafted = Drafted("\n\n".join(draft.paragraphs), tuple(draft.citations))
        yield Done(replace(answer, timings_ms=clock.timings()), drafted)

    def _retrieve(self, question: str, library: Library) -> tuple[tuple[Hit, ...], Matrix]:
        """The passages nearest to a question, some of the pages about its occupation among them,
        and its vector."""
        hits, vector = retrieve(question, library=library, embedder=self._embedder, k=RETRIEVED)
        if own := pages_about(question, library=library):
            more, _ = retrieve(
                question,
                library=library,
                embedder=self._embedder,
                k=OWN_PAGES,
                within=own,
                vector=vector,
            )
            there = {(hit.chunk.document, hit.chunk.span) for hit in hits}
            hits = (*hits, *(h for h in more if (h.chunk.document, h.chunk.span) not in there))
        return on_subject(question, hits, library=library), vector

    def _asked_anew(self, turns: Sequence[str], question: str, library: Library) -> str:
        """The last turn as it stands, where it names a subject of its own that is no facet of pay;
        "" where that is what was asked, or it has none."""
        last = mend(turns[-1], library)
        asked = resolved(read_question(last), library.ledger)
        is_new = len(turns) > 1 and last != question and bool(own_terms(last))
        is_new = is_new and not any(
            leans(last) for leans in (points_back, is_complement, is_partial)
        )
        return last if is_new and not asks_for_pay(asked) else ""

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

    def _write(
        self,
        question: str,
        hits: Sequence[Hit],
        vector: Matrix,
        draft: Draft,
        *,
        strictness: float,
        told: str = "",
    ) -> bool:
        """Write the answer into the draft; True where the documents don't say.

        :param told: the answer that more is asked for than.
        """
        asked = resolved(read_question(question), draft.library.ledger)
        found: Findings | None = None
        gap: Gap | None = None
        if asks_for_pay(asked) and draft.library.facts:
            exact = (
                asked.components or asked.amounts or asked.period or asked.labels or asked.points
            )
            if not exact and not (STRONG_PAY_CUE.search(question) or _FIGURES.search(question)):
                found = self._reader.read(question, vector, hits, library=draft.library)
            if found is None or not speaks_to(question, found):
                gap = answer_pay(asked, draft)
                if gap is None:
                    if asks_why(question):
                        found = found or self._reader.read(question, vector, hits, library=draft.library)  # fmt: skip
                        say_reasons(asked, found.evidence, draft)
                    return False
        found = found or self._reader.read(question, vector, hits, library=draft.library)
        if gap and not (fills(gap, asked, found.evidence) or speaks_to(question, found, gap)):
            if answer_from_tables(question, found.hits, draft):
                return False
            draft.say(decline_pay(_nearest_first(gap, hits, draft.library.ledger)))
            draft.confidence = OUT_OF_SCOPE
            return True
        draft.confidence = found.answerable
        tie = untied(question, found.evidence, library=draft.library)
        if tie and found.answerable >= FAR_OFF:
            draft.say(decline_tie(tie))
            draft.confidence = min(found.answerable, OUT_OF_SCOPE)
            return True
        if answer_from_tables(question, found.hits, draft):
            draft.confidence = max(found.answerable, strictness)
            return False
        if found.answerable < strictness:
            nearest = found.hits[:3] if found.answerable >= FAR_OFF else ()
            draft.say(decline_topic(draft.library.heads, nearest=nearest))
            return True
        evidence = untold(found.evidence, told) if told else found.evidence
        if not evidence:
            draft.say(NOTHING_MORE)
            return True
        answer_from_evidence(question, evidence, draft, sections=() if told else found.sections)
        return False

    def _finish(self, question: str, turns: Sequence[str], draft: Draft, abstained: bool) -> Answer:
        """Guard what was written, and number what is left of it."""
        paragraphs, _ = guard(
            draft.paragraphs,
            citations=draft.citations,
            workings=draft.workings,
            allowed=_unquoted_numbers(draft, [*turns, question], abstained=abstained),
            facts=draft.facts,
        )
        text = "\n\n".join(paragraphs)
        used = {int(m) for m in re.findall(r"\[(\d+)\]", text)}
        if not text or not (abstained or used or draft.workings):
            # Nothing that was written stood up to the guard.
            abstained, text = True, decline_topic(draft.library.heads)
        return Answer(
            text=text,
            abstained=abstained,
            confidence=round(min(1.0, max(0.0, draft.confidence)), 3),
            standalone_question=question,
            model=EMBEDDED,
            citations=tuple(c for c in draft.citations if c.marker in used),
            facts=tuple(f for f in draft.facts if f.marker in used),
            conflicts=tuple(draft.conflicts),
        )


_FIGURES = re.compile(
    r"\b(?:figures?|numbers?|medians?|averages?)\b|\bmakes?\s*(?:\?|$|(?:in|at|with|an?|per)\b)",
    re.I,
)


def _open_writers(
    models: Sequence[str], embedder: MiniLM, progress: Callable[[str, int, int], None] | None
) -> dict[str, Writer]:
    """The language models among ``models``, by name, each once."""
    named = [model for model in dict.fromkeys(models) if model != EMBEDDED]
    if not named:
        return {}
    checker = Checker.open(embedder)
    return {model: open_writer(model, checker, progress) for model in named}


def _nearest_first(gap: Gap, hits: Sequence[Hit], ledger: Ledger) -> Gap:
    """Of the occupations that a corpus has, first those of the passages nearest to the question."""
    if gap.facet != "role":
        return gap
    near = [ledger.subjects.get(h.chunk.document) for h in hits]
    ordered = dict.fromkeys(r for r in (*near, *gap.covered) if r in gap.covered)
    return replace(gap, covered=tuple(r for r in ordered if r))


YEARS = range(1900, 2101)
MAX_OWN_NUMBER = 100
"""Numbers up to this in the user's own words (years, percentages) may be said back to them."""


def _unquoted_numbers(draft: Draft, turns: Sequence[str], *, abstained: bool) -> list[float]:
    """The numbers that an answer may hold without quoting them: the user's own years, the dates of
    the documents and facts, those in the heads of cited columns, and in a decline what stands in
    the documents' titles."""
    documents = draft.library.heads
    dates = [d.date or "" for d in documents] + [c.fact.as_of or "" for c in draft.facts]
    own = [n for n in numbers(" ".join(turns)) if n <= MAX_OWN_NUMBER or n == HOURS_PER_YEAR]
    titles: list[float] = []
    if abstained:
        # Of money a decline says nothing; it may say which year it was asked for, and has.
        titles = numbers(" ".join(d.title for d in documents))
        own += [n for n in numbers(" ".join(turns)) if n in YEARS]
        dates += draft.library.ledger.dates
    heads = numbers(" ".join(draft.heads))
    return [*own, *heads, *numbers(" ".join(d.replace("-", " ") for d in dates)), *titles]


def _tokens(text: str) -> Iterator[Token]:
    """The text in the pieces a reader takes in: words with what follows them."""
    for piece in re.findall(r"\S+\s*", text):
        yield Token(piece)
