"""Chunks embedded a second, ours against sentence-transformers': ``python -m eval.speed.embedding``.

Both embed the same chunks in the same process, in turns, so that whatever else the machine does
falls on both: sentence-transformers with its defaults (fp32, batches of 32), and the project's
embedder as the index uses it. Prints chunks a second, the ratio, and the least cosine between the
two for the same chunk. The chunks are those of the corpus folder, over and over until there are
enough; no text is embedded twice by chance, since each carries its number.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from rag.documents import corpus_files, read_document
from rag.index.chunks import split_document
from rag.models.embedder import MiniLM, model_folder
from rag.settings import DEFAULT_CORPUS
from rag.types import Matrix

Embed = Callable[[list[str]], Matrix]


def chunk_texts(corpus: Path, embedder: MiniLM, *, count: int) -> list[str]:
    """So many texts as the index would embed them."""
    texts = [
        chunk.embedding_text
        for path in corpus_files(corpus)
        for chunk in split_document(
            read_document(path, corpus=corpus, data=path.read_bytes()),
            max_tokens=embedder.max_tokens,
            count_tokens=embedder.count_tokens,
        )
    ]
    return [f"{number} {texts[number % len(texts)]}" for number in range(count)]


def reference() -> Embed:
    """sentence-transformers as it comes."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder()), device="cpu", local_files_only=True)

    def embed(texts: list[str]) -> Matrix:
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    return embed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("--corpus", type=Path, default=DEFAULT_CORPUS)
    parser.add_argument("--chunks", type=int, default=256, help="texts a round")
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    ours = MiniLM.load()
    texts = chunk_texts(options.corpus, ours, count=options.chunks * options.rounds)
    sides: dict[str, Embed] = {"sentence-transformers": reference(), "career-chat": ours.embed}
    seconds = dict.fromkeys(sides, 0.0)
    least_cosine = 1.0
    for embed in sides.values():
        embed(texts[:32])  # what is done once is not counted
    for start in range(0, len(texts), options.chunks):
        batch = texts[start : start + options.chunks]
        vectors = []
        for name, embed in sides.items():
            began = time.perf_counter()
            vectors.append(embed(batch))
            seconds[name] += time.perf_counter() - began
        least_cosine = min(least_cosine, float((vectors[0] * vectors[1]).sum(axis=1).min()))
    table = Table(title=f"{len(texts)} chunks, {ours.precision}, least cosine {least_cosine:.5f}")
    for column in ("", "chunks a second", "times"):
        table.add_column(column, justify="left" if not column else "right")
    base = seconds["sentence-transformers"]
    for name, spent in seconds.items():
        table.add_row(name, f"{len(texts) / spent:.1f}", f"{base / spent:.2f}")
    Console(file=sys.stdout).print(table)


if __name__ == "__main__":
    main()
