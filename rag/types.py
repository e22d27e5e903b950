"""The domain types. Imports nothing of the project; everything else imports this.

Offsets are always character offsets into a document's extracted text, half open:
``document.text[start:end]``. A *score* is higher-is-better. Units are in the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


# --- documents ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of one document's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    TABLE_ROW = "table row"


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: where it stands, and the headings of its column and row ("" for none).

    ``row`` is the row's first cell and the table's section above it ("Engineers > Senior"); the
    first cell itself has the section alone.
    """

    span: Span
    column: str
    row: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, one list item or one table row, and what is needed to understand it.

    ``headings`` is the path of section headings above it, outermost first. ``lead_in`` is
    the text that introduces the list or table ("On average:", a caption), if any. ``cells``
    is empty unless the block is a table row. ``group`` numbers the list or table that the
    block belongs to within its document; paragraphs have a group of their own.
    """

    kind: BlockKind
    span: Span
    headings: tuple[str, ...]
    group: int
    lead_in: Span | None = None
    cells: tuple[Cell, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A source text. ``path`` is relative to the corpus folder, with forward slashes.

    ``text`` is what every offset counts in; for Markdown and plain text it is the file's
    own text, front matter included, for other formats the text taken from it. ``date`` is "YYYY", "YYYY-MM" or "YYYY-MM-DD" where the
    document states one.
    """

    path: str
    title: str
    text: str
    blocks: tuple[Block, ...]
    content_hash: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """A file that could not be read, and the reason in words for its owner."""

    path: str
    reason: str


# --- evidence -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit of evidence: a sentence, a list item's sentence, or a table row.

    ``plain`` is the text without markup, for readers and models; ``context`` names what it
    belongs to (headings, lead-in) in plain text.
    """

    span: Span
    kind: BlockKind
    plain: str
    context: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: consecutive sentences of one section, sized to the embedder's window."""

    document: str
    title: str
    headings: tuple[str, ...]
    span: Span
    sentences: tuple[Sentence, ...]
    embedding_text: str

    @property
    def section(self) -> str:
        return " > ".join(self.headings)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved chunk. ``signals`` says why it ranks: one score or rank per method."""

    chunk: Chunk
    score: float
    signals: dict[str, float]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that was judged against the question; ``score`` is in 0..1."""

    chunk: Chunk
    sentence: Sentence
    score: float


# --- pay ------------------------------------------------------------------------------

Component = Literal["base", "total", "bonus", "equity", "premium", "budget", "unspecified"]
Period = Literal["hour", "day", "week", "month", "year"]
Statistic = Literal["range", "median", "typical", "share", "growth"]


@dataclass(frozen=True, slots=True)
class SalaryFact:
    """One figure about pay, tied to the verbatim span that holds it.

    ``low`` and ``high`` are in whole units of ``currency`` (or in per cent where ``currency``
    is "%"); a single figure has low == high; a lower bound ("can exceed") has high None.
    ``region`` is a continent-sized area or a country, ``place`` a city or metropolitan area.
    ``level`` holds the rungs of the ladder it is for, joined by "/" ("senior/lead"); ``label``
    says the same in the source's words; without a level it names the row or group that the
    figure is for ("Hospitals", "Grade 7"). ``point`` is where in the distribution a figure lies:
    "mean", or "p10" for the 10th percentile ("" for none or the median). ``basis`` is what a
    percentage is a percentage of, ``versus`` whom or what a difference is from, in the source's
    words; ``less`` says that it is below that. ``evidence`` is the sentence or table row around
    ``span``.
    """

    document: str
    span: Span
    evidence: Span
    low: float | None
    high: float | None
    currency: str
    open_ended: bool = False
    period: Period = "year"
    component: Component = "unspecified"
    statistic: Statistic = "typical"
    role: str | None = None
    level: str | None = None
    min_years: float | None = None
    max_years: float | None = None
    region: str | None = None
    place: str | None = None
    as_of: str | None = None
    label: str = ""
    basis: Component | None = None
    versus: str = ""
    less: bool = False
    point: str = ""
    in_table: bool = False
    confidence: float = 1.0


# --- the conversation -----------------------------------------------------------------

TraitKind = Literal["years", "level", "role", "place", "goal"]


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that the user said of themselves, in their words ("4 years", "Berlin",
    "managing people")."""

    kind: TraitKind
    text: str


@dataclass(frozen=True, slots=True)
class TraitCorrection:
    """What to understand instead of a trait that the turns give.

    ``said`` is the trait's text as it was read; "" adds a trait that no turn gives.
    ``meant`` is what takes its place; "" drops it.
    """

    kind: TraitKind
    said: str
    meant: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """What the user put right by hand; holds for every turn of the conversation.

    ``verbatim`` holds messages that are searched for as they stand, never rewritten: standalone
    questions that the user edited.
    """

    traits: tuple[TraitCorrection, ...] = ()
    verbatim: frozenset[str] = frozenset()


# --- answers --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """What a marker stands for. ``quote`` is exactly the document's text[start:end]."""

    marker: int
    document: str
    title: str
    section: str
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class CitedFact:
    """A salary fact that the answer used, and the marker of its citation."""

    fact: SalaryFact
    marker: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that give different figures for the same thing."""

    about: str
    markers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. ``text`` is Markdown with ``[1]`` markers.

    ``confidence`` is the probability, 0..1, that the documents answer the question; it is low
    where the answer declines (``abstained``). ``suggestions`` are questions to ask next; ``choices`` the likely readings of a question too
    vague to answer: each is a whole question, to be sent as it is. ``profile`` is all that is
    known of the user, ``used`` what of it this answer rests on.
    """

    text: str
    abstained: bool
    confidence: float
    standalone_question: str
    model: str
    citations: tuple[Citation, ...] = ()
    facts: tuple[CitedFact, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    suggestions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    profile: tuple[Trait, ...] = ()
    used: tuple[Trait, ...] = ()
    timings_ms: dict[str, int] = field(default_factory=dict)
    generation: ModelRun | None = None


@dataclass(frozen=True, slots=True)
class ModelRun:
    """How a language model did on one answer.

    ``notice`` is what the reader is to be told of it, in one sentence ("1 sentence without support
    removed."), or "". ``used`` is False where the embedded answer stands alone. ``removed``
    counts the sentences that failed their checks, ``replaced`` those of them in whose place the
    embedded answer's sentence stands. ``reused_prompt_tokens`` of the ``prompt_tokens`` were in
    the cache already; ``peak_memory_mb`` is the most that this process has held so far, the
    model's weights included where it runs here.
    """

    model: str
    used: bool
    notice: str = ""
    removed: int = 0
    replaced: int = 0
    prompt_tokens: int = 0
    reused_prompt_tokens: int = 0
    tokens: int = 0
    seconds_to_first_token: float | None = None
    tokens_per_second: float | None = None
    peak_memory_mb: int = 0


class Message(TypedDict):
    """The role/content form that Gradio, transformers and OpenAI share."""

    role: str
    content: str


# --- events ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What will be searched for, after the conversation is taken into account."""

    standalone_question: str


@dataclass(frozen=True, slots=True)
class Retrieved:
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """The whole answer as it is without a language model; to be shown while one writes.

    Comes only where a language model is to write. The tokens after it are that model's prose,
    checked sentence by sentence, and what is kept of this answer; where little of the prose
    stands up, ``Done`` brings this answer again.
    """

    answer: Answer


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text; an empty one is a sign of life, so that whoever waits
    for a language model can stop it."""

    text: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What stood before the guard: its text and all that was picked to cite, shown or not.

    Tells which stage lost what an answer lacks; the evaluation reads it.
    """

    text: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer
    drafted: Drafted | None = None


Event = Rewritten | Retrieved | Embedded | Token | Done


# --- seams ----------------------------------------------------------------------------


class Embedder(Protocol):
    """Turns texts into unit-norm vectors."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""
        ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]: ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Shape (len(texts), dimension), float32, unit norm, finite."""
        ...


@dataclass(frozen=True, slots=True)
class Piece:
    """The next piece of a model's prose, and how many tokens it is; an empty one is a sign of
    life."""

    text: str
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a model's prose; ``complete`` is False where it was cut off."""

    complete: bool
    prompt_tokens: int = 0
    reused_prompt_tokens: int = 0


class Generator(Protocol):
    """Writes prose from a prompt; the embedded answerer needs none."""

    @property
    def name(self) -> str: ...

    def count_tokens(self, messages: Sequence[Message]) -> int:
        """How long the prompt is; an estimate where the tokenizer is elsewhere."""
        ...

    def generate(self, messages: Sequence[Message]) -> Iterator[Piece | Finish]:
        """Pieces as they come, then one Finish; an empty piece at least every second, so that
        whoever waits can stop. Closing the iterator stops the work at once.

        :raises ModelError: the model failed; what it gave until then stands.
        """
        ...
