"""Labelled corpora -> examples for the cross-encoder: ``python -m rag.training.careers``.

A corpus is a folder with ``docs/``, ``questions.jsonl`` and ``replies.jsonl`` (turns, and verbatim
quotes of the documents that answer). Each is indexed as the program indexes it, each question is
put to the program's own retrieval, and every passage that comes back is one record: its sentences,
and which of them hold a quote. So training sees the passages, and the mistakes of retrieval, that
use will see. One more record a question is its shortlist: the sentences of all passages that a
cross-encoder takes for the likeliest, which are read side by side.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import FOLDER, CrossEncoder, heading_of, in_context
from rag.models.embedder import MiniLM
from rag.retrieve.hybrid import retrieve
from rag.retrieve.rerank import Reranker
from rag.types import Chunk, Embedder, Hit, Sentence

PASSAGES = 14
"""So many of a question's passages become records, beside all that hold evidence."""
READ = 6
"""Passages that the likeliest sentences are looked for in."""
LIKELIEST = 14
"""Sentences of a shortlist, beside those that hold evidence."""
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
            yield shortlist(item, hits, library, reranker) | {
                "question": query,
                "group": folder.name,
            }


def shortlist(
    item: Item, hits: Sequence[Hit], library: Library, reranker: Reranker
) -> dict[str, Any]:
    """The likeliest sentences of the first passages, and all that hold evidence, by passage."""
    quotes = (*item.evidence, *item.also)
    readings = reranker.readings(in_context(item.turns), hits[:READ])
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
        "standalone": item.standalone,
        "title": "",
        "sentences": chosen,
        "headings": [found[s][2] for s in chosen],
        "answer_sentences": answering,
        "id": item.id,
    }


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
