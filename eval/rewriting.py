"""Measure the rewriting of follow-ups: ``python -m eval.rewriting [--data FOLDER]``.

Two parts:

1. TREC CAsT (``FOLDER/trec-cast``) and MTRAG (``FOLDER/mtrag-dev``): retrieval of the passage
   that answers a turn, by the raw turn, the rewritten one and the human rewrite, as mean
   reciprocal rank; the share of the gap between raw and human that rewriting recovers; and the
   same on the turns that people left as they were.
2. Token F1 of rewrites against the human ones, with the raw turn's beside it.

The model by which a follow-up's topic is found (rag/carry_model.py) has seen none of these sets. How
likely its log-odds make it that people take a word over (rag/understand/carry.py) is fitted on
their human rewrites; both use for each conversation weights that were fitted without it (five
folds). ``--fit`` fits them on all and installs them. Vectors of the pools are kept in the system's
temporary folder.

CAsT: Dalton et al., TREC CAsT 2019-2022; MTRAG: Katsis et al., 2025. Token F1 is SQuAD's
(Rajpurkar et al., 2016), over words.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from rag.embeddings import MiniLM
from rag.lexical import LexicalIndex, terms, words
from rag.retrieve import RRF_K
from rag.understand.carry import WEIGHTS, Weights, installed, log_odds, standalone

CAST_2020 = "2020_manual_evaluation_topics_v1.0.json"
CAST_2021 = "2021_manual_evaluation_topics_v1.0.json"
CAST_2022 = "2022_evaluation_topics_flattened_duplicated_v1.0.json"
DEPTH = 10
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """The user's turns, the last of which is rewritten, and the answers given between them.

    ``human`` is the human rewrite, "" where there is none; ``relevant`` are the positions in the
    pool of the passages that answer the last turn.
    """

    turns: tuple[str, ...]
    answers: tuple[str, ...] = ()
    human: str = ""
    relevant: frozenset[int] = frozenset()

    @property
    def stands_alone(self) -> bool:
        """Whether people left the turn as it was."""
        return words(self.turns[-1]) == words(self.human)


@dataclass(frozen=True, slots=True)
class DataSet:
    """Turns to rewrite, and the passages among which those that answer them are to be found."""

    name: str
    items: tuple[Item, ...]
    pool: tuple[str, ...] = ()


# --- the data sets --------------------------------------------------------------------


def load_cast(folder: Path, *, with_answers: bool) -> list[DataSet]:
    """2020 (rewrites alone), 2021 and 2022 (the passage or response to a turn is its answer)."""
    sets = []
    for name, file in (("2020", CAST_2020), ("2021", CAST_2021), ("2022", CAST_2022)):
        pool: dict[str, int] = {}
        items: dict[tuple[str, ...], Item] = {}
        for topic in json.loads((folder / file).read_text(encoding="utf-8")):
            turns: list[str] = []
            answers: list[str] = []
            for turn in topic["turn"]:
                turns.append((turn.get("raw_utterance") or turn["utterance"]).strip())
                answer = str(turn.get("passage") or turn.get("response") or "").strip()
                relevant = {pool.setdefault(answer, len(pool))} if answer else set()
                items[tuple(turns)] = Item(
                    tuple(turns),
                    tuple(answers) if with_answers else (),
                    turn["manual_rewritten_utterance"].strip(),
                    frozenset(relevant),
                )
                answers.append(answer)
        # The flattened topics of 2022 repeat the turns that two conversations share.
        chosen = tuple(i for i in items.values() if len(i.turns) > 1)
        sets.append(DataSet(f"CAsT {name}", chosen, tuple(pool)))
    return sets


def load_mtrag(folder: Path, *, with_answers: bool) -> list[DataSet]:
    """The rewrites (user turns alone), and the tasks (no human rewrite, passages that answer)."""
    rewrites = []
    for row in _rows(folder / "rewrites.jsonl"):
        turns = tuple(t.strip() for t in row["all_user_turns"].split("|user|:") if t.strip())
        if len(turns) > 1 and row["rewrite"]:
            rewrites.append(Item(turns, human=row["rewrite"].strip()))
    passages = _rows(folder / "passages.jsonl")
    position = {row["_id"]: i for i, row in enumerate(passages)}
    tasks = []
    for row in _rows(folder / "tasks.jsonl"):
        said = row["turns"]
        answers = tuple(t["text"] for t in said if t["role"] == "assistant")
        tasks.append(
            Item(
                tuple(t["text"].strip() for t in said if t["role"] == "user"),
                answers if with_answers else (),
                relevant=frozenset(position[p["id"]] for p in row["passages"]),
            )
        )
    pool = tuple(f"{row['title']}\n{row['text']}".strip() for row in passages)
    return [
        DataSet("MTRAG rewrites", tuple(rewrites)),
        DataSet("MTRAG tasks", tuple(t for t in tasks if t.relevant and len(t.turns) > 1), pool),
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# --- fitting --------------------------------------------------------------------------


def fold_of(item: Item) -> int:
    """The same for all turns of a conversation."""
    return zlib.crc32(item.turns[0].encode()) % FOLDS


@dataclass(frozen=True, slots=True)
class Examples:
    """Words said before a turn: the model's log-odds that the turn leaves the word out; whether the
    human rewrite took the word over; the conversation's fold; each of shape (n,)."""

    log_odds: NDArray[np.float64]
    taken: NDArray[np.bool_]
    folds: NDArray[np.int64]

    @classmethod
    def of(cls, items: Iterable[Item]) -> Examples:
        odds: list[float] = []
        taken: list[bool] = []
        folds: list[int] = []
        for item in items:
            human = set(terms(item.human))
            for stem, value in log_odds(item.turns[-1], item.turns[:-1]).items():
                odds.append(value)
                taken.append(stem in human)
                folds.append(fold_of(item))
        return cls(np.array(odds), np.array(taken), np.array(folds))

    def fit(self, *, without: int | None = None) -> Weights:
        """The weights fitted on all conversations but those of one fold."""
        from sklearn.linear_model import LogisticRegression

        used = np.ones(len(self.taken), dtype=bool) if without is None else self.folds != without
        model = LogisticRegression().fit(self.log_odds[used, None], self.taken[used])
        return Weights(float(model.coef_[0][0]), float(model.intercept_[0]))

    def average_precision(self) -> float:
        """Of the words ranked by their log-odds, the mean over the folds (chance: the share that is
        taken)."""
        from sklearn.metrics import average_precision_score

        folds = [self.folds == fold for fold in range(FOLDS)]
        return _mean(average_precision_score(self.taken[f], self.log_odds[f]) for f in folds)


def install(weights: Weights) -> None:
    """Write the weights to where the program reads them."""
    fitted = {
        "what": "Platt scaling of rag/carry_model.py's log-odds, fitted by eval/rewriting.py --fit on the human "
        "rewrites of TREC CAsT 2020-2022 and MTRAG's development half; rerun it where the model changes",
        "scale": round(weights.scale, 4),
        "bias": round(weights.bias, 4),
    }
    WEIGHTS.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    installed.cache_clear()


# --- measures -------------------------------------------------------------------------


def token_f1(rewrite: str, human: str) -> float:
    ours, theirs = Counter(words(rewrite)), Counter(words(human))
    common = sum((ours & theirs).values())
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


class Pool:
    """Passages, searched as the program searches: dense and BM25, fused by reciprocal rank."""

    def __init__(self, passages: Sequence[str], embedder: MiniLM) -> None:
        self._embedder = embedder
        self._vectors = _remembered_vectors(passages, embedder)
        self._lexical = LexicalIndex(passages)

    def reciprocal_ranks(
        self, queries: Sequence[str], relevant: Sequence[frozenset[int]]
    ) -> list[float]:
        """1/rank of the first relevant passage among the first ten, 0 where there is none."""
        cosines = self._embedder.embed(queries) @ self._vectors.T
        found = []
        for query, row, wanted in zip(queries, cosines, relevant, strict=True):
            bm25 = self._lexical.scores(terms(query))
            fused = sum(1.0 / (RRF_K + _ranks(scores)) for scores in (row, bm25))
            order = np.argsort(-np.asarray(fused), kind="stable")[:DEPTH]
            hits = (1.0 / rank for rank, i in enumerate(order, 1) if int(i) in wanted)
            found.append(next(hits, 0.0))
        return found


def _remembered_vectors(passages: Sequence[str], embedder: MiniLM) -> NDArray[np.float32]:
    """The passages' vectors, from the temporary folder where these were embedded before."""
    key = hashlib.sha256("\0".join((embedder.fingerprint, *passages)).encode()).hexdigest()
    path = Path(tempfile.gettempdir()) / "career-chat-rewriting" / f"{key[:32]}.npy"
    if path.is_file():
        vectors: NDArray[np.float32] = np.load(path, allow_pickle=False)
        return vectors
    vectors = embedder.embed(passages)
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.stem}.{os.getpid()}.npy")
    np.save(partial, vectors, allow_pickle=False)
    partial.replace(path)
    return vectors


def _ranks(scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


def judge_retrieval(data: DataSet, rewrites: Sequence[str], embedder: MiniLM, table: Table) -> None:
    """One row for all turns, one for those that people left as they were."""
    pool = Pool(data.pool, embedder)
    relevant = [i.relevant for i in data.items]
    raw = pool.reciprocal_ranks([i.turns[-1] for i in data.items], relevant)
    ours = pool.reciprocal_ranks(rewrites, relevant)
    human = [float("nan")] * len(raw)
    if all(i.human for i in data.items):
        human = pool.reciprocal_ranks([i.human for i in data.items], relevant)
    for name, kept in (
        (data.name, [True] * len(raw)),
        (f"{data.name}, standing alone", [i.stands_alone for i in data.items]),
    ):
        r, o, h = (_mean(v for v, k in zip(x, kept, strict=True) if k) for x in (raw, ours, human))
        recovered = 100 * (o - r) / (h - r) if h > r else float("nan")
        if any(kept):
            cells = (f"{100 * v:.1f}" for v in (r, o, h))
            table.add_row(name, str(sum(kept)), *cells, f"{recovered:.0f} %")


def judge_rewrites(data: DataSet, rewrites: Sequence[str], table: Table) -> None:
    raw = _mean(token_f1(i.turns[-1], i.human) for i in data.items)
    ours = _mean(token_f1(q, i.human) for q, i in zip(rewrites, data.items, strict=True))
    changes: dict[bool, list[bool]] = {True: [], False: []}
    for question, item in zip(rewrites, data.items, strict=True):
        changes[item.stands_alone].append(words(question) != words(item.turns[-1]))
    left, changed = 1 - _mean(changes[True]), _mean(changes[False])
    cells = (f"{100 * v:.1f}" for v in (raw, ours, left, changed))
    table.add_row(data.name, str(len(data.items)), *cells)


def show(data: DataSet, rewrites: Sequence[str], console: Console) -> None:
    """Each turn, its rewrite and the human one; a star where they differ much."""
    for question, item in zip(rewrites, data.items, strict=True):
        mark = "" if token_f1(question, item.human) > 0.7 else "*"
        console.print(f"{mark} {item.turns[-3:]}\n   {question}\n   {item.human}", markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.rewriting", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder that holds trec-cast and mtrag-dev")
    parser.add_argument(
        "--answers", action="store_true", help="show the rewriting the answers given, too"
    )
    parser.add_argument(
        "--fit", action="store_true", help="fit the weights of rag/conversation/carry.py anew"
    )
    parser.add_argument("--show", metavar="NAME", help="print the rewrites of one data set")
    options = parser.parse_args(arguments)
    console = Console(width=120, highlight=False)
    if not options.data:
        return 0
    sets = load_cast(options.data / "trec-cast", with_answers=options.answers)
    sets += load_mtrag(options.data / "mtrag-dev", with_answers=options.answers)

    examples = Examples.of(i for data in sets for i in data.items if i.human)
    if options.fit:
        install(examples.fit())
        return 0
    chance = 100 * float(examples.taken.mean())
    precision = 100 * examples.average_precision()
    console.print(
        f"Average precision of the words taken over: {precision:.1f} (chance {chance:.1f})"
    )
    weights = {fold: examples.fit(without=fold) for fold in range(FOLDS)}
    embedder = MiniLM.load()

    found = Table(title="Mean reciprocal rank (0..100) of the passage that answers")
    for heading in ("", "turns", "raw", "rewritten", "human", "of the gap"):
        found.add_column(heading)
    close = Table(title="Token F1 (0..100) against the human rewrite")
    for heading in ("", "turns", "raw", "rewritten", "left alone rightly", "changed rightly"):
        close.add_column(heading)
    for data in sets:
        console.print(f"{data.name}: {len(data.items)} turns ...")
        rewrites = [standalone(i.turns, weights[fold_of(i)]) for i in data.items]
        if data.pool:
            judge_retrieval(data, rewrites, embedder, found)
        if all(i.human for i in data.items):
            judge_rewrites(data, rewrites, close)
        if options.show and options.show in data.name:
            show(data, rewrites, console)
    console.print(found)
    console.print(close)
    return 0


if __name__ == "__main__":
    sys.exit(main())
