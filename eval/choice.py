"""Fit how answers are chosen: ``python -m eval.choice --data DIR --dev DIR --fit``.

``--data`` holds the labelled corpora that the small models are trained on (:mod:`eval.careers` has
the format), ``--dev`` those to choose by. Fitted are the tagger of questions (on ``--data``), the
choice of sentences and the probability of an answer (on corpora that the cross-encoder was not
trained on: ``eval/corpora/choice`` and a few of ``--data``), which proposer's draft is taken (there
and on the project's own questions), and how much is said (on ``--dev``).
Prints how well each does on ``--dev``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from eval.careers import as_answer, faults
from eval.metrics import auc
from eval.questions import Question, load_questions
from rag.answer.choose import MODEL as CHOICE
from rag.answer.choose import Choice, Chooser, Limits, Logistic, encode, pick, signs_of
from rag.answer.gather import TAGS, Found, Gathered, find, gather
from rag.answer.propose import Proposal, propose, take
from rag.embeddings import MiniLM
from rag.library import Library
from rag.read import Reader
from rag.reader_model import FOLDER, ReaderModel
from rag.settings import DEFAULT_CORPUS
from rag.store import update
from rag.training.careers import Item, evidence_of, items_of
from rag.training.reader import FITTED_ON
from rag.types import Corrections, Embedder
from rag.understand.query import understand
from rag.understand.tagger import MODEL as TAGGER
from rag.understand.tagger import Tagger

SEVERAL = 3
"""A question asks for several things where its answer rests on so many pieces of evidence."""
KINDS = ("sentences", "pay", "tables", "computed")
NOT_ASKED_OF_DOCUMENTS = frozenset({"smalltalk", "clarify"})
OWN_QUESTIONS = Path(__file__).parent / "questions"
CORPORA = Path(__file__).parent / "corpora" / "choice"
"""Corpora that no small model is trained on; the choice is fitted on them."""
PAY = frozenset({"pay", "table", "arithmetic", "comparison", "conflict"})
TAGGER_C, SENTENCES_C, QUESTION_C, DRAFTS_C = 1.0, 0.3, 0.03, 0.1
"""Inverse strengths of the regularisation."""
PAY_SHIFT = 0.75
"""Log-odds in favour of pay facts: 2 points more right on the project's own documents, at half a point
less on the labelled corpora that the drafts are fitted on."""
EVERY = 3
"""Of the project's own questions one in so many is fitted on."""
MEDIAN_WORDS = 75
"""Of an answer, at most."""
CITED_WORTH = 0.3
"""What a citation to the point is worth beside a right answer, so that answers do not grow by
sentences that are seldom needed."""
MAX_WRONGLY_DECLINED = 0.08
"""Of answerable questions."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its candidates and which of them answer, shape (candidates,)."""

    item: Item
    gathered: Gathered
    answers: NDArray[np.bool_]
    library: Library
    tags: Mapping[str, float]
    question: Question
    found: Found


def tags_of(item: Item) -> list[bool]:
    """The truth of each of ``TAGS``."""
    labels = item.labels
    return [
        item.answerable,
        bool(labels.get("figures")),
        item.kind == "arithmetic",
        item.kind == "comparison",
        item.kind in PAY,
        len(item.evidence) >= SEVERAL,
        bool(labels.get("conflict")),
    ]


def fit_tagger(items: Sequence[Item], embedder: Embedder) -> Tagger:
    """On the vectors of last turns; all tags but the first on answerable questions alone."""
    from sklearn.linear_model import LogisticRegression

    vectors = embedder.embed([item.turns[-1] for item in items])
    truth = np.array([tags_of(item) for item in items])
    weights, bias = [], []
    for number in range(len(TAGS)):
        used = np.ones(len(items), dtype=bool) if number == 0 else truth[:, 0]
        model = LogisticRegression(C=TAGGER_C, max_iter=3000)
        model.fit(vectors[used], truth[used, number])
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return Tagger(TAGS, np.array(weights), np.array(bias))


def label(
    folder: Path, reader: Reader, tagger: Tagger, *, only: Collection[str] | None = None
) -> Iterator[Labelled]:
    """The questions of a corpus as the program gathers candidates for them.

    :param only: the ids of those that are wanted; all by default.
    """
    library = library_of(folder / "docs", reader.embedder)
    questions = {q.id: q for q in load_questions(folder / "questions.jsonl")}
    for item in items_of(folder):
        if only is None or item.id in only:
            yield labelled(item, questions[item.id], library, reader, tagger)


def own(reader: Reader, tagger: Tagger, *, every: int = EVERY) -> Iterator[Labelled]:
    """One in so many questions on the project's own documents; which sentences answer isn't known."""
    library = library_of(DEFAULT_CORPUS, reader.embedder)
    for file in sorted(OWN_QUESTIONS.glob("*.jsonl")):
        for question in load_questions(file)[::every]:
            if question.kind in NOT_ASKED_OF_DOCUMENTS:
                continue
            item = Item(question.id, str(question.kind), tuple(question.turns), question.turns[-1],
                        bool(question.answerable), (), (), "", {})  # fmt: skip
            yield labelled(item, question, library, reader, tagger)


def library_of(documents: Path, embedder: Embedder) -> Library:
    with tempfile.TemporaryDirectory() as store:
        _, generation = update(documents, store=Path(store), embedder=embedder)
        library = Library(generation)
        for path in library.documents:  # read while the store is there
            library.chunks.of(path)
        return library


def labelled(
    item: Item, question: Question, library: Library, reader: Reader, tagger: Tagger
) -> Labelled:
    found = find(item.turns, library=library, embedder=reader.embedder, k=24)
    tags = tagger.tag(found.last)
    gathered = gather(item.turns, found, tags, library=library, reader=reader)
    quotes = (*item.evidence, *item.also)
    answers = set()
    for number, hit in enumerate(gathered.hits):
        text = library.documents[hit.chunk.document].text
        answers |= {(number, i) for i in evidence_of(hit.chunk, text, quotes)}
    truth = [(c.passage, c.position) in answers for c in gathered.candidates]
    return Labelled(item, gathered, np.array(truth, dtype=bool), library, tags, question, found)


@dataclass(frozen=True, slots=True)
class Rated:
    """A question's drafts, and which of them are right."""

    row: Labelled
    choice: Choice
    proposals: tuple[Proposal, ...]
    right: tuple[bool, ...]


def rate(rows: Iterable[Labelled], chooser: Chooser) -> list[Rated]:
    """What every proposer drafts, judged."""
    found = []
    for row in rows:
        choice = chooser.choose(row.gathered)
        query = understand(row.item.turns, Corrections(), row.library)
        proposals, _ = propose(
            query, row.found, row.tags, row.gathered, choice, library=row.library
        )
        right = [
            not faults(row.question, as_answer(p.draft.text, abstained=False)) for p in proposals
        ]
        found.append(Rated(row, choice, tuple(proposals), tuple(right)))
    return found


def fit_drafts(rated: Sequence[Rated]) -> dict[str, Logistic]:
    """For each proposer, how probable its draft is to be right."""
    fitted = {}
    for kind in KINDS:
        pairs = [
            (p.features, ok)
            for r in rated
            for p, ok in zip(r.proposals, r.right, strict=True)
            if p.kind == kind
        ]
        right = np.array([ok for _, ok in pairs], dtype=bool)
        if right.any() and not right.all():
            fitted[kind] = fit_logistic(np.stack([f for f, _ in pairs]), right, strength=DRAFTS_C)
    if pay := fitted.get("pay"):
        fitted["pay"] = replace(pay, bias=pay.bias + PAY_SHIFT)
    return fitted


def taken_right(rated: Sequence[Rated], chooser: Chooser) -> tuple[float, Counter[str]]:
    """The share of questions that taking the likeliest draft, or declining, gets right."""
    right, kinds = [], Counter[str]()
    for r in rated:
        taken = take(list(r.proposals), r.choice, None, r.row.gathered.hits, r.row.library, chooser)
        kinds[taken.kind] += 1
        if taken.confidence < 0.5:
            right.append(not r.row.item.answerable)
        else:
            right.append(r.right[[p.kind for p in r.proposals].index(taken.kind)])
    return float(np.mean(right)), kinds


def fit_logistic(
    features: NDArray[np.float64], truth: NDArray[np.bool_], *, strength: float
) -> Logistic:
    """Logistic regression on standardised features; the weights are for the features as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit((features - mean) / scale, truth)
    weights = model.coef_[0] / scale
    return Logistic(weights, float(model.intercept_[0] - weights @ mean))


def fit_choice(labelled: Sequence[Labelled]) -> Chooser:
    """Both judgements; what is said of them is still to be chosen."""
    rows = [row for row in labelled if row.gathered.candidates]
    features = np.concatenate([[c.features for c in row.gathered.candidates] for row in rows])
    truth = np.concatenate([row.answers for row in rows])
    sentences = fit_logistic(features, truth, strength=SENTENCES_C)
    unfinished = Chooser(sentences, Logistic(np.zeros(0), 0.0), Limits(0.1, 0.2, 90), {})
    signs = np.stack([signs_of(row.gathered, unfinished.weigh(row.gathered)) for row in rows])
    answerable = np.array([row.item.answerable for row in rows])
    question = fit_logistic(signs, answerable, strength=QUESTION_C)
    return replace(unfinished, question=question)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Shares are 0..1; ``words`` is the median."""

    right: float
    answerable: float
    wrongly_declined: float
    declined: float
    words: float
    citations: float


def outcome(
    labelled: Sequence[Labelled], chooser: Chooser, *, limits: Limits, strictness: float
) -> Outcome:
    """What answering with nothing but the chosen sentences would give."""
    right, declines, words, cited = [], [], [], []
    for row in labelled:
        choice = chooser.choose(row.gathered)
        declined = choice.probability < strictness
        picked = [] if declined else pick(row.gathered.candidates, choice.weighed, limits=limits)
        text = " ".join(row.gathered.candidates[i].sentence.plain for i in picked)
        answer = as_answer(text, abstained=declined)
        right.append(not faults(row.question, answer))
        declines.append(declined)
        if not declined:
            words.append(len(text.split()))
            cited += [bool(row.answers[i]) for i in picked] if row.item.answerable else []
    due = np.array([not row.item.answerable for row in labelled])
    rights, declined_ = np.array(right), np.array(declines)
    return Outcome(
        right=float(rights.mean()),
        answerable=float(rights[~due].mean()),
        wrongly_declined=float(declined_[~due].mean()),
        declined=float(declined_[due].mean()),
        words=float(np.median(words)) if words else 0.0,
        citations=float(np.mean(cited)) if cited else 0.0,
    )


def choose_limits(labelled: Sequence[Labelled], chooser: Chooser) -> Limits:
    """Those that leave most right, and most of what is cited to the point, at no more than
    ``MEDIAN_WORDS`` in the median."""
    strictness = 0.5
    tried = []
    for least, part, words in product((0.05, 0.1, 0.15, 0.2), (0.1, 0.2, 0.3, 0.4), (70, 90, 120)):
        limits = Limits(least, part, words)
        found = outcome(labelled, chooser, limits=limits, strictness=strictness)
        if found.words <= MEDIAN_WORDS:
            tried.append((found.right + CITED_WORTH * found.citations, -words, limits))
    return max(tried, key=lambda t: t[:2])[2]


def strictness_of(labelled: Sequence[Labelled], chooser: Chooser) -> float:
    """The highest bar on the probability of an answer that declines no more than
    ``MAX_WRONGLY_DECLINED`` of the answerable questions."""
    found = [chooser.choose(r.gathered).probability for r in labelled if r.item.answerable]
    return float(np.quantile(found, MAX_WRONGLY_DECLINED))


def first_of(labelled: Sequence[Labelled], chooser: Chooser, *, within: int) -> float:
    """The share of answerable questions with an answering sentence among the first."""
    hits = [
        bool(row.answers[np.argsort(-chooser.weigh(row.gathered), kind="stable")[:within]].any())
        for row in labelled
        if row.item.answerable and row.gathered.candidates
    ]
    return float(np.mean(hits))


def folders_of(data: Sequence[Path]) -> list[Path]:
    return sorted(q.parent for d in data for q in d.glob("*/questions.jsonl"))


def gathered_of(folders: Sequence[Path], reader: Reader, tagger: Tagger) -> list[Labelled]:
    rows: list[Labelled] = []
    for folder in track(folders, description="corpora", console=Console(stderr=True)):
        rows += label(folder, reader, tagger)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.choice", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="corpora to fit on; may be named again")  # fmt: skip
    parser.add_argument("--dev", type=Path, required=True, help="corpora to choose by")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of the cross-encoder")
    parser.add_argument("--fit", action="store_true", help="write what was fitted into the program")
    options = parser.parse_args(arguments)
    embedder = MiniLM.begin()
    embedder.ready()
    reader = Reader(embedder, ReaderModel.load(options.reader))
    folders = folders_of(options.data)
    items = [i for f in folders if f.name not in FITTED_ON for i in items_of(f)]
    tagger = fit_tagger(items, embedder)
    unseen = [*(f for f in folders if f.name in FITTED_ON), *folders_of([CORPORA])]
    fitted_on = gathered_of(unseen, reader, tagger)
    dev = gathered_of(folders_of([options.dev]), reader, tagger)
    chooser, report = finish(fit_choice(fitted_on), dev)
    rated = rate([*fitted_on, *own(reader, tagger)], chooser)
    chooser = replace(chooser, drafts=fit_drafts(rated))
    sys.stdout.write(report)
    share, kinds = taken_right(rate(dev, chooser), chooser)
    sys.stdout.write(f"with every proposer: {share:.1%} right, drafts taken {dict(kinds)}\n")
    if options.fit:
        CHOICE.write_text(encode(chooser), encoding="utf-8")
        TAGGER.write_text(encode_tagger(tagger), encoding="utf-8")
    return 0


def finish(chooser: Chooser, dev: Sequence[Labelled]) -> tuple[Chooser, str]:
    """The chooser with the limits and the bar that dev asks for, and what it does there.

    The bias is moved so that the bar is one half.
    """
    bar = strictness_of(dev, chooser)
    shift = float(np.log(bar / (1 - bar)))
    question = Logistic(chooser.question.weights, chooser.question.bias - shift)
    chooser = replace(chooser, question=question)
    chooser = replace(chooser, limits=choose_limits(dev, chooser))
    found = [chooser.choose(row.gathered).probability for row in dev]
    area = auc(found, [row.item.answerable for row in dev]) or 0.0
    did = outcome(dev, chooser, limits=chooser.limits, strictness=0.5)
    return chooser, (
        f"answering sentence first {first_of(dev, chooser, within=1):.1%}, "
        f"in three {first_of(dev, chooser, within=3):.1%}\n"
        f"answerable from unanswerable, AUC {area:.3f} (bar {bar:.2f})\n"
        f"{chooser.limits}\n{did}\n"
    )


def encode_tagger(tagger: Tagger) -> str:
    weights = [[round(float(w), 4) for w in row] for row in tagger.weights]
    bias = [round(float(b), 4) for b in tagger.bias]
    return json.dumps({"tags": list(tagger.tags), "weights": weights, "bias": bias}) + "\n"


if __name__ == "__main__":
    sys.exit(main())
