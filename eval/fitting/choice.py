"""Fit how answers are chosen: ``python -m eval.fitting.choice --data DIR --dev DIR --fit``.

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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.benchmarks import tatqa
from eval.careers import as_answer, faults
from eval.fitting.computing import encode as encode_computer
from eval.fitting.computing import first_is_right, fit_computer
from eval.fitting.labelled import (
    Labelled,
    fit_logistic,
    folders_of,
    gathered_of,
    library_of,
    own,
    unlabelled,
)
from eval.metrics import auc
from rag.answer.choose import MODEL as CHOICE
from rag.answer.choose import Choice, Chooser, Limits, encode, pick, signs_of, verdict_signs
from rag.answer.compute import MODEL as COMPUTER
from rag.answer.compute import installed as computer_installed
from rag.answer.propose import Proposal, propose, take
from rag.documents.words import terms
from rag.models.cross_encoder import FOLDER, VERDICTS, CrossEncoder, fingerprint_of
from rag.models.embedder import MiniLM
from rag.models.logistic import Logistic
from rag.retrieve.rerank import Reranker
from rag.training.careers import Item, items_of, verdict_of
from rag.training.cross_encoder import FITTED_ON
from rag.types import Embedder, Matrix
from rag.understand.pay import COMMON_WORDS, common_words
from rag.understand.profile import TELLS
from rag.understand.tagger import MODEL as TAGGER
from rag.understand.tagger import OF_QUESTION, TAGS, TASKS, Tagger

SEVERAL = 3
"""A question asks for several things where its answer rests on so many pieces of evidence."""
KINDS = ("sentences", "pay", "tables")
"""Proposers whose drafts may be taken. What is reckoned of any figures (:mod:`rag.answer.compute`) is
not among them yet: of 144 such drafts on dev 25 are right, most of these by chance."""
CORPORA = Path(__file__).parents[1] / "corpora" / "choice"
"""Corpora that no small model is trained on; the choice is fitted on them."""
SUBJECT_CHANGE = "subject-change"
OF_EVERY_QUESTION = frozenset({"answerable", "leans"})
PAY = frozenset({"pay", "table", "arithmetic", "comparison", "conflict"})
TRAINING = Path(__file__).parents[2] / "rag" / "training"
TASKS_FILE, TOLD_FILE = TRAINING / "tasks.jsonl", TRAINING / "told.jsonl"
TAGGER_C, TASKS_C, SENTENCES_C, QUESTION_C, DRAFTS_C = 1.0, 10.0, 0.3, 0.03, 0.1
"""Inverse strengths of the regularisation."""
DRAFTED = 2
"""Of the questions that the choice is fitted on, the drafts are fitted on one in so many."""
COMMON = 0.2
TABLES = 40
"""Of TAT-QA, so many are fitted on."""
PAY_SHIFT = 0.75
"""Log-odds in favour of pay facts: more right on documents that are made of pay tables and survey pages,
of which the labelled corpora have few, at half a point less on these."""
MEDIAN_WORDS = 75
"""Of an answer, at most."""
CITED_WORTH = 0.3
"""What a citation to the point is worth beside a right answer, so that answers do not grow by
sentences that are seldom needed."""
MAX_WRONGLY_DECLINED = 0.08
"""Of answerable questions."""


def tags_of(item: Item) -> list[bool]:
    """The truth of each of ``OF_QUESTION``."""
    labels = item.labels
    return [
        item.answerable,
        bool(labels.get("figures")),
        item.kind == "arithmetic",
        item.kind == "comparison",
        item.kind in PAY,
        len(item.evidence) >= SEVERAL,
        bool(labels.get("conflict")),
        len(item.turns) > 1 and item.kind != SUBJECT_CHANGE,
    ]


def fit_tagger(
    items: Sequence[Item],
    tasks: Sequence[tuple[str, str]],
    told: Sequence[tuple[str, str]],
    embedder: Embedder,
) -> Tagger:
    """On the vectors of last turns; of what an answer needs, on answerable questions alone.

    :param tasks: questions and what each asks to do with figures of pay.
    :param told: parts of turns and what each tells of the asker.
    """
    vectors = embedder.embed([item.turns[-1] for item in items])
    truth = np.array([tags_of(item) for item in items])
    fitted = []
    for number, tag in enumerate(OF_QUESTION):
        used = np.ones(len(items), dtype=bool) if tag in OF_EVERY_QUESTION else truth[:, 0]
        fitted.append(_fit_tag(vectors[used], truth[used, number], strength=TAGGER_C))
    asked = embedder.embed([question for question, _ in tasks])
    fitted += [
        _fit_tag(asked, np.array([own == task for _, own in tasks]), strength=TASKS_C)
        for task in TASKS
    ]
    parts = embedder.embed([part for part, _ in told])
    fitted += [
        _fit_tag(parts, np.array([own == tells for _, own in told]), strength=TASKS_C)
        for tells in TELLS
    ]
    return Tagger(TAGS, np.array([w for w, _ in fitted]), np.array([b for _, b in fitted]))


def _fit_tag(
    vectors: Matrix, truth: NDArray[np.bool_], *, strength: float
) -> tuple[NDArray[np.float64], float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=3000).fit(vectors, truth)
    return model.coef_[0], float(model.intercept_[0])


def labels_of(file: Path) -> list[tuple[str, str]]:
    """Texts and their labels."""
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [(row["text"], row["label"]) for row in rows]


def common_stems(folders: Sequence[Path]) -> list[str]:
    """Those that stand in the questions of at least a ``COMMON`` share of the corpora."""
    counts = Counter(
        stem
        for folder in folders
        for stem in {s for item in items_of(folder) for turn in item.turns for s in terms(turn)}
    )
    return sorted(s for s, n in counts.items() if n >= COMMON * len(folders) and s.isalpha())


@dataclass(frozen=True, slots=True)
class Rated:
    """A question's drafts, and which of them are right."""

    row: Labelled
    choice: Choice
    proposals: tuple[Proposal, ...]
    right: tuple[bool, ...]


def right_of(row: Labelled, text: str) -> bool:
    """Whether a text answers the question of a labelled corpus."""
    return not faults(row.question, as_answer(text, abstained=False))


def rate(
    rows: Iterable[Labelled],
    chooser: Chooser,
    reranker: Reranker,
    *,
    right: Callable[[Labelled, str], bool] = right_of,
) -> list[Rated]:
    """What every proposer drafts, judged.

    :param right: whether a text answers a question.
    """
    found = []
    for row in rows:
        choice = chooser.choose(row.gathered)
        proposals, _ = propose(
            row.query, row.gathered, choice, library=row.library, reranker=reranker
        )
        judged = tuple(right(row, p.draft.text) for p in proposals)
        found.append(Rated(row, choice, tuple(proposals), judged))
    return found


def rate_tables(file: Path, chooser: Chooser, reranker: Reranker, tagger: Tagger) -> list[Rated]:
    """The same for questions of TAT-QA, on tables that its measure leaves out
    (:mod:`eval.benchmarks.tatqa`): those that come right after the ones that are measured."""
    contexts = tatqa.load(file)
    step = max(1, len(contexts) // tatqa.MEASURED)
    items = {}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for context in contexts[1::step][:TABLES]:
            corpus = Path(folder) / context.name
            corpus.mkdir()
            (corpus / "report.md").write_text(context.markdown, encoding="utf-8")
            library = library_of(corpus, reranker.embedder)
            for number, item in enumerate(context.items):
                name = f"{context.name}-{number}"
                items[name] = item
                rows.append(unlabelled(name, item.question, library, reranker, tagger))

    def right(row: Labelled, text: str) -> bool:
        return tatqa.score(items[row.item.id], as_answer(text, abstained=False)).exact

    return rate(rows, chooser, reranker, right=right)


def fit_drafts(rated: Sequence[Rated]) -> dict[str, Logistic]:
    """For each proposer, how probable its draft is to be right."""
    fitted: dict[str, Logistic] = {}
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
            right.append(r.right[[p.draft is taken.draft for p in r.proposals].index(True)])
    return float(np.mean(right)), kinds


def fit_verdicts(labelled: Sequence[Labelled], chooser: Chooser) -> dict[str, Logistic]:
    """For a yes and a no, how probable it is that the answer begins so."""
    rows = [row for row in labelled if row.gathered.candidates]
    signs = []
    for row in rows:
        choice = chooser.choose(row.gathered)
        signs.append(verdict_signs(row.gathered, choice.weighed, choice.probability))
    said = [verdict_of(row.item) for row in rows]
    return {
        verdict: fit_logistic(
            np.stack(signs), np.array([own == n for own in said]), strength=QUESTION_C
        )
        for n, verdict in enumerate(VERDICTS)
    }


def verdicts_right(labelled: Sequence[Labelled], chooser: Chooser) -> str:
    """How often a yes or a no that would be said is what the answer begins with, in words."""
    said = [(chooser.choose(row.gathered).verdict, verdict_of(row.item)) for row in labelled]
    right = sum(v != "" and own is not None and VERDICTS[own] == v for v, own in said)
    due = sum(own is not None for _, own in said)
    return f"{right} right of {sum(v != '' for v, _ in said)} said, of {due} due"


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


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.fitting.choice", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="corpora to fit on; may be named again")  # fmt: skip
    parser.add_argument("--dev", type=Path, required=True, help="corpora to choose by")
    parser.add_argument(
        "--cross-encoder", type=Path, default=FOLDER, help="folder of the cross-encoder"
    )
    parser.add_argument("--tables", type=Path, help="TAT-QA's questions; the drafts are fitted on some of them too")  # fmt: skip
    parser.add_argument("--fit", action="store_true", help="write what was fitted into the program")
    options = parser.parse_args(arguments)
    embedder = MiniLM.begin()
    embedder.ready()
    reranker = Reranker(embedder, CrossEncoder.load(options.cross_encoder))
    folders = folders_of(options.data)
    items = [i for f in folders if f.name not in FITTED_ON for i in items_of(f)]
    if options.fit:
        stems = {"stems": common_stems(folders)}
        COMMON_WORDS.write_text(json.dumps(stems) + "\n", encoding="utf-8")
        common_words.cache_clear()
    tagger = fit_tagger(items, labels_of(TASKS_FILE), labels_of(TOLD_FILE), embedder)
    unseen = [*(f for f in folders if f.name in FITTED_ON), *folders_of([CORPORA])]
    fitted_on = gathered_of(unseen, reranker, tagger)
    dev = gathered_of(folders_of([options.dev]), reranker, tagger)
    chooser, report = finish(fit_choice(fitted_on), dev)
    chooser = replace(chooser, verdicts=fit_verdicts(fitted_on, chooser))
    report += f"verdicts: {verdicts_right(dev, chooser)}\n"
    computer = fit_computer([*items, *(r.item for r in fitted_on)], fitted_on, chooser, embedder)
    for name, rows in (("fitted on", fitted_on), ("dev", dev)):
        right = first_is_right(computer, rows, chooser, reranker)
        report += f"reckoned, {name}: {right}\n"
    if options.fit:
        # What is proposed is computed with the new weights from here on.
        COMPUTER.write_text(encode_computer(computer), encoding="utf-8")
        computer_installed.cache_clear()
    rated = rate([*fitted_on[::DRAFTED], *own(reranker, tagger)], chooser, reranker)
    if options.tables:
        rated += rate_tables(options.tables, chooser, reranker, tagger)
    chooser = replace(chooser, drafts=fit_drafts(rated))
    sys.stdout.write(report)
    share, kinds = taken_right(rate(dev, chooser, reranker), chooser)
    sys.stdout.write(f"with every proposer: {share:.1%} right, drafts taken {dict(kinds)}\n")
    if options.fit:
        fingerprint = fingerprint_of(options.cross_encoder)
        CHOICE.write_text(encode(chooser, cross_encoder=fingerprint), encoding="utf-8")
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
