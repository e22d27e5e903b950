"""Measure the support check, or fit it: ``python -m eval.benchmarks.support --data DIR``.

``DIR`` holds ``begin/`` (BEGIN: Dziri, Rashkin, Linzen & Reitter, Evaluating Attribution in
Dialogue Systems, 2022) and ``wice-dev/`` (WiCE: Kamoi, Goyal, Rodriguez & Durrett, Real-World
Entailment for Claims in Wikipedia, 2023); docs/evaluation.md says how to get each.

Printed for each set: AUC and balanced accuracy of the check, and of two baselines: the cosine of
the nearest evidence sentence, and the share of the claim's words in the evidence sentence that
holds most. The baselines' thresholds are the best ones in hindsight; the check's is 0.5. On WiCE
a claim that is supported in part counts as not supported; BEGIN's generic responses, which state
nothing, are left out.

``--fit`` fits the check's coefficients and prints what they reach on claims they were not fitted
on (five folds, an article's claims in one fold). The check as installed was fitted on these very
sets, so that without ``--fit`` its figures here are too good by a little.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.metrics import Interval, PrecisionRecall, auc, balanced_accuracy, f1, percentile
from rag.documents.sentences import split_sentences
from rag.documents.words import words
from rag.errors import CareerChatError, InputError
from rag.models.embedder import MiniLM
from rag.types import Span
from rag.verify.support import (
    FEATURES,
    MODEL,
    Alignment,
    SupportModel,
    align,
    features,
    support_of,
    supporting,
)

FOLDS = 5
REGULARISATION = 0.01
"""C of scikit-learn's logistic regression, chosen among 0.003 … 3 by cross-validation."""
BEGIN_WEIGHT = 0.05
"""Of one BEGIN claim beside one of WiCE: there are three times as many, all of short evidence."""
RESAMPLES = 2000

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Claim:
    """An annotated claim. Claims of one ``group`` are about one article or passage;
    ``supporting`` are the sets of evidence sentences any of which will do, where they are known."""

    source: str
    text: str
    evidence: tuple[str, ...]
    supported: bool
    group: str
    supporting: tuple[frozenset[int], ...] = ()


def load_wice(folder: Path) -> Iterator[Claim]:
    """:raises InputError: the file is missing or not WiCE's."""
    path = folder / "claims.jsonl"
    try:
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield Claim(
                    source="WiCE",
                    text=row["claim"],
                    evidence=tuple(row["evidence"]),
                    supported=row["label"] == "supported",
                    group=row["meta"]["claim_title"],
                    supporting=tuple(frozenset(each) for each in row["supporting_sentences"]),
                )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot read {path} as WiCE's claims ({error!r})") from None


def load_begin(folder: Path) -> Iterator[Claim]:
    """:raises InputError: a file is missing or not BEGIN's."""
    files = sorted(folder.glob("begin_*.tsv"))
    if not files:
        raise InputError(f"there are no begin_*.tsv files in {folder}")
    csv.field_size_limit(10_000_000)
    for path in files:
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                try:
                    label, knowledge = row["begin_label"], row["knowledge"] or ""
                    response = row["response"]
                except KeyError as error:
                    raise InputError(f"{path} has no column {error}") from None
                if label != "Generic" and knowledge:
                    spans = split_sentences(knowledge, Span(0, len(knowledge)))
                    yield Claim(
                        source=f"BEGIN {path.stem.rpartition('_')[2]}",
                        text=response,
                        evidence=tuple(span.of(knowledge) for span in spans),
                        supported=label == "Fully attributable",
                        group=knowledge,
                    )


# --- what is scored -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scored:
    """Claims with the baselines' scores and the check's features: shapes (n,) and (n, features).

    ``named`` is, of each claim, what the check would name as supporting.
    """

    claims: tuple[Claim, ...]
    cosine: Vector
    lexical: Vector
    features: NDArray[np.float64]
    named: tuple[tuple[int, ...], ...]
    milliseconds: tuple[float, ...]

    @property
    def labels(self) -> NDArray[np.bool_]:
        return np.array([claim.supported for claim in self.claims])

    def of(self, source: str) -> NDArray[np.bool_]:
        return np.array([claim.source.startswith(source) for claim in self.claims])


def score(claims: Sequence[Claim], embedder: MiniLM) -> Scored:
    """Baselines and features of every claim; takes a minute a thousand evidence sentences."""
    rows: list[Vector] = []
    cosines, lexical, named, times = [], [], [], []
    for claim in track(claims, "claims", console=Console(stderr=True), transient=True):
        vectors = embedder.embed([claim.text, *claim.evidence])
        cosines.append(float((vectors[1:] @ vectors[0]).max(initial=0.0)))
        lexical.append(_word_share(claim))
        started = time.perf_counter()
        alignment = align(claim.text, claim.evidence, embedder)
        rows.append(_features(claim, alignment))
        times.append(1000 * (time.perf_counter() - started))
        named.append(supporting(alignment) if alignment else ())
    return Scored(
        tuple(claims), np.array(cosines), np.array(lexical), np.stack(rows), tuple(named),
        tuple(times),
    )  # fmt: skip


def _features(claim: Claim, alignment: Alignment | None) -> Vector:
    if alignment is None:
        return np.zeros(len(FEATURES))
    return features(claim.text, claim.evidence, alignment)


def _word_share(claim: Claim) -> float:
    """The share of the claim's distinct words that one evidence sentence holds, the best one's."""
    claimed = set(words(claim.text))
    if not claimed:
        return 0.0
    return max((len(claimed & set(words(e))) / len(claimed) for e in claim.evidence), default=0.0)


# --- fitting --------------------------------------------------------------------------


def fit(scored: Scored, rows: NDArray[np.intp]) -> SupportModel:
    """Logistic regression on these rows; the supported weigh as much as the others, by set."""
    from sklearn.linear_model import LogisticRegression

    chosen, labels = scored.features[rows], scored.labels[rows]
    means, scales = chosen.mean(axis=0), chosen.std(axis=0)
    scales[scales == 0] = 1.0
    weights = np.zeros(len(rows))
    for source, weight in (("WiCE", 1.0), ("BEGIN", BEGIN_WEIGHT)):
        of_source = scored.of(source)[rows]
        for label in (True, False):
            of_label = of_source & (labels == label)
            if of_label.any():
                weights[of_label] = weight * of_source.sum() / (2 * of_label.sum())
    model = LogisticRegression(C=REGULARISATION, max_iter=5000)
    model.fit((chosen - means) / scales, labels, sample_weight=weights)
    return SupportModel(means, scales, model.coef_[0], float(model.intercept_[0]))


def cross_validated(scored: Scored) -> Vector:
    """Each claim's probability by a model that was fitted without its article's claims."""
    from sklearn.model_selection import GroupKFold

    groups = [claim.group for claim in scored.claims]
    probabilities = np.zeros(len(groups))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for train, test in folds.split(scored.features, groups=groups):
        model = fit(scored, train)
        probabilities[test] = [support_of(row, model) for row in scored.features[test]]
    return probabilities


def write(model: SupportModel, file: Path) -> None:
    rows = zip(FEATURES, model.means, model.scales, model.coefficients, strict=True)
    stored: dict[str, Any] = {
        "what": "logistic regression of rag/verify/support.py, fitted by eval/benchmarks/support.py on BEGIN dev and "
        "WiCE dev; rerun it where a feature changes",
        "intercept": round(model.intercept, 6),
        "features": {
            name: {"mean": round(m, 6), "scale": round(s, 6), "coefficient": round(c, 6)}
            for name, m, s, c in rows
        },
    }
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


# --- the report -----------------------------------------------------------------------


def print_report(scored: Scored, check: Vector, *, console: Console, title: str) -> None:
    """AUC with its interval and balanced accuracy, of each set."""
    labels = scored.labels
    table = Table("set", "claims", "", "AUC", "balanced accuracy", title=title)
    sources = ("WiCE", *sorted({c.source for c in scored.claims if c.source.startswith("BEGIN")}))
    for source in sources:
        rows = scored.of(source)
        if not rows.any():
            continue
        count = f"{rows.sum()}, {labels[rows].sum()} supported"
        for name, scores in (
            ("cosine", scored.cosine), ("words", scored.lexical), ("check", check),
        ):  # fmt: skip
            threshold = 0.5 if name == "check" else best_threshold(scores[rows], labels[rows])
            interval = auc_interval(scores[rows], labels[rows])
            accuracy = balanced_accuracy(
                scores[rows].tolist(), labels[rows].tolist(), threshold=threshold
            )
            area = auc(scores[rows].tolist(), labels[rows].tolist())
            table.add_row(
                source, count, name, f"{area:.3f} [{interval.low:.3f}–{interval.high:.3f}]",
                "–" if accuracy is None else f"{accuracy:.3f}",
            )  # fmt: skip
            source = count = ""
        table.add_section()
    console.print(table)
    console.print(f"supporting sentences (WiCE): F1 {_sentence_f1(scored):.3f}", highlight=False)
    console.print(
        f"time a claim: median {percentile(scored.milliseconds, 50):.0f} ms, "
        f"95 % within {percentile(scored.milliseconds, 95):.0f} ms",
        highlight=False,
    )


def best_threshold(scores: Vector, labels: NDArray[np.bool_]) -> float:
    """The score from which counting as supported gives the best balanced accuracy."""

    def accuracy(threshold: float) -> float:
        found = balanced_accuracy(scores.tolist(), labels.tolist(), threshold=threshold)
        return found or 0.0

    return float(max(np.unique(scores), key=accuracy))


def auc_interval(scores: Vector, labels: NDArray[np.bool_]) -> Interval:
    """Percentile bootstrap of 95 %, supported claims and others drawn apart."""
    rng = np.random.default_rng(0)
    yes, no = scores[labels], scores[~labels]
    drawn = []
    for _ in range(RESAMPLES):
        both = np.concatenate([rng.choice(yes, len(yes)), rng.choice(no, len(no))])
        drawn.append(auc(both.tolist(), [True] * len(yes) + [False] * len(no)) or 0.0)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(low), float(high))


def _sentence_f1(scored: Scored) -> float:
    """Of claims supported at least in part, against the annotated set that fits best."""
    values = []
    for claim, named in zip(scored.claims, scored.named, strict=True):
        if claim.supporting and any(claim.supporting):
            values.append(max(_set_f1(set(named), each) for each in claim.supporting if each))
    return float(np.mean(values)) if values else 0.0


def _set_f1(named: set[int], wanted: frozenset[int]) -> float:
    held = len(named & wanted)
    precision = held / len(named) if named else 0.0
    return f1(PrecisionRecall(precision, held / len(wanted))) or 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.support", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="folder of begin/ and wice-dev/")
    parser.add_argument("--fit", action="store_true", help="fit the check's coefficients")
    parser.add_argument("--model", type=Path, default=MODEL, help="file of the coefficients")
    options = parser.parse_args(arguments)
    console = Console(width=100)
    try:
        claims = [*load_wice(options.data / "wice-dev"), *load_begin(options.data / "begin")]
        scored = score(claims, MiniLM.load())
        if options.fit:
            title = "claims that the check was not fitted on (five folds)"
            print_report(scored, cross_validated(scored), console=console, title=title)
            write(fit(scored, np.arange(len(claims))), options.model)
            console.print(f"written: {options.model}", highlight=False, markup=False)
            return 0
        model = SupportModel.load(options.model)
        check = np.array([support_of(row, model) for row in scored.features])
        print_report(scored, check, console=console, title="the check as installed")
    except CareerChatError as error:
        print(f"eval.benchmarks.support: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
