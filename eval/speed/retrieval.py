"""How long retrieval takes as the corpus grows: ``python -m eval.speed.retrieval``.

Times the search by vectors (all of them, and the coarse search that takes its place from
``rag.index.nearest.COARSE_FROM`` chunks on), by words, and both fused, on chunks that are made up:
vectors around real ones' spread, words with the frequencies of Zipf's law. Medians over
``QUERIES``; the embedding of the question is no part of it (``career-chat doctor`` times whole
answers). Also prints the share of the exact nearest fifty that the coarse search finds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from eval.metrics import percentile
from rag.index.bm25 import LexicalIndex
from rag.index.nearest import FlatIndex
from rag.retrieve.hybrid import DEPTH, fuse, highest
from rag.types import Matrix

DIMENSION = 384
TOPICS = 500
SPREAD = 0.8
VOCABULARY = 30_000
WORDS_PER_CHUNK = 60
WORDS_PER_QUERY = 8
QUERIES = 100


def made_up_vectors(count: int, rng: np.random.Generator) -> Matrix:
    """Shape (count, DIMENSION), unit norm, around ``TOPICS`` centres."""
    centres = rng.standard_normal((TOPICS, DIMENSION), dtype=np.float32)
    vectors = centres[rng.integers(TOPICS, size=count)]
    vectors += SPREAD * rng.standard_normal(vectors.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def made_up_texts(count: int, words: int, rng: np.random.Generator) -> list[str]:
    shares = 1 / np.arange(1, VOCABULARY + 1)
    drawn = rng.choice(VOCABULARY, size=(count, words), p=shares / shares.sum())
    return [" ".join(f"w{i}" for i in row) for row in drawn]


def milliseconds(search: Callable[[int], object]) -> list[float]:
    times = []
    for number in range(QUERIES):
        start = time.perf_counter()
        search(number)
        times.append(1000 * (time.perf_counter() - start))
    return times


def recall(found: NDArray[np.int64], exact: NDArray[np.int64]) -> float:
    """The share, 0..1, of the exact ids that were found."""
    hits = [len(set(a) & set(b)) for a, b in zip(found.tolist(), exact.tolist(), strict=True)]
    return sum(hits) / exact.size


def measure(count: int, console: Console) -> None:
    rng = np.random.default_rng(0)
    vectors = made_up_vectors(count, rng)
    near = vectors[rng.integers(count, size=QUERIES)]
    queries = near + 0.05 * rng.standard_normal(near.shape, dtype=np.float32)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(DIMENSION)
    index.add(vectors)
    whole, coarse = FlatIndex(index, coarse_from=count + 1), FlatIndex(index, coarse_from=1)
    lexical = LexicalIndex(made_up_texts(count, WORDS_PER_CHUNK, rng))
    asked = [text.split() for text in made_up_texts(QUERIES, WORDS_PER_QUERY, rng)]
    live = FlatIndex(index)

    def both(number: int) -> object:
        ids, _ = live.search(queries[number : number + 1], k=DEPTH)
        scores = lexical.scores(asked[number])
        return fuse([ids[0].tolist(), highest(scores, DEPTH)])

    rows = {
        "vectors, all": lambda n: whole.search(queries[n : n + 1], k=DEPTH),
        "vectors, coarse first": lambda n: coarse.search(queries[n : n + 1], k=DEPTH),
        "words (BM25)": lambda n: highest(lexical.scores(asked[n]), DEPTH),
        "as the program does it": both,
    }
    table = Table("", "ms, median", "95 %", title=f"{count:,} chunks, {DEPTH} nearest")
    for name, search in rows.items():
        times = milliseconds(search)
        table.add_row(name, f"{percentile(times, 50):.1f}", f"{percentile(times, 95):.1f}")
    console.print(table)
    found = recall(coarse.search(queries, k=DEPTH)[0], whole.search(queries, k=DEPTH)[0])
    console.print(f"of the {DEPTH} nearest the coarse search finds {found:.1%}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.retrieval", description=__doc__)
    parser.add_argument("--chunks", type=int, default=100_000)
    options = parser.parse_args(arguments)
    measure(options.chunks, Console(width=100))
    return 0


if __name__ == "__main__":
    sys.exit(main())
