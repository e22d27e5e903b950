"""From outcomes to the numbers of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.figures import Figure, parse_figures
from eval.judge import Criterion, Outcome, cited
from eval.metrics import (
    Interval,
    PrecisionRecall,
    StatementScore,
    abstention_precision_recall,
    alce,
    bootstrap_interval,
    bootstrap_ratio_interval,
    f1,
    figure_precision,
    ndcg_at,
    percentile,
    recall_at,
    reciprocal_rank,
    risk_coverage,
    share,
    unsourced_figures,
)
from eval.questions import Kind, Question
from eval.text import comparable
from eval.trace import Retrieval, Stage, expectations

_Name = TypeVar("_Name", bound=str)


@dataclass(frozen=True, slots=True)
class Count:
    """How many of how many."""

    passed: int
    total: int

    @property
    def share(self) -> float | None:
        return self.passed / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Row:
    """The questions of one kind or document, or all: how many are right, and each criterion."""

    name: str
    right: Count
    interval: Interval
    criteria: dict[Criterion, Count]


class Group:
    """The headings under which the measures stand in the report."""

    ANSWERS = "Answers"
    SOURCES = "Sources"
    RETRIEVAL = "Retrieval"
    LIMITS = "Knowing when it does not know"


MEASURES = (
    "right",
    "correctness",
    "coverage",
    "follow-up",
    "conflict",
    "figure-precision",
    "citation-recall",
    "citation-precision",
    "faithfulness",
    "evidence-f1",
    "hit@5",
    "recall@5",
    "recall@20",
    "mrr",
    "ndcg@10",
    "abstention-precision",
    "abstention-recall",
    "aurc",
)
"""The keys of the measures, in the order of the report."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the report, in 0..1; None where nothing could be measured.

    ``of`` is how many questions (or answers) it is taken over.
    """

    key: str
    title: str
    group: str
    value: float | None
    interval: Interval | None
    of: int
    meaning: str
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk over coverage: ``points`` are (coverage, risk), at most a hundred of them."""

    points: tuple[tuple[float, float], ...]
    area: float


@dataclass(frozen=True, slots=True)
class Summary:
    """All that does not vary between equal runs.

    ``evidence_not_found`` are the ids of questions whose evidence quotes no passage holds, as where
    they are misspelt: retrieval is not measured on these.
    """

    models: tuple[str, ...]
    overall: Row
    kinds: tuple[Row, ...]
    documents: tuple[Row, ...]
    measures: tuple[Measure, ...]
    stages: dict[Stage, int]
    errors: int
    figures_total: int
    figures_unsourced: int
    curve: Curve | None
    evidence_not_found: tuple[str, ...] = ()

    def measure(self, key: str) -> Measure:
        """:raises KeyError: there is no measure of that key."""
        for measure in self.measures:
            if measure.key == key:
                return measure
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Timings:
    """What varies between equal runs. ``at_once`` is how many questions were answered at a time;
    latencies cover every question, failed ones included."""

    latency_p50_ms: float | None
    latency_p95_ms: float | None
    seconds: float
    at_once: int
    peak_memory_mb: float | None

    @classmethod
    def of(
        cls,
        outcomes: Sequence[Outcome],
        *,
        seconds: float,
        at_once: int,
        peak_memory_mb: float | None,
    ) -> Timings:
        latencies = [outcome.latency_ms for outcome in outcomes]
        return cls(
            percentile(latencies, 50), percentile(latencies, 95), seconds, at_once, peak_memory_mb
        )


def unsourced(outcome: Outcome) -> tuple[Figure, ...]:
    """The numbers of an outcome's answer that nothing vouches for."""
    answer = outcome.answer
    if answer is None:
        return ()
    return unsourced_figures(
        answer.text,
        quotes=[citation.quote for citation in cited(answer)],
        said_by_user=outcome.question.turns,
        dates=[
            *(cited_fact.fact.as_of for cited_fact in answer.facts if cited_fact.fact.as_of),
            *outcome.named,
        ],
    )


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Every number of the report.

    :param outcomes: at least one.
    :raises ValueError: there are none.
    """
    totals = [len(parse_figures(o.answer.text)) if o.answer else 0 for o in outcomes]
    without_source = [len(unsourced(outcome)) for outcome in outcomes]
    curve = _curve(outcomes)
    measures = [
        *_answer_measures(outcomes),
        *_source_measures(outcomes, totals, without_source),
        *_retrieval_measures(outcomes),
        *_limit_measures(outcomes, curve),
    ]
    stages = Counter(outcome.stage for outcome in outcomes if outcome.stage is not None)
    return Summary(
        models=tuple(sorted({o.answer.model for o in outcomes if o.answer is not None})),
        overall=_row("all", outcomes),
        kinds=tuple(_rows(Kind, outcomes, lambda kind, q: q.kind is kind)),
        documents=tuple(_rows(_documents(outcomes), outcomes, lambda d, q: d in q.documents)),
        measures=tuple(measures),
        stages={stage: stages[stage] for stage in Stage if stages[stage]},
        errors=sum(outcome.answer is None for outcome in outcomes),
        figures_total=sum(totals),
        figures_unsourced=sum(without_source),
        curve=curve,
        evidence_not_found=tuple(
            o.question.id
            for o in outcomes
            if o.question.evidence and o.answer is not None and o.retrieval is None
        ),
    )


# --- the measures ---------------------------------------------------------------------


def _mean(
    key: str, title: str, group: str, values: Iterable[float | None], meaning: str
) -> Measure:
    """The mean of the values that are there."""
    known = [value for value in values if value is not None]
    interval = bootstrap_interval(known) if known else None
    mean = sum(known) / len(known) if known else None
    return Measure(key, title, group, mean, interval, len(known), meaning)


def _answer_measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    answerable = [o for o in outcomes if o.question.answerable]
    follow_ups = [o for o in outcomes if o.question.is_follow_up]
    conflicts = [o for o in outcomes if o.question.conflict]
    group = Group.ANSWERS
    return [
        _mean("right", "Right", group, [float(o.right) for o in outcomes],
              "questions of which every criterion is met; an error meets none"),
        _mean("correctness", "Expected content said", group, [_said(o) for o in answerable],
              "of the expected figures (value, unit, currency) and key points, the share said"),
        _mean("coverage", "Answered", group,
              [float(o.answer is not None and not o.abstained) for o in answerable],
              "of the questions that the documents answer, the share that was not declined"),
        _mean("follow-up", "Follow-ups right", group, [float(o.right) for o in follow_ups],
              "questions that need the turns before them"),
        _mean("conflict", "Conflicts shown", group,
              [float(bool(o.answer and o.answer.conflicts)) for o in conflicts],
              "where the sources differ, the share of answers that say so"),
    ]  # fmt: skip


def _said(outcome: Outcome) -> float | None:
    """The share of what is expected that the answer says; None where nothing is."""
    tests = expectations(outcome.question)
    if outcome.answer is None:
        return 0.0 if tests else None
    text = outcome.answer.text
    return share(test(text) for test in tests)


def _source_measures(
    outcomes: Sequence[Outcome], totals: Sequence[int], without_source: Sequence[int]
) -> list[Measure]:
    stated = [o for o in outcomes if o.statements]
    scores = [_alce(o) for o in stated]
    evidence = [f1(_cited_evidence(o)) for o in outcomes if o.question.evidence]
    group = Group.SOURCES
    sourced = [total - without for total, without in zip(totals, without_source, strict=True)]
    figures = Measure(
        "figure-precision", "Figures sourced", group,
        figure_precision(unsourced=sum(without_source), total=sum(totals)),
        bootstrap_ratio_interval(sourced, totals), sum(total > 0 for total in totals),
        "numbers that a cited quote holds or that are computed from such",
    )  # fmt: skip
    return [
        figures,
        _mean("citation-recall", "Citation recall", group, [s.recall for s in scores],
              "statements that their own citations support, by the support check (ALCE)"),
        _mean("citation-precision", "Citation precision", group, [s.precision for s in scores],
              "citations that their statement needs (ALCE); read both beside Answered: copying "
              "the first passage is perfectly cited"),
        _mean("faithfulness", "Faithfulness", group,
              [share(s.faithful for s in o.statements) for o in stated],
              "statements that anything cited in the answer supports"),
        _mean("evidence-f1", "Evidence F1", group, evidence,
              "cited quotes against the question's evidence quotes"),
    ]  # fmt: skip


def _alce(outcome: Outcome) -> PrecisionRecall:
    return alce(StatementScore(each.supported, each.needed) for each in outcome.statements)


def _cited_evidence(outcome: Outcome) -> PrecisionRecall:
    """Which cited quotes are evidence, and which evidence is cited: one within the other."""
    if outcome.answer is None:
        return PrecisionRecall(0.0, 0.0)
    quotes = [(c.document, comparable(c.quote)) for c in cited(outcome.answer)]
    gold = [(each.document, comparable(each.quote)) for each in outcome.question.evidence]
    return PrecisionRecall(
        precision=share(any(_overlap(quote, each) for each in gold) for quote in quotes) or 0.0,
        recall=share(any(_overlap(quote, each) for quote in quotes) for each in gold),
    )


def _overlap(a: tuple[str, str], b: tuple[str, str]) -> bool:
    return a[0] == b[0] and (a[1] in b[1] or b[1] in a[1])


def _retrieval_measures(outcomes: Sequence[Outcome]) -> list[Measure]:
    found = [o.retrieval for o in outcomes if o.retrieval is not None]
    group = Group.RETRIEVAL

    def mean(key: str, title: str, value: Callable[[Retrieval], float], meaning: str) -> Measure:
        return _mean(key, title, group, [value(each) for each in found], meaning)

    return [
        mean("hit@5", "Found in five", lambda r: float(min(r.ranks, default=99) <= 5),
             "a passage that holds what is expected is among the first five"),
        mean("recall@5", "Recall@5", lambda r: recall_at(r.ranks, relevant=r.relevant, k=5),
             "of the relevant passages, the share among the first five"),
        mean("recall@20", "Recall@20", lambda r: recall_at(r.ranks, relevant=r.relevant, k=20),
             "of the relevant passages, the share among the first twenty"),
        mean("mrr", "MRR", lambda r: reciprocal_rank(r.ranks),
             "one over the rank of the first relevant passage"),
        mean("ndcg@10", "nDCG@10", lambda r: ndcg_at(r.ranks, relevant=r.relevant, k=10),
             "relevant passages, discounted by their rank"),
    ]  # fmt: skip


def _limit_measures(outcomes: Sequence[Outcome], curve: Curve | None) -> list[Measure]:
    judged = [o for o in outcomes if o.question.answerable is not None]
    declined = [o for o in judged if o.abstained]
    unanswerable = [o for o in judged if not o.question.answerable]
    result = abstention_precision_recall(
        abstained=[o.abstained for o in judged],
        answerable=[bool(o.question.answerable) for o in judged],
    )
    due = [float(not o.question.answerable) for o in declined]
    done = [float(o.abstained) for o in unanswerable]
    group = Group.LIMITS
    return [
        Measure("abstention-precision", "Declines that were due", group, result.precision,
                bootstrap_interval(due) if due else None, len(due),
                "of the declines, the share of questions that the documents do not answer"),
        Measure("abstention-recall", "Unanswerable declined", group, result.recall,
                bootstrap_interval(done) if done else None, len(done),
                "of the questions that the documents do not answer, the share declined"),
        Measure("aurc", "Risk over coverage", group, curve.area if curve else None, None,
                len(judged), "area under the curve: how often it errs, most confident first",
                lower_is_better=True),
    ]  # fmt: skip


_CURVE_POINTS = 100


def _curve(outcomes: Sequence[Outcome]) -> Curve | None:
    """Over questions by confidence that the documents answer; what is unanswerable, declined or
    wrong counts as an error once it is accepted."""
    judged = [o for o in outcomes if o.question.answerable is not None]
    result = risk_coverage(
        [o.answer.confidence if o.answer else 1.0 for o in judged],
        [not (o.question.answerable and o.right) for o in judged],
    )
    if result is None:
        return None
    points = list(zip(result.coverage, result.risk, strict=True))
    step = max(1, len(points) // _CURVE_POINTS)
    shown = points[step - 1 :: step]
    return Curve(tuple((round(c, 4), round(r, 4)) for c, r in shown), result.area)


# --- rows -----------------------------------------------------------------------------


def _documents(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted({document for o in outcomes for document in o.question.documents})


def _rows(
    names: Iterable[_Name], outcomes: Sequence[Outcome], belongs: Callable[[_Name, Question], bool]
) -> Iterable[Row]:
    for name in names:
        if of_name := [outcome for outcome in outcomes if belongs(name, outcome.question)]:
            yield _row(str(name), of_name)


def _row(name: str, outcomes: Sequence[Outcome]) -> Row:
    right = [outcome.right for outcome in outcomes]
    verdicts = [verdict for outcome in outcomes for verdict in outcome.verdicts]
    by_criterion = {
        criterion: [verdict.passed for verdict in verdicts if verdict.criterion is criterion]
        for criterion in Criterion
    }
    return Row(
        name=name,
        right=Count(sum(right), len(right)),
        interval=bootstrap_interval([float(each) for each in right]),
        criteria={
            criterion: Count(sum(passed), len(passed))
            for criterion, passed in by_criterion.items()
            if passed
        },
    )
