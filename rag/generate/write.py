"""An embedded answer -> the same answer in a language model's words, each sentence checked.

The model is given the evidence of the embedded answer and nothing else. What it writes is passed
on sentence by sentence: one that fails its checks is cut, or the embedded answer's own sentence
takes its place. What the embedded answer must not lose (tables, workings, disagreements,
reservations, figures that the model left out) follows the prose. Where little of the prose
stands, or the model is slow, silent or gone, the embedded answer stands alone.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator as Steps
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.errors import ModelError
from rag.facts.money import find_mentions
from rag.generate.prompt import Asked, Prompts, build
from rag.generate.review import SentenceCheck, SupportCheck
from rag.generate.sentence_figures import has_figure
from rag.generate.sources import read_sources
from rag.generate.stream import SentenceStream, Spoken
from rag.index.library import Library
from rag.index.memory import peak_memory_bytes
from rag.messages import MARKER
from rag.settings import EMBEDDED
from rag.types import Answer, Finish, Generator, Message, ModelRun, Piece, Token
from rag.understand.profile import in_words

MAX_CHARS = 6000
"""Of a model's text; what comes after is not waited for."""
MAX_FAULTS_IN_A_ROW = 6
"""After so many sentences that fail, a model is not listened to any longer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a model is waited for: for its first token, for each further one, in all."""

    first_token_seconds: float = 45.0
    silence_seconds: float = 20.0
    total_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Brief:
    """The embedded answer that is to be put into words, and what it came from."""

    embedded: Answer
    library: Library
    workings: Sequence[str] = ()


class Writer:
    """Puts embedded answers into a model's words. Safe to use from several threads at once."""

    def __init__(
        self,
        generator: Generator,
        support: SupportCheck,
        *,
        prompts: Prompts,
        limits: Limits = Limits(),
        sends_to: str = "",
    ) -> None:
        """
        :param sends_to: the host and port of the server that the prompts go to; "" where they
            stay in this process.
        """
        self.sends_to = sends_to
        self._generator = generator
        self._support = support
        self._prompts = prompts
        self._limits = limits

    @property
    def name(self) -> str:
        return self._generator.name

    def write(self, brief: Brief) -> Steps[Token, None, Answer]:
        """The checked prose as tokens, with empty ones while no sentence is complete.

        Returns the answer, the embedded one where that stands.
        """
        embedded = brief.embedded
        run = _Run(self._generator.name)
        sources = read_sources(embedded.citations, brief.library)
        check = SentenceCheck(self._support, sources, embedded.standalone_question)
        prose = _Prose(check, _Kept.of(embedded, brief.workings))
        told = tuple(in_words(trait) for trait in embedded.used)
        asked = Asked(embedded.standalone_question, told, sources, embedded.facts)
        try:
            messages = build(
                asked, prompts=self._prompts, count_tokens=self._generator.count_tokens
            )
            run.prompt_tokens = self._generator.count_tokens(messages)
            with closing(self._listen(messages, run)) as sentences:
                for spoken in sentences:
                    yield from [Token("")] if spoken is None else prose.take(spoken)
                    if prose.faults_in_a_row >= MAX_FAULTS_IN_A_ROW:
                        break
        except ModelError as error:
            run.failure = str(error)
        if not prose.suffices():
            return replace(embedded, model=EMBEDDED, generation=run.result(prose, used=False))
        yield from prose.rest()
        return _answer(embedded, prose.text, run.result(prose, used=True), model=self.name)

    def _listen(self, messages: Sequence[Message], run: _Run) -> Steps[Spoken | None, None, None]:
        """The model's sentences, and None for each piece of one, as long as it keeps to the limits."""
        stream = SentenceStream()
        pieces = self._generator.generate(messages)
        complete = False
        try:
            for piece in pieces:
                if isinstance(piece, Finish):
                    complete = piece.complete
                    run.finish(piece)
                    break
                run.take(piece)
                yield None
                yield from stream.feed(piece.text)
                if run.chars > MAX_CHARS:
                    break
                run.keep_to(self._limits)
        except ModelError as error:
            run.failure = str(error)
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        yield from stream.end(complete=complete)


@dataclass(slots=True)
class _Run:
    """The clock and the counts of one generation."""

    model: str
    started: float = field(default_factory=time.monotonic)
    first: float | None = None
    last: float = 0.0
    tokens: int = 0
    chars: int = 0
    prompt_tokens: int = 0
    reused: int = 0
    failure: str = ""

    def take(self, piece: Piece) -> None:
        if not piece.text and not piece.tokens:
            return
        self.last = time.monotonic()
        self.first = self.first if self.first is not None else self.last
        self.tokens += piece.tokens
        self.chars += len(piece.text)

    def finish(self, finish: Finish) -> None:
        self.prompt_tokens = finish.prompt_tokens or self.prompt_tokens
        self.reused = finish.reused_prompt_tokens

    def keep_to(self, limits: Limits) -> None:
        """:raises ModelError: the model is slower than the limits allow."""
        now = time.monotonic()
        if now - self.started > limits.total_seconds:
            raise ModelError(f"did not end within {limits.total_seconds:g} s")
        if self.first is None and now - self.started > limits.first_token_seconds:
            raise ModelError(f"gave no word within {limits.first_token_seconds:g} s")
        if self.first is not None and now - self.last > limits.silence_seconds:
            raise ModelError(f"fell silent for {limits.silence_seconds:g} s")

    def result(self, prose: _Prose, *, used: bool) -> ModelRun:
        seconds = self.last - self.first if self.first is not None else 0.0
        return ModelRun(
            model=self.model,
            used=used,
            notice=_notice(self, prose, used=used),
            removed=prose.removed,
            replaced=prose.replaced,
            prompt_tokens=self.prompt_tokens,
            reused_prompt_tokens=self.reused,
            tokens=self.tokens,
            seconds_to_first_token=None if self.first is None else round(self.first - self.started, 3),
            tokens_per_second=round((self.tokens - 1) / seconds, 1) if seconds and self.tokens > 1 else None,
            peak_memory_mb=round(peak_memory_bytes() / 2**20),
        )  # fmt: skip


def _notice(run: _Run, prose: _Prose, *, used: bool) -> str:
    """What the reader is told of how the answer came about; "" where all went well."""
    if not used:
        why = run.failure or (
            "wrote nothing" if not run.chars else "wrote too little that the sources support"
        )
        return f"The language model {why}; this is the answer without it."
    parts = []
    if prose.removed:
        plural = "" if prose.removed == 1 else "s"
        parts.append(f"{prose.removed} sentence{plural} without support removed")
    if prose.replaced:
        of_them = "" if prose.replaced == prose.removed else f"{prose.replaced} of them "
        parts.append(f"{of_them}replaced by the source's own")
    cut = f" The language model {run.failure}." if run.failure else ""
    return (", ".join(parts) + "." if parts else "") + cut if parts else cut.strip()


# --- the prose ------------------------------------------------------------------------


def _markers(text: str) -> set[int]:
    return {int(number) for number in MARKER.findall(text)}


@dataclass(slots=True)
class _Prose:
    """What stands of a model's text so far."""

    check: SentenceCheck
    kept: _Kept
    text: str = ""
    stood: int = 0
    removed: int = 0
    replaced: int = 0
    faults_in_a_row: int = 0
    _last: Spoken | None = None
    _lead_in: Spoken | None = None
    _said: set[str] = field(default_factory=set)

    def take(self, spoken: Spoken) -> Iterator[Token]:
        """Add a sentence, or what takes its place, or nothing."""
        if self.check.is_lead_in(spoken):
            self._lead_in = spoken
            return
        verdict = self.check.check(spoken, before=self._before(spoken))
        if verdict.stands:
            self.faults_in_a_row = 0
            yield from self._say(verdict.spoken)
            return
        self.removed += 1
        self.faults_in_a_row += 1
        own = self.kept.sentence_for(spoken.markers, self.text)
        if own is not None:
            self.replaced += 1
            yield from self._say(replace(spoken, text=own), model=False)

    def _say(self, spoken: Spoken, *, model: bool = True) -> Iterator[Token]:
        key = " ".join(re.findall(r"\w+", spoken.text.lower()))
        if key in self._said:
            return
        self._said.add(key)
        self.stood += model
        if self._lead_in is not None:
            lead_in, self._lead_in = self._lead_in, None
            yield from self._append(lead_in)
        yield from self._append(spoken)

    def _append(self, spoken: Spoken) -> Iterator[Token]:
        last, self._last = self._last, spoken
        same_line = last is not None and last.line == spoken.line
        item = "- " if spoken.item and not same_line else ""
        if last is None:
            gap = ""
        elif same_line:
            gap = " "
        else:
            both_items = spoken.item and last.item
            gap = "\n" if both_items else "\n\n"
        piece = f"{gap}{item}{spoken.text}"
        self.text += piece
        yield Token(piece)

    def _before(self, spoken: Spoken) -> str:
        """What the sentence may refer back to: the one before it in its paragraph or list."""
        if self._lead_in is not None:
            return self._lead_in.text.rstrip(": *") + "."
        last = self._last
        related = last is not None and (
            last.line == spoken.line or last.paragraph == spoken.paragraph
        )
        return last.text if last is not None and related and not spoken.item else ""

    def suffices(self) -> bool:
        """Whether enough of the model's own stands for the answer to be in its words."""
        if not self.stood or self.removed > 2 * self.stood:
            return False
        return not self.kept.needs_figure or has_figure(self.text)

    def rest(self) -> Iterator[Token]:
        """What the embedded answer holds that the prose must not lack."""
        for paragraph in self.kept.missing(self.text):
            piece = f"\n\n{paragraph}"
            self.text += piece
            yield Token(piece)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The embedded answer in parts, to take from."""

    paragraphs: tuple[str, ...]
    sentences: tuple[str, ...]
    workings: tuple[str, ...]
    answer: Answer

    @classmethod
    def of(cls, answer: Answer, workings: Sequence[str]) -> _Kept:
        paragraphs = tuple(answer.text.split("\n\n"))
        prose = [p for p in paragraphs if not p.startswith("|") and p not in workings]
        stream = SentenceStream()
        text = "\n\n".join(prose)
        spoken = [*stream.feed(text), *stream.end(complete=True)]
        sentences = tuple(s.text for s in spoken if s.markers)
        return cls(paragraphs, sentences, tuple(workings), answer)

    @property
    def needs_figure(self) -> bool:
        return bool(self.answer.facts)

    def sentence_for(self, markers: Sequence[int], said: str) -> str | None:
        """The embedded answer's first sentence from these citations alone that is not said yet,
        and that does not follow the prose anyway."""
        for sentence in self.sentences:
            own = _markers(sentence)
            if own <= set(markers) and sentence not in said and not self._on_conflict(own):
                return sentence
        return None

    def missing(self, said: str) -> Iterator[str]:
        for paragraph in self.paragraphs:
            if kept := self._must_stay(paragraph, said):
                yield kept
        cited = _markers(said)
        stated = "\n\n".join(self.paragraphs)
        for conflict in self.answer.conflicts:
            if not set(conflict.markers) <= cited | _markers(stated):
                continue
            if not any(self._states_conflict(p, conflict.markers) for p in self.paragraphs):
                markers = "".join(f"[{m}]" for m in conflict.markers)
                yield f"The sources differ on {conflict.about} {markers}."

    def _must_stay(self, paragraph: str, said: str) -> str:
        """The paragraph, or the part of it, that has to follow the prose; "" for none."""
        if paragraph in said:
            return ""
        if paragraph.startswith("|") or paragraph in self.workings:
            return paragraph
        markers = _markers(paragraph)
        if not markers:
            return "" if paragraph.rstrip("* ").endswith(":") else paragraph
        if any(self._states_conflict(paragraph, c.markers) for c in self.answer.conflicts):
            return paragraph
        facts = {c.marker for c in self.answer.facts}
        left_out = [
            s
            for s in self.sentences
            if s in paragraph and s not in said and _markers(s) & facts - _markers(said)
        ]
        return " ".join(left_out)

    def _on_conflict(self, markers: set[int]) -> bool:
        """Whether these are the citations of a disagreement: it is said as a whole, or not at all."""
        return any(set(conflict.markers) <= markers for conflict in self.answer.conflicts)

    def _states_conflict(self, paragraph: str, markers: Sequence[int]) -> bool:
        """Whether a paragraph says that sources differ and gives no figure itself."""
        return set(markers) <= _markers(paragraph) and not any(find_mentions(paragraph))


def _answer(embedded: Answer, text: str, generation: ModelRun, *, model: str) -> Answer:
    """The embedded answer with other words: citations and facts are those that the words use."""
    used = _markers(text)
    return replace(
        embedded,
        text=text,
        model=model,
        citations=tuple(c for c in embedded.citations if c.marker in used),
        facts=tuple(f for f in embedded.facts if f.marker in used),
        conflicts=tuple(c for c in embedded.conflicts if set(c.markers) <= used),
        generation=generation,
    )
