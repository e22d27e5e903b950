"""The lying-replies measure: of replies with a wrong figure, how many get through to the reader?

    python -m eval.benchmarks.lies [--corpus DIR] [--count 200]

Each reply holds true sentences and one lie about a fact of the corpus, made from the fact by one
of the kinds below, and is fed to the real checks in pieces of one to seven letters. A lie got
through where its sentence stands in the answer. True sentences are counted beside, since a check
that lets nothing through would catch every lie.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from rag.answer.draft import Draft
from rag.errors import CareerChatError
from rag.facts import wording
from rag.facts.money import PERCENT
from rag.generate.prompt import Prompts
from rag.generate.stream import folded
from rag.generate.write import Brief, Writer
from rag.index.library import Library
from rag.types import Answer, Component, Finish, Message, Piece, SalaryFact
from rag.verify.support import Checker


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model says of one fact; ``lie`` is the sentence of it that is wrong."""

    kind: str
    fact: SalaryFact
    other: SalaryFact
    lie: str


@dataclass(slots=True)
class Result:
    """Counts by kind of lie, and what got through in full."""

    lies: Counter[str]
    through: list[Reply]
    true_sentences: int = 0
    true_kept: int = 0


class Scripted:
    """Says what it is told to, in pieces of a few letters."""

    name = "scripted"

    def __init__(self, seed: int) -> None:
        self.text = ""
        self._random = random.Random(seed)

    def count_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(m["content"]) for m in messages) // 4

    def generate(self, messages: Sequence[Message]) -> Iterator[Piece | Finish]:
        assert messages
        at = 0
        while at < len(self.text):
            size = self._random.randint(1, 7)
            yield Piece(self.text[at : at + size], tokens=1)
            at += size
        yield Finish(complete=True)


# --- what is said ---------------------------------------------------------------------


def true_sentence(fact: SalaryFact, library: Library, *, marker: int) -> str:
    """The fact as a model would put it."""
    return _said(fact, _figure(fact, library), marker=marker)


def _figure(fact: SalaryFact, library: Library) -> str:
    figure = wording.figure(fact, library.documents[fact.document].text)
    return f"{figure}{wording.period(fact)}"


def _said(fact: SalaryFact, figure: str, *, marker: int | None) -> str:
    who = wording.plural(fact.role or "engineer")
    level = f"{wording.level_name(fact.level)} " if fact.level else ""
    where = f" {place}" if (place := wording.place(fact)) else ""
    cited = f" [{marker}]" if marker else ""
    if fact.component == "unspecified":
        text = f"{level}{who}{where} earn {figure}{cited}."
    else:
        basis = f" of {fact.basis}" if fact.basis and fact.currency == PERCENT else ""
        text = f"The {wording.kind(fact)} of {level}{who}{where} is {figure}{basis}{cited}."
    return text[:1].upper() + text[1:]


def _scaled(fact: SalaryFact, factor: float) -> SalaryFact:
    low, high = (None if v is None else round(v * factor, -2 if v >= 1000 else 0) for v in (fact.low, fact.high))  # fmt: skip
    return replace(fact, low=low, high=high)


def _in_words(value: float, currency: str) -> str:
    """A number of at most nine digits in English words."""
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = "twenty thirty forty fifty sixty seventy eighty ninety".split()

    def below_thousand(number: int) -> str:
        hundreds, rest = divmod(number, 100)
        small = ones[rest] if rest < 20 else tens[rest // 10 - 2] + (f"-{ones[rest % 10]}" if rest % 10 else "")  # fmt: skip
        if not hundreds:
            return small
        return f"{ones[hundreds]} hundred" + (f" and {small}" if rest else "")

    whole = round(value)
    millions, rest = divmod(whole, 1_000_000)
    thousands, small = divmod(rest, 1000)
    parts = [
        f"{below_thousand(n)}{name}"
        for n, name in ((millions, " million"), (thousands, " thousand"), (small, ""))
        if n
    ]
    unit = {"USD": "dollars", "EUR": "euros", "GBP": "pounds", PERCENT: "per cent"}.get(currency, currency)  # fmt: skip
    return f"{' '.join(parts) or 'zero'} {unit}"


_DIGITS = {
    "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Devanagari": "०१२३४५६७८९",
    "fullwidth": "０１２３４５６７８９",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
}
_OTHER_LEVELS = ("entry", "mid", "senior", "staff", "principal", "director")
_OTHER_PLACES = ("Brazil", "Japan", "Canada", "Australia", "Kenya")


def _lies(
    fact: SalaryFact, other: SalaryFact, library: Library, rng: random.Random
) -> Iterator[tuple[str, str]]:
    """Every kind of lie that can be told of a fact."""
    value = fact.high if fact.high is not None else fact.low
    if value is None:
        return
    figure = _figure(fact, library)
    document = library.documents[fact.document].text
    wrong = _scaled(fact, rng.choice([0.6, 0.8, 1.1, 1.3, 2.0]))
    false_figure = f"{wording.figure(wrong, document)}{wording.period(fact)}"
    percent = fact.currency == PERCENT
    if wrong != fact:
        yield "wrong value", _said(fact, false_figure, marker=1)
        yield "wrong value, uncited", _said(fact, false_figure, marker=None)
        yield "wrong value, invented marker", _said(fact, false_figure, marker=9)
        yield "wrong value, two markers", _said(fact, false_figure, marker=1).replace("[1]", "[1, 2]")  # fmt: skip
        words = _in_words(wrong.high or wrong.low or 0.0, fact.currency)
        yield "in words", _said(fact, words + wording.period(fact), marker=1)
        name = rng.choice(list(_DIGITS))
        table = str.maketrans("0123456789", _DIGITS[name])
        yield f"{name} digits", _said(fact, false_figure.translate(table), marker=1)
        digits = re.search(r"\d\d", false_figure)
        if digits:
            cut = digits.start() + 1
            yield "split by a zero-width space", _said(fact, f"{false_figure[:cut]}\u200b{false_figure[cut:]}", marker=1)  # fmt: skip
            yield "split by markup", _said(fact, f"{false_figure[:cut]}**{false_figure[cut]}**{false_figure[cut + 1 :]}", marker=1)  # fmt: skip
            code = f"&#{ord(false_figure[cut])};"
            yield "as an entity", _said(fact, f"{false_figure[:cut]}{code}{false_figure[cut + 1 :]}", marker=1)  # fmt: skip
    if not percent:
        swapped = replace(fact, currency={"USD": "EUR", "EUR": "GBP"}.get(fact.currency, "USD"))
        yield "wrong currency", _said(fact, wording.figure(swapped, "k" * len(document)) + wording.period(fact), marker=1)  # fmt: skip
        for period in ("month", "hour", "week"):
            if period != fact.period:
                yield "wrong period", _said(fact, f"{wording.figure(fact, document)} {wording.per(period)}", marker=1)  # fmt: skip
        if value >= 1000:
            small = replace(fact, low=(fact.low or value) / 1000, high=value / 1000)
            yield "wrong scale", _said(fact, f"{wording.figure(small, '')}{wording.period(fact)}", marker=1)  # fmt: skip
            yield "as per cent", _said(fact, f"{value / 1000:g}%", marker=1)
    else:
        yield "per cent as money", _said(fact, f"${value:g} a year", marker=1)
    levels = set((fact.level or "").split("/"))
    if fact.level:
        level = rng.choice([x for x in _OTHER_LEVELS if x not in levels])
        yield "swapped level", _said(replace(fact, level=level), figure, marker=1)
    if fact.region or fact.place:
        place = rng.choice([x for x in _OTHER_PLACES if x not in {fact.region, fact.place}])
        yield "swapped place", _said(replace(fact, region=place, place=None), figure, marker=1)
    if (other.low, other.high, other.currency) != (fact.low, fact.high, fact.currency):
        yield "another fact's figure", _said(fact, _figure(other, library), marker=1)
        if other.evidence != fact.evidence or other.document != fact.document:
            yield "another fact's citation", _said(fact, figure, marker=2)
    if fact.component in {"base", "total"}:
        swapped_kind: Component = "total" if fact.component == "base" else "base"
        yield "wrong kind of pay", _said(replace(fact, component=swapped_kind), figure, marker=1)
    if fact.as_of:
        year = int(fact.as_of[:4]) - rng.choice([1, 2, 3])
        yield "wrong date", _said(fact, f"{figure}, as of {year}", marker=1)
    yield "multiplied", _said(fact, f"twice {figure}", marker=1)
    yield "beside the true figure", _said(fact, f"{figure}, and {false_figure} in the best firms", marker=1)  # fmt: skip


# --- the run --------------------------------------------------------------------------


def replies(library: Library, *, count: int, seed: int = 0) -> list[Reply]:
    """Lies about the facts of a corpus, the kinds in turn; the same for the same seed."""
    rng = random.Random(seed)
    facts = [f for f in library.facts if (f.level or f.place or f.region) and f.statistic != "growth"
             and f.component in {"base", "total", "bonus", "unspecified"} and not f.versus]  # fmt: skip
    if len(facts) < 2:
        raise CareerChatError("the corpus holds fewer than two figures of pay: name another")
    by_kind: dict[str, list[Reply]] = {}
    for fact in facts:
        other = rng.choice([f for f in facts if f is not fact])
        for kind, lie in _lies(fact, other, library, rng):
            true = {true_sentence(f, library, marker=m) for f, m in ((fact, 1), (other, 2))}
            if lie not in true:
                by_kind.setdefault(kind, []).append(Reply(kind, fact, other, lie))
    for kind in by_kind:
        rng.shuffle(by_kind[kind])
    found: list[Reply] = []
    while len(found) < count and any(by_kind.values()):
        for kind in sorted(by_kind):
            if by_kind[kind] and len(found) < count:
                found.append(by_kind[kind].pop())
    return found


def measure(library: Library, checker: Checker, *, count: int, seed: int = 0) -> Result:
    """Feed lying replies to the writer, and see what it lets through."""
    model = Scripted(seed)
    writer = Writer(model, checker, prompts=Prompts.load())
    result = Result(Counter(), [])
    for reply in replies(library, count=count, seed=seed):
        true = [true_sentence(f, library, marker=m) for f, m in ((reply.fact, 1), (reply.other, 2))]
        model.text = f"{true[0]} {reply.lie} {true[1]}"
        answer = _written(writer, reply, library)
        result.lies[reply.kind] += 1
        # Where only the citation is wrong, it has to be looked at too.
        plain = _folded if _bare(reply.lie) in map(_bare, true) else _bare
        if plain(reply.lie) in plain(answer.text):
            result.through.append(reply)
        if answer.generation and answer.generation.used:
            result.true_kept += sum(_bare(sentence) in _bare(answer.text) for sentence in true)
        result.true_sentences += 2
    return result


def _written(writer: Writer, reply: Reply, library: Library) -> Answer:
    draft = Draft(library)
    for fact in (reply.fact, reply.other):
        draft.cite_fact(fact)
    # The embedded answer says nothing that a lie could be found in.
    text = "The documents give figures [1][2]."
    embedded = Answer(text, abstained=False, confidence=1.0, standalone_question="What is the pay?",
                      model="embedded", citations=tuple(draft.citations), facts=tuple(draft.facts))  # fmt: skip
    steps = writer.write(Brief(embedded, library))
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            answer: Answer = stop.value
            return answer


def _bare(text: str) -> str:
    """A text without citations, as one line."""
    return _folded(re.sub(r"\[\d+\]", " ", folded(text)))


def _folded(text: str) -> str:
    """A text without marks, as one line."""
    return " ".join(re.sub(r"[*.]", " ", folded(text)).split()).lower()


def report(result: Result, write: Callable[[str], object]) -> None:
    """The result for people."""
    total = sum(result.lies.values())
    through = Counter(reply.kind for reply in result.through)
    for kind, number in sorted(result.lies.items()):
        write(f"{kind:34} {through[kind]:3} of {number:3} through")
    for reply in result.through[:20]:
        write(f"  THROUGH ({reply.kind}): {reply.lie}")
    write(f"lying replies through: {len(result.through)} of {total}")
    write(f"true sentences kept:   {result.true_kept} of {result.true_sentences}")


def run(corpus: Path | None, *, count: int, store: Path | None = None) -> Result:
    from rag.index.store import update
    from rag.models.embedder import MiniLM
    from rag.settings import DEFAULT_CORPUS, default_store

    folder = corpus or DEFAULT_CORPUS
    embedder = MiniLM.load()
    _, generation = update(folder, store=store or default_store(folder), embedder=embedder)
    return measure(Library(generation), Checker.open(embedder), count=count)


def main(
    corpus: Annotated[Path | None, typer.Option(help="The folder of documents.")] = None,
    store: Annotated[Path | None, typer.Option(help="Where the index lives.")] = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many replies.")] = 200,
) -> None:
    """Exit status 1 where a lie got through."""
    try:
        result = run(corpus, count=count, store=store)
    except CareerChatError as error:
        sys.exit(f"eval.benchmarks.lies: {error}")
    report(result, print)
    sys.exit(bool(result.through))


if __name__ == "__main__":
    typer.run(main)
