"""Measure how evidence is found: ``python -m eval.evidence --squad DIR``.

The questions with evidence that come with the program, on its own corpus, and, where ``--squad``
names the folder of squad2-dev-half.{dev,train}.jsonl.gz, the questions of its development
articles on all its paragraphs as one corpus. Everything is read once, by the program's own
pipeline (the cross-encoder reads every ranked passage here, not only the first); then each way of scoring is measured on the same readings:

- own: the best sentence is one that answers; of the sentences that answer, those among the best five
- right paragraph: first; among five
- given the paragraph: the best sentence answers; answerable told from unanswerable (AUC)

Rows are the single signals, the program's blend, and the blend with each signal left out, its
weights fitted anew on the other folds. ``--fit`` prints the weights for ``rag/read.py``, fitted on
all of it. Intervals are percentile bootstraps of 95 % over questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression

from eval.metrics import Interval, auc, bootstrap_interval
from eval.questions import Kind, load_questions
from eval.text import comparable
from rag.embeddings import MiniLM
from rag.intent import focus
from rag.library import Library
from rag.read import (
    ANSWERABLE_BIAS,
    ANSWERABLE_FEATURES,
    ANSWERABLE_WEIGHTS,
    FEATURES,
    PASSAGE_WEIGHTS,
    WEIGHTS,
    Candidate,
    Reader,
    answerable_signs,
    with_margins,
    worth_ranking,
)
from rag.reader_model import FOLDER, ReaderModel, Reading
from rag.retrieve import mend, retrieve
from rag.sections import Key
from rag.settings import DEFAULT_CORPUS
from rag.store import update
from rag.types import Hit

FOLDS = 5
RESAMPLES = 2000
UNANSWERABLE_WEIGHT = 0.55
"""Of an unanswerable question in the fit of answerability, of which the sets hold more than a
day's questions do."""

PASSAGE_SHARE = (PASSAGE_WEIGHTS != 0).astype(float)
"""1 for each signal that counts in the order of passages, else 0."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


# --- cases ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gold:
    """A question, the sentences that answer (none: unanswerable) and, of SQuAD, its document."""

    question: str
    kind: str
    answers: tuple[str, ...]
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question as the program reads it.

    ``features`` has shape (sentences, len(FEATURES)); ``answers`` says of each sentence whether
    it answers; ``documents`` numbers each sentence's document. ``fused`` is the documents in the
    order of the fused ranking. ``signs`` are those of answerability.
    """

    kind: str
    features: Floats
    answers: Bools
    documents: NDArray[np.int64]
    fused: tuple[int, ...]
    gold: int
    signs: Floats

    @property
    def answerable(self) -> bool:
        return self.kind not in {str(Kind.UNANSWERABLE), "squad-"}


def own_gold() -> list[Gold]:
    """The questions of one turn without pay that come with the program."""
    wanted = {Kind.FACT, Kind.ADVICE, Kind.UNANSWERABLE}
    return [
        Gold(q.turns[0], str(q.kind), tuple(e.quote for e in q.evidence))
        for q in load_questions()
        if q.kind in wanted and len(q.turns) == 1 and (q.evidence or q.kind is Kind.UNANSWERABLE)
    ]


def squad_gold(folder: Path, corpus: Path) -> list[Gold]:
    """Writes every paragraph of the half as a document; the development articles' questions."""
    names: dict[str, str] = {}
    gold = []
    for split in ("dev", "train"):
        with gzip.open(
            folder / f"squad2-dev-half.{split}.jsonl.gz", "rt", encoding="utf-8"
        ) as lines:
            for row in map(json.loads, lines):
                if row["group"] not in names:
                    names[row["group"]] = f"{len(names):04}.md"
                    text = f"# {row['title']}\n\n{' '.join(row['sentences'])}\n"
                    (corpus / names[row["group"]]).write_text(text, encoding="utf-8")
                answers = tuple(row["sentences"][i] for i in row["answer_sentences"])
                if split == "dev":
                    kind = "squad+" if answers else "squad-"
                    gold.append(Gold(row["question"], kind, answers, names[row["group"]]))
    return gold


@dataclass(frozen=True, slots=True)
class Read:
    """What reading gives of a question: its sentences, the cross-encoder's readings, and how near
    the headings are."""

    candidates: Sequence[Candidate]
    readings: Sequence[Reading]
    matches: Mapping[Key, float]


class Bench:
    """A corpus, open, with the parts of the pipeline at hand."""

    def __init__(self, corpus: Path, store: Path, *, reader: Path) -> None:
        self.embedder = MiniLM.load()
        _, generation = update(corpus, store=store, embedder=self.embedder)
        self.library = Library(generation)
        self.reader = Reader(self.embedder, ReaderModel.load(reader))
        self._numbers = {d.path: n for n, d in enumerate(generation.documents)}

    def read(self, gold: Gold) -> tuple[Case, Case | None]:
        """The question on the whole corpus, and on its paragraph alone (SQuAD)."""
        question = focus(mend(gold.question, self.library))
        every = len(self.library.chunks)
        hits, vector = retrieve(question, library=self.library, embedder=self.embedder, k=every)
        given = [h for h in hits if h.chunk.document == gold.document]

        def case(chosen: Sequence[Hit]) -> Case:
            found = self.reader.candidates(question, vector, chosen, library=self.library)
            readings = self.reader.readings(question, chosen)
            matches = self.reader.matches(question, vector, chosen, library=self.library)
            read = Read(with_margins(found, readings), readings, matches)
            return self._case(gold, question, read, hits)

        return case(worth_ranking(hits[:50])), case(given) if given else None

    def _case(
        self,
        gold: Gold,
        question: str,
        read: Read,
        hits: Sequence[Hit],
    ) -> Case:
        found = read.candidates
        answers = [comparable(a) for a in gold.answers]
        features = np.array([c.features for c in found]).reshape(-1, len(FEATURES))
        return Case(
            kind=gold.kind,
            features=features,
            answers=np.array(
                [
                    gold.document in {None, c.chunk.document} and _says(c.sentence.plain, answers)
                    for c in found
                ],
                dtype=bool,
            ),
            documents=np.array([self._numbers[c.chunk.document] for c in found], dtype=np.int64),
            fused=tuple(dict.fromkeys(self._numbers[h.chunk.document] for h in hits[:50])),
            gold=self._numbers.get(gold.document or "", -1),
            signs=answerable_signs(
                question,
                found,
                read.readings,
                features @ WEIGHTS,
                matches=read.matches,
                library=self.library,
            ),
        )


def _says(sentence: str, answers: Iterable[str]) -> bool:
    plain = comparable(sentence)
    return bool(plain) and any(plain in a or a in plain for a in answers)


# --- measures -------------------------------------------------------------------------

Score = Callable[[Case], Floats]
"""A score of every sentence of a case, shape (sentences,)."""


def first_answers(case: Case, scores: Floats) -> float:
    return float(case.answers[int(np.argmax(scores))])


def share_in_five(case: Case, scores: Floats) -> float:
    """Of the sentences that answer (five at most), those among the best five."""
    best = np.argsort(-scores, kind="stable")[:5]
    return float(case.answers[best].sum() / min(5, case.answers.sum()))


def rank_of_document(case: Case, scores: Floats) -> int:
    """Of the right document, counted from 1; what was not read keeps its place behind."""
    order = [int(case.documents[i]) for i in np.argsort(-scores, kind="stable")]
    ranked = list(dict.fromkeys([*order, *case.fused]))
    return ranked.index(case.gold) + 1 if case.gold in ranked else len(ranked) + 1


def with_weights(weights: Floats) -> Score:
    return lambda case: case.features @ weights


# --- fitting --------------------------------------------------------------------------


def fit_scores(cases: Sequence[Case], *, without: int | None = None, l2: float = 2e-3) -> Floats:
    """Weights under which the sentences that answer stand out among all that were read.

    Conditional logit (McFadden, 1974): the share of the softmax that falls on them. The sets
    weigh the same. The first weight that is not left out is scaled to its present value.
    """
    usable = [c for c in cases if c.answers.any()]
    sizes = {k: sum(c.kind == k for c in usable) for k in {c.kind for c in usable}}
    kept = [n for n in range(len(FEATURES)) if n != without]
    scale = np.where(np.array(FEATURES) == "margin", 10.0, 1.0)[kept]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = l2 * float(weights @ weights), 2 * l2 * weights
        for case in usable:
            inputs = case.features[:, kept] / scale
            scores = inputs @ weights
            share = 1 / (sizes[case.kind] * len(sizes))
            positive = scores[case.answers]
            total += share * float(logsumexp(scores) - logsumexp(positive))
            everywhere = np.exp(scores - logsumexp(scores)) @ inputs
            answering = np.exp(positive - logsumexp(positive)) @ inputs[case.answers]
            gradient = gradient + share * (everywhere - answering)
        return total, gradient

    fitted = minimize(loss, np.ones(len(kept)), jac=True, method="L-BFGS-B").x / scale
    weights = np.zeros(len(FEATURES))
    weights[kept] = fitted
    return weights


def fit_answerable(cases: Sequence[Case]) -> tuple[Floats, float]:
    """Weights and bias of the probability that a question is answered."""
    signs = np.stack([c.signs for c in cases])
    labels = np.array([c.answerable for c in cases])
    own = np.array([c.gold < 0 for c in cases])
    # Both sets weigh the same, the unanswerable in each less.
    weights = np.where(own, 1 / max(1, own.sum()), 1 / max(1, (~own).sum()))
    weights = weights * np.where(labels, 1.0, UNANSWERABLE_WEIGHT)
    model = LogisticRegression(C=100.0).fit(signs, labels, sample_weight=weights * len(cases))
    return model.coef_[0], float(model.intercept_[0])


def folds(cases: Sequence[Any], *, seed: int = 0) -> Iterator[tuple[list[int], list[int]]]:
    """(indices to fit on, indices to measure on), ``FOLDS`` times."""
    order = random.Random(seed).sample(range(len(cases)), len(cases))
    for n in range(FOLDS):
        held = set(order[n::FOLDS])
        yield [i for i in order if i not in held], sorted(held)


def out_of_fold(cases: Sequence[Case], *, without: int | None = None) -> list[Floats]:
    """Weights for each case, fitted on the folds that it is not in."""
    weights: list[Floats] = [np.zeros(len(FEATURES))] * len(cases)
    for fitted_on, held in folds(cases):
        found = fit_scores([cases[i] for i in fitted_on], without=without)
        for i in held:
            weights[i] = found
    return weights


# --- tables ---------------------------------------------------------------------------


def as_percent(values: Sequence[float]) -> str:
    if not values:
        return "–"
    interval = bootstrap_interval(values)
    return (
        f"{100 * float(np.mean(values)):.1f} [{100 * interval.low:.0f}–{100 * interval.high:.0f}]"
    )


def as_auc(scores: Sequence[float], positive: Sequence[bool]) -> str:
    value = auc(scores, positive)
    if value is None:
        return "–"
    rng = np.random.default_rng(0)
    marks, numbers = np.array(positive), np.array(scores)
    yes, no = numbers[marks], numbers[~marks]
    drawn = [
        auc([*a, *b], [True] * len(a) + [False] * len(b)) or 0.0
        for a, b in (
            (rng.choice(yes, len(yes)), rng.choice(no, len(no))) for _ in range(RESAMPLES // 4)
        )
    ]
    bounds = Interval(*(float(q) for q in np.quantile(drawn, [0.025, 0.975])))
    return f"{value:.3f} [{bounds.low:.3f}–{bounds.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Cases:
    """What was read: the program's own questions, SQuAD's on all paragraphs and on their own."""

    own: list[Case]
    squad: list[Case]
    given: list[Case]


def scores_table(cases: Cases, console: Console) -> None:
    table = Table("scored by", "fact: first", "advice: first", "in five", "paragraph first",
                  "in five", "sentence first", title="Evidence, in per cent")  # fmt: skip
    everything = cases.own + cases.squad
    blended = out_of_fold(everything)
    rows: dict[str, list[Floats]] = {
        f"{name} alone": [np.eye(len(FEATURES))[n]] * len(everything)
        for n, name in enumerate(FEATURES)
    }
    rows["all, as shipped"] = [WEIGHTS] * len(everything)
    rows["all, out of fold"] = blended
    for n, name in enumerate(FEATURES):
        rows[f"without {name}"] = out_of_fold(everything, without=n)
    for name, weights in rows.items():
        own, squad = weights[: len(cases.own)], weights[len(cases.own) :]
        table.add_row(name, *_row(cases, own, squad))
    fused = [float(c.fused[:1] == (c.gold,)) for c in cases.squad]
    fused_five = [float(c.gold in c.fused[:5]) for c in cases.squad]
    table.add_row("fusion, unread", "–", "–", "–", as_percent(fused), as_percent(fused_five), "–")
    console.print(table)


def _row(cases: Cases, own: Sequence[Floats], squad: Sequence[Floats]) -> list[str]:
    found = [(c, c.features @ w) for c, w in zip(cases.own, own, strict=True) if c.answers.any()]
    ranks = [rank_of_document(c, c.features @ w) for c, w in zip(cases.squad, squad, strict=True)]
    given = [
        first_answers(c, c.features @ w)
        for c, w in zip(cases.given, squad, strict=True)
        if c.answers.any()
    ]
    return [
        as_percent([first_answers(c, s) for c, s in found if c.kind == Kind.FACT]),
        as_percent([first_answers(c, s) for c, s in found if c.kind == Kind.ADVICE]),
        as_percent([share_in_five(c, s) for c, s in found]),
        as_percent([float(r == 1) for r in ranks]),
        as_percent([float(r <= 5) for r in ranks]),
        as_percent(given),
    ]


def answerable_table(cases: Cases, console: Console) -> None:
    table = Table("told by", "own questions", "SQuAD, whole corpus", "SQuAD, given the paragraph",
                  title="Answerable from unanswerable, AUC")  # fmt: skip
    sets = [cases.own, cases.squad, cases.given]
    for n, name in enumerate(ANSWERABLE_FEATURES):
        table.add_row(f"{name} alone", *(_auc_of(s, [c.signs[n] for c in s]) for s in sets))
    shipped = [[float(c.signs @ ANSWERABLE_WEIGHTS) for c in s] for s in sets]
    table.add_row("all, as shipped", *map(_auc_of, sets, shipped))
    joined = cases.own + cases.squad
    scores = [0.0] * len(joined)
    for fitted_on, held in folds(joined):
        weights, _ = fit_answerable([joined[i] for i in fitted_on])
        for i in held:
            scores[i] = float(joined[i].signs @ weights)
    cut = len(cases.own)
    table.add_row(
        "all, out of fold", _auc_of(cases.own, scores[:cut]), _auc_of(cases.squad, scores[cut:]), ""
    )
    console.print(table)
    declined = [float(c.signs @ ANSWERABLE_WEIGHTS) + ANSWERABLE_BIAS < 0 for c in cases.own]
    for kind in (Kind.FACT, Kind.ADVICE, Kind.UNANSWERABLE):
        share = [float(d) for c, d in zip(cases.own, declined, strict=True) if c.kind == kind]
        console.print(f"declined of {kind} questions: {as_percent(share)} %")


def _auc_of(cases: Sequence[Case], scores: Sequence[float]) -> str:
    return as_auc(scores, [c.answerable for c in cases])


def print_fit(cases: Cases, console: Console) -> None:
    """The weights for rag/read.py, the margin's scaled to 1."""
    weights = fit_scores(cases.own + cases.squad)
    console.print(f"WEIGHTS = {np.round(weights / weights[0], 2).tolist()}")
    marks = np.concatenate([c.answers for c in cases.own if c.answers.any()])
    scores = np.concatenate([c.features @ WEIGHTS for c in cases.own if c.answers.any()])
    model = LogisticRegression(C=100.0).fit(scores[:, None], marks)
    console.print(
        f"EVIDENCE_SLOPE, EVIDENCE_BIAS = {model.coef_[0][0]:.2f}, {model.intercept_[0]:.2f}"
    )
    signs, bias = fit_answerable(cases.own + cases.squad)
    console.print(f"ANSWERABLE_WEIGHTS = {np.round(signs, 2).tolist()}")
    console.print(f"ANSWERABLE_BIAS = {bias:.2f}")


def gather(squad: Path | None, *, most: int, reader: Path) -> Cases:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        bench = Bench(DEFAULT_CORPUS, work / "own", reader=reader)
        own = [bench.read(g)[0] for g in track(own_gold(), description="own questions")]
        if squad is None:
            return Cases(own, [], [])
        (work / "corpus").mkdir()
        gold = squad_gold(squad, work / "corpus")
        chosen = gold if len(gold) <= most else random.Random(0).sample(gold, most)
        bench = Bench(work / "corpus", work / "squad", reader=reader)
        pairs = [bench.read(g) for g in track(chosen, description="SQuAD")]
    return Cases(own, [whole for whole, _ in pairs], [given or whole for whole, given in pairs])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.evidence",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--squad", type=Path, help="folder of squad2-dev-half.*.jsonl.gz")
    parser.add_argument("--most", type=int, default=10_000, help="at most so many SQuAD questions")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of the reader")
    parser.add_argument("--fit", action="store_true", help="print weights for rag/read.py")
    options = parser.parse_args(arguments)
    console = Console(width=150)
    cases = gather(options.squad, most=options.most, reader=options.reader)
    scores_table(cases, console)
    answerable_table(cases, console)
    if options.fit:
        print_fit(cases, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
