"""Labelled corpora -> examples for the cross-encoder: ``python -m rag.training.careers``.

A corpus is a folder with ``docs/``, ``questions.jsonl`` and ``replies.jsonl`` (turns, and verbatim
quotes of the documents that answer). Each is indexed as the program indexes it, each question is
put to the program's own retrieval, and every passage that comes back is one record: its sentences,
and which of them hold a quote. So training sees the passages, and the mistakes of retrieval, that
use will see. One more record a question is its shortlist: the sentences of all passages that a
cross-encoder takes for the likeliest, which are read side by side. What can be reckoned of their
figures are records too, where an answer may be a figure that stands nowhere.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
import tempfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.answer.compute import (
    NEITHER,
    Program,
    as_read,
    figures_of,
    likeliest_of,
    of_question,
    programs,
)
from rag.answer.gather import Candidate
from rag.answer.propose import COMPUTED_FROM
from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import FOLDER, VERDICTS, CrossEncoder, Reading, heading_of, in_context
from rag.models.embedder import MiniLM
from rag.models.logistic import probabilities_of
from rag.retrieve.hybrid import retrieve
from rag.retrieve.rerank import Reranker
from rag.types import Chunk, Embedder, Hit, Sentence
from rag.understand.tagger import installed as tagger

PASSAGES = 14
"""So many of a question's passages become records, beside all that hold evidence."""
READ = 6
"""Passages that the likeliest sentences are looked for in."""
LIKELIEST = 20
"""Sentences of a shortlist, beside those that hold evidence."""
RECKONED = frozenset(
    {"arithmetic", "comparison", "pay", "table", "conflict", "profile", "follow-up"}
)
"""Kinds of questions whose answers may be figures that stand nowhere."""
IN_WORDS = frozenset({"count", "years", "months"})
LEAST_IN_FIGURES = 20
"""Smaller counts are written in words, so that one can't tell whether they were read or reckoned."""
RIGHT_PROGRAMS, WRONG_PROGRAMS = 3, 5
"""Of a question's results so many become records."""
HOLDS = 0.85
"""A sentence holds a quote, or a part of it, where so much of the shorter one's words are shared."""


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled question of a corpus; ``evidence`` and ``also`` are (document, quote) pairs."""

    id: str
    kind: str
    turns: tuple[str, ...]
    standalone: str
    answerable: bool
    evidence: tuple[tuple[str, str], ...]
    also: tuple[tuple[str, str], ...]
    answer: str
    labels: dict[str, Any]


def items_of(folder: Path) -> Iterator[Item]:
    """The questions of a corpus folder, in order."""
    replies = {r["id"]: r for r in _lines(folder / "replies.jsonl")}
    for question in _lines(folder / "questions.jsonl"):
        reply = replies[question["id"]]
        yield Item(
            id=question["id"],
            kind=question["kind"],
            turns=tuple(question["turns"]),
            standalone=reply["standalone"],
            answerable=question["answerable"],
            evidence=_quotes(reply.get("evidence")),
            also=_quotes(reply.get("also")),
            answer=reply["answer"],
            labels=question,
        )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _quotes(rows: list[dict[str, str]] | None) -> tuple[tuple[str, str], ...]:
    return tuple((row["document"], row["quote"]) for row in rows or [])


def tokens(text: str) -> frozenset[str]:
    """Lower-case words and numbers, without markup."""
    return frozenset(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", text).lower()))


def holds(sentence: Sentence, raw: str, quote: str) -> bool:
    """Whether a sentence (as written: ``raw``) holds a quote, or is a part of it."""
    wanted = tokens(quote)
    for said in (tokens(raw), tokens(sentence.plain)):
        shorter = min(len(said), len(wanted))
        if shorter >= 3 and len(said & wanted) >= HOLDS * shorter:
            return True
    return bool(wanted) and tokens(sentence.plain) == wanted


def evidence_of(chunk: Chunk, text: str, quotes: Sequence[tuple[str, str]]) -> list[int]:
    """Which sentences of a passage hold one of the quotes."""
    own = [quote for document, quote in quotes if document == chunk.document]
    return [
        i
        for i, s in enumerate(chunk.sentences)
        if any(holds(s, s.span.of(text), quote) for quote in own)
    ]


def wanted_of(item: Item, given: Collection[float]) -> list[float]:
    """The expected figures that nobody can read off: those that are not ``given``."""
    expected = [(float(f["value"]), f["unit"]) for f in item.labels.get("figures") or []]
    return [
        value
        for value, unit in expected
        if not any(near(value, v) for v in given)
        and (unit not in IN_WORDS or value >= LEAST_IN_FIGURES)
    ]


def near(a: float, b: float) -> bool:
    return abs(a - b) <= max(0.011, 5e-4 * abs(b))


def verdict_of(item: Item) -> int | None:
    """Which of ``VERDICTS`` the answer begins with, if any."""
    first, *_ = item.answer.split() or [""]
    word, ending = first[:-1].lower(), first[-1:]
    said = [v.rstrip(".").lower() for v in VERDICTS]
    return said.index(word) if item.answerable and word in said and ending in ",.:;" else None


def records_of(folder: Path, reranker: Reranker) -> Iterator[dict[str, Any]]:
    """Every passage that comes back for each question of a corpus, and its shortlist."""
    embedder: Embedder = reranker.embedder
    with tempfile.TemporaryDirectory() as store:
        _, generation = update(folder / "docs", store=Path(store), embedder=embedder)
        library = Library(generation)
        for item in items_of(folder):
            query = in_context(item.turns)
            hits, _ = retrieve(item.standalone, library=library, embedder=embedder, k=PASSAGES)
            found = [h.chunk for h in hits]
            quotes = (*item.evidence, *item.also)
            rest = [c for c in library.chunks if all(c.span != f.span or c.document != f.document for f in found)]  # fmt: skip
            for rank, chunk in enumerate([*found, *rest], 1):
                text = library.documents[chunk.document].text
                answers = evidence_of(chunk, text, quotes)
                if not answers and rank > len(found):
                    continue
                kind = "with" if answers else "beside" if item.answerable else "none"
                yield {
                    "source": f"careers-{kind}",
                    "question": query,
                    "standalone": item.standalone,
                    "title": chunk.title,
                    "context": chunk.sentences[0].context,
                    "sentences": [s.plain for s in chunk.sentences],
                    "answer_sentences": answers,
                    "group": folder.name,
                    "id": item.id,
                    "rank": rank,
                }
            own = {
                "question": query, "standalone": item.standalone, "title": "",
                "group": folder.name, "id": item.id,
            }  # fmt: skip
            readings = reranker.readings(query, hits[:READ])
            yield shortlist(item, hits, readings, library) | own
            for record in results(item, hits, readings, library, embedder):
                yield record | own


def shortlist(
    item: Item, hits: Sequence[Hit], readings: Sequence[Reading], library: Library
) -> dict[str, Any]:
    """The likeliest sentences of the first passages, and all that hold evidence, by passage."""
    quotes = (*item.evidence, *item.also)
    found: dict[str, tuple[float, int, str, bool]] = {}
    for number, hit in enumerate(hits):
        chunk = hit.chunk
        answers = set(evidence_of(chunk, library.documents[chunk.document].text, quotes))
        for i, sentence in enumerate(chunk.sentences):
            margin = float(readings[number].margins[i]) if number < len(readings) else -math.inf
            heading = heading_of(chunk.title, sentence.context)
            kept = found.get(sentence.plain)
            if kept is None or margin > kept[0]:
                found[sentence.plain] = (margin, number, heading, i in answers)
    likeliest = sorted(found, key=lambda plain: -found[plain][0])[:LIKELIEST]
    chosen = [s for s in found if s in likeliest or found[s][3]]
    chosen.sort(key=lambda plain: found[plain][1])
    answering = [i for i, s in enumerate(chosen) if found[s][3]]
    return {
        "source": "careers-list",
        "sentences": chosen,
        "headings": [found[s][2] for s in chosen],
        "answer_sentences": answering,
        "verdict": verdict_of(item),
    }


def results(
    item: Item,
    hits: Sequence[Hit],
    readings: Sequence[Reading],
    library: Library,
    embedder: Embedder,
) -> Iterator[dict[str, Any]]:
    """What can be reckoned of the likeliest sentences' figures (:mod:`rag.answer.compute`), each a
    record of its own: the right results, and some of the wrong ones."""
    question = item.turns[-1]
    vector = embedder.embed([question])
    tags = tagger().tag(vector)
    if item.kind not in RECKONED and max(tags["arithmetic"], tags["comparison"]) < COMPUTED_FROM:
        return
    candidates = [
        Candidate(hit.chunk, sentence, number, i, np.zeros(0))
        for number, (hit, _) in enumerate(zip(hits, readings, strict=False))
        for i, sentence in enumerate(hit.chunk.sentences)
    ]
    holding = _holding(item, candidates, library)
    odds = [readings[c.passage].margins[c.position] for c in candidates]
    own_figures = list(of_question(question))
    weighed = probabilities_of(np.array(odds))
    figures = [*figures_of(candidates, weighed, library), *own_figures]
    given = {f.value for f in own_figures} | {
        f.value for f in figures if id(f.candidate) in holding
    }
    wanted = wanted_of(item, given)

    def is_right(program: Program) -> bool:
        sources = [f for f in (program.a, program.b) if f.candidate is not None]
        return any(near(program.value, v) for v in wanted) and all(
            id(f.candidate) in holding for f in sources
        )

    likely = likeliest_of(question, figures, vector)
    right = [p for p in programs(question, figures, NEITHER) if is_right(p)] if wanted else []
    wrong = [p for p in likely if not is_right(p)][:WRONG_PROGRAMS]
    yield from (_result(program, [0]) for program in right[:RIGHT_PROGRAMS])
    yield from (_result(program, []) for program in wrong)


def _result(program: Program, answers: list[int]) -> dict[str, Any]:
    said = as_read(program)
    return {"source": "careers-result", "sentences": said, "answer_sentences": answers}


def _holding(item: Item, candidates: Sequence[Candidate], library: Library) -> set[int]:
    """The ids of the candidates that hold evidence."""
    quotes = (*item.evidence, *item.also)
    answers = {
        c.passage: evidence_of(c.chunk, library.documents[c.chunk.document].text, quotes)
        for c in candidates
        if c.position == 0
    }
    return {id(c) for c in candidates if c.position in answers[c.passage]}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rag.training.careers", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="a folder of corpora")  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="gzipped JSON lines to write")
    parser.add_argument("--cross-encoder", type=Path, default=FOLDER, help="whose shortlists")
    options = parser.parse_args(arguments)
    embedder = MiniLM.begin()
    embedder.ready()
    reranker = Reranker(embedder, CrossEncoder.load(options.cross_encoder))
    folders = sorted(p.parent for data in options.data for p in data.glob("*/questions.jsonl"))
    with gzip.open(options.out, "wt", encoding="utf-8") as out:
        for number, folder in enumerate(folders, 1):
            records = list(records_of(folder, reranker))
            out.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            sys.stderr.write(
                f"{number} of {len(folders)} corpora: {folder.name}, {len(records)} records\n"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
